# SPDX-License-Identifier: Apache-2.0
# make            build/feijian, build/feijian-hub, build/feijian-helper
# make run        the main job (terminal: the program; otherwise: the tour)
# make check      the inner loop (60 s)      make test   everything that must hold
# make test-slow  long faults and fuzzing    make bench  one JSON line a figure
# make deps       install what is missing    make install DESTDIR= PREFIX=
# FLAVOUR=asan builds with sanitizers into build/asan.

FLAVOUR ?= release
PREFIX ?= /usr/local
DESTDIR ?=
B := $(if $(filter release,$(FLAVOUR)),build,build/$(FLAVOUR))

CC ?= cc
CSTD := -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wcast-qual \
	-Wimplicit-fallthrough -fno-common
OPT_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
OPT_fuzz := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer
LDOPT_release := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
LDOPT_asan := -fsanitize=address,undefined
LDOPT_fuzz := -fsanitize=address,undefined
ifeq ($(FLAVOUR),fuzz)
CC := clang
endif
CFLAGS ?=
override CFLAGS += $(CSTD) $(WARN) $(OPT_$(FLAVOUR)) $(WERROR) -MMD -MP
INC := -Isrc -Isync -I$(B)/gen

PKG_client := ncursesw sqlite3 libcurl libcjson libcrypto libpcre2-8 libutf8proc libzstd
PKG_hub := libmicrohttpd sqlite3 libcjson libcrypto libpcre2-8 libutf8proc libzstd
PKG_helper := sqlite3 libcjson libcrypto libpcre2-8 libutf8proc libzip expat libseccomp
LIBS_feijian = $(shell pkg-config --libs $(PKG_client)) -lm
LIBS_feijian-hub = $(shell pkg-config --libs $(PKG_hub)) -lm
LIBS_feijian-helper = $(shell pkg-config --libs $(PKG_helper)) -lm

# A module is a folder and one archive; tests/lint/LAYERS says who may use whom.
MODULES := base text os crypto db entry sheet form model journal app embed \
	redflag xform worker tui/core tui/widget tui/view cli
SYNC_MODULES := wire bundle client
dir_of = $(if $(filter $(1),$(SYNC_MODULES) hub),sync/$(1),src/$(1))
src_of = $(sort $(wildcard $(call dir_of,$(1))/*.c))
obj_of = $(patsubst %.c,$(B)/obj/%.o,$(call src_of,$(1)))
lib_of = $(B)/lib/$(subst /,-,$(1)).a

CLIENT_LIBS := $(foreach m,tui/view tui/widget tui/core cli app redflag client bundle journal \
	model form wire entry crypto db os text embed base,$(call lib_of,$(m)))
HUB_LIBS := $(foreach m,hub model redflag form wire entry crypto db os text embed base,$(call lib_of,$(m)))
HELPER_LIBS := $(foreach m,worker redflag xform form sheet db crypto os text embed base,$(call lib_of,$(m)))

.PHONY: all
all: $(B)/feijian $(B)/feijian-hub $(B)/feijian-helper

# Files that travel inside the program.
EMBED_FILES := $(sort $(wildcard forms/*.json forms/*.csv forms/redflags/*.json forms/redflags/*.sql)) sync/wire/dictionary-1 $(B)/gen/zh.mo
EMBED_OBJ := $(B)/obj/embed/files.o

# Sentences of error codes: one file a module, all of them in one table.
$(B)/gen/say.h: $(sort $(wildcard src/text/say/*.def)) src/text/say
	@mkdir -p $(@D)
	for f in $(notdir $(filter %.def,$^)); do echo "#include \"text/say/$$f\""; done > $@
$(B)/obj/src/text/sentences.o: $(B)/gen/say.h

$(B)/gen/zh.mo: $(sort $(wildcard src/po/zh-*.po))
	@mkdir -p $(@D)
	msgcat --use-first -o $(B)/gen/zh.po $^
	msgfmt --check-format -o $@ $(B)/gen/zh.po

$(B)/gen/files.c: src/embed/embed.sh $(EMBED_FILES)
	@mkdir -p $(@D)
	sh src/embed/embed.sh $(EMBED_FILES) > $@.tmp && mv $@.tmp $@

$(EMBED_OBJ): $(B)/gen/files.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(INC) -c -o $@ $<

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(INC) -c -o $@ $<

define module_rule
$(call lib_of,$(1)): $(call obj_of,$(1)) $(if $(filter embed,$(1)),$(EMBED_OBJ))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach m,$(MODULES) $(SYNC_MODULES) hub,$(eval $(call module_rule,$(m))))

$(B)/feijian: $(B)/obj/src/feijian.o $(CLIENT_LIBS)
	$(CC) $(LDOPT_$(FLAVOUR)) -o $@ $< -Wl,--start-group $(CLIENT_LIBS) -Wl,--end-group $(LIBS_feijian)
$(B)/feijian-hub: $(B)/obj/sync/hub/main/main.o $(HUB_LIBS)
	$(CC) $(LDOPT_$(FLAVOUR)) -o $@ $< -Wl,--start-group $(HUB_LIBS) -Wl,--end-group $(LIBS_feijian-hub)
$(B)/feijian-helper: $(B)/obj/src/helper.o $(HELPER_LIBS)
	$(CC) $(LDOPT_$(FLAVOUR)) -o $@ $< -Wl,--start-group $(HELPER_LIBS) -Wl,--end-group $(LIBS_feijian-helper)

-include $(shell find $(B)/obj $(B)/tests -name '*.d' 2>/dev/null)

include tests/tests.mk

# ---- set-up ----
.PHONY: deps run install clean
deps:
	@sh tests/lib/deps.sh

run: deps
	@$(MAKE) --no-print-directory -s all
	@if [ -t 0 ] && [ -t 1 ]; then exec $(B)/feijian; else exec $(B)/feijian tour; fi

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)$(PREFIX)/share/doc/feijian
	install -m 755 $(B)/feijian $(B)/feijian-hub $(B)/feijian-helper $(DESTDIR)$(PREFIX)/bin
	install -m 644 src/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 src/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 src/man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 README.md src/LICENSE $(DESTDIR)$(PREFIX)/share/doc/feijian
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d \
	    $(DESTDIR)$(PREFIX)/lib/tmpfiles.d $(DESTDIR)$(PREFIX)/share/doc/feijian/hub
	sed 's#/usr/local/bin#$(PREFIX)/bin#' sync/hub/systemd/feijian-hub.service \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/feijian-hub.service
	install -m 644 sync/hub/systemd/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/feijian-hub.conf
	install -m 644 sync/hub/systemd/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/feijian-hub.conf
	install -m 644 sync/PROTOCOL.md sync/hub/*.md sync/hub/proxy/* sync/hub/systemd/logrotate.conf \
	    $(DESTDIR)$(PREFIX)/share/doc/feijian/hub

clean:
	rm -rf build
