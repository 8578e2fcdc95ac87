# SPDX-License-Identifier: GPL-2.0-or-later
# guarded: build, test, install. Every target says what it needs; `make help` lists them.

B       ?= build
PREFIX  ?= /usr
SYSCONF ?= /etc
DESTDIR ?=
CC      ?= gcc
V       ?= 0

VERSION := 0.1.0
GO_PATH := /usr/share/gocode

# --- flags -----------------------------------------------------------------------------------
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wformat=2 -Wswitch-enum -Wstrict-prototypes -Wmissing-prototypes \
           -Wwrite-strings -Wpointer-arith -Wvla -Wnull-dereference -Wimplicit-fallthrough
HARDEN  := -fstack-protector-strong -fstack-clash-protection -fPIE -fvisibility=hidden \
           -ftrivial-auto-var-init=zero
# The sanitizers bring their own checks of the library calls that _FORTIFY_SOURCE wraps.
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDENL := -Wl,-z,relro,-z,now,-z,noexecstack,-z,defs
# 3,600 relocations of a static PIE in 1 KB instead of 87: a tenth of what passing a verb on costs.
RELR    := -Wl,-z,pack-relative-relocs
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DGD_VERSION='"$(VERSION)"' -Ilib -Ishim -MMD -MP \
           $(WARN) $(HARDEN) $(FORTIFY) $(WERROR) $(CFLAGS)
# A warning is an error where nobody is there to read it.
WERROR  := $(if $(CI),-Werror,)

# guarded is static: containerd puts the bundle's directory on the library path (engine-facts 2.1),
# so a dynamic runtime could be made to load a container's library.
# The sanitizers are no static libraries: make asan links otherwise.
STATIC  := -static-pie
LIBS    := -ljson-c -lseccomp -lsodium
# OpenSSL for guardctl alone, to import cosign signatures; what guarded would load is paid for at every launch.
LIBS_CTL := $(LIBS) -lcrypto
# OpenSSL could look up hosts and load modules, which a static program should not, and the linker says so; guardctl does
# neither. (binutils 2.40)
LINK_CTL := $(shell ld --help 2>/dev/null | grep -q -- '--no-warnings' && echo -Wl,--no-warnings)

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-8s%s\n' $(1) $(2))

# --- what is built -------------------------------------------------------------------------------
LIB_SRC   := $(sort $(shell find lib -name '*.c'))
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o)
RT_OBJ    := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard shim/runtime/*.c)))
CTL_OBJ   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard shim/ctl/*.c)))
UNIT      := $(patsubst %.c,$(B)/%,$(sort $(wildcard test/unit/test_*.c)))

all: $(B)/guarded $(B)/guardctl

$(B)/libguarded.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

# shim/runtime without its main is tested too.
$(B)/guarded: $(RT_OBJ) $(B)/libguarded.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC) $(HARDENL) $(RELR) -o $@ $^ $(LIBS)

$(B)/guardctl: $(CTL_OBJ) $(B)/libguarded.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC) $(HARDENL) $(LINK_CTL) -o $@ $^ $(LIBS_CTL)

$(B)/%.o: %.c | deps-quiet
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/test/unit/%: test/unit/%.c $(B)/libguarded.a
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -Wno-missing-prototypes $(LDFLAGS) -pie -o $@ $< \
		$(B)/libguarded.a -lcheck -lsubunit -lm -lpthread $(LIBS)

include test/targets.mk

# --- packages ------------------------------------------------------------------------------------
# One list, test/packages.txt; installed only where something is missing and only by root.
deps:
	$(Q)sh test/deps.sh

deps-quiet:
	$(Q)sh test/deps.sh --quiet

# --- checks ------------------------------------------------------------------------------------
layering:
	$(Q)sh test/layering.sh

lint: layering
	$(Q)sh test/lint.sh

# --- install ---------------------------------------------------------------------------------------
install: all
	$(Q)sh test/install.sh "$(DESTDIR)" "$(PREFIX)" "$(SYSCONF)" "$(B)"

clean:
	$(Q)rm -rf $(B)

help:
	@sed -n 's/^#: //p' Makefile test/targets.mk

#: make               build guarded and guardctl into build/
#: sudo make demo     the main job on a real engine: containers running, conformed, refused
#: sudo make test     everything: unit, differential, fuzz, live, bench
#: make check         unit tests, no root
#: make lint          layering, static analysis, manual pages
#: make install       DESTDIR= PREFIX=; leaves the default policy, extending baseline, applied

.PHONY: all deps deps-quiet layering lint install clean help
.DELETE_ON_ERROR:
-include $(LIB_OBJ:.o=.d) $(RT_OBJ:.o=.d) $(CTL_OBJ:.o=.d)
