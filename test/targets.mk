# The test targets; included by the Makefile.

#: make asan           unit tests under AddressSanitizer and UBSan
#: make fuzz           every fuzzer, FUZZ_SECONDS (30) each
#: sudo make differential  command lines and documents, against the real runc's reading
#: sudo make live      escapes, ordinary use and transparency on real engines
#: sudo make vm         AppArmor, SELinux, cgroup v2 and crun, in virtual machines
#: make bench          what a launch costs, side by side in one run

FUZZ_SECONDS ?= 30
FUZZERS := $(patsubst test/fuzz/fuzz_%.c,%,$(sort $(wildcard test/fuzz/fuzz_*.c)))
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

check: $(UNIT) $(B)/guarded $(B)/guardctl
	$(Q)sh test/check.sh $(UNIT)

# The same tests, compiled again under build/asan.
asan:
	$(Q)$(MAKE) --no-print-directory B=$(B)/asan CFLAGS="-O1 -g $(SAN)" FORTIFY= HARDENL= STATIC=-pie RELR= LINK_CTL= asan-check
# Leaks are the fuzzers' to find: a program that ends in exec or exit frees nothing, on purpose.
asan-check: $(UNIT) $(B)/guarded $(B)/guardctl
	$(Q)ASAN_OPTIONS=detect_leaks=0 sh test/check.sh $(UNIT)

# clang's libFuzzer; the library compiled a third time with coverage.
fuzz:
	$(Q)$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang \
		CFLAGS="-O1 -g -fsanitize=fuzzer-no-link $(SAN)" FORTIFY= HARDEN=-fPIE HARDENL= fuzz-run
fuzz-run: $(FUZZERS:%=$(B)/fuzz_%)
	$(Q)sh test/fuzz.sh $(FUZZ_SECONDS) $(B) $(FUZZERS)
$(B)/fuzz_%: test/fuzz/fuzz_%.c $(B)/libguarded.a
	$(call say,FUZZ,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer -o $@ $< $(B)/libguarded.a $(LIBS)

differential: $(B)/test/differential/probe $(B)/test/differential/bolt_reader
	$(Q)python3 test/differential/argv.py $<
	$(Q)sh test/differential/run
	$(Q)sh test/differential/bolt.sh $(B)/test/differential/bolt_reader
$(B)/test/differential/probe: test/differential/probe.c $(B)/libguarded.a
$(B)/test/differential/bolt_reader: test/differential/bolt_reader.c $(B)/libguarded.a
$(B)/test/differential/probe $(B)/test/differential/bolt_reader:
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(LDFLAGS) -pie -o $@ $< $(B)/libguarded.a $(LIBS)

vm: all
	$(Q)GUARDED_BUILD=$(abspath $(B)) python3 test/vm/run.py

.PHONY: vm check asan asan-check fuzz fuzz-run differential

# Each starts private engines; both install what is missing. ROWS=pattern picks rows.
demo: all
	$(Q)GUARDED_BUILD=$(abspath $(B)) /usr/bin/python3 test/live/demo.py
live: all
	$(Q)GUARDED_BUILD=$(abspath $(B)) /usr/bin/python3 test/live/run.py $(ROWS)

.PHONY: demo live

# Everything; the stages and their order are in test/all.sh.
test: deps
	$(Q)B=$(B) MAKE="$(MAKE)" sh test/all.sh
.PHONY: test

# What a launch costs. BENCH=instructions counts instead of timing; BENCH=N sets the rounds.
bench: all $(B)/bench/bench $(B)/bench/fake-runtime $(B)/bench/exec-only $(B)/bench/wrapper
	$(Q)$(B)/bench/bench $(abspath $(B)) $(CURDIR) $(BENCH)
# Static, so that the benchmark's own memory and the fake's start stay small.
$(B)/bench/bench: $(addprefix test/bench/,bench.c launch.c stage.c launch.h stage.h)
$(B)/bench/fake-runtime: test/bench/fake-runtime.c
$(B)/bench/exec-only: test/bench/exec-only.c
$(B)/bench/bench $(B)/bench/fake-runtime $(B)/bench/exec-only:
	$(call say,BENCH,$@)
	$(Q)mkdir -p $(@D) && $(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) $(WERROR) -O2 -static -o $@ $(filter %.c,$^)
$(B)/bench/wrapper: test/bench/wrapper.go
	$(call say,BENCH,$@)
	$(Q)mkdir -p $(@D) && GO111MODULE=off CGO_ENABLED=0 GOCACHE=$(abspath $(B))/bench/go go build -o $@ $<

.PHONY: bench
