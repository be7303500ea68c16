# Yichuang. The two commands: `make run` and `make check`; both work on a fresh
# Debian 12. Also: make, make bench, make fuzz, make install,
# build=debug|release|asan, V=1 to see the compiler's command lines.

build   ?= release
prefix  ?= /usr/local
DESTDIR ?=
PKG_CONFIG ?= pkg-config

Q := $(if $(V),,@)
B       := build/$(build)
gen     := $(B)/gen
EDITION := content/edition

VERSION := 0.1.0
packages := sdl2 SDL2_ttf SDL2_image freetype2 harfbuzz icu-uc icu-i18n sqlite3 \
            libcmark-gfm yaml-0.1 jansson libcurl libcrypto libssl libzstd

flags_debug   := -O0 -g
flags_release := -O2 -g -DNDEBUG -D_FORTIFY_SOURCE=2
flags_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
                 -fno-omit-frame-pointer
# For make fuzz only, with clang.
flags_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz_seconds  ?= 60
ifeq ($(flags_$(build)),)
$(error build=$(build) is none of debug, release, asan)
endif

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
        -Wpointer-arith -Wwrite-strings $(if $(CI),-Werror)
ALL_CPPFLAGS = -D_GNU_SOURCE -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64 \
               -DYICHUANG_VERSION='"$(VERSION)"' \
               -DYICHUANG_DATA='"$(prefix)/share/yichuang"' -Iinclude -I. -Itests -I$(gen) $(PACKAGE_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(WARN) $(flags_$(build)) $(CFLAGS)
ALL_LDFLAGS = $(filter -fsanitize%,$(flags_$(build))) -Wl,--as-needed $(LDFLAGS)
LIBS = $(PACKAGE_LIBS) -lcmark-gfm-extensions -lcsv -lm

sources_fonts   := $(wildcard fonts/*.c fonts/*/*.c)
sources_ui      := $(wildcard ui/*.c ui/*/*.c)
sources_content := $(wildcard content/*.c content/*/*.c)
sources_page    := $(wildcard app/page/*.c)
sources_kiosk   := $(wildcard app/kiosk/*.c app/kiosk/*/*.c)
sources_ctl     := $(wildcard app/ctl/*.c)
sources_syncd   := $(wildcard app/syncd/*.c)
sources_unit    := $(wildcard tests/unit/test_*.c)
sources_train   := $(wildcard content/ime/train/*.c)
sources_bench   := $(wildcard tests/bench/bench_*.c)
sources_support := $(wildcard tests/support/*.c)

objects = $(patsubst %.c,$(B)/%.o,$(1))
library := $(B)/libyichuang.a
library_objects := $(call objects,$(sources_fonts) $(sources_ui) $(sources_content) \
                     $(sources_page) $(filter-out app/kiosk/main.c,$(sources_kiosk)) \
                     $(filter-out app/syncd/main.c,$(sources_syncd)))
support    := $(B)/libsupport.a
programs   := $(B)/yichuang $(B)/yichuangctl $(B)/yichuang-sync
helper     := $(B)/yichuang-mount
# The programs look for them beside themselves, then where they are installed.
models     := $(addprefix $(B)/,handwriting.model strokes.table)
unit_tests := $(patsubst tests/unit/%.c,$(B)/tests/%,$(sources_unit))
benches    := $(patsubst tests/bench/%.c,$(B)/tests/%,$(sources_bench))
# Folders too: a file that went away changes its folder.
edition_files := $(shell find $(EDITION) 2>/dev/null)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run check bench fuzz train install clean content FORCE

all: $(programs) $(helper) $(B)/content.db $(models) $(B)/pinyin.lex

# What the packages say, and the compiler, in one file: everything is compiled
# again when they change. On the way to run, check or bench the packages
# themselves are installed first.
goals := $(or $(MAKECMDGOALS),all)
deps_run   := build run
deps_check := build run check
deps_bench := build run check bench
deps_fuzz  := build fuzz
deps  := $(sort $(foreach goal,$(goals),$(deps_$(goal))))
ifneq ($(filter-out clean,$(goals)),)
include $(B)/flags.mk
endif
$(B)/flags.mk: FORCE
	@mkdir -p $(@D)
	@$(if $(deps),packaging/deps.sh $(deps))
	@$(PKG_CONFIG) --exists --print-errors $(packages) || { \
	   echo "Packages are missing: make run installs them, or packaging/deps.sh build" >&2; exit 1; }
	@{ echo "PACKAGE_CFLAGS := $$($(PKG_CONFIG) --cflags $(packages))"; \
	   echo "PACKAGE_LIBS := $$($(PKG_CONFIG) --libs $(packages))"; \
	   echo "# $(CC) $(prefix) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(CI)"; } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(gen)/schema_sql.h: content/store/schema.sql
	@mkdir -p $(@D)
	@{ echo 'static const char schema_sql[] ='; \
	   sed -e 's/[\\"]/\\&/g' -e 's/.*/    "&\\n"/' $<; echo '    "";'; } > $@

$(B)/%.o: %.c $(B)/flags.mk | $(gen)/schema_sql.h
	@mkdir -p $(@D)
	@echo '  CC   $<'
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(flags_of_$*) -MMD -MP -c -o $@ $<

# The blend and scaling loops are what -O3 is for.
flags_of_ui/canvas  = $(if $(filter release,$(build)),-O3)
flags_of_ui/picture = $(flags_of_ui/canvas)
# Recognising is sums of integers. Its features are doubles that shall be the same
# on every machine, and so shall the models be, whoever makes them anew.
flags_of_content/ime/handwriting = $(if $(filter release,$(build)),-O3)
flags_of_content/ime/features = -ffp-contract=off
$(foreach file,$(sources_train:.c=),$(eval flags_of_$(file) = -ffp-contract=off))
# The earliest that it can be, for machines whose clock forgets.
built := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),0)
flags_of_content/sync/round = -DYICHUANG_BUILT=$(built)
# So are the loops over characters, but for gathering neighbours into vectors.
hot_fonts := breaks inert itemize justify lines paragraph search shape spacing
$(foreach file,$(hot_fonts),$(eval flags_of_fonts/$(file) = \
  $(if $(filter release,$(build)),-O3 -fno-tree-slp-vectorize)))

