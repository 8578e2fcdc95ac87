// SPDX-License-Identifier: GPL-2.0-or-later

// What guarded hands to the runtime, Go must read as it reads what the engine wrote; and what a strict
// parser and Go read differently, guarded must refuse. Go decodes here as runc does:
// json.NewDecoder(f).Decode(&spec), into Debian's runtime-spec types.
//
// usage: documents CANON DATA [SEED [VARIANTS]]
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// canon talks to test/differential/canon.c.
type canon struct {
	in  *bufio.Writer
	out *bufio.Reader
}

func startCanon(path string) *canon {
	cmd := exec.Command(path)
	in, err := cmd.StdinPipe()
	check(err)
	out, err := cmd.StdoutPipe()
	check(err)
	cmd.Stderr = os.Stderr
	check(cmd.Start())
	return &canon{bufio.NewWriterSize(in, 1<<20), bufio.NewReader(out)}
}

func (c *canon) ask(kind string, doc []byte) (bool, []byte) {
	fmt.Fprintf(c.in, "%s %d\n", kind, len(doc))
	c.in.Write(doc)
	check(c.in.Flush())
	line, err := c.out.ReadString('\n')
	if err != nil {
		fmt.Printf("canon ended on this %s document: %q\n", kind, doc)
		os.Exit(1)
	}
	word, length, _ := strings.Cut(strings.TrimSpace(line), " ")
	n, err := strconv.Atoi(length)
	check(err)
	answer := make([]byte, n)
	_, err = io.ReadFull(c.out, answer)
	check(err)
	return word == "ok", answer
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

var types = map[string]reflect.Type{
	"config":    reflect.TypeOf(specs.Spec{}),
	"process":   reflect.TypeOf(specs.Process{}),
	"resources": reflect.TypeOf(specs.LinuxResources{}),
}

// asRunc is what runc would obey.
func asRunc(kind string, doc []byte) (v interface{}, err error) {
	p := reflect.New(types[kind])
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	err = json.NewDecoder(bytes.NewReader(doc)).Decode(p.Interface())
	return p.Interface(), err
}

// tokens is everything in a document, in order, numbers as they were written.
func tokens(doc []byte) ([]json.Token, error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var all []json.Token
	for {
		t, err := d.Token()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
}

// results counts one kind of variant.
type results struct{ accepted, refused, refusedAlike, failed int }

type judge struct {
	c      *canon
	counts map[string]*results
	failed int
	passed int
}

func (j *judge) fail(name, kind string, doc []byte, format string, args ...interface{}) {
	j.failed++
	j.counts[name].failed++
	if j.failed > 20 {
		return
	}
	text := doc
	if len(text) > 1500 {
		text = append(append([]byte{}, text[:1500]...), "..."...)
	}
	fmt.Printf("FAILED %s (%s): %s\n  %q\n", name, kind, fmt.Sprintf(format, args...), text)
}

// one document: guarded refuses it, or Go and a strict parser read it alike, before and after.
func (j *judge) one(name, kind string, doc []byte, mustAccept bool) {
	if j.counts[name] == nil {
		j.counts[name] = &results{}
	}
	before := j.failed
	ok, canonical := j.c.ask(kind, doc)
	read, err := asRunc(kind, doc)
	why := differs(types[kind], doc, read, err)
	switch {
	case !ok && mustAccept:
		j.fail(name, kind, doc, "refused: %s", canonical)
	case !ok:
		j.counts[name].refused++
		if why == "" {
			j.counts[name].refusedAlike++
		}
	case why != "":
		j.fail(name, kind, doc, "accepted, but %s", why)
	default:
		j.counts[name].accepted++
		j.same(name, kind, doc, canonical, read)
	}
	if j.failed == before {
		j.passed++
	}
}

func (j *judge) same(name, kind string, doc, canonical []byte, read interface{}) {
	after, err := asRunc(kind, canonical)
	if err != nil {
		j.fail(name, kind, doc, "Go refuses what was made of it: %v: %s", err, canonical)
		return
	}
	if !reflect.DeepEqual(read, after) {
		j.fail(name, kind, doc, "Go reads another document from what was made of it: %s", canonical)
		return
	}
	a, errA := tokens(doc)
	b, errB := tokens(canonical)
	if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
		j.fail(name, kind, doc, "a value, a number's digits or the order changed: %s", canonical)
		return
	}
	if ok, again := j.c.ask(kind, canonical); !ok || !bytes.Equal(again, canonical) {
		j.fail(name, kind, doc, "what was made of it is not canonical: %s", again)
	}
}

func kindOf(name string) string {
	switch {
	case name == "config.json":
		return "config"
	case strings.Contains(name, "process") && strings.HasSuffix(name, ".json"):
		return "process"
	case strings.HasPrefix(name, "update") && strings.HasSuffix(name, ".json"):
		return "resources"
	}
	return ""
}

func (j *judge) paths() {
	j.counts["paths as filepath.Clean"] = &results{}
	alphabet := "/.a"
	for n := 1; n <= 9; n++ {
		for i := 0; i < pow(len(alphabet), n); i++ {
			p := make([]byte, n)
			for k, v := 0, i; k < n; k, v = k+1, v/len(alphabet) {
				p[k] = alphabet[v%len(alphabet)]
			}
			_, got := j.c.ask("clean", p)
			if string(got) != filepath.Clean(string(p)) {
				j.fail("paths as filepath.Clean", "clean", p, "%s, Go: %s", got, filepath.Clean(string(p)))
			} else {
				j.passed++
				j.counts["paths as filepath.Clean"].accepted++
			}
		}
	}
}

func pow(a, b int) int {
	r := 1
	for ; b > 0; b-- {
		r *= a
	}
	return r
}

// folds: the letters that guarded folds (base/utf8.h) are all that Go's comparison of keys can fold to ASCII.
func (j *judge) folds() {
	name := "letters that fold to ASCII"
	j.counts[name] = &results{}
	known := map[rune]rune{0x17f: 's', 0x212a: 'k'}
	for r := rune(0x80); r <= 0x10ffff; r++ {
		for c := rune(0); c < 0x80; c++ {
			if strings.EqualFold(string(r), string(c)) != (known[r] != 0 && known[r] == c|0x20) {
				j.fail(name, "rune", []byte(string(r)), "U+%04X and %q", r, c)
			}
		}
	}
	j.passed++
	j.counts[name].accepted++
}

func main() {
	seed, variants := int64(1), 60
	if len(os.Args) < 3 {
		check(fmt.Errorf("usage: documents CANON DATA [SEED [VARIANTS]]"))
	}
	if len(os.Args) > 3 {
		seed, _ = strconv.ParseInt(os.Args[3], 10, 64)
	}
	if len(os.Args) > 4 {
		variants, _ = strconv.Atoi(os.Args[4])
	}
	j := &judge{c: startCanon(os.Args[1]), counts: map[string]*results{}}
	files, err := filepath.Glob(filepath.Join(os.Args[2], "*", "*", "*.json"))
	check(err)
	samples := 0
	for i, f := range files {
		kind := kindOf(filepath.Base(f))
		if kind == "" {
			continue
		}
		doc, err := os.ReadFile(f)
		check(err)
		samples++
		j.one("as they were written", kind, doc, true)
		mutate(j, rand.New(rand.NewSource(seed+int64(i))), kind, doc, variants)
	}
	j.one("every key of the specification", "config", full(reflect.TypeOf(specs.Spec{})), true)
	mutate(j, rand.New(rand.NewSource(seed)), "config", full(reflect.TypeOf(specs.Spec{})), 4*variants)
	j.paths()
	j.folds()

	names := make([]string, 0, len(j.counts))
	for n := range j.counts {
		names = append(names, n)
	}
	sort.Strings(names)
	fmt.Printf("%-34s %8s %8s %14s %6s\n", "", "accepted", "refused", "(read alike)", "failed")
	for _, n := range names {
		r := j.counts[n]
		fmt.Printf("%-34s %8d %8d %14d %6d\n", n, r.accepted, r.refused, r.refusedAlike, r.failed)
	}
	// A generator that makes nothing nasty would prove nothing.
	for _, n := range nasty {
		if r := j.counts[n]; r == nil || r.refused-r.refusedAlike == 0 {
			fmt.Printf("FAILED %s: no variant was read differently\n", n)
			j.failed++
		}
	}
	if samples < 28 {
		fmt.Printf("FAILED only %d samples\n", samples)
		j.failed++
	}
	fmt.Printf("%d passed, %d failed\n", j.passed, j.failed)
	if j.failed > 0 {
		os.Exit(1)
	}
}
