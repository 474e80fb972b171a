#include "stream_reading.h"

#include <string.h>

#include "argument_timeout.h"
#include "arguments.h"
#include "blocking.h"
#include "reply.h"
#include "stream_id.h"

/* BLOCK milliseconds: the moment at which they are over; 0 means never. */
static bool block_argument(struct client *client, struct slice argument,
                           int64_t *until_us) {
    int64_t ms;
    if (!argument_timeout_ms(client, argument, &ms))
        return false;
    *until_us = blocking_moment(ms);
    return true;
}

/* COUNT: as in Redis, a negative one means the same as 0, which is all. */
static bool count_argument(struct client *client, struct slice argument,
                           uint64_t *most) {
    int64_t count;
    if (!argument_i64(client, argument, &count))
        return false;
    *most = count > 0 ? (uint64_t)count : 0;
    return true;
}

/* Reads key [key ...] id [id ...], behind the word STREAMS. */
static bool streams_arguments(struct client *client,
                              const struct request *request, size_t first,
                              struct stream_reading *reading) {
    size_t count = request->argc - first;
    if (count % 2 != 0) {
        reply_errorf(client,
                     "ERR Unbalanced '%s' list of streams: for each stream key "
                     "an ID or '%c' must be specified.",
                     reading->by_group ? "xreadgroup" : "xread",
                     reading->by_group ? '>' : '$');
        return false;
    }
    reading->count = count / 2;
    reading->keys = request->argv + first;
    reading->ids = reading->keys + reading->count;
    return true;
}

static bool group_only(struct client *client,
                       const struct stream_reading *reading,
                       const char *option) {
    if (!reading->by_group)
        reply_errorf(client,
                     "ERR The %s option is only supported by XREADGROUP. You "
                     "called XREAD instead.",
                     option);
    return reading->by_group;
}

/* Reads the option at *at, and moves *at to the next one. */
static bool option(struct client *client, const struct request *request,
                   size_t *at, struct stream_reading *reading) {
    const struct slice *argv = request->argv;
    size_t here = *at, more = request->argc - here - 1;
    *at += 2; /* most options have one word behind them */
    if (more >= 1 && slice_is(argv[here], "block")) {
        reading->waits = true;
        return block_argument(client, argv[here + 1], &reading->until_us);
    }
    if (more >= 1 && slice_is(argv[here], "count"))
        return count_argument(client, argv[here + 1], &reading->most);
    if (more >= 1 && slice_is(argv[here], "streams")) {
        *at = request->argc; /* it takes all that follows */
        return streams_arguments(client, request, here + 1, reading);
    }
    if (more >= 2 && slice_is(argv[here], "group")) {
        *at = here + 3;
        reading->has_group = true;
        reading->group = argv[here + 1];
        reading->consumer = argv[here + 2];
        return group_only(client, reading, "GROUP");
    }
    *at = here + 1;
    if (slice_is(argv[here], "noack")) {
        reading->no_ack = true;
        return group_only(client, reading, "NOACK");
    }
    reply_syntax_error(client);
    return false;
}

bool stream_reading_arguments(struct client *client,
                              const struct request *request, bool by_group,
                              struct stream_reading *reading) {
    *reading = (struct stream_reading){.by_group = by_group};
    for (size_t at = 1; at < request->argc;)
        if (!option(client, request, &at, reading))
            return false;
    if (reading->keys == NULL) {
        reply_syntax_error(client);
        return false;
    }
    if (reading->by_group && !reading->has_group)
        reply_error(client, "ERR Missing GROUP option for XREADGROUP");
    return reading->by_group == reading->has_group;
}

bool stream_reading_is_new(struct slice id) {
    struct stream_id number;
    if (id.len == 1 && id.ptr[0] == '>')
        return true;
    return stream_id_parse(id, 0, &number, NULL) &&
           stream_id_compare(number, STREAM_ID_MOST) == 0;
}

/* Changes of streams have events that begin with "t", or none: XACK, for one,
 * gives nobody anything to read. Any other event means that the key has a new
 * value or none, and whoever waits must look. */
bool stream_reading_wakes(const char *event) {
    return event != NULL && (event[0] != 't' || strcmp(event, "txadd") == 0 ||
                             strcmp(event, "txgroup-destroy") == 0);
}
