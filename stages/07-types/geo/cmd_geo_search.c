/* Commands that search for places within a shape: GEOSEARCH, and the older
 * GEORADIUS and GEORADIUSBYMEMBER, which differ in their options only. */
#include <stdlib.h>

#include "arguments.h"
#include "command.h"
#include "geo_argument.h"
#include "geo_search.h"
#include "score.h"
#include "zset_key.h"

struct question {
    /* The command. */
    bool is_search;    /* GEOSEARCH: the options say where and how far */
    bool is_store;     /* GEOSEARCHSTORE: the same, but the result is stored */
    bool may_store;    /* STORE and STOREDIST are options */
    size_t key, first; /* arguments: the sorted set, and the first option */

    struct zset_key at;
    struct geo_shape shape;
    double unit; /* metres */
    bool has_centre_member, has_centre_point, has_radius, has_box;
    bool with_distance, with_hash, with_point;
    bool any; /* the first ones found will do */
    int64_t count;
    enum geo_order order;
    const struct slice *destination; /* or NULL */
    bool store_distances;
};

/* Reads a length. Its sign and its unit are looked at later. */
static bool argument_length(struct client *client, struct slice word,
                            const char *error, double *length) {
    if (score_parse(word, length))
        return true;
    reply_error(client, error);
    return false;
}

/* radius unit */
static bool argument_radius(struct client *client, const struct slice *words,
                            struct question *question) {
    double radius;
    if (!argument_length(client, words[0], "ERR need numeric radius", &radius))
        return false;
    if (radius < 0) {
        reply_error(client, "ERR radius cannot be negative");
        return false;
    }
    if (!argument_unit(client, words[1], &question->unit))
        return false;
    question->shape.radius = radius * question->unit;
    return true;
}

/* width height unit */
static bool argument_box(struct client *client, const struct slice *words,
                         struct question *question) {
    double width, height;
    if (!argument_length(client, words[0], "ERR need numeric width", &width) ||
        !argument_length(client, words[1], "ERR need numeric height", &height))
        return false;
    if (width < 0 || height < 0) {
        reply_error(client, "ERR height or width cannot be negative");
        return false;
    }
    if (!argument_unit(client, words[2], &question->unit))
        return false;
    question->shape.is_box = true;
    question->shape.width = width * question->unit;
    question->shape.height = height * question->unit;
    return true;
}

/* The centre is a member's place. Without a sorted set nothing will be found,
 * but the other arguments are still checked. */
static bool argument_member(struct client *client, struct slice member,
                            struct question *question) {
    const struct zset *zset = question->at.zset;
    if (zset == NULL || geo_member(zset, member, &question->shape.centre))
        return true;
    reply_error(client, "ERR could not decode requested zset member");
    return false;
}

static bool argument_count(struct client *client, struct slice word,
                           int64_t *count) {
    if (!argument_i64(client, word, count))
        return false;
    if (*count > 0)
        return true;
    reply_error(client, "ERR COUNT must be > 0");
    return false;
}

/* Reads an option of one word. Returns false if it is none of these. */
static bool plain_option(struct slice word, struct question *question) {
    if (slice_is(word, "withdist"))
        question->with_distance = true;
    else if (slice_is(word, "withhash"))
        question->with_hash = true;
    else if (slice_is(word, "withcoord"))
        question->with_point = true;
    else if (slice_is(word, "any"))
        question->any = true;
    else if (slice_is(word, "asc"))
        question->order = GEO_NEAREST;
    else if (slice_is(word, "desc"))
        question->order = GEO_FARTHEST;
    else if (question->is_store && slice_is(word, "storedist"))
        question->store_distances = true;
    else
        return false;
    return true;
}

enum { NOT_MINE = -1, BAD = -2 };

/* Reads an option that says where or how far, with the words that belong to it.
 * Returns their number, or NOT_MINE, or BAD after the error reply. */
