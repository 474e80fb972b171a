/* Commands about the middle of a list: LSET LINSERT LREM LTRIM LPOS. */
#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "list_key.h"
#include "list_reply.h"

/* LSET key index element */
static void cmd_lset(struct client *client, struct request *request) {
    struct list_key at;
    int64_t index;
    if (!list_key_find(client, request->argv[1], &at))
        return;
    if (at.list == NULL) {
        reply_error(client, "ERR no such key");
        return;
    }
    /* As in Redis, the index is only read if there is a list. */
    if (!argument_i64(client, request->argv[2], &index))
        return;
    list_key_expect(&at, request->argv[3]);
    struct list_cursor cursor = list_seek(at.list, index);
    if (cursor.place == NULL) {
        reply_error(client, "ERR index out of range");
        return;
    }
    list_set(keyspace_heap(), &at.list, &cursor, request->argv[3]);
    list_key_changed(&at, "llset", 1);
    reply_ok(client);
}

/* LINSERT key <BEFORE | AFTER> pivot element */
static void cmd_linsert(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    bool before = slice_is(argv[2], "before");
    if (!before && !slice_is(argv[2], "after")) {
        reply_syntax_error(client);
        return;
    }
    struct list_key at;
    if (!list_key_find(client, argv[1], &at))
        return;
    if (at.list == NULL) {
        reply_integer(client, 0);
        return;
    }
    list_key_expect(&at, argv[4]);
    struct listpack_element pivot = listpack_element(argv[3]);
    struct list_cursor cursor = list_seek(at.list, 0);
    while (cursor.place != NULL && !list_equal(&cursor, &pivot))
        list_next(&cursor, LIST_TAIL);
    if (cursor.place == NULL) {
        reply_integer(client, -1);
        return;
    }
    list_insert(keyspace_heap(), &at.list, &cursor, before, argv[4]);
    reply_integer(client, (int64_t)list_len(at.list));
    list_key_changed(&at, "llinsert", 1);
}

/* LREM key count element */
static void cmd_lrem(struct client *client, struct request *request) {
    struct list_key at;
    int64_t count;
    if (!argument_i64(client, request->argv[2], &count) ||
        !list_key_find(client, request->argv[1], &at))
        return;
    uint64_t removed = 0;
    /* The count's sign is the direction; 0 is no limit. */
    uint64_t most = count > 0   ? (uint64_t)count
                    : count < 0 ? 0 - (uint64_t)count
                                : UINT64_MAX;
    if (at.list != NULL)
        removed = list_remove(keyspace_heap(), &at.list,
                              count < 0 ? LIST_TAIL : LIST_HEAD, most,
                              request->argv[3]);
    if (removed > 0)
        list_key_changed(&at, "llrem", removed);
    reply_integer(client, (int64_t)removed);
}

/* LTRIM key start stop */
static void cmd_ltrim(struct client *client, struct request *request) {
    struct list_key at;
    int64_t first, last;
    if (!argument_i64(client, request->argv[2], &first) ||
        !argument_i64(client, request->argv[3], &last) ||
        !list_key_find(client, request->argv[1], &at))
        return;
    if (at.list != NULL) {
        size_t len = list_len(at.list), start;
        size_t count = list_range(len, first, last, &start);
        /* Nothing stays: all is cut at the head. */
        if (count == 0)
            start = len;
        struct heap *heap = keyspace_heap();
        list_cut(heap, &at.list, LIST_HEAD, start);
        list_cut(heap, &at.list, LIST_TAIL, len - start - count);
        /* Even if nothing was cut: Redis reports LTRIM of any list that
         * exists. */
        list_key_changed(&at, "lltrim", len - count);
    }
    reply_ok(client);
}

struct pos_options {
    int64_t rank, count, most; /* count is -1 when it was not named */
};

