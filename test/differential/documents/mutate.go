// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
)

func (n *node) print(b *strings.Builder) {
	switch n.kind {
	case 's':
		b.WriteString(n.raw)
	case '[':
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.print(b)
		}
		b.WriteByte(']')
	case '{':
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(m.key + ":")
			m.val.print(b)
		}
		b.WriteByte('}')
	}
}

func (n *node) text() []byte {
	var b strings.Builder
	n.print(&b)
	return []byte(b.String())
}

func (n *node) copy() *node {
	c := &node{kind: n.kind, raw: n.raw}
	for _, m := range n.members {
		c.members = append(c.members, member{m.key, m.val.copy()})
	}
	for _, item := range n.items {
		c.items = append(c.items, item.copy())
	}
	return c
}

// collect lists the nodes of a tree that want takes.
func (n *node) collect(want func(*node) bool) []*node {
	var all []*node
	if want(n) {
		all = append(all, n)
	}
	for _, m := range n.members {
		all = append(all, m.val.collect(want)...)
	}
	for _, item := range n.items {
		all = append(all, item.collect(want)...)
	}
	return all
}

func full1(n *node) bool { return n.kind == '{' && len(n.members) > 0 }
func list(n *node) bool  { return n.kind == '[' }
func num(n *node) bool {
	return n.kind == 's' && n.raw != "" && strings.IndexByte("-0123456789", n.raw[0]) >= 0
}
func str(n *node) bool    { return n.kind == 's' && strings.HasPrefix(n.raw, `"`) }
func anyNode(*node) bool  { return true }
func scalar(n *node) bool { return n.kind == 's' }

type mutation struct {
	name string
	do   func(r *rand.Rand, root *node) bool // false: nothing to change in this one
}

func pick(r *rand.Rand, root *node, want func(*node) bool) *node {
	all := root.collect(want)
	if len(all) == 0 {
		return nil
	}
	return all[r.Intn(len(all))]
}

func choose(r *rand.Rand, of ...string) string { return of[r.Intn(len(of))] }

func insert(r *rand.Rand, n *node, m member) {
	at := r.Intn(len(n.members) + 1)
	n.members = append(n.members[:at], append([]member{m}, n.members[at:]...)...)
}

func swapCase(r *rand.Rand, key string) string {
	b := []byte(key)
	for i := range b {
		if (b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z' && r.Intn(3) == 0 && (i == 0 || b[i-1] != '\\') {
			b[i] ^= 0x20
		}
	}
	return string(b)
}

func foldKey(r *rand.Rand, key string) string {
	long, kelvin := choose(r, "\u017f", `\u017f`, `\u017F`), choose(r, "\u212a", `\u212a`, `\u212A`)
	return strings.NewReplacer("s", long, "k", kelvin, "S", long, "K", kelvin).Replace(key)
}

// partial is what Go would merge into the first of two equal keys.
func partial(r *rand.Rand, v *node) *node {
	c := v.copy()
	if c.kind == '{' && len(c.members) > 1 {
		c.members = c.members[:1+r.Intn(len(c.members)-1)]
	}
	if c.kind == '[' && len(c.items) > 0 {
		c.items = c.items[:r.Intn(len(c.items))+1]
		for i := range c.items {
			c.items[i] = partial(r, c.items[i])
		}
	}
	return c
}

// onKey changes or adds a key made of another.
func onKey(alone bool, change func(*rand.Rand, string) string) func(*rand.Rand, *node) bool {
	return func(r *rand.Rand, root *node) bool {
		n := pick(r, root, full1)
		if n == nil {
			return false
		}
		i := r.Intn(len(n.members))
		key := change(r, n.members[i].key)
		if alone {
			n.members[i].key = key
		} else {
			insert(r, n, member{key, partial(r, pick(r, root, anyNode))})
		}
		return true
	}
}

// onValue puts one of some texts in the place of a value.
func onValue(want func(*node) bool, texts ...string) func(*rand.Rand, *node) bool {
	return func(r *rand.Rand, root *node) bool {
		n := pick(r, root, want)
		if n == nil || n == root {
			return false
		}
		*n = node{kind: 's', raw: choose(r, texts...)}
		return true
	}
}