$(library): $(library_objects)
$(support): $(call objects,$(sources_support))
$(library) $(support):
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
$(B)/yichuang: $(B)/app/kiosk/main.o $(library)
$(B)/yichuangctl: $(call objects,$(sources_ctl)) $(library)
$(B)/yichuang-sync: $(B)/app/syncd/main.o $(library)
# Runs as root: no library of ours or of others.
$(helper): $(B)/app/stick/main.o
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^
$(programs):
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/test_%: $(B)/tests/unit/test_%.o $(support) $(library)
	@mkdir -p $(@D)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
$(B)/tests/serve: $(B)/tests/serve.o $(support) $(library)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/judge: $(B)/tests/uml/judge.o $(support) $(library)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
$(B)/tests/bench_%: $(B)/tests/bench/bench_%.o $(support) $(library)
	@mkdir -p $(@D)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# The words of the pinyin keyboard, from Debian's data.
RIME_WORDS  := /usr/share/rime-data/pinyin_simp.dict.yaml
JIEBA_WORDS := /usr/lib/python3/dist-packages/jieba/dict.txt
lexicon_parts := $(addprefix $(B)/content/,ime/lexicon/make_lexicon.o ime/lexicon.o ime/wordlist.o \
                   ime/mapped.o)
$(B)/make_lexicon: $(lexicon_parts)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/pinyin.lex: $(B)/make_lexicon content/ime/lexicon/own.txt $(RIME_WORDS) $(JIEBA_WORDS)
	$(B)/make_lexicon $(RIME_WORDS) $(JIEBA_WORDS) content/ime/lexicon/own.txt $@

$(models): $(B)/%: content/ime/data/%
	@mkdir -p $(@D)
	@cp $< $@

content: $(B)/content.db
$(B)/content.db: $(B)/yichuangctl $(B)/pinyin.lex $(edition_files)
	$(B)/yichuangctl build $(EDITION) -o $@

