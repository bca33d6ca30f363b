# tunnel-bgpd: libbgp.a (pure), bgpd, bgpctl, tests.  `make help` lists what can be made.
#
#   make CC=clang              another compiler          make SANITIZE=1   ASan and UBSan
#   make BUILD=build-x         another output folder     make WERROR=      warnings do not stop
#   make V=1                   commands in full
CC       ?= gcc
BUILD    ?= build$(if $(SANITIZE),-asan)
PREFIX   ?= /usr/local
SYSCONFDIR ?= /etc
WERROR   ?= -Werror
VERSION  := 0.1.0

PKGS      = libevent libnl-3.0 libnl-route-3.0 json-c expat libcap
PKG_CONFIG ?= pkg-config

WARN      = -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
            -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wnull-dereference $(WERROR)
HARDEN    = -fstack-protector-strong -fPIE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2) \
            -fstack-clash-protection
SANITIZERS = address$(comma)undefined$(if $(FUZZ),$(comma)fuzzer-no-link)
OPT       = $(if $(SANITIZE),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZERS) \
            -fno-sanitize-recover=all,-O2 -g)
comma    := ,
Q         = $(if $(V),,@)
say       = $(if $(V),@:,@echo '  $(1)  $(2)')
CFLAGS   ?= $(OPT)
override CFLAGS += -std=c11 -D_GNU_SOURCE -I. -DBGPD_VERSION='"$(VERSION)"' $(WARN) $(HARDEN) -MMD -MP
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=$(SANITIZERS))

