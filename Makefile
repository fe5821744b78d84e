# padam: GNU make, Debian 12 first. `make help` lists the targets and variables.

VERSION := 0.1.0

BUILD   ?= build#           ## folder for everything built
PREFIX  ?= /usr/local#      ## where install puts things, below DESTDIR
SAN     ?=#                 ## sanitizers, e.g. address,undefined (give it a BUILD of its own)
GPIOD_PREFIX ?=#            ## an unpacked libgpiod, e.g. build/gpiod2/usr, instead of the system's
MIB_ROOT ?=#                ## a site's own OID for PADAM-MIB, e.g. 1.3.6.1.4.1.99999
STATIC  ?= -static#         ## how padam-play-server is linked; empty for the system's libc
WERROR  ?= -Werror#         ## empty for compilers with warnings this tree has not met
DIRECTORIES ?= base core config ports wire engine agentx cli play stand_in# ## what unit tests are linked with
TESTS   ?= test_*#          ## which unit tests, e.g. test_core_*
SECONDS ?= 60#              ## how long make fuzz takes for each target
COVERED ?= check-unit check-scenarios check-scripts check-faults check-live-short torture-short check-servers demo check-lab-short# ## what make coverage runs
SANITIZED ?= asan tsan#     ## what make check-sanitized builds with
LEFT_OUT ?=#                ## unit tests and scripts not to run, by name
FUZZ    ?= $(fuzz_targets) sets# ## which targets, e.g. "config scenario"
V       ?=#                 ## 1 shows whole command lines
CPPFLAGS ?= $(if $(SAN),,-D_FORTIFY_SOURCE=2)
CFLAGS  ?= -O2 -g -fstack-protector-strong
LDFLAGS ?= -Wl,-z,relro,-z,now

PKG_CONFIG   ?= pkg-config
CLANG        ?= clang
CLANG_FORMAT ?= clang-format
CLANG_TIDY   ?= clang-tidy
CPPCHECK     ?= cppcheck
JOBS         ?= 2

# How much more time tests give to programs that a sanitizer watches.
SLOWNESS = $(if $(findstring thread,$(SAN)),10,$(if $(SAN),4,1))
export SLOWNESS

# ---- flags --------------------------------------------------------------------------------------

warnings := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-align -Wcast-qual -Wwrite-strings -Wformat=2 \
	-Wundef -Wvla -Wimplicit-fallthrough -Wnull-dereference -Wredundant-decls
cppflags := -D_GNU_SOURCE -DPADAM_VERSION='"$(VERSION)"' -Isubagent
sanitize := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
compile   = $(CC) -std=c11 $(warnings) $(cppflags) $(CPPFLAGS) $(CFLAGS) $(sanitize)
link      = $(CC) $(CFLAGS) $(counting) $(sanitize) -Wl,--as-needed $(LDFLAGS)
counting  = $(if $(COUNTED),--coverage $(counted_end:%=-Wl,--wrap=%) $(dump))
counted_end := _exit fork execv execvp
dump      = $(if $(COUNTED),$(BUILD)/dump.o)
say       = $(if $(V),,@echo "  $@"; )

# ---- libraries ----------------------------------------------------------------------------------

gpiod_pc      := $(wildcard $(GPIOD_PREFIX)/lib/*/pkgconfig)
gpiod_version := $(shell PKG_CONFIG_PATH=$(if $(GPIOD_PREFIX),$(gpiod_pc)) \
	$(PKG_CONFIG) --modversion libgpiod 2>/dev/null)
gpiod_major   := $(firstword $(subst ., ,$(gpiod_version)))
ifdef GPIOD_PREFIX
gpiod_libdir  := $(abspath $(gpiod_pc)/..)
gpiod_cflags  := -isystem $(GPIOD_PREFIX)/include
gpiod_libs    := -L$(gpiod_libdir) -Wl,-rpath,$(gpiod_libdir) -lgpiod
else
gpiod_libs    := -lgpiod
endif

padamd_libs       := -lsystemd -lsqlite3 -lconfig -lupsclient $(gpiod_libs)
padam-agentx_libs := -lnetsnmpmibs -lnetsnmpagent -lnetsnmp -lsystemd
padam_libs        := -lsqlite3 -lconfig -lsystemd -lm
padam-play_libs   := $(padam_libs) -lnetsnmp
all_libs          := $(sort $(padam_libs) -lsystemd) $(padam-agentx_libs) -lupsclient $(gpiod_libs)

# ---- sources ------------------------------------------------------------------------------------

sources_in   = $(filter-out $(other_gpiod),$(wildcard $(1:%=subagent/%/*.c) $(1:%=subagent/%/*/*.c)))
objects_in   = $(patsubst subagent/%.c,$(BUILD)/obj/%.o,$(call sources_in,$(1)))
other_gpiod := $(if $(filter 2,$(gpiod_major)),%/lines_gpiod1.c,%/lines_gpiod2.c)

