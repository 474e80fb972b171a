/* Commands that return some members of a sorted set: ZSCAN ZRANDMEMBER. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "cmd_scan.h"
#include "command.h"
#include "packed_places.h"
#include "random.h"
#include "reply_wanted.h"
#include "score.h"
#include "xalloc.h"
#include "zset_key.h"
#include "zset_reply.h"

/* A scan writes members while it visits them; the head of the array with their
 * number is inserted before them in the end. */
struct scan {
    struct client *client;
    const struct scan_options *options;
    bool is_large;
    size_t seen, wanted;
};

/* Writes a score as Redis's scans do: as a string, and in a large set with all
 * 17 digits. */
static void reply_scanned(struct client *client, double score, bool is_large) {
    char text[SCORE_MAX_TEXT];
    if (is_large && !isinf(score))
        reply_bulk(client, text,
                   (size_t)snprintf(text, sizeof text, "%.17g", score));
    else
        reply_bulk(client, text, score_format(text, score));
}

static void scan_member(void *context, struct slice member, double score) {
    struct scan *scan = context;
    scan->seen++;
    if (!scan_options_fit(scan->options, member))
        return;
    scan->wanted++;
    reply_slice(scan->client, member);
    reply_scanned(scan->client, score, scan->is_large);
}

/* Visits members until there are enough, or ten times as many buckets, most of
 * which may be empty after many deletions. Returns the cursor to go on from. */
static uint64_t scan_some(const struct zset *zset, uint64_t cursor,
                          struct scan *scan) {
    uint64_t count = scan->options->count, steps = 0;
    do
        cursor = zset_scan(zset, cursor, scan_member, scan);
    while (cursor != 0 && scan->seen < count && ++steps / 10 < count);
    return cursor;
}

static void reply_scan(struct client *client, const struct zset *zset,
                       uint64_t cursor, const struct scan_options *options) {
    struct buf members = {0}, *out = client->out;
    struct scan scan = {.client = client, .options = options};
    scan.is_large = strcmp(zset_encoding(zset), "skiplist") == 0;
    /* The cursor and the number come before the members in the reply, but are
     * known only after them. */
    client->out = &members;
    cursor = scan_some(zset, cursor, &scan);
    client->out = out;
    scan_reply_cursor(client, cursor);
    reply_array(client, 2 * scan.wanted);
    if (scan.wanted > 0)
        buf_append(out, buf_bytes(&members), buf_len(&members));
    buf_free(&members);
}

/* ZSCAN key cursor [MATCH pattern] [COUNT count] */
static void cmd_zscan(struct client *client, struct request *request) {
    uint64_t cursor;
    struct scan_options options;
    struct zset_key at;
    if (!scan_cursor(client, request->argv[2], &cursor) ||
        !zset_key_find(client, request->argv[1], &at))
        return;
    if (at.zset == NULL) {
        scan_reply_cursor(client, 0);
        reply_array(client, 0);
        return;
    }
    if (scan_options_parse(client, request->argv + 3, request->argc - 3,
                           &options, NULL))
        reply_scan(client, at.zset, cursor, &options);
}

/* A rank, each as likely as any other to within one in 2^32. */
static size_t random_rank(size_t count) {
    return (size_t)(random_bits() % count);
}

static void reply_rank(struct client *client, const struct zset *zset,
                       size_t rank, bool with_scores) {
    struct zset_cursor at = zset_seek(zset, rank);
    zset_reply_at(client, &at, with_scores);
}

/* Any members, the same one possibly more than once. The count may be 2^62, so
 * it stops when nobody wants the rest. */
static void reply_any(struct client *client, const struct zset *zset,
                      uint64_t count, bool with_scores) {
    const uint8_t *lp = zset_listpack(zset);
    size_t size = zset_count(zset);
    uint8_t **places =
        lp != NULL && count > 1 ? packed_places(lp, 2, size) : NULL;
    (with_scores ? reply_pairs : reply_array)(client, count);
    for (; count > 0 && reply_wanted(client); count--) {
        size_t rank = random_rank(size);
        struct zset_cursor at =
            places == NULL ? zset_seek(zset, rank)
                           : (struct zset_cursor){.zset = zset,
                                                  .rank = rank,
                                                  .place = places[rank]};
        zset_reply_at(client, &at, with_scores);
    }
    free(places);
}