LIB_SRC  ?= $(wildcard bgpd/base/*.c bgpd/wire/*.c bgpd/session/*.c bgpd/rib/*.c bgpd/bfd/*.c policy/*.c) \
            $(wildcard fib/sync.c fib/chain.c fib/audit.c fib/guard.c fib/foreign.c bgpd/config/check*.c bgpd/config/diff.c \
            bgpd/config/config.c bgpd/speaker/*.c bgpd/speaker.c)
RIM_SRC   = $(filter-out bgpd/daemon/main.c bgpd/config/print_keys.c $(LIB_SRC),$(wildcard \
            bgpd/config/*.c bgpd/control/*.c fib/*.c bgpd/daemon/*.c))
CLI_SRC   = $(wildcard cli/*.c)
SUPPORT_SRC = $(wildcard tests/support/*.c tests/sim/sim*.c)
UNIT     ?= $(wildcard tests/unit/test_*.c)
SIM      ?= $(wildcard tests/sim/scenario_*.c)

obj       = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB       = $(BUILD)/libbgp.a
RIM       = $(BUILD)/librim.a
UNIT_BIN  = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT))
SIM_BIN   = $(patsubst tests/sim/%.c,$(BUILD)/tests/%,$(SIM))
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null)
CMOCKA     := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)

all: $(BUILD)/bin/bgpd $(BUILD)/bin/bgpctl

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(if $(filter $(BUILD)/bgpd/base/% $(BUILD)/bgpd/wire/%,$@),,$(PKG_CFLAGS)) -c -o $@ $<

$(LIB): $(call obj,$(LIB_SRC))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^

$(RIM): $(call obj,$(RIM_SRC))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^

$(BUILD)/bin/bgpd: $(BUILD)/bgpd/daemon/main.o $(RIM) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/print_keys: $(BUILD)/bgpd/config/print_keys.o $(RIM) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# What is made of bgpd/config/keys.c and committed: the JSON Schema, the list of keys in the manual.
reference: $(BUILD)/print_keys
	$< schema > contrib/bgpd.schema.json
	$< manual < bgpd/bgpd.json.5 > $(BUILD)/bgpd.json.5 && cp $(BUILD)/bgpd.json.5 bgpd/bgpd.json.5

$(BUILD)/bin/bgpctl: $(call obj,$(CLI_SRC)) $(RIM) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# Unit tests of pure modules link with libbgp.a and cmocka alone, which proves that it is pure.
# Those of the rim are named in RIM_TESTS and get its libraries as well.
RIM_TESTS = $(patsubst %,$(BUILD)/tests/test_%,keys load load_policy locate request columns view command client import_aws \
            vici vici_log vici_message vici_sa xfrm_message plain log history report conn control_socket ack_probe echo explain \
            metrics ack_loss \
            nexthop_message route_message link_message notice_filter rtnl_socket)
SUPPORT   = $(BUILD)/libsupport.a
$(SUPPORT): $(call obj,$(SUPPORT_SRC))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^

$(RIM_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(SUPPORT) $(filter-out $(BUILD)/cli/bgpctl.o,$(call obj,$(CLI_SRC))) $(RIM) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(CMOCKA)

$(filter-out $(RIM_TESTS),$(UNIT_BIN)): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(CMOCKA)

$(SIM_BIN): $(BUILD)/tests/%: $(BUILD)/tests/sim/%.o $(SUPPORT) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(CMOCKA)

# What the lab in tests/netns needs: the probe, and tests that are C programs.
NETNS_BIN = $(patsubst tests/netns/%.c,$(BUILD)/tests/%,$(wildcard tests/netns/*.c))

$(BUILD)/tests/probe: $(BUILD)/tests/netns/probe.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

$(filter-out %/probe,$(NETNS_BIN)): $(BUILD)/tests/%: $(BUILD)/tests/netns/%.o $(SUPPORT) $(RIM) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(CMOCKA)

# The rules of the RFCs, played over real connections.  It has no code in common with what it tests.
# The stub is one peer of it, for tests/netns.
CONFORM_SRC = $(filter-out %/stub.c,$(wildcard tests/conformance/*.c))
STUB_SRC    = $(patsubst %,tests/conformance/%.c,stub peer assemble decode)

$(BUILD)/tests/conform: $(call obj,$(CONFORM_SRC))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/stub: $(call obj,$(STUB_SRC))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

CONFORM = BGPD=$(BUILD)/bin/bgpd BGPCTL=$(BUILD)/bin/bgpctl $(BUILD)/tests/conform

check-conformance: all $(BUILD)/tests/conform
	$(CONFORM)

# The same beside BIRD and FRR; takes some minutes.
compare-conformance: all $(BUILD)/tests/conform
	$(CONFORM) --compare > $(BUILD)/COMPARISON.md
	cp $(BUILD)/COMPARISON.md tests/conformance/COMPARISON.md

# Fuzz targets and what makes their seeds: all of it built by clang, in a folder of its own.
FUZZ_BIN = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c tests/fuzz/make_*.c))

FUZZ_WORLD = $(call obj,$(wildcard tests/fuzz/world*.c))

$(FUZZ_BIN): %: %.o $(FUZZ_WORLD) $(SUPPORT) $(RIM) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $(if $(findstring /fuzz_,$@),-fsanitize=fuzzer) -o $@ $^ $(PKG_LIBS)

fuzz:
	$(MAKE) CC=clang SANITIZE=1 FUZZ=1 BUILD=$(BUILD)-fuzz fuzz-programs

fuzz-programs: $(FUZZ_BIN)

tests: $(UNIT_BIN) $(SIM_BIN)

netns-programs: all $(NETNS_BIN) $(BUILD)/tests/loader $(BUILD)/tests/stub

# What needs another kernel than the host's, in a virtual machine.
check-vm: netns-programs
	BUILD=$(abspath $(BUILD)) tests/vm/check

# Ten minutes of loss by chance, with all processors busy.
soak: netns-programs
	BUILD=$(abspath $(BUILD)) tests/netns/soak.sh

bench-failover: netns-programs
	BUILD=$(abspath $(BUILD)) tests/bench/failover.sh -g "kernel bgpd bgpd+bfd bird bird+bfd frr frr+bfd"

# Programs of the benchmarks: they use libbgp.a for messages only.
BENCH_BIN = $(patsubst tests/bench/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))
$(BENCH_BIN): $(BUILD)/tests/%: $(BUILD)/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

bench-rib: all $(BENCH_BIN)
	BUILD=$(abspath $(BUILD)) tests/bench/rib.sh

bench-fib: all $(BENCH_BIN)
	BUILD=$(abspath $(BUILD)) tests/bench/fib.sh

bench-idle: all $(BUILD)/tests/idlers
	BUILD=$(abspath $(BUILD)) tests/bench/idle.sh

check-unit: $(UNIT_BIN) $(SIM_BIN)
	@contrib/run-tests $^

# Configuration and services are the operator's: a new file is put beside an old one, nothing starts.
SBIN  = $(DESTDIR)$(PREFIX)/sbin
MAN   = $(DESTDIR)$(PREFIX)/share/man
DOC   = $(DESTDIR)$(PREFIX)/share/doc/tunnel-bgpd
UNITS = $(DESTDIR)$(PREFIX)/lib/systemd/system
LIBEXEC = $(DESTDIR)$(PREFIX)/lib/tunnel-bgpd

install: all
	install -d $(SBIN) $(LIBEXEC) $(MAN)/man5 $(MAN)/man8 $(DOC) $(UNITS) \
		$(DESTDIR)$(SYSCONFDIR)/bgpd \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(BUILD)/bin/bgpd $(BUILD)/bin/bgpctl $(SBIN)
	install -m 644 bgpd/bgpd.8 cli/bgpctl.8 $(MAN)/man8
	install -m 644 bgpd/bgpd.json.5 $(MAN)/man5
	install -m 644 README.md LICENSE contrib/bgpd.schema.json $(DOC)
	install -m 640 contrib/bgpd.json.example $(DESTDIR)$(SYSCONFDIR)/bgpd
	sed 's|/usr/local|$(PREFIX)|g' contrib/bgpd.service > $(UNITS)/bgpd.service
	sed 's|/usr/local|$(PREFIX)|g' contrib/updown > $(LIBEXEC)/updown
	chmod 755 $(LIBEXEC)/updown
	$(BUILD)/bin/bgpctl completion bash \
		> $(DESTDIR)$(PREFIX)/share/bash-completion/completions/bgpctl

clean:
	rm -rf build build-asan build-fuzz $(BUILD)

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile
	@echo 'targets: all tests reference check-unit check-conformance compare-conformance check-vm fuzz netns-programs soak bench-failover bench-fib bench-rib bench-idle install clean help'

.PHONY: all tests reference check-unit check-conformance check-vm compare-conformance fuzz fuzz-programs netns-programs soak bench-failover bench-fib bench-rib bench-idle install clean help
.SECONDARY:
-include $(shell find $(BUILD) -path $(BUILD)/vm -prune -o -name '*.d' -print 2>/dev/null)
