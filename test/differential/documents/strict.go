// SPDX-License-Identifier: GPL-2.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// node is a value as it stands in a text: members in order, duplicates kept, scalars as written.
type node struct {
	kind    byte // { [ or s for a scalar
	members []member
	items   []*node
	raw     string
}

type member struct {
	key string // as written, with its quotes
	val *node
}

// parser is RFC 8259 to the letter, written apart from both guarded's and Go's.
type parser struct {
	s string
	i int
}

func strictParse(doc []byte) (n *node, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = nil, fmt.Errorf("%v", r)
		}
	}()
	if !utf8.Valid(doc) {
		panic("not UTF-8")
	}
	p := &parser{s: string(doc)}
	p.space()
	n = p.value(0)
	p.space()
	if p.i != len(p.s) {
		panic("something follows")
	}
	return n, nil
}

func (p *parser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *parser) peek() byte {
	if p.i >= len(p.s) {
		panic("ends")
	}
	return p.s[p.i]
}

func (p *parser) take(c byte) bool {
	p.space()
	if p.peek() != c {
		return false
	}
	p.i++
	p.space()
	return true
}

func (p *parser) value(depth int) *node {
	if depth > 5000 {
		panic("deep")
	}
	switch c := p.peek(); {
	case c == '{':
		n := &node{kind: '{'}
		p.i++
		for first := true; !p.take('}'); first = false {
			if !first && !p.take(',') {
				panic("no comma")
			}
			if p.peek() != '"' {
				panic("no key")
			}
			key := p.str()
			if !p.take(':') {
				panic("no colon")
			}
			n.members = append(n.members, member{key, p.value(depth + 1)})
		}
		return n
	case c == '[':
		n := &node{kind: '['}
		p.i++
		for first := true; !p.take(']'); first = false {
			if !first && !p.take(',') {
				panic("no comma")
			}
			n.items = append(n.items, p.value(depth+1))
		}
		return n
	case c == '"':
		return &node{kind: 's', raw: p.str()}
	}
	from := p.i
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n,]}:", p.s[p.i]) < 0 {
		p.i++
	}
	raw := p.s[from:p.i]
	if raw != "true" && raw != "false" && raw != "null" && !number(raw) {
		panic("no value: " + raw)
	}
	return &node{kind: 's', raw: raw}
}

func number(s string) bool {
	s = strings.TrimPrefix(s, "-")
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	if strings.HasPrefix(s, "0") {
		s = s[1:]
	} else if !digits() {
		return false
	}
	if strings.HasPrefix(s, ".") {
		if s = s[1:]; !digits() {
			return false
		}
	}
	if len(s) > 0 && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if !digits() {
			return false
		}
	}
	return s == ""
}

func (p *parser) str() string {
	from := p.i
	high := false // a high surrogate waits for its low one
	for p.i++; ; p.i++ {
		c := p.peek()
		if high && c != '\\' {
			panic("half a pair")
		}
		switch {
		case c < ' ':
			panic("control character")
		case c == '"':
			p.i++
			return p.s[from:p.i]
		case c == '\\':
			p.i++
			e := p.peek()
			if strings.IndexByte(`"\/bfnrtu`, e) < 0 {
				panic("escape")
			}
			if e != 'u' {
				if high {
					panic("half a pair")
				}
				continue
			}
			if p.i+4 >= len(p.s) {
				panic("ends")
			}
			var v rune
			for k := 1; k <= 4; k++ {
				d := strings.IndexByte("0123456789abcdef", p.s[p.i+k]|0x20)
				if d < 0 || p.s[p.i+k] < '0' {
					panic("escape")
				}
				v = v<<4 | rune(d)
			}
			p.i += 4
			low := v >= 0xdc00 && v <= 0xdfff
			if high != low {
				panic("half a pair")
			}
			high = v >= 0xd800 && v <= 0xdbff
			if v == 0 {
				panic("NUL")
			}
		}
	}
}

func decoded(key string) string {
	var s string
	if err := json.Unmarshal([]byte(key), &s); err != nil {
		panic(err)
	}
	return s
}

// fields: exactly spelt names of a struct with the types of their values.
func fields(t reflect.Type) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if f.Anonymous {
			for k, v := range fields(f.Type) {
				m[k] = v
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		m[name] = f.Type
	}
	return m
}

// view prints a document as a parser reads it that goes by exact names, and of two equal keys takes the last
// or the first whole.
func view(b *strings.Builder, n *node, t reflect.Type, last bool) {
	for t != nil && t.Kind() == reflect.Ptr {
		t = t.Elem()
	}
	switch n.kind {
	case 's':
		b.WriteString(n.raw)
	case '[':
		var elem reflect.Type
		if t != nil && t.Kind() == reflect.Slice {
			elem = t.Elem()
		}
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			view(b, item, elem, last)
		}
		b.WriteByte(']')
	case '{':
		viewObject(b, n, t, last)
	}
}

func viewObject(b *strings.Builder, n *node, t reflect.Type, last bool) {
	at := map[string]int{}
	var order []string
	for i, m := range n.members {
		k := decoded(m.key)
		if _, there := at[k]; !there {
			order = append(order, k)
			at[k] = i
		} else if last {
			at[k] = i
		}
	}
	b.WriteByte('{')
	first := true
	for _, k := range order {
		var sub reflect.Type
		if t != nil && t.Kind() == reflect.Struct {
			known := false
			if sub, known = fields(t)[k]; !known {
				continue
			}
		} else if t != nil && t.Kind() == reflect.Map {
			sub = t.Elem()
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		m := n.members[at[k]]
		b.WriteString(m.key + ":")
		view(b, m.val, sub, last)
	}
	b.WriteByte('}')
}

// differs says how a strict parser reads a document otherwise than Go does, "" where it does not.
func differs(t reflect.Type, doc []byte, read interface{}, goErr error) string {
	n, err := strictParse(doc)
	switch {
	case err != nil:
		return "a strict parser refuses it: " + err.Error()
	case n.kind != '{':
		return "it is no object"
	case goErr != nil:
		return "Go refuses it: " + goErr.Error()
	}
	for _, last := range []bool{true, false} {
		var b strings.Builder
		view(&b, n, t, last)
		other := reflect.New(t).Interface()
		if err := json.Unmarshal([]byte(b.String()), other); err != nil {
			return "by exact names it is refused: " + err.Error()
		}
		if !reflect.DeepEqual(read, other) {
			return fmt.Sprintf("by exact names (last of two: %v) it is another document", last)
		}
	}
	return ""
}