/* Walks over all members and takes each with the probability that leaves the
 * right number in the end: for a large part of them. (D. Knuth, The Art of
 * Computer Programming 2, 3.4.2, algorithm S) */
static void reply_most(struct client *client, const struct zset *zset,
                       size_t count, bool with_scores) {
    struct zset_cursor at = zset_seek(zset, 0);
    for (size_t left = zset_count(zset); count > 0; left--) {
        /* count of the members that are left must still be taken. */
        if (random_rank(left) < count) {
            zset_reply_at(client, &at, with_scores);
            count--;
        }
        zset_next(&at, false);
    }
}

/* Draws ranks until enough different ones are found: for a small part of the
 * members. Ranks that were drawn are kept, as rank + 1, in a hash table with
 * linear probing by their low bits. */
static void reply_few(struct client *client, const struct zset *zset,
                      size_t count, bool with_scores) {
    /* A power of two, so large that at most half of it will be in use. */
    size_t places = 4;
    while (places < 2 * count)
        places *= 2;
    size_t *drawn = xcalloc(places, sizeof *drawn);
    while (count > 0) {
        size_t rank = random_rank(zset_count(zset));
        size_t place = rank & (places - 1);
        while (drawn[place] != 0 && drawn[place] != rank + 1)
            place = (place + 1) & (places - 1);
        if (drawn[place] != 0)
            continue;
        drawn[place] = rank + 1;
        reply_rank(client, zset, rank, with_scores);
        count--;
    }
    free(drawn);
}

static void reply_different(struct client *client, const struct zset *zset,
                            uint64_t wanted, bool with_scores) {
    size_t all = zset_count(zset), count = all;
    if (wanted < all)
        count = (size_t)wanted;
    (with_scores ? reply_pairs : reply_array)(client, count);
    /* As long as at most a third has been drawn, two draws in three hit a new
     * rank. Beyond that it is cheaper to walk, and so it is in a packed block,
     * where each draw is a walk. */
    if (count > all / 3 || zset_listpack(zset) != NULL)
        reply_most(client, zset, count, with_scores);
    else
        reply_few(client, zset, count, with_scores);
}

/* Reads count [WITHSCORES]. Returns false after the error reply. */
static bool random_arguments(struct client *client,
                             const struct request *request, int64_t *count,
                             bool *with_scores) {
    if (!argument_i64(client, request->argv[2], count))
        return false;
    if (*count == INT64_MIN) { /* which has no positive counterpart */
        reply_error(client, "ERR value is out of range, value must between "
                            "-9223372036854775807 and 9223372036854775807");
        return false;
    }
    *with_scores = request->argc == 4;
    if (request->argc > 4 ||
        (*with_scores && !slice_is(request->argv[3], "withscores"))) {
        reply_syntax_error(client);
        return false;
    }
    /* With scores the reply has twice as many elements. */
    if (*with_scores && (*count < -INT64_MAX / 2 || *count > INT64_MAX / 2)) {
        reply_error(client, "ERR value is out of range");
        return false;
    }
    return true;
}

/* ZRANDMEMBER key [count [WITHSCORES]] */
static void cmd_zrandmember(struct client *client, struct request *request) {
    struct zset_key at;
    int64_t count = 1;
    bool with_scores = false, one = request->argc == 2;
    if ((!one && !random_arguments(client, request, &count, &with_scores)) ||
        !zset_key_find(client, request->argv[1], &at))
        return;
    if (at.zset == NULL && one)
        reply_null(client);
    else if (at.zset == NULL)
        reply_array(client, 0);
    else if (one)
        reply_rank(client, at.zset, random_rank(zset_count(at.zset)), false);
    else if (count < 0)
        reply_any(client, at.zset, 0 - (uint64_t)count, with_scores);
    else
        reply_different(client, at.zset, (uint64_t)count, with_scores);
}

const struct command zset_scan_commands[] = {
    {"zscan", cmd_zscan, -3, CMD_READONLY},
    {"zrandmember", cmd_zrandmember, -2, CMD_READONLY},
    {0},
};