static int shape_option(struct client *client, const struct slice *words,
                        size_t left, struct question *question) {
    bool is_good;
    int takes;
    if (left >= 1 && slice_is(words[0], "frommember") &&
        !question->has_centre_point) {
        /* Two centres exclude each other; of two of one kind the later
         * counts. */
        question->has_centre_member = true;
        is_good = argument_member(client, words[1], question);
        takes = 1;
    } else if (left >= 2 && slice_is(words[0], "fromlonlat") &&
               !question->has_centre_member) {
        question->has_centre_point = true;
        is_good = argument_point(client, words + 1, &question->shape.centre);
        takes = 2;
    } else if (left >= 2 && slice_is(words[0], "byradius") &&
               !question->has_box) {
        question->has_radius = true;
        is_good = argument_radius(client, words + 1, question);
        takes = 2;
    } else if (left >= 3 && slice_is(words[0], "bybox") &&
               !question->has_radius) {
        question->has_box = true;
        is_good = argument_box(client, words + 1, question);
        takes = 3;
    } else {
        return NOT_MINE;
    }
    return is_good ? takes : BAD;
}

/* Reads any other option likewise. */
static int option(struct client *client, const struct slice *words, size_t left,
                  struct question *question) {
    if (plain_option(words[0], question))
        return 0;
    if (left >= 1 && slice_is(words[0], "count"))
        return argument_count(client, words[1], &question->count) ? 1 : BAD;
    if (left >= 1 && question->may_store &&
        (slice_is(words[0], "store") || slice_is(words[0], "storedist"))) {
        /* "storedist" is the longer of the two words. */
        question->store_distances = words[0].len > 5;
        question->destination = &words[1];
        return 1;
    }
    if (question->is_search)
        return shape_option(client, words, left, question);
    return NOT_MINE;
}

static bool parse_options(struct client *client, const struct request *request,
                          struct question *question) {
    for (size_t i = question->first; i < request->argc; i++) {
        int taken =
            option(client, request->argv + i, request->argc - i - 1, question);
        if (taken == NOT_MINE)
            reply_syntax_error(client);
        if (taken < 0)
            return false;
        i += (size_t)taken;
    }
    return true;
}

/* Returns true if everything that is needed was given, and the options can be
 * combined. */
static bool makes_sense(struct client *client, const struct request *request,
                        const struct question *question) {
    /* The first error that fits is given, in Redis's order. */
    bool no_centre =
        !question->has_centre_member && !question->has_centre_point;
    bool no_reach = !question->has_radius && !question->has_box;
    if (question->destination != NULL &&
        (question->with_distance || question->with_hash ||
         question->with_point))
        reply_errorf(client,
                     "ERR %s is not compatible with WITHDIST, WITHHASH and "
                     "WITHCOORD options",
                     question->is_store ? "GEOSEARCHSTORE"
                                        : "STORE option in GEORADIUS");
    else if (question->is_search && (no_centre || no_reach))
        reply_errorf(client, "ERR exactly one of %s can be specified for %.*s",
                     no_centre ? "FROMMEMBER or FROMLONLAT"
                               : "BYRADIUS and BYBOX",
                     SLICE_SHOWN(request->argv[0]));
    else if (question->any && question->count == 0)
        reply_error(client, "ERR the ANY argument requires COUNT argument");
    else
        return true;
    return false;
}

static void reply_found(struct client *client, const struct geo_found *found,
                        const struct question *question) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t more = (size_t)question->with_distance + question->with_hash +
                  question->with_point;
    if (more > 0)
        reply_array(client, more + 1);
    reply_slice(client, zset_member(&found->at, scratch));
    if (question->with_distance)
        geo_reply_distance(client, found->distance / question->unit);
    if (question->with_hash)
        reply_integer(client, (int64_t)found->score);
    if (question->with_point)
        geo_reply_point(client, found->point);
}

/* Stores the places that were found at the destination; without any, the key is
 * deleted. */
static void store(struct client *client, const struct geo_finds *finds,
                  const struct question *question) {
    struct heap *heap = keyspace_heap();
    /* Large at first: adding to a small one is linear, and its limit may be
     * any. */
    struct zset *zset = finds->count > 0 ? zset_new_large(heap) : NULL;
    for (size_t i = 0; i < finds->count; i++) {
        const struct geo_found *found = &finds->rows[i];
        char scratch[NUMBER_I64_MAX_TEXT];
        /* Each member is found once, so it is new. */
        (void)zset_set(heap, &zset, zset_member(&found->at, scratch),
                       question->store_distances
                           ? found->distance / question->unit
                           : found->score);
    }
    if (zset != NULL)
        zset_settle(heap, &zset);
    zset_key_store(client, *question->destination, zset,
                   question->is_search ? "zgeosearchstore" : "zgeoradiusstore",
                   finds->count);
    reply_integer(client, (int64_t)finds->count);
}