run: all
	@packaging/run.sh $(B)

check: all $(unit_tests) $(B)/tests/serve
	@tests/run.sh $(B)

bench: all $(benches)
	@tests/bench/run.sh $(B)

# Hostile metadata, packs, articles and spreadsheets for a minute each
# (fuzz_seconds=N); what it finds out stays in build/fuzz/corpus, and a crash is a file crash-* there.
# It begins with what an hour of each found (tests/fuzz/corpus/*.tar.zst).
fuzzers := metadata pack markdown sheet control
fuzz:
	@$(MAKE) build=fuzz CC=clang $(fuzzers:%=build/fuzz/fuzz_%)
	@mkdir -p $(fuzzers:%=build/fuzz/corpus/%)
	@for one in $(fuzzers); do echo "fuzz_$$one"; \
	  [ ! -e tests/fuzz/corpus/$$one.tar.zst ] || \
	    zstd -dcq tests/fuzz/corpus/$$one.tar.zst | tar -C build/fuzz/corpus/$$one -x || exit 1; \
	  build/fuzz/fuzz_$$one -max_total_time=$(fuzz_seconds) -timeout=10 -rss_limit_mb=1024 \
	    -max_len=65536 -artifact_prefix=build/fuzz/corpus/ -print_final_stats=1 \
	    build/fuzz/corpus/$$one tests/fuzz/corpus/$$one || exit 1; done
$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(call objects,$(sources_content))
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# The models of the input methods from public data: content/ime/train/README.md.
trainers := $(addprefix $(B)/,train_handwriting train_strokes print_medians)
train: $(trainers)
	@content/ime/train/train.sh $(B)
$(trainers): $(B)/%: $(B)/content/ime/train/%.o \
             $(call objects,$(addprefix content/ime/train/,numbers.c scribble.c sources.c)) $(library)
	@echo '  LINK $@'
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

units := $(notdir $(wildcard packaging/systemd/*.service packaging/systemd/*.path))
install: all
	install -D -t $(DESTDIR)$(prefix)/bin $(programs)
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/yichuang $(B)/content.db $(models) $(B)/pinyin.lex
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/doc/yichuang README.md README.zh.md \
	  ARCHITECTURE.md CHANGELOG.md LICENSE NOTICE packaging/yichuang.conf packaging/yichuang-sync.conf
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/doc/yichuang/licenses packaging/licenses/*
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/doc/yichuang/packaging packaging/*.zh.md
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/doc/yichuang/packaging/pictures packaging/pictures/*.png
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/man/man1 packaging/man/yichuang.1 packaging/man/yichuangctl.1
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/man/man5 packaging/man/yichuang.conf.5 \
	  packaging/man/yichuang-sync.conf.5
	install -D -m 644 -t $(DESTDIR)$(prefix)/share/man/man8 packaging/man/yichuang-sync.8
	install -D -t $(DESTDIR)$(prefix)/lib/yichuang $(helper)
	install -D -m 644 -t $(DESTDIR)$(prefix)/lib/udev/rules.d packaging/udev/60-yichuang.rules
	install -D -m 644 packaging/systemd/sysusers.conf $(DESTDIR)$(prefix)/lib/sysusers.d/yichuang.conf
	install -D -m 644 packaging/systemd/tmpfiles.conf $(DESTDIR)$(prefix)/lib/tmpfiles.d/yichuang.conf
	install -d $(DESTDIR)$(prefix)/lib/systemd/system
	for unit in $(units); do \
	  sed 's|@prefix@|$(prefix)|g' packaging/systemd/$$unit \
	    > $(DESTDIR)$(prefix)/lib/systemd/system/$$unit; done

clean:
	rm -rf build

-include $(patsubst %.o,%.d,$(library_objects) $(call objects,app/kiosk/main.c app/syncd/main.c \
           app/stick/main.c tests/serve.c tests/uml/judge.c $(sources_train) $(sources_ctl) $(sources_unit) $(sources_support) $(sources_bench)))
