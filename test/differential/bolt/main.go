// SPDX-License-Identifier: GPL-2.0-or-later

// What the reader of bbolt files is tested with: Debian's own bbolt.
//
//	bolt fixture FILE	a small database of every shape, always the same; test/unit/test_bolt.c knows what is in it
//	bolt write FILE		commits transactions as fast as it can until its standard input ends; each is consistent in
//				itself and differs from the one before in every value, in its keys and its buckets
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func bucket(parent interface {
	CreateBucketIfNotExists([]byte) (*bolt.Bucket, error)
}, name string) *bolt.Bucket {
	b, err := parent.CreateBucketIfNotExists([]byte(name))
	check(err)
	return b
}

func fixture(name string) {
	db, err := bolt.Open(name, 0600, &bolt.Options{PageSize: 1024, NoSync: true})
	check(err)
	check(db.Update(func(tx *bolt.Tx) error {
		v1 := bucket(tx, "v1")
		many := bucket(v1, "many") // branch pages above one another
		for i := 0; i < 400; i++ {
			check(many.Put([]byte(fmt.Sprintf("key-%04d", i)), []byte(fmt.Sprintf("value %d of many, made longer", i))))
		}
		inline := bucket(v1, "inline")
		check(inline.Put([]byte("a"), []byte("alpha")))
		check(inline.Put([]byte("b"), []byte{0, 1, 2}))
		check(inline.Put([]byte("empty"), nil))
		deep := bucket(bucket(bucket(v1, "x"), "y"), "z")
		check(deep.Put([]byte("bottom"), []byte("reached")))
		bucket(v1, "nothing")
		large := bucket(v1, "large") // overflow pages
		check(large.Put([]byte("value"), bytes.Repeat([]byte("0123456789abcdef"), 625)))
		return nil
	}))
	check(db.Update(func(tx *bolt.Tx) error { return bucket(tx, "second").Put([]byte("transaction"), []byte("2")) }))
	var size int64 // without what was only reserved
	check(db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil }))
	check(db.Close())
	check(os.Truncate(name, size))
}

// A value that tells transaction and key, and fails its own check when it is half another's.
func value(n uint64, key int) []byte {
	v := make([]byte, 16+(n*31+uint64(key)*17)%600)
	binary.LittleEndian.PutUint64(v, n)
	binary.LittleEndian.PutUint64(v[8:], uint64(key))
	for i := 16; i < len(v); i++ {
		v[i] = byte(n + uint64(i))
	}
	return v
}

func transaction(tx *bolt.Tx, n uint64) {
	var eight [8]byte
	binary.LittleEndian.PutUint64(eight[:], n)
	head := bucket(tx, "head")
	check(head.Put([]byte("n"), eight[:]))
	items := bucket(bucket(tx, "v1"), "items")
	keys := int(100 + n%100)
	for i := 0; i < 200; i++ {
		key := []byte(fmt.Sprintf("item-%03d", i))
		if i < keys {
			check(items.Put(key, value(n, i)))
		} else {
			check(items.Delete(key))
		}
	}
	generations := bucket(tx, "generations")
	check(bucket(generations, fmt.Sprintf("g%d", n)).Put([]byte("n"), eight[:]))
	if n > 3 {
		if name := []byte(fmt.Sprintf("g%d", n-3)); generations.Bucket(name) != nil {
			check(generations.DeleteBucket(name))
		}
	}
}

func write(name string) {
	db, err := bolt.Open(name, 0600, &bolt.Options{NoSync: true, Timeout: time.Second})
	check(err)
	end := make(chan bool)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		end <- true
	}()
	for n := uint64(1); ; n++ {
		check(db.Update(func(tx *bolt.Tx) error { transaction(tx, n); return nil }))
		if n == 1 {
			fmt.Println("ready")
		}
		select {
		case <-end:
			check(db.Close())
			fmt.Println(n)
			return
		default:
		}
	}
}

func main() {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "fixture":
		fixture(os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "write":
		write(os.Args[2])
	default:
		check(fmt.Errorf("usage: bolt fixture|write FILE"))
	}
}
