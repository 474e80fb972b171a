#include "stream_argument.h"

#include "arguments.h"
#include "db.h"
#include "limits.h"
#include "reply.h"

static bool parsed(struct client *client, bool good) {
    if (!good)
        reply_error(client, "ERR Invalid stream ID specified as stream "
                            "command argument");
    return good;
}

bool stream_argument_id(struct client *client, struct slice argument,
                        struct stream_id *id) {
    return parsed(client, stream_id_parse(argument, 0, id, NULL));
}

size_t stream_argument_ids(const struct request *request, size_t first) {
    struct stream_id id;
    while (first < request->argc &&
           stream_id_parse(request->argv[first], 0, &id, NULL))
        first++;
    return first;
}

static bool parse_edge(struct slice argument, uint64_t missing_seq,
                       struct stream_id *id) {
    bool least = slice_is(argument, "-");
    if (least || slice_is(argument, "+")) {
        *id = least ? STREAM_ID_LEAST : STREAM_ID_MOST;
        return true;
    }
    return stream_id_parse(argument, missing_seq, id, NULL);
}

bool stream_argument_edge(struct client *client, struct slice argument,
                          struct stream_id *id) {
    return parsed(client, parse_edge(argument, 0, id));
}

/* Reads one end of an interval. *open is set if the ID itself is excluded. */
static bool interval_argument(struct client *client, struct slice argument,
                              uint64_t missing_seq, struct stream_id *id,
                              bool *open) {
    *open = argument.len > 1 && argument.ptr[0] == '(';
    if (!*open)
        return parsed(client, parse_edge(argument, missing_seq, id));
    argument.ptr++;
    argument.len--;
    return parsed(client, stream_id_parse(argument, missing_seq, id, NULL));
}

bool stream_argument_start(struct client *client, struct slice argument,
                           struct stream_id *id) {
    bool open;
    if (!interval_argument(client, argument, 0, id, &open))
        return false;
    /* "(" begins behind the ID, but nothing is behind the greatest of all. */
    if (!open || stream_id_next(id))
        return true;
    reply_error(client, "ERR invalid start ID for the interval");
    return false;
}

bool stream_argument_end(struct client *client, struct slice argument,
                         struct stream_id *id) {
    bool open;
    if (!interval_argument(client, argument, UINT64_MAX, id, &open))
        return false;
    if (!open || stream_id_previous(id))
        return true;
    reply_error(client, "ERR invalid end ID for the interval");
    return false;
}

/* Reads a number that is not negative. */
static bool count_argument(struct client *client, struct slice argument,
                           const char *negative, uint64_t *out) {
    int64_t count;
    if (!argument_i64(client, argument, &count))
        return false;
    *out = (uint64_t)count;
    if (count < 0)
        reply_error(client, negative);
    return count >= 0;
}

/* <MAXLEN | MINID> [= | ~] threshold; options->next is the first word. */
static bool threshold_argument(struct client *client,
                               const struct request *request,
                               enum stream_trim_kind kind,
                               struct stream_options *options) {
    struct stream_trim *trim = &options->trim;
    if (trim->kind != STREAM_TRIM_NONE) {
        reply_error(client, "ERR syntax error, MAXLEN and MINID options at "
                            "the same time are not compatible");
        return false;
    }
    /* A sign counts as one only if a threshold follows it. */
    size_t at = options->next + 1;
    trim->whole_blocks = false;
    if (at + 1 < request->argc) {
        trim->whole_blocks = slice_is(request->argv[at], "~");
        if (trim->whole_blocks || slice_is(request->argv[at], "="))
            at++;
    }
    trim->kind = kind;
    options->next = at + 1;
    struct slice threshold = request->argv[at];
    if (kind == STREAM_TRIM_ID)
        return stream_argument_id(client, threshold, &trim->least);
    return count_argument(client, threshold,
                          "ERR The MAXLEN argument must be >= 0.", &trim->len);
}

/* Checks what cannot be told from one option alone. Returns the error, or
 * NULL. */
static const char *check_options(const struct stream_trim *trim, bool adds,
                                 bool limited) {
    if (trim->limit > 0 && trim->kind == STREAM_TRIM_NONE)
        return "ERR syntax error, LIMIT cannot be used without specifying a "
               "trimming strategy";
    if (!adds && trim->kind == STREAM_TRIM_NONE)
        return "ERR syntax error, XTRIM must be called with a trimming "
               "strategy";
    if (limited && !trim->whole_blocks)
        return "ERR syntax error, LIMIT cannot be used without the special ~ "
               "option";
    return NULL;
}

/* Returns the number of entries in a hundred blocks, within bounds, so that a
 * client that asks for little does not wait long. The numbers are Redis's. */
static uint64_t default_limit(void) {
    uint64_t entries = limits.stream_node_max_entries;
    if (entries == 0)
        return 10000;
    return entries < 10000 ? 100 * entries : 1000000;
}

/* Reads one option, or the ID of the new entry, which is the last thing to be
 * looked for: then sets *done. */
static bool option(struct client *client, const struct request *request,
                   bool adds, struct stream_options *options, bool *limited,
                   bool *done) {
    struct slice word = request->argv[options->next];
    bool more = options->next + 1 < request->argc;
    if (more && slice_is(word, "maxlen"))
        return threshold_argument(client, request, STREAM_TRIM_LEN, options);
    if (more && slice_is(word, "minid"))
        return threshold_argument(client, request, STREAM_TRIM_ID, options);
    options->next++;
    if (more && slice_is(word, "limit")) {
        *limited = true;
        return count_argument(client, request->argv[options->next++],
                              "ERR The LIMIT argument must be >= 0.",
                              &options->trim.limit);
    }
    if (!adds) {
        reply_syntax_error(client);
        return false;
    }
    if (slice_is(word, "nomkstream")) {
        options->only_if_there = true;
        return true;
    }
    *done = true;
    return parsed(client,
                  stream_id_parse(word, 0, &options->id, &options->any_seq));
}

bool stream_argument_options(struct client *client,
                             const struct request *request, bool adds,
                             struct stream_options *options) {
    bool limited = false, done = false;
    *options = (struct stream_options){.next = 2};
    while (!done && options->next < request->argc) {
        struct slice word = request->argv[options->next];
        if (adds && word.len == 1 && word.ptr[0] == '*') {
            options->any_id = done = true;
            options->next++;
        } else if (!option(client, request, adds, options, &limited, &done))
            return false;
    }
    if (adds && !done)
        options->next++; /* the same error as if the missing ID were there */
    /* Redis logs how far "~" has trimmed as an exact threshold, and leaves the
     * LIMIT where it was: there it says nothing any more. */
    bool repeats = db_repeats();
    if (repeats)
        options->trim.limit = 0;
    const char *error =
        check_options(&options->trim, adds, limited && !repeats);
    if (error != NULL) {
        reply_error(client, error);
        return false;
    }
    /* LIMIT 0 remains what it says: none. */
    if (options->trim.whole_blocks && !limited && !repeats)
        options->trim.limit = default_limit();
    return true;
}
