// SPDX-License-Identifier: GPL-2.0-or-later

// The least that a wrapper in Go does: on create read the document, decode it, encode it again, replace it;
// then become the runtime. It decides nothing and keeps no record.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func rewrite(bundle string) error {
	path := filepath.Join(bundle, "config.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var document map[string]interface{}
	if err := json.Unmarshal(text, &document); err != nil {
		return err
	}
	if text, err = json.Marshal(document); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func main() {
	runtime, args := os.Args[1], os.Args[2:]
	create := false
	for i, arg := range args {
		create = create || arg == "create"
		if create && arg == "--bundle" && i+1 < len(args) {
			if err := rewrite(args[i+1]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
	err := syscall.Exec(runtime, append([]string{runtime}, args...), os.Environ())
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
