/* Commands on places. Places are members of a sorted set, and their geohashes
 * are the scores. */
#include <stdlib.h>

#include "arguments.h"
#include "command.h"
#include "geo_argument.h"
#include "geo_shape.h"
#include "xalloc.h"
#include "zset_key.h"

struct adding {
    bool only_new, only_there, count_changes; /* NX, XX, CH */
    size_t added, changed;
};

static bool adding_option(struct slice word, struct adding *adding) {
    if (slice_is(word, "nx"))
        adding->only_new = true;
    else if (slice_is(word, "xx"))
        adding->only_there = true;
    else if (slice_is(word, "ch"))
        adding->count_changes = true;
    else
        return false;
    return true;
}

static void add_member(struct zset_key *at, struct slice member, double score,
                       struct adding *adding) {
    double old;
    bool there = at->zset != NULL && zset_score(at->zset, member, &old);
    if (there ? adding->only_new || old == score : adding->only_there)
        return;
    /* Here it is known already what this changes. */
    (void)zset_key_set(at, member, score);
    adding->changed += there;
    adding->added += !there;
}

/* Adds longitude latitude member triples. */
static void add(struct client *client, struct slice name,
                const struct slice *words, const double *scores, size_t count,
                struct adding *adding) {
    struct zset_key at;
    if (!zset_key_find(client, name, &at))
        return;
    zset_key_expect(&at, count);
    for (size_t i = 0; i < count; i++)
        add_member(&at, words[3 * i + 2], scores[i], adding);
    if (adding->added + adding->changed > 0)
        zset_key_changed(&at, "zzadd", adding->added + adding->changed);
    reply_integer(client,
                  (int64_t)(adding->added +
                            (adding->count_changes ? adding->changed : 0)));
}

static bool parse_points(struct client *client, const struct slice *words,
                         double *scores, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct geo_point point;
        if (!argument_point(client, words + 3 * i, &point))
            return false;
        scores[i] = (double)geohash_encode(point);
    }
    return true;
}

/* GEOADD key [NX | XX] [CH] longitude latitude member
 * [longitude latitude member ...] */
static void cmd_geoadd(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct adding adding = {0};
    size_t at = 2;
    while (at < request->argc && adding_option(argv[at], &adding))
        at++;
    size_t words = request->argc - at;
    /* Options stand in front of the first word that is none, which must be a
     * longitude. */
    if (words == 0 || words % 3 != 0 ||
        (adding.only_new && adding.only_there)) {
        reply_syntax_error(client);
        return;
    }
    /* All places are read before the first is added: an error changes
     * nothing. */
    double *scores = xmalloc(words / 3 * sizeof *scores);
    if (parse_points(client, argv + at, scores, words / 3))
        add(client, argv[1], argv + at, scores, words / 3, &adding);
    free(scores);
}

/* GEOPOS key [member ...] */
static void cmd_geopos(struct client *client, struct request *request) {
    struct zset_key at;
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++) {
        struct geo_point point;
        if (geo_member(at.zset, request->argv[i], &point))
            geo_reply_point(client, point);
        else
            reply_null_array(client);
    }
}

/* GEOHASH key [member ...] */
static void cmd_geohash(struct client *client, struct request *request) {
    struct zset_key at;
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++) {
        char text[GEOHASH_TEXT];
        struct geo_point point;
        if (geo_member(at.zset, request->argv[i], &point)) {
            geohash_text(text, point);
            reply_bulk(client, text, sizeof text);
        } else {
            reply_null(client);
        }
    }
}

/* GEODIST key member member [M | KM | FT | MI] */
static void cmd_geodist(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct geo_point one, other;
    struct zset_key at;
    double unit = 1;
    if (request->argc > 5) {
        reply_syntax_error(client);
        return;
    }
    if ((request->argc == 5 && !argument_unit(client, argv[4], &unit)) ||
        !zset_key_find(client, argv[1], &at))
        return;
    if (geo_member(at.zset, argv[2], &one) &&
        geo_member(at.zset, argv[3], &other))
        geo_reply_distance(client, geo_distance(one, other) / unit);
    else
        reply_null(client);
}

const struct command geo_commands[] = {
    {"geoadd", cmd_geoadd, -5, CMD_WRITE | CMD_DENYOOM},
    {"geopos", cmd_geopos, -2, CMD_READONLY},
    {"geohash", cmd_geohash, -2, CMD_READONLY},
    {"geodist", cmd_geodist, -4, CMD_READONLY},
    {0},
};