objects := $(call objects_in,$(DIRECTORIES))
mains   := $(filter %/main.o,$(objects))
library := $(BUILD)/libpadam-all.a

padamd_objects       := $(call objects_in,base core config ports wire engine)
padam-agentx_objects := $(call objects_in,base wire agentx) $(BUILD)/obj/core/enums.o
padam-play_objects   := $(call objects_in,base core config wire play)
padam-play-server_objects := $(addprefix $(BUILD)/obj/,stand_in/main.o stand_in/request.o base/text.o wire/socket.o)
padam_objects        := $(call objects_in,base core config wire cli)

program_if = $(if $(wildcard subagent/$(1)/main.c),$(BUILD)/$(2))
programs  := $(call program_if,engine,padamd) $(call program_if,agentx,padam-agentx) \
	$(call program_if,cli,padam) $(call program_if,play,padam-play) $(call program_if,stand_in,padam-play-server)

unit_tests := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/$(TESTS).c))
fake_engine  := $(BUILD)/tests/fake-engine
bench_programs := $(addprefix $(BUILD)/tests/,ask rival iterator relay)
set_client     := $(BUILD)/tests/set
bench_clients  := viewer history
fleet_programs := $(BUILD)/tests/poll
kill_at      := $(BUILD)/tests/kill-at.so
fail_at      := $(BUILD)/tests/fail-at.so
lab_lines    := $(BUILD)/tests/lab-lines
lab_hang     := $(BUILD)/tests/hang.so
test_objects := $(patsubst tests/unit/%.c,$(BUILD)/obj/tests/%.o,\
	$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))

deb_source := $(BUILD)/deb/padam-$(VERSION)
packed   := Makefile CHANGELOG.md LICENSE README.md debian docs mibs nms subagent

