# Redis in ten stages. `make` alone says what there is.

# Which stage: 3 or 03; without it the newest, or all of them where that is
# what the target is about.
STAGE ?=
PORT ?= 6379
TO ?=
PREFIX ?= /usr/local
DESTDIR ?=
BENCH_ARGS ?=

STAGES := $(wildcard stages/[0-9][0-9]-*)
CHOSEN = $(if $(STAGE),$(or $(shell common/tools/find-stage $(STAGE)),\
                            $(error no such stage)),$(STAGES))

.DEFAULT_GOAL := help
.PHONY: help all debug asan run test check format bench diff export lab \
        bug bug-answers book install clean

help:
	@echo 'make run             build and start the newest stage   STAGE=03 PORT=7000'
	@echo 'make test            get what the tests need, run all   STAGE=03'
	@echo 'make all             build every stage                  STAGE=03 CC=clang'
	@echo 'make debug | asan    the same for gdb, or with sanitizers'
	@echo 'make check           the house check and the linters; make format'
	@echo 'make bench           measure beside redis-server        BENCH_ARGS=--help'
	@echo 'make diff STAGE=03   the code that a stage adds'
	@echo 'make export STAGE=03 TO=folder   a stage as plain files'
	@echo 'make lab STAGE=03 TO=folder      a stage to hand out, without its solution'
	@echo '                     LANG=python: for another language; docs/labs.md'
	@echo 'make bug STAGE=05 TO=folder      a stage with a bug to find; make bug-answers'
	@echo 'make book            lessons and docs as a site, in out/book'
	@echo 'make install         the newest stage as ten-server      PREFIX=/usr/local'
	@echo 'make clean           remove what was built'

all debug asan:
	@set -e; for stage in $(CHOSEN); do \
	    echo "$$stage"; \
	    $(MAKE) --no-print-directory -C "$$stage" $@; \
	done

run:
	@MAKE='$(MAKE)' common/tools/run '$(STAGE)' '$(PORT)'

test:
	@MAKE='$(MAKE)' tests/suite/run '$(STAGE)'

check:
	@common/tools/lint

# On real files only: clang-format -i would replace a link by a copy.
format:
	find common stages tests -name build -prune -o -type f -name '*.[ch]' \
	    -exec clang-format -i {} +

bench:
	@MAKE='$(MAKE)' tests/bench/bench $(if $(STAGE),--stage $(STAGE)) $(BENCH_ARGS)

diff:
	@common/tools/diff '$(STAGE)'

export:
	@common/tools/export '$(STAGE)' '$(TO)'

book:
	@common/tools/book

# LANG is also the locale's variable, so only the one on make's command line counts.
ONLY ?=
LAB_LANG = $(if $(findstring command,$(origin LANG)),$(LANG),c)

lab:
	@LANG=C.UTF-8 python3 -B tests/lab/lab.py '$(STAGE)' '$(TO)' '$(LAB_LANG)' $(ONLY)

# A stage with one seeded bug, and what it is.
ID ?=
SEED ?=
FOLDER ?=

bug:
	@python3 -B tests/lab/bug.py write '$(TO)' '$(ID)' '$(STAGE)' '$(SEED)'

bug-answers:
	@python3 -B tests/lab/bug.py answers '$(ID)' '$(STAGE)' '$(FOLDER)'

# DESTDIR is put before all names, as packagers expect.
install:
	@$(MAKE) --no-print-directory -C stages/10-server
	@stages/10-server/install/install '$(PREFIX)' '$(DESTDIR)'

clean:
	@for stage in $(STAGES); do \
	    $(MAKE) --no-print-directory -C "$$stage" clean; \
	done
	rm -rf out tests/unit/build tests/bench/build
	find tests common -name __pycache__ -prune -exec rm -rf {} +
