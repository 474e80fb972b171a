# The steps of the lesson "Fast", so that each can be measured beside the one
# before it:
#
#   make FAST=3     build/fast-3/server, with the first three of the five steps
#
# What belongs to a later step is left out, and where stage 09 has a plain form
# of such a file, that is built in its place. Each step uses those before it, so
# none can be skipped. A server below step 4 is one to measure and not one to
# use: what clients without a password may send is limited by fast/pipeline.c.
# fast/buf.c is in all of them, since the plain one is for a single thread.
STEP_1 := loop.c
STEP_2 := heap.c heap.h slab.h background_free.c background_free.h \
          db_free.c used_memory.c entry.c entry_layout.h entry_block.h \
          entry_parts.c entry_expiry.c
STEP_3 := dict.c dict.h dict_prefetch.h
STEP_4 := pipeline.c short_request.c short_request.h resp_write.c \
          prefetch.c prefetch.h hash_ahead.h string_hash.c \
          zset_probe.c zset_probe.h command_slots.c command_slots.h
STEP_5 := key_walk.c key_walk.h rdb_load_some.c lzf_run.h

ifneq ($(FAST),)
ifeq ($(wildcard ../09-aof),)
$(error FAST=$(FAST) needs stage 09 beside this one, for the plain forms)
endif
OUT := build/fast-$(FAST)
SERVER := $(OUT)/server
LATER := $(filter-out $(wordlist 1,$(FAST),1 2 3 4 5),1 2 3 4 5)

# Links to the plain forms, in a folder for each step that is left out. These
# folders are searched before fast/.
PLAIN = $(firstword $(foreach place,. from/* from/*/*,$(wildcard ../09-aof/$(place)/$(file))))
$(shell mkdir -p $(OUT) $(LATER:%=build/plain/%))
$(foreach step,$(LATER),$(foreach file,$(STEP_$(step)),$(if $(PLAIN),\
    $(shell ln -sfn ../../../$(PLAIN) build/plain/$(step)/$(file)))))
SOURCES := $(wildcard $(LATER:%=build/plain/%/*)) \
           $(filter-out $(foreach step,$(LATER),$(STEP_$(step):%=fast/%)),$(SOURCES))
endif