var inTree = []mutation{
	{"key twice, other value", func(r *rand.Rand, root *node) bool {
		n := pick(r, root, full1)
		if n == nil {
			return false
		}
		m := n.members[r.Intn(len(n.members))]
		insert(r, n, member{m.key, pick(r, root, anyNode).copy()})
		return true
	}},
	{"key twice, part of the value", func(r *rand.Rand, root *node) bool {
		n := pick(r, root, full1)
		if n == nil {
			return false
		}
		m := n.members[r.Intn(len(n.members))]
		insert(r, n, member{m.key, partial(r, m.val)})
		return true
	}},
	{"key in other case, alone", onKey(true, swapCase)},
	{"key in other case, beside", onKey(false, swapCase)},
	{"key with long s or Kelvin, alone", onKey(true, foldKey)},
	{"key with long s or Kelvin, beside", onKey(false, foldKey)},
	{"key with NUL", onKey(false, func(r *rand.Rand, k string) string {
		return k[:len(k)-1] + choose(r, `\u0000"`, "\x00\"", `\u0000x"`)
	})},
	{"key with an escape", onKey(true, func(r *rand.Rand, k string) string {
		i := 1 + r.Intn(len(k)-1)
		if i == len(k)-1 || k[i] == '\\' || k[i] >= 0x80 || k[i-1] == '\\' {
			return k
		}
		return fmt.Sprintf(`%s\u%04x%s`, k[:i], k[i], k[i+1:])
	})},
	{"key in bad bytes", onKey(false, func(r *rand.Rand, k string) string {
		return k[:len(k)-1] + choose(r, "\xff\"", "\xed\xa0\x80\"", `\ud800"`, "\xc0\xaf\"", "\t\"")
	})},
	{"key unknown", func(r *rand.Rand, root *node) bool {
		n := pick(r, root, full1)
		if n == nil {
			return false
		}
		insert(r, n, member{choose(r, `"x"`, `""`, `"args "`, `"bind"`, `"__proto__"`), pick(r, root, anyNode).copy()})
		return true
	}},
	{"number otherwise", onValue(num, "0.0", "1e0", "-0", "-1", "18446744073709551615", "18446744073709551616",
		"4294967296", "9223372036854775808", "-9223372036854775809", "99999999999999999999999", `"0"`, "true", "null",
		"[]", "{}", "07", "+1", "0x10", "NaN", "1.", ".5", "1E+2", "-", "1_0", "65536", "2147483648", "-0.0", "Infinity")},
	{"string otherwise", onValue(str, "null", "1", "true", "[]", "{}", `"\u0000"`, "\"\x00\"", "\"\xff\"", `"\ud800"`,
		`"\udc00\ud800"`, "\"\n\"", "'x'", `"\x41"`, `"\u12"`, "\"\xed\xa0\x80\"", `"\uD83D\uDE00"`, "\"\u2028\"", `"\/"`,
		`"\u003c"`, `"<&>"`, "\"\xf4\x90\x80\x80\"", `"\ufffd"`, "\"\x7f\"", `"\u007f"`, `"`)},
	{"word otherwise", onValue(scalar, "TRUE", "True", "Null", "nil", "undefined", "truefalse", "tru", "", "true true")},
	{"null somewhere", onValue(anyNode, "null")},
	{"null in a list", func(r *rand.Rand, root *node) bool {
		n := pick(r, root, list)
		if n == nil {
			return false
		}
		n.items = append(n.items, &node{kind: 's', raw: "null"})
		return true
	}},
	{"another kind of value", func(r *rand.Rand, root *node) bool {
		a, b := pick(r, root, anyNode), pick(r, root, anyNode)
		if a == root {
			return false
		}
		*a = *b.copy()
		return true
	}},
	{"deep", func(r *rand.Rand, root *node) bool {
		n := pick(r, root, scalar)
		if n == nil {
			return false
		}
		d := 1 + r.Intn(200)
		*n = node{kind: 's', raw: strings.Repeat("[", d) + strings.Repeat("]", d)}
		return true
	}},
}

