# Builds one stage. A stage's Makefile is the line `include ../../common/stage.mk`;
# a line before it, LEAVES_OUT = file.c, names what the stage does not keep of the
# one before (common/tools/house reads that).
#
#   make          ./server              -O2 -g
#   make debug    build/debug/server    -O0 -g3, for gdb
#   make asan     build/asan/server     AddressSanitizer and UBSan, for tests
#   make tsan     build/tsan/server     ThreadSanitizer, where there are threads
#   make clean
#
# CC=clang or CC=gcc chooses the compiler, EXTRA_CFLAGS adds to its flags,
# WERROR= lets a compiler newer than this project warn without stopping, and
# V=1 shows the commands. All cores work, unless -j says how many.
#
# A stage's sources stand in its folder, in its rooms (folders in it), and, as
# links, in from/NN-name/ and the rooms of that stage. A name stands once in a
# stage, so a quoted include is looked up in all these folders: a linked source
# sees the headers of the stage that is being built. All of common/ becomes an
# archive, from which the linker takes what is used.

MODE ?= release
V ?= 0
SHOW := $(filter 1,$(V))
Q := $(if $(SHOW),,@)
WERROR ?= -Werror
COMMON := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

# A checkout without symbolic links holds small text files in their place,
# each with the path that the link should have led to.
LOST_LINKS := $(shell grep -rl '^\(\.\./\)*[0-9][0-9]-[a-z]*/' from 2>/dev/null | head -n 3)
define LOST_LINKS_MESSAGE
The symbolic links of this stage were lost on the way here.

These files, for instance, should be links, but hold only the path of another:
  $(LOST_LINKS)

That happens when the project is unpacked or checked out where links are off,
on Windows for instance. To get them back, in a git checkout:
  git config core.symlinks true
  git checkout -- .
On Windows, switch on Developer Mode first, or work inside WSL. Or, on a
machine that has the links, write this stage as plain files and take those:
  make export STAGE=NN TO=folder

endef
ifneq ($(LOST_LINKS),)
$(error $(LOST_LINKS_MESSAGE))
endif

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
ifeq ($(MODE),release)
OUT := build
SERVER := server
MODE_FLAGS := -O2 -g
else ifeq ($(MODE),debug)
OUT := build/debug
SERVER := build/debug/server
MODE_FLAGS := -O0 -g3
else ifeq ($(MODE),asan)
OUT := build/asan
SERVER := build/asan/server
MODE_FLAGS := -O1 -g -fno-omit-frame-pointer $(SANITIZE)
else ifeq ($(MODE),tsan)
OUT := build/tsan
SERVER := build/tsan/server
MODE_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
else
$(error MODE is release, debug, asan or tsan, not "$(MODE)")
endif

# In a row of a table, what is left out is zero, and meant to be.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
            -Wno-missing-field-initializers $(WERROR)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -pthread $(WARNINGS) $(MODE_FLAGS) \
             $(FOLDERS:%=-iquote %) -I$(COMMON) $(TOGETHER) $(EXTRA_CFLAGS)

SOURCES := $(filter-out $(COMMON)/%,\
                        $(sort $(foreach place,. * from/* from/*/*,$(wildcard $(place)/*.[ch]))))
# Stage 10 can be built without some of its fast files, and compiles those that
# every request passes through as one.
-include $(sort $(wildcard fast/*.mk))
FOLDERS := $(patsubst %/,%,$(sort $(dir $(SOURCES))))
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(notdir $(filter %.c,$(SOURCES))))
vpath %.c $(FOLDERS)
COMMON_OBJECTS := $(patsubst $(COMMON)/%.c,$(OUT)/common/%.o,\
                             $(wildcard $(COMMON)/*.c))

.DEFAULT_GOAL := all
.PHONY: all debug asan tsan clean FORCE

# What -j said is known only within a recipe.
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 1))

all:
	@$(MAKE) --no-print-directory $(JOBS) $(SERVER)

debug asan tsan:
	@$(MAKE) --no-print-directory MODE=$@ all

# On a terminal, one line tells the files that are compiled, each over the one
# before; it ends at the left, where a warning begins. What is linked is told
# everywhere.
COMPILED :=
ALL_OBJECTS = $(OBJECTS) $(COMMON_OBJECTS)
TELL = $(eval COMPILED += $<)$(if $(MAKE_TERMOUT),$(if $(SHOW),,\
       @printf '\r\033[K  cc   %s\r' '$(words $(COMPILED))/$(words $(ALL_OBJECTS)) $(<F)'))

# The C library, with its threads and its mathematics, is all that is linked.
$(SERVER): $(OBJECTS) $(OUT)/common.a $(OUT)/objects
	@printf '$(if $(MAKE_TERMOUT),\r\033[K)  %s\n' \
	    'link $@ ($(words $(COMPILED)) of $(words $(ALL_OBJECTS)) files compiled)'
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $(OBJECTS) $(OUT)/common.a -lm

$(OUT)/common.a: $(COMMON_OBJECTS) $(OUT)/objects
	@rm -f $@
	@$(AR) rcs $@ $(COMMON_OBJECTS)

$(OUT)/%.o: %.c $(OUT)/flags
	$(TELL)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/common/%.o: $(COMMON)/%.c $(OUT)/flags
	$(TELL)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Each holds one line and is rewritten only when that has changed: the compiler
# and its flags, upon which everything is compiled again, and the objects, since
# a source that is gone must be gone from the server, too.
$(OUT)/flags: LINE = $(CC) $(ALL_CFLAGS) $(LTO)
$(OUT)/objects: LINE = $(ALL_OBJECTS)
$(OUT)/flags $(OUT)/objects: FORCE
	@mkdir -p $(OUT)/common
	@echo '$(LINE)' | cmp -s - $@ || echo '$(LINE)' > $@

FORCE:

clean:
	rm -rf build server

# An old .d names its source where that stood then. What has moved since is
# compiled anew.
$(shell awk 'FNR == 1 { print FILENAME, $$2 }' $(OUT)/*.d 2> /dev/null | \
    while read -r list source; do \
        [ -e "$$source" ] || rm -f "$$list" "$${list%.d}.o"; done)
-include $(ALL_OBJECTS:.o=.d)
