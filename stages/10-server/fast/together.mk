# The files that nearly every request passes through are compiled as one, when
# the server is linked: a call from one to the other costs nothing then, so a
# step may be a function in the file where it belongs, however short it is. GET
# takes a tenth fewer instructions for it.
#
#   make LTO=     does without, and links faster
#
# It is done by gcc, where that was built for it, and in the release build alone.
ifeq ($(MODE),release)
LTO ?= $(shell $(CC) --version 2>/dev/null | grep -q 'Free Software' && \
    echo 'int main;' | $(CC) -flto=auto -x c -c -o /dev/null - 2>/dev/null && \
    echo -flto=auto)
LTO := $(LTO)
HOT := loop.c conn.c buf.c output.c pipeline.c short_request.c prefetch.c \
       resp.c resp_write.c reply.c stage.c command.c timed_call.c \
       command_stats.c histogram.c call.c propagate.c loading.c keyspace.c \
       string_hash.c db.c key_time.c dict.c entry.c entry_expiry.c heap.c \
       cmd_string.c cmd_set.c cmd_number.c arguments.c blocking.c watched.c \
       listpack.c packed.c list.c list_key.c list_reply.c object_key.c \
       entry_object.c cmd_list.c set.c hash.c zset.c expire.c due.c \
       snapshot.c aof.c acl_check.c effect.c admit.c command_table.c \
       command_slots.c key_use.c lookups.c reply_typed.c cmd_stream.c \
       stream.c stream_argument.c stream_block.c stream_id.c stream_index.c \
       stream_reply.c

$(HOT:%.c=$(OUT)/%.o) $(SERVER): private TOGETHER = $(LTO)
endif