languages  := $(patsubst subagent/po/%.po,%,$(wildcard subagent/po/*.po))
catalogues := $(languages:%=$(BUILD)/locale/%/LC_MESSAGES/padam.mo) $(BUILD)/locale/any.utf8
locale_dir := $(BUILD)/locale-dir

mib_dir  := $(if $(MIB_ROOT),$(BUILD)/mib,mibs)
nms_dir  := $(if $(MIB_ROOT),$(BUILD)/nms,nms)
mib_root := $(BUILD)/mib-root
nms_made := $(if $(MIB_ROOT),$(shell find nms -type f))

# ---- what people call ---------------------------------------------------------------------------

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: check-lab-sanitized check-lab-valgrind all analyze bench demo fleet deb check check-deb check-faults check-live check-live-short check-nms check-report check-unit check-scenarios check-scripts check-sanitized check-valgrind check-lab check-lab-short check-lab-long lab lint lint-format picture-report picture-terminal pot \
	lint-tidy lint-cppcheck lint-includes format install install-files install-mib install-units \
	uninstall clean coverage coverage-run fuzz fuzz-programs help programs sanitized-programs lab-programs mutate mutate-run gpiod2 mib torture torture-stack torture-short FORCE

all: ## build everything (installs what the build needs)
	@tests/install-packages build
	@$(MAKE) --no-print-directory programs

demo: ## play a whole power cut on this machine, without hardware
	@tests/install-packages build check
	@$(MAKE) --no-print-directory programs
	@BUILD=$(BUILD) tests/demo

check: ## unit tests, scenarios and every other test that needs no lab
	@tests/install-packages build check
	@$(MAKE) --no-print-directory programs
	@$(MAKE) --no-print-directory -k check-unit check-scenarios check-scripts

BENCH ?= snmp idle edge late start lab servers
bench: ## padam beside what else there is (BENCH="snmp idle edge late start lab servers"; ROWS=10000, IDLE_S=60, EDGES=1000, SITES=4 ROUNDS=4, COUNT=1000 PARALLEL=64)
	@tests/install-packages build check $(filter lab,$(BENCH))
	@$(MAKE) --no-print-directory programs $(fake_engine) $(bench_programs) $(bench_clients:%=$(BUILD)/tests/%)
	@BUILD=$(BUILD) tests/bench/run $(BENCH)

fleet: ## many sites on this machine, polled until it saturates, and an outage of all (SITES=40, SERVERS=10, STAGE_S=5, IDLE_S=30)
	@tests/install-packages build check fleet
	@$(MAKE) --no-print-directory programs $(fleet_programs)
	@BUILD=$(BUILD) tests/fleet/run

check-servers: ## outages with real sshd servers, BMCs, UPSes and a crowd of servers, in network namespaces; as root
	@tests/install-packages build check servers
	@$(MAKE) --no-print-directory programs
	@JOBS=1 BUILD=$(BUILD) tests/run-scripts tests/engine/check-ups tests/servers/check-probe tests/servers/check-crowd
	@BUILD=$(BUILD) tests/servers/check-servers || [ $$? = 77 ]

check-faults: ## one call to a library or the kernel fails, each in turn, in padamd, padam-agentx, padam and padam-play
	@tests/install-packages build check
	@$(MAKE) --no-print-directory programs $(fake_engine) $(fail_at)
	@BUILD=$(BUILD) tests/faults/check-faults

lab: ## build the lab's kernel once and keep it in the user's cache
	@tests/install-packages lab
	@tests/lab/kernel >/dev/null

check-lab: ## real GPIO devices in a kernel of their own, libgpiod 1 and 2
	@tests/install-packages build check lab
	@$(MAKE) --no-print-directory lab-programs lab
	@BUILD=$(BUILD) tests/lab/check

check-lab-short: ## each of its scripts and some scenarios once, every other one with libgpiod 2
	@tests/install-packages build check lab
	@$(MAKE) --no-print-directory lab-programs lab
	@BUILD=$(BUILD) tests/lab/check -s tests/lab/guest/* $(call scenarios_named,$(short_lab))

check-lab-long: ## three hundred outages in a row there, GUEST="OUTAGES=300 SEED=1", and the scenarios of an hour
	@tests/install-packages build check lab
	@$(MAKE) --no-print-directory lab-programs lab
	@BUILD=$(BUILD) LIMIT_S=3000 GUEST_LIMIT_S=1000000 tests/lab/check tests/lab/long/* $$(grep -l "^# lab: long$$" tests/scenarios/*)

check-nms: ## nms/ in the real ones: Zabbix 6.0 and 7.0 with an outage played, SNMPTT, snmp_exporter, Icinga; LibreNMS' files
	@tests/install-packages build check nms
	@$(MAKE) --no-print-directory programs $(fake_engine)
	@JOBS=1 BUILD=$(BUILD) tests/run-scripts tests/nms/check-zabbix tests/nms/check-zabbix-7.0 tests/nms/check-snmptt tests/nms/check-prometheus tests/nms/check-librenms tests/nms/check-icinga

check-report: ## padam report, printed to A4 by a real Chromium; pictures of it in BUILD/pictures
	@tests/install-packages build check report
	@$(MAKE) --no-print-directory programs $(fake_engine)
	@BUILD=$(BUILD) tests/report/check-report

picture-terminal: ## docs/pictures/watch.svg: padam watch in an outage, by the real programs
	@tests/install-packages build check
	@$(MAKE) --no-print-directory programs
	@BUILD=$(BUILD) tests/pictures/terminal docs/pictures/watch.svg

picture-report: ## that, and docs/pictures/report.png from it
	@tests/install-packages build check report
	@$(MAKE) --no-print-directory programs $(fake_engine)
	@BUILD=$(BUILD) tests/report/check-report picture

torture: ## outages under faults: a private stack (SEED=1 KILLS=200 JOBS=6), then what needs the lab
	@tests/install-packages build check lab
	@$(MAKE) --no-print-directory torture-stack lab-programs lab
	@BUILD=$(BUILD) tests/lab/check $(lab_faults:%=tests/lab/guest/%)

torture-stack: ## its part without the lab
	@tests/install-packages build check
	@$(MAKE) --no-print-directory programs $(kill_at)
	@BUILD=$(BUILD) tests/torture/run

torture-short: ## that in about a minute, from a fixed seed
	@SEED=1 KILLS=24 JOBS=4 $(MAKE) --no-print-directory torture-stack

fuzz: ## coverage-guided fuzzing of all that is read from outside, with libFuzzer, ASan and UBSan
	@tests/install-packages build check fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) fuzz-programs BUILD=$(BUILD)/fuzz CC=$(CLANG) WERROR= CFLAGS='-O2 -g -w' \
		SAN=fuzzer-no-link,address,undefined
	@BUILD=$(BUILD)/fuzz JOBS=$(JOBS) tests/fuzz/run $(SECONDS) $(FUZZ)

check-sanitized: ## unit tests, scenarios and scripts with ASan and UBSan, and with TSan (SANITIZED="asan tsan")
	@tests/install-packages build check
	@BUILD=$(BUILD) JOBS=$(JOBS) LONGEST="$(longest_tests)" tests/sanitized $(SANITIZED)

check-lab-sanitized: ## the lab's scripts and some scenarios once, with UBSan in the programs; fails on any report
	@tests/install-packages build check lab
	@$(MAKE) --no-print-directory -j$(JOBS) lab-programs lab BUILD=$(BUILD)/undefined SAN=undefined
	@BUILD=$(BUILD)/undefined SAN=undefined GUEST="UBSAN_OPTIONS=print_stacktrace=1:log_path=/mnt/.report" \
		tests/lab/check -s tests/lab/guest/* $(call scenarios_named,$(short_lab))

# Not padamd: valgrind 3.19 has no pidfd_open(), without which it does not begin.
check-lab-valgrind: ## some of the lab's scripts, with padam-agentx and padam under valgrind's memcheck; fails on any error
	@tests/install-packages build check lab valgrind
	@$(MAKE) --no-print-directory -j$(JOBS) lab-programs lab
	@BUILD=$(BUILD) MEM=1G UNDER="$(memcheck) --log-file=/mnt/.report.%p" tests/lab/check -s $(lab_watched:%=tests/lab/guest/%)

# valgrind 3.19 has no pidfd_open(), by which the end of a process is waited for; and /proc/self/exe is itself there, which the
# journal's process and the UPS's are run from.
unwatched_tests := test_base_log_file test_play_live test_ports_child test_engine_restore test_ports_journal

check-valgrind: ## unit tests under valgrind's memcheck, but those of all states and of long loads
	@tests/install-packages build check valgrind
	@$(MAKE) --no-print-directory -j$(JOBS) $(unit_tests) $(catalogues)
	@UNDER="$(memcheck)" \
		$(MAKE) --no-print-directory check-unit LEFT_OUT="$(LEFT_OUT) $(long_tests) $(unwatched_tests)"

coverage: ## lines and branches that tests go through, half an hour (COVERED="check-unit check-scenarios": minutes); fails below what is set
	@tests/install-packages build check coverage
	@$(MAKE) --no-print-directory -j$(JOBS) coverage-run BUILD=$(BUILD)/coverage CFLAGS='-O2 -g' CPPFLAGS= STATIC= \
		COUNTED='-O0 --coverage'; ran=$$?; BUILD=$(BUILD)/coverage tests/coverage/report && [ $$ran = 0 ]

mutate: ## change core in one place at a time, and see a test fail (SEED=1 COUNT=200, or COUNT=all, FILES="sop.c mains.c", LONG=1)
	@tests/install-packages build check mutation
	@$(MAKE) --no-print-directory -j$(JOBS) mutate-run BUILD=$(BUILD)/mutate CFLAGS='-O1 -fPIC -w' WERROR= CPPFLAGS=

analyze: ## gcc's analyzer, over the programs
	@tests/install-packages build
	@BUILD=$(BUILD)/analyze JOBS=$(JOBS) tests/analyze

lint: ## format, clang-tidy, cppcheck and the include rules
	@tests/install-packages build lint
	@$(MAKE) --no-print-directory -j$(JOBS) lint-format lint-tidy lint-cppcheck lint-includes

ifdef SUITE
deb:
	@tests/install-packages check-deb
	@BUILD=$(BUILD) tests/debian/build-in $(SUITE)
else
deb: ## the Debian package, into BUILD/deb; SUITE=trixie: in a Debian of that suite, tested there, into BUILD/deb-trixie
	@tests/install-packages build deb
	@rm -rf $(deb_source) && mkdir -p $(deb_source)
	@cp -R $(packed) $(deb_source)
	cd $(deb_source) && unset MAKEFLAGS MAKELEVEL MFLAGS && dpkg-buildpackage -us -uc -b -j$(JOBS)
	@ls $(BUILD)/deb/padam_*.deb
endif

check-deb: ## build it, lintian, install, upgrade and purge it in a Debian of its own
	@tests/install-packages build deb check-deb
	@BUILD=$(BUILD) tests/debian/check-deb

mib: ## regenerate what is made from mibs/PADAM-MIB
	@tests/install-packages check
	mibs/generate
	nms/generate

pot: ## bring subagent/po/padam.pot and the languages' catalogues up to date with the sources
	@tests/install-packages build
	subagent/po/generate

format: ## rewrite the C sources in the project's format
	$(CLANG_FORMAT) -i $(formatted)

help: ## this list
	@echo "targets:"; sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22 | sed 's/^/  /'
	@echo "variables:"; sed -n 's/^\([A-Z_]*\) *?=.*# *## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22 | sed 's/^/  /'

clean: ## remove what was built here
	rm -rf $(BUILD)

# ---- build --------------------------------------------------------------------------------------

programs: $(programs) $(catalogues)

$(BUILD)/locale/%/LC_MESSAGES/padam.mo: subagent/po/%.po
	@mkdir -p $(@D)
	$(say)msgfmt --check --output-file=$@ $<

# A locale by another name: see base/language.c.
$(BUILD)/locale/any.utf8:
	@mkdir -p $(@D)
	@ln -sfn /usr/lib/locale/C.utf8 $@

# Where the catalogues will be is known to one object, which follows PREFIX.
$(BUILD)/obj/base/language.o: cppflags += -DPADAM_SHARE='"$(PREFIX)/share"'
$(BUILD)/obj/base/language.o: $(locale_dir)

$(locale_dir): FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@

$(BUILD)/padamd: $(padamd_objects)
	$(say)$(link) -o $@ $^ $(padamd_libs)

$(BUILD)/padam-agentx: $(padam-agentx_objects)
	$(say)$(link) -o $@ $^ $(padam-agentx_libs)

$(BUILD)/padam: $(padam_objects) $(library)
	$(say)$(link) -o $@ $^ $(padam_libs)

$(BUILD)/padam-play: $(padam-play_objects) $(library)
	$(say)$(link) -o $@ $^ $(padam-play_libs)

$(BUILD)/padam-play-server: $(padam-play-server_objects)
	$(say)$(link) $(if $(SAN),,$(STATIC)) -o $@ $^

$(library): $(filter-out $(mains),$(objects)) $(BUILD)/objects.list
	@rm -f $@
	$(say)$(AR) rcsT $@ $(filter %.o,$^)

$(BUILD)/objects.list: FORCE
	@mkdir -p $(@D)
	@echo $(objects) | cmp -s - $@ || echo $(objects) >$@

# Only the subagent and its tests know the root: they follow MIB_ROOT, and find that root's header first.
rooted := $(call objects_in,agentx cli/snmp) $(patsubst tests/unit/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/unit/*.c))
$(rooted): $(mib_root)
$(if $(MIB_ROOT),$(eval $(rooted): cppflags := -I$(mib_dir) $(cppflags)))

$(mib_root): mibs/PADAM-MIB mibs/generate $(nms_made) $(if $(filter-out $(file <$(mib_root)),root=$(MIB_ROOT)),FORCE)
	@mkdir -p $(@D)
	$(if $(MIB_ROOT),mibs/generate --out $(mib_dir) --root $(MIB_ROOT))
	$(if $(MIB_ROOT),nms/generate --out $(nms_dir) --root $(MIB_ROOT))
	@echo 'root=$(MIB_ROOT)' >$@

$(BUILD)/obj/%.o: subagent/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(COUNTED) $(gpiod_cflags) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/%.o: tests/unit/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) -Itests/unit -MMD -MP -c -o $@ $<

$(BUILD)/libtests.a: $(test_objects)
	@rm -f $@
	$(say)$(AR) rcsT $@ $^

# The library before them, as their tables' files have copies of core's.
$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(BUILD)/libtests.a $(library)
	@mkdir -p $(@D)
	$(say)$(link) $(wraps) -o $@ $< $(library) $(BUILD)/libtests.a $(library) -lcmocka $(all_libs)

$(BUILD)/tests/test_engine_restore: wraps := -Wl,--wrap=recorder_load
$(BUILD)/tests/test_cli_probe_told: wraps := -Wl,--wrap=recvmsg

$(fake_engine): tests/agentx/fake_engine.c $(call objects_in,base wire) $(BUILD)/obj/core/enums.o Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(counting) $(LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^)

$(bench_clients:%=$(BUILD)/obj/tests/%.o): $(BUILD)/obj/tests/%.o: tests/bench/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) -Itests/unit -MMD -MP -c -o $@ $<

$(set_client): tests/fuzz/set.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(LDFLAGS) -MMD -MP -o $@ $< $(padam-agentx_libs)

$(bench_programs): $(BUILD)/tests/%: tests/bench/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(LDFLAGS) -MMD -MP -o $@ $< $(padam-agentx_libs)

$(fleet_programs): $(BUILD)/tests/%: tests/fleet/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(LDFLAGS) -MMD -MP -o $@ $< -lnetsnmp

$(kill_at): tests/torture/kill_at.c
$(fail_at): tests/faults/fail_at.c
$(kill_at) $(fail_at): tests/torture/preload.c tests/torture/preload.h Makefile
	@mkdir -p $(@D)
	$(say)$(compile) -Wno-redundant-decls $(LDFLAGS) -shared -fPIC -o $@ $(filter %.c,$^) -ldl

lab-programs: $(programs) $(lab_lines) $(lab_hang)

$(lab_hang): tests/lab/hang.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(LDFLAGS) -shared -fPIC -o $@ $< -ldl

$(lab_lines): tests/lab/lines.c $(library) Makefile
	@mkdir -p $(@D)
	$(say)$(compile) $(counting) $(LDFLAGS) -MMD -MP -o $@ $< $(library) $(all_libs)

-include $(fake_engine).d $(bench_programs:=.d) $(fleet_programs:=.d) $(bench_clients:%=$(BUILD)/obj/tests/%.d) $(lab_lines).d $(patsubst %.o,%.d,$(objects) $(test_objects) $(unit_tests:$(BUILD)/tests/%=$(BUILD)/obj/tests/%.o))

gpiod2:
	@tests/lab/fetch-gpiod2 $(BUILD)/gpiod2

# What virtual time, a real line, clock or disk is needed for.
lab_faults := a-frozen-disk-holds-no-successor.py a-held-run-output-survives-the-program.sh \
	a-hung-subagent-is-restarted-a-waiting-one-is-not.py a-line-of-another-program-is-named.py \
	a-line-that-is-missing-is-explained-and-comes-back.sh a-stalled-journal-delays-no-step.py \
	a-stopped-snmpd-delays-no-step.py an-input-chatters.py chips-vanish-in-every-phase.py \
	open-clocks-survive-a-reboot.py setting-the-wall-clock-moves-only-the-display.py \
	the-crank-is-off-when-padamd-is-killed.py three-hours-without-snmpd-end-in-no-flood.py

lab_watched := a-frozen-disk-holds-no-successor.py a-stalled-journal-delays-no-step.py a-stopped-snmpd-delays-no-step.py \
	an-edge-before-due-counts-however-late-it-is-read.py chips-vanish-in-every-phase.py a-line-of-another-program-is-named.py \
	open-clocks-survive-a-reboot.py setting-the-wall-clock-moves-only-the-display.py the-crank-is-off-when-padamd-is-killed.py

# ---- tests --------------------------------------------------------------------------------------

memcheck := valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
	--suppressions=$(CURDIR)/tests/valgrind/suppressions

# Minutes each, and many more with every access watched or counted.
longest_tests := test_core_reachable test_core_reachable_orders
long_tests := $(longest_tests) test_core_reachable_genset test_core_load test_core_timing test_engine_load test_engine_thousand

player    := $(call program_if,play,padam-play)
scenarios := $(wildcard tests/scenarios/*.scenario)
# The longest first.
scripts   := tests/engine/check-engine tests/agentx/check-agentx tests/engine/check-contacts tests/cli/check-cli tests/cli/check-snmp tests/cli/check-shown \
	tests/stack/check-stack tests/check-install $(wildcard mibs/check) tests/agentx/check-root tests/nms/check-files \
	tests/check-symbols tests/check-options tests/check-po tests/report/check-pages tests/check-units tests/check-lint-includes tests/servers/check-recipes

# Of each kind one or more, none of which takes more than about twenty minutes.
short := table-* software-starts-by-* killed-* tiers-* mains-back-mid-* mains-back-and-relapse-keeps-the-clocks \
	administrator-starts-it administrator-shuts-down-by-hand a-shutdown-is-cancelled-before-the-next-tier \
	one-tier-by-command-and-no-other commands-are-idempotent server-refuses-then-alternative server-never-goes-down \
	storage-waits-for-an-unverified-host own-machine-goes-last supply-before-the-first-server \
	shutdown-with-supply-needs-confirmation ups-low-at-6-00 held-and-neither-came-in-time emergency-stop-in-an-outage \
	fault-during-a-start genset-dies-and-a-round-opens running-but-not-transferred dip-is-counted \
	drill exercise-run inhibited-for-maintenance set-will-not-start selector-in-manual
short_lab := table-running-at-3-20 software-starts-by-run-and-crank killed-mid-* mains-back-mid-crank \
	mains-back-and-relapse-keeps-the-clocks administrator-starts-it a-shutdown-is-cancelled-before-the-next-tier \
	commands-are-idempotent server-refuses-then-alternative own-machine-goes-last ups-low-at-6-00 \
	emergency-stop-in-an-outage dip-is-counted burst-of-dips-is-an-outage set-will-not-start
scenarios_named = $(wildcard $(1:%=tests/scenarios/%.scenario))

check-unit: $(unit_tests) $(catalogues)
	@tests/unit/run $(filter-out $(LEFT_OUT:%=$(BUILD)/tests/%),$(unit_tests))

check-scenarios: $(programs)
	@$(if $(player),$(player) $(scenarios),echo "scenarios: no player yet")

# A minute of the procedure in three seconds: 75 ms late is a failure, which a slow machine is to bear. padamd's start takes
# longer than that where several begin at once: those with a restart are played in a quarter of that speed, and fewer at once.
live = $(player) --level live --padamd $(BUILD)/padamd
live_play = bad=0; $(live) --jobs 8 --time-scale 20 $(filter-out $(restarting),$(1)) || bad=1; \
	$(live) --jobs 4 --time-scale 5 $(filter $(restarting),$(1)) || bad=1; exit $$bad
restarting = $(shell grep -lw restart $(scenarios))

check-live: $(programs) ## the scenarios against the real padamd, simulated lines, times divided by 20 (5 where it is restarted)
	@$(call live_play,$(scenarios))

check-live-short: $(programs) ## some of them
	@$(call live_play,$(call scenarios_named,$(short)))

check-scripts: $(library) $(programs) $(fake_engine)
	@BUILD=$(BUILD) tests/run-scripts $(filter-out $(LEFT_OUT),$(scripts))

sanitized-programs: $(programs) $(unit_tests) $(fake_engine)

# ---- coverage -----------------------------------------------------------------------------------

# The lab's guests write where they may; the report brings those counts to the others.
coverage-run: $(programs) $(unit_tests)
	@rm -rf $(BUILD)/v2 $(BUILD)/lab && find $(BUILD) -name '*.gcda' -delete
	@GUEST=GCOV_PREFIX=/mnt/gcov $(MAKE) --no-print-directory -j1 -k $(COVERED) LEFT_OUT="$(LEFT_OUT) $(longest_tests)"

$(BUILD)/dump.o: tests/coverage/dump.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) -c -o $@ $<

$(programs) $(unit_tests) $(fake_engine) $(lab_lines): | $(dump)

# ---- mutation -----------------------------------------------------------------------------------

# Core is a library of its own there, so that a change of it needs no other program linked anew.
mutable_core  := $(BUILD)/libcore.so
mutable_tests := $(patsubst $(BUILD)/tests/%,$(BUILD)/mutable/%,$(filter $(BUILD)/tests/test_core_%,$(unit_tests)))

mutate-run: $(mutable_tests) $(BUILD)/mutable/padam-play
	@BUILD=$(BUILD) CORE_TESTS="$(notdir $(mutable_tests))" COMPILE="$(CC) -std=c11 $(subst ",\",$(cppflags)) $(CFLAGS)" tests/mutation/mutate

$(mutable_core): $(call objects_in,core)
	$(say)$(link) -shared -Wl,-soname,$(@F) -o $@ $^

# Before the others, which have parts of core, and also where only those ask for it.
$(BUILD)/mutable/test_%: $(BUILD)/obj/tests/test_%.o $(mutable_core) $(BUILD)/libtests.a $(library)
	@mkdir -p $(@D)
	$(say)$(link) -Wl,--no-as-needed -o $@ $^ -Wl,--as-needed -lcmocka $(all_libs)

$(BUILD)/mutable/padam-play: $(filter-out $(BUILD)/obj/core/%,$(padam-play_objects)) $(mutable_core) $(library)
	@mkdir -p $(@D)
	$(say)$(link) -o $@ $^ $(padam-play_libs)

# ---- fuzzing ------------------------------------------------------------------------------------

fuzz_targets := config scenario play client engine row snapshot shadow order
fuzz_objects  = $(patsubst %,$(BUILD)/obj/fuzz/%.o,fuzz fuzz_$(1) $(fuzz_beside_$(1)))
fuzz_wraps    = $(patsubst %,-Wl$(comma)--wrap=%,$(fuzz_wraps_$(1)))
comma        := ,

fuzz_beside_scenario := fuzz_scenario_read
fuzz_beside_play     := fuzz_scenario_read
fuzz_beside_client   := fuzz_wire
fuzz_beside_engine   := fuzz_wire
fuzz_wraps_scenario  := strcmp
fuzz_wraps_play      := strcmp
fuzz_wraps_client    := recvmsg send poll close row_schema_hash wire_connect wire_bundle_receive wire_bundle_next
fuzz_wraps_engine    := recvmsg send poll close row_schema_hash wire_listen wire_peer wire_unread accept4 unlink sd_event_add_io \
	sd_event_ref sd_event_unref $(addprefix sd_event_source_,set_priority set_enabled set_io_events disable_unref)
fuzz_wraps_shadow    := pread pwrite

# What these read is text, of which a dictionary knows the words: to follow what they compare costs a third of the time.
ifneq ($(findstring fuzzer,$(SAN)),)
$(BUILD)/obj/core/%.o $(BUILD)/obj/config/%.o $(BUILD)/obj/play/%.o $(BUILD)/obj/base/text.o $(BUILD)/obj/fuzz/fuzz.o \
	$(BUILD)/obj/tests/core_world.o: sanitize += -fno-sanitize-coverage=trace-cmp
endif

fuzz-programs: $(fuzz_targets:%=$(BUILD)/fuzz-%) $(BUILD)/padam-agentx $(fake_engine) $(set_client)

$(BUILD)/obj/fuzz/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(say)$(compile) -Wno-redundant-decls -Itests/unit -MMD -MP -c -o $@ $<

.SECONDEXPANSION:
$(BUILD)/fuzz-%: $$(call fuzz_objects,$$*) $(BUILD)/libtests.a $(library)
	$(say)$(link) -fsanitize=fuzzer $(call fuzz_wraps,$*) -o $@ $^ -lcmocka $(all_libs)

-include $(wildcard $(BUILD)/obj/fuzz/*.d)

# ---- lint ---------------------------------------------------------------------------------------

c_sources := $(wildcard subagent/*/*.c subagent/*/*/*.c tests/*/*.c)
headers   := $(wildcard subagent/*/*.h subagent/*/*/*.h tests/*/*.h)
formatted  = $(shell grep -L '^/. Generated' $(c_sources) $(headers))
tidied    := $(filter-out tests/lab/% $(other_gpiod),$(c_sources))

lint-format:
	$(CLANG_FORMAT) --dry-run -Werror $(formatted)

lint-tidy: $(tidied:%=$(BUILD)/tidy/%.ok)

$(BUILD)/tidy/%.ok: % .clang-tidy $(headers)
	@mkdir -p $(@D)
	$(say)$(CLANG_TIDY) --quiet $< -- -std=c11 $(cppflags) -Itests/unit $(gpiod_cflags) -DPADAM_SHARE='""' 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

lint-cppcheck:
	$(CPPCHECK) --quiet -DPADAM_SHARE='""' --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
		--suppress=missingIncludeSystem -j$(JOBS) $(cppflags) -Itests/unit $(c_sources)

lint-includes:
	tests/lint-includes

# ---- install ------------------------------------------------------------------------------------

root      := $(DESTDIR)$(PREFIX)
mibs_to   := $(root)/share/snmp/mibs
nms_to    := $(root)/share/padam/nms
manuals   := $(wildcard docs/man/*.[1-8])
manual_to  = $(root)/share/man/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))
completion := $(wildcard docs/padam.bash-completion)
completion_to := $(root)/share/bash-completion/completions/padam
catalogue_to = $(root)/share/locale/$(1)/LC_MESSAGES/padam.mo
units     := padamd.service padam-agentx.service
units_to  := $(root)/lib/systemd/system
user_to   := $(root)/lib/sysusers.d/padam.conf
devices_to := $(root)/lib/udev/rules.d/60-padam.rules
daemons   := $(filter %/padamd %/padam-agentx,$(programs))
tools     := $(filter-out $(daemons),$(programs))
nms_makers := nms/generate nms/generator

install: ## install below DESTDIR and PREFIX
	@tests/install-packages build
	@$(MAKE) --no-print-directory programs install-files install-units

install-files: install-mib $(catalogues)
	install -d $(root)/sbin $(root)/bin
	install -m 0755 $(daemons) $(root)/sbin
	install -m 0755 $(tools) $(root)/bin
	install -m 0644 docs/padam.conf $(root)/share/padam
	$(foreach page,$(manuals),install -D -m 0644 $(page) $(call manual_to,$(page));)
	$(foreach language,$(languages),install -D -m 0644 $(BUILD)/locale/$(language)/LC_MESSAGES/padam.mo $(call catalogue_to,$(language));)
	install -d $(root)/share/padam/locale
	ln -sfn /usr/lib/locale/C.utf8 $(root)/share/padam/locale/any.utf8
	$(if $(completion),install -D -m 0644 $(completion) $(completion_to))

# What the Debian package has debhelper install.
install-units:
	install -d $(dir $(units:%=$(units_to)/%) $(user_to) $(devices_to))
	$(foreach unit,$(units),sed 's:=/usr/sbin/:=$(PREFIX)/sbin/:' debian/$(unit) >$(units_to)/$(unit);)
	install -m 0644 debian/padam.sysusers $(user_to)
	install -m 0644 debian/padam.udev $(devices_to)

# With a root of the site's own, all that managers and snmpd get is of that root.
install-mib: $(mib_root)
	install -d $(mibs_to) $(nms_to)
	install -m 0644 $(mib_dir)/PADAM-MIB $(mibs_to)
	cp -RL $(filter-out $(nms_makers),$(wildcard $(nms_dir)/*)) $(nms_to)

uninstall: ## remove what install put there
	rm -f $(daemons:$(BUILD)/%=$(root)/sbin/%) $(tools:$(BUILD)/%=$(root)/bin/%) $(mibs_to)/PADAM-MIB
	rm -f $(units:%=$(units_to)/%) $(user_to) $(devices_to) $(completion_to)
	rm -rf $(root)/share/padam
	rm -f $(foreach page,$(manuals),$(call manual_to,$(page))) $(foreach language,$(languages),$(call catalogue_to,$(language)))