// inText changes bytes without regard for structure.
var inText = []struct {
	name string
	do   func(r *rand.Rand, doc []byte) []byte
}{
	{"something behind", func(r *rand.Rand, doc []byte) []byte {
		return append(doc, choose(r, "x", "{}", "}", "\x00", ",", "\n{\"process\":{}}", "//x", "/**/", "null", "\xff", "\u00a0", "\v")...)
	}},
	{"something before", func(r *rand.Rand, doc []byte) []byte {
		return append([]byte(choose(r, "\ufeff", "x", "\x00", "/**/", "//x\n", "[", "null", "{}", "\xff\xfe", "\v")), doc...)
	}},
	{"space", func(r *rand.Rand, doc []byte) []byte {
		return append([]byte(choose(r, " ", "\n\n", "\t")), append(doc, choose(r, "\n", " \r\n", "\t\t")...)...)
	}},
	{"comment or comma inside", func(r *rand.Rand, doc []byte) []byte {
		at := 1 + r.Intn(len(doc)-1)
		return []byte(string(doc[:at]) + choose(r, "/**/", "//\n", ",", "#\n", "\x00", "\v", "\u2028", " ", "\\") + string(doc[at:]))
	}},
	{"single quotes", func(r *rand.Rand, doc []byte) []byte {
		s := string(doc)
		at := strings.IndexByte(s[r.Intn(len(s)):], '"')
		if at < 0 || r.Intn(4) == 0 {
			return []byte(strings.ReplaceAll(s, `"`, "'"))
		}
		return []byte(strings.Replace(s, `"`, "'", 2+r.Intn(20)))
	}},
	{"cut", func(r *rand.Rand, doc []byte) []byte { return doc[:r.Intn(len(doc))] }},
	{"bytes changed", func(r *rand.Rand, doc []byte) []byte {
		for n := 1 + r.Intn(3); n > 0; n-- {
			doc[r.Intn(len(doc))] = byte(r.Intn(256))
		}
		return doc
	}},
	{"bits changed", func(r *rand.Rand, doc []byte) []byte {
		doc[r.Intn(len(doc))] ^= 1 << uint(r.Intn(8))
		return doc
	}},
	{"bytes moved", func(r *rand.Rand, doc []byte) []byte {
		a, b := r.Intn(len(doc)), r.Intn(len(doc))
		if a > b {
			a, b = b, a
		}
		at := r.Intn(len(doc))
		return []byte(string(doc[:at]) + string(doc[a:b]) + string(doc[at:]))
	}},
	{"UTF-16", func(r *rand.Rand, doc []byte) []byte {
		var out []byte
		for _, c := range doc {
			out = append(out, c, 0)
		}
		return out
	}},
}

// nasty kinds must have made at least one document that is read differently.
var nasty = []string{"key twice, other value", "key twice, part of the value", "key in other case, beside",
	"key with long s or Kelvin, alone", "key with NUL", "key in bad bytes", "number otherwise", "string otherwise",
	"something behind", "something before", "comment or comma inside", "single quotes", "bytes changed", "UTF-16"}

func mutate(j *judge, r *rand.Rand, kind string, doc []byte, variants int) {
	root, err := strictParse(doc)
	check(err)
	for i := 0; i < variants; i++ {
		for _, m := range inTree {
			tree := root.copy()
			changed := m.do(r, tree)
			// Now and then two at once: one mutation may hide another from guarded.
			if r.Intn(5) == 0 {
				changed = inTree[r.Intn(len(inTree))].do(r, tree) || changed
			}
			if changed {
				j.one(m.name, kind, tree.text(), false)
			}
		}
		for _, m := range inText {
			j.one(m.name, kind, m.do(r, append([]byte{}, root.text()...)), false)
		}
		if len(doc) > 4000 && i*len(doc) > variants*1500 {
			return // large documents are slow and not nastier
		}
	}
}

// full writes a document with every field of a type, so that no key goes untried.
func full(t reflect.Type) []byte {
	return []byte(fullValue(t))
}

// elsewhere: what guarded does not know, on purpose.
var elsewhere = map[string]bool{"solaris": true, "windows": true, "vm": true, "zos": true, "freebsd": true}

func fullValue(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Ptr:
		return fullValue(t.Elem())
	case reflect.Slice:
		return "[" + fullValue(t.Elem()) + "]"
	case reflect.Map:
		if t.Elem().Kind() != reflect.String {
			return `{"k":` + fullValue(t.Elem()) + `}`
		}
		return `{"k":` + fullValue(t.Elem()) + `,"K":` + fullValue(t.Elem()) + `}` // case counts in these
	case reflect.String:
		return `"s"`
	case reflect.Bool:
		return "true"
	case reflect.Struct:
		var parts []string
		for _, name := range sortedFields(t) {
			if !elsewhere[name] {
				parts = append(parts, `"`+name+`":`+fullValue(fields(t)[name]))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "7"
}

func sortedFields(t reflect.Type) []string {
	var names []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if f.Anonymous {
			names = append(names, sortedFields(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