static void run(struct client *client, struct question *question) {
    struct geo_finds finds = {0};
    uint64_t count = (uint64_t)question->count;
    /* The first few are the nearest few, unless ANY was given. */
    if (count > 0 && !question->any && question->order == GEO_NO_ORDER)
        question->order = GEO_NEAREST;
    if (question->at.zset != NULL)
        geo_search(question->at.zset, &question->shape,
                   question->any ? count : 0, &finds);
    /* With ANY the search has stopped at the count; else all that lie inside
     * were found, and are sorted before the first ones are taken. */
    geo_sort(&finds, question->order, count);
    if (count > 0 && count < finds.count)
        finds.count = (size_t)count;
    if (question->destination != NULL) {
        store(client, &finds, question);
    } else {
        reply_array(client, finds.count);
        for (size_t i = 0; i < finds.count; i++)
            reply_found(client, &finds.rows[i], question);
    }
    free(finds.rows);
}

/* Answers a question whose key was found, and whose centre is known or is among
 * the options. */
static void answer(struct client *client, const struct request *request,
                   struct question *question) {
    if (parse_options(client, request, question) &&
        makes_sense(client, request, question))
        run(client, question);
}

static void search(struct client *client, const struct request *request,
                   struct question question) {
    question.is_search = true;
    question.first = question.key + 1;
    if (zset_key_find(client, request->argv[question.key], &question.at))
        answer(client, request, &question);
}

/* GEOSEARCH key FROMMEMBER member | FROMLONLAT longitude latitude
 * BYRADIUS radius unit | BYBOX width height unit [ASC | DESC]
 * [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH] */
static void cmd_geosearch(struct client *client, struct request *request) {
    search(client, request, (struct question){.key = 1});
}

/* GEOSEARCHSTORE destination source, then as GEOSEARCH without WITH...
 * [STOREDIST] */
static void cmd_geosearchstore(struct client *client, struct request *request) {
    search(client, request,
           (struct question){
               .key = 2, .is_store = true, .destination = &request->argv[1]});
}

static void radius(struct client *client, const struct request *request,
                   bool may_store) {
    const struct slice *argv = request->argv;
    struct question question = {.may_store = may_store, .first = 6};
    if (zset_key_find(client, argv[1], &question.at) &&
        argument_point(client, argv + 2, &question.shape.centre) &&
        argument_radius(client, argv + 4, &question))
        answer(client, request, &question);
}

/* GEORADIUS key longitude latitude radius unit [WITHCOORD] [WITHDIST]
 * [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key | STOREDIST key] */
static void cmd_georadius(struct client *client, struct request *request) {
    radius(client, request, true);
}

/* GEORADIUS_RO: the same without STORE and STOREDIST. */
static void cmd_georadius_ro(struct client *client, struct request *request) {
    radius(client, request, false);
}

static void radius_by_member(struct client *client,
                             const struct request *request, bool may_store) {
    const struct slice *argv = request->argv;
    struct question question = {.may_store = may_store, .first = 5};
    if (!zset_key_find(client, argv[1], &question.at))
        return;
    /* If there is no such key, Redis does not look at the radius. */
    if (question.at.zset == NULL ||
        (argument_member(client, argv[2], &question) &&
         argument_radius(client, argv + 3, &question)))
        answer(client, request, &question);
}

/* GEORADIUSBYMEMBER key member radius unit, then as GEORADIUS */
static void cmd_georadiusbymember(struct client *client,
                                  struct request *request) {
    radius_by_member(client, request, true);
}

/* GEORADIUSBYMEMBER_RO: the same without STORE and STOREDIST. */
static void cmd_georadiusbymember_ro(struct client *client,
                                     struct request *request) {
    radius_by_member(client, request, false);
}

const struct command geo_search_commands[] = {
    {"geosearch", cmd_geosearch, -7, CMD_READONLY},
    {"geosearchstore", cmd_geosearchstore, -8, CMD_WRITE | CMD_DENYOOM},
    {"georadius", cmd_georadius, -6, CMD_WRITE | CMD_DENYOOM},
    {"georadius_ro", cmd_georadius_ro, -6, CMD_READONLY},
    {"georadiusbymember", cmd_georadiusbymember, -5, CMD_WRITE | CMD_DENYOOM},
    {"georadiusbymember_ro", cmd_georadiusbymember_ro, -5, CMD_READONLY},
    {0},
};
