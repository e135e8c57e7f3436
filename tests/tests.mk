# SPDX-License-Identifier: Apache-2.0
# Unit tests: tests/unit/MODULE/*_test.c, each a cmocka program that links only
# what tests/lint/LAYERS lets its module use.
UNIT_SRC := $(sort $(wildcard tests/unit/*/*_test.c))
UNIT_BIN := $(patsubst tests/unit/%_test.c,$(B)/tests/%_test,$(UNIT_SRC))
TEST_LIB_SRC := $(wildcard tests/lib/*.c)
TEST_LIB_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(TEST_LIB_SRC))

# Archives a unit test of a module may link: its own and what LAYERS allows.
unit_libs = $(foreach m,$(shell sh tests/lint/layers.sh --closure $(1)),$(call lib_of,$(m)))
unit_pkgs = $(shell sh tests/lint/layers.sh --packages $(1))

define unit_rule
$(B)/tests/$(1)_test: tests/unit/$(1)_test.c $(TEST_LIB_OBJ) $(call unit_libs,$(patsubst %/,%,$(subst -,/,$(dir $(1)))))
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(INC) -Itests $$(LDOPT_$(FLAVOUR)) -o $$@ $$< $(TEST_LIB_OBJ) \
	    -Wl,--start-group $(call unit_libs,$(patsubst %/,%,$(subst -,/,$(dir $(1))))) -Wl,--end-group \
	    -lcmocka $(shell pkg-config --libs $(call unit_pkgs,$(patsubst %/,%,$(subst -,/,$(dir $(1))))) 2>/dev/null) -lm
endef
$(foreach t,$(patsubst tests/unit/%_test.c,%,$(UNIT_SRC)),$(eval $(call unit_rule,$(t))))

.PHONY: unit lint check test test-slow bench peers
unit: $(UNIT_BIN)

lint:
	@sh tests/lint/run

check: deps
	@sh tests/run check
test: deps
	@sh tests/lib/deps_servers.sh postgresql haproxy
	@sh tests/run test
test-slow: deps
	@sh tests/lib/deps_servers.sh postgresql patroni etcd-server haproxy
	@sh tests/run slow
bench: all
	@sh tests/run bench

# Peers for tests and the bench, at the versions of the lock file.  npm ci refuses a
# lock without the packages of other systems, which some registries do not have.
peers:
	@mkdir -p build/peers
	@cp tests/peers/package.json tests/peers/package-lock.json build/peers/
	@cd build/peers && { npm ci --no-audit --no-fund --ignore-scripts --silent || \
	    npm install --no-audit --no-fund --ignore-scripts --silent; }
