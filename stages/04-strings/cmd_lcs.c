/* LCS: what two values have in common. */
#include <stdlib.h>

#include "arguments.h"
#include "bulk_limit.h"
#include "command.h"
#include "keyspace.h"
#include "lcs.h"
#include "xalloc.h"

struct lcs_options {
    bool length, runs, run_lengths;
    int64_t shortest_run;
};

/* Reads [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]. Returns false
 * after an error reply. */
static bool parse_options(struct client *client, const struct request *request,
                          struct lcs_options *options) {
    const struct slice *argv = request->argv;
    *options = (struct lcs_options){0};
    for (size_t i = 3; i < request->argc; i++) {
        if (slice_is(argv[i], "len")) {
            options->length = true;
        } else if (slice_is(argv[i], "idx")) {
            options->runs = true;
        } else if (slice_is(argv[i], "withmatchlen")) {
            options->run_lengths = true;
        } else if (slice_is(argv[i], "minmatchlen") && i + 1 < request->argc) {
            if (!argument_i64(client, argv[++i], &options->shortest_run))
                return false;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    if (options->length && options->runs)
        reply_error(client, "ERR If you want both the length and indexes, "
                            "please just use IDX.");
    return !(options->length && options->runs);
}

static void reply_range(struct client *client, size_t start, size_t len) {
    reply_array(client, 2);
    reply_integer(client, (int64_t)start);
    reply_integer(client, (int64_t)(start + len - 1));
}

static void reply_run(struct client *client, const struct lcs_run *run,
                      bool with_length) {
    reply_array(client, with_length ? 3 : 2);
    reply_range(client, run->a, run->len);
    reply_range(client, run->b, run->len);
    if (with_length)
        reply_integer(client, (int64_t)run->len);
}

/* The reply says first how many runs follow, so the walk is made twice. */
static void reply_runs(struct client *client, const struct lcs *lcs,
                       const struct lcs_options *options) {
    const struct lcs_run end = {lcs->a.len, lcs->b.len, 0};
    size_t count = 0;
    for (struct lcs_run run = end; lcs_next_run(lcs, &run);)
        count += (int64_t)run.len >= options->shortest_run;
    reply_map(client, 2);
    reply_text(client, "matches");
    reply_array(client, count);
    for (struct lcs_run run = end; lcs_next_run(lcs, &run);)
        if ((int64_t)run.len >= options->shortest_run)
            reply_run(client, &run, options->run_lengths);
    reply_text(client, "len");
    reply_integer(client, (int64_t)lcs->length);
}

/* The subsequence itself, put together from its end. */
static void reply_bytes(struct client *client, const struct lcs *lcs) {
    char *bytes = xmalloc(lcs->length + 1); /* + 1, since it may be empty */
    char *at = bytes + lcs->length;
    struct lcs_run run = {lcs->a.len, lcs->b.len, 0};
    while (lcs_next_run(lcs, &run)) {
        at -= run.len;
        memcpy(at, lcs->a.ptr + run.a, run.len);
    }
    reply_bulk(client, bytes, lcs->length);
    free(bytes);
}

static void reply_lcs(struct client *client, struct slice a, struct slice b,
                      const struct lcs_options *options) {
    struct lcs lcs;
    if (!lcs_solve(&lcs, a, b, (uint64_t)bulk_limit())) {
        reply_error(client, "ERR Insufficient memory, transient memory for "
                            "LCS exceeds proto-max-bulk-len");
        return;
    }
    if (options->runs)
        reply_runs(client, &lcs, options);
    else if (options->length)
        reply_integer(client, (int64_t)lcs.length);
    else
        reply_bytes(client, &lcs);
    lcs_free(&lcs);
}

/* A key that is missing has an empty value, which is a string. */
static bool is_string(const struct entry *entry) {
    return entry == NULL || entry_type(entry) == TYPE_STRING;
}

/* LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN] */
static void cmd_lcs(struct client *client, struct request *request) {
    struct lcs_options options;
    char scratch_a[NUMBER_I64_MAX_TEXT], scratch_b[NUMBER_I64_MAX_TEXT];
    struct key key_a = keyspace_key(client, request->argv[1]);
    struct key key_b = keyspace_key(client, request->argv[2]);
    const struct entry *a = keyspace_read(client, &key_a);
    const struct entry *b = keyspace_read(client, &key_b);
    if (!is_string(a) || !is_string(b))
        reply_error(client, "ERR The specified keys must contain string "
                            "values");
    else if (parse_options(client, request, &options))
        reply_lcs(client, entry_value(a, scratch_a), entry_value(b, scratch_b),
                  &options);
}

const struct command lcs_commands[] = {
    {"lcs", cmd_lcs, -3, CMD_READONLY},
    {0},
};