/* Reads RANK, the number of a match, counted from 1, or from -1 at the tail. */
static bool rank_argument(struct client *client, struct slice text,
                          int64_t *rank) {
    if (!argument_i64(client, text, rank))
        return false;
    if (*rank == 0)
        reply_error(client,
                    "ERR RANK can't be zero: use 1 to start from the first "
                    "match, 2 from the second ... or use negative to start "
                    "from the end of the list");
    else if (*rank == INT64_MIN)
        reply_error(client, "ERR value is out of range, value must between "
                            "-9223372036854775807 and 9223372036854775807");
    return *rank != 0 && *rank != INT64_MIN;
}

/* Returns false after the error reply. Of two that are the same the
 * later counts. */
static bool parse_pos(struct client *client, const struct request *request,
                      struct pos_options *options) {
    const struct slice *argv = request->argv;
    *options = (struct pos_options){.rank = 1, .count = -1};
    for (size_t i = 3; i < request->argc; i += 2) {
        bool good = false, has_value = i + 1 < request->argc;
        if (has_value && slice_is(argv[i], "rank"))
            good = rank_argument(client, argv[i + 1], &options->rank);
        else if (has_value && slice_is(argv[i], "count"))
            good = argument_at_least(client, argv[i + 1], 0,
                                     "ERR COUNT can't be negative",
                                     &options->count);
        else if (has_value && slice_is(argv[i], "maxlen"))
            good = argument_at_least(client, argv[i + 1], 0,
                                     "ERR MAXLEN can't be negative",
                                     &options->most);
        else
            reply_syntax_error(client);
        if (!good)
            return false;
    }
    return true;
}

/* Finds as many places of a value as are wanted, and appends them as integers
 * of 64 bits. They are gathered since a reply says first how many follow. */
static void find_places(struct list *list, struct slice value,
                        const struct pos_options *options, struct buf *places) {
    struct listpack_element wanted = listpack_element(value);
    bool forward = options->rank > 0;
    int64_t skip = (forward ? options->rank : -options->rank) - 1;
    int64_t most = options->count < 0 ? 1 : options->count;
    if (most == 0)
        most = INT64_MAX;
    int64_t len = (int64_t)list_len(list);
    int64_t end =
        options->most > 0 && options->most < len ? options->most : len;
    struct list_cursor cursor = list_seek(list, forward ? 0 : -1);
    for (int64_t i = 0; i < end && most > 0; i++) {
        /* Matches before the one of that rank are passed over. */
        if (list_equal(&cursor, &wanted) && skip-- <= 0) {
            int64_t place = forward ? i : len - 1 - i;
            buf_append(places, &place, sizeof place);
            most--;
        }
        list_next(&cursor, forward ? LIST_TAIL : LIST_HEAD);
    }
}

static void reply_place(struct client *client, const struct buf *places,
                        size_t number) {
    int64_t place;
    memcpy(&place, buf_bytes(places) + number * sizeof place, sizeof place);
    reply_integer(client, place);
}

/* LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len] */
static void cmd_lpos(struct client *client, struct request *request) {
    struct pos_options options;
    struct list_key at;
    if (!parse_pos(client, request, &options) ||
        !list_key_find(client, request->argv[1], &at))
        return;
    struct buf places = {0};
    if (at.list != NULL)
        find_places(at.list, request->argv[2], &options, &places);
    size_t count = buf_len(&places) / sizeof(int64_t);
    if (options.count >= 0)
        reply_array(client, count);
    else if (count == 0)
        reply_null(client);
    for (size_t i = 0; i < count; i++)
        reply_place(client, &places, i);
    buf_free(&places);
}

const struct command list_edit_commands[] = {
    {"lset", cmd_lset, 4, CMD_WRITE | CMD_DENYOOM},
    {"linsert", cmd_linsert, 5, CMD_WRITE | CMD_DENYOOM},
    {"lrem", cmd_lrem, 4, CMD_WRITE},
    {"ltrim", cmd_ltrim, 4, CMD_WRITE},
    {"lpos", cmd_lpos, -3, CMD_READONLY},
    {0},
};
