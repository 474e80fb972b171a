/* Commands on the members of a sorted set. */
#include <math.h>

#include "arguments.h"
#include "command.h"
#include "score.h"
#include "zset_key.h"
#include "zset_reply.h"

/* The options of ZADD, and what it has done so far. */
struct adding {
    bool only_new, only_there; /* NX, XX */
    bool only_up, only_down;   /* GT, LT */
    bool count_changes;        /* CH */
    bool increment;            /* INCR */
    bool is_plain;             /* no option depends on the old score */
    size_t added, changed;
    bool done;    /* the last member was added, or has the score asked for */
    double score; /* its score then */
};

static bool adding_option(struct slice word, struct adding *adding) {
    const struct {
        const char *name;
        bool *flag;
    } options[] = {
        {"nx", &adding->only_new},      {"xx", &adding->only_there},
        {"gt", &adding->only_up},       {"lt", &adding->only_down},
        {"ch", &adding->count_changes}, {"incr", &adding->increment},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (slice_is(word, options[i].name)) {
            *options[i].flag = true;
            return true;
        }
    }
    return false;
}

/* Returns true if the options can be combined, with that many words behind
 * them. */
static bool adding_makes_sense(struct client *client,
                               const struct adding *adding, size_t words) {
    const char *error = NULL;
    if (words == 0 || words % 2 != 0)
        error = "ERR syntax error";
    else if (adding->only_new && adding->only_there)
        error = "ERR XX and NX options at the same time are not compatible";
    else if (adding->only_new + adding->only_up + adding->only_down > 1)
        error = "ERR GT, LT, and/or NX options at the same time are not "
                "compatible";
    else if (adding->increment && words > 2)
        error = "ERR INCR option supports a single increment-element pair";
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

/* Returns true if all scores are numbers. They are checked before any of them
 * is stored, because an error must leave nothing changed. */
static bool scores_are_good(struct client *client, const struct slice *pairs,
                            size_t words) {
    double score;
    for (size_t i = 0; i < words; i += 2) {
        if (!score_parse(pairs[i], &score)) {
            reply_error(client, "ERR value is not a valid float");
            return false;
        }
    }
    return true;
}

/* Changes a member's score, if the options allow it. Returns false if the new
 * score would not be a number. */
static bool change_member(struct zset_key *at, struct slice member,
                          double score, double old, struct adding *adding) {
    if (adding->only_new)
        return true;
    if (adding->increment)
        score += old;
    if (isnan(score)) /* inf - inf */
        return false;
    if ((adding->only_up && score <= old) ||
        (adding->only_down && score >= old))
        return true;
    /* INCR by 0 changes nothing, but its answer is the score, not nil. */
    adding->done = true;
    adding->score = score;
    if (score != old) {
        (void)zset_key_set(at, member, score); /* it is there */
        adding->changed++;
    }
    return true;
}

/* Adds a member or changes its score, if the options allow it. Returns false if
 * the new score would not be a number. */
static bool add_member(struct zset_key *at, struct slice member, double score,
                       struct adding *adding) {
    double old;
    /* Without options zset_set() finds out by itself what has to be done, so
     * the member is looked up only once. */
    if (adding->is_plain) {
        enum zset_change change = zset_key_set(at, member, score);
        adding->added += change == ZSET_ADDED;
        adding->changed += change == ZSET_MOVED;
        return true;
    }
    adding->done = false;
    if (at->zset != NULL && zset_score(at->zset, member, &old))
        return change_member(at, member, score, old, adding);
    if (adding->only_there)
        return true;
    (void)zset_key_set(at, member, score); /* it is new */
    adding->added++;
    adding->done = true;
    adding->score = score;
    return true;
}

static void reply_added(struct client *client, const struct adding *adding) {
    if (!adding->increment)
        reply_integer(client, (int64_t)(adding->count_changes
                                            ? adding->added + adding->changed
                                            : adding->added));
    else if (adding->done)
        zset_reply_score(client, adding->score);
    else
        reply_null(client);
}

/* Adds score member [score member ...]; words is the length. */
static void add(struct client *client, struct slice name,
                const struct slice *pairs, size_t words,
                struct adding *adding) {
    struct zset_key at;
    if (!scores_are_good(client, pairs, words) ||
        !zset_key_find(client, name, &at))
        return;
    zset_key_expect(&at, words / 2);
    for (size_t i = 0; i < words; i += 2) {
        double score = 0;
        (void)score_parse(pairs[i], &score); /* it was checked before */
        /* Only INCR can fail here, and it takes one member. */
        if (!add_member(&at, pairs[i + 1], score, adding)) {
            reply_error(client, "ERR resulting score is not a number (NaN)");
            return;
        }
    }
    if (adding->added + adding->changed > 0)
        zset_key_changed(&at, adding->increment ? "zzincr" : "zzadd",
                         adding->added + adding->changed);
    reply_added(client, adding);
}

/* ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...] */
static void cmd_zadd(struct client *client, struct request *request) {
    struct adding adding = {0};
    size_t first = 2;
    while (first < request->argc &&
           adding_option(request->argv[first], &adding))
        first++;
    size_t words = request->argc - first;
    adding.is_plain = !adding.only_new && !adding.only_there &&
                      !adding.only_up && !adding.only_down && !adding.increment;
    if (adding_makes_sense(client, &adding, words))
        add(client, request->argv[1], request->argv + first, words, &adding);
}

/* ZINCRBY key increment member */
static void cmd_zincrby(struct client *client, struct request *request) {
    struct adding adding = {.increment = true};
    add(client, request->argv[1], request->argv + 2, 2, &adding);
}

/* ZREM key member [member ...] */
static void cmd_zrem(struct client *client, struct request *request) {
    struct zset_key at;
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    int64_t removed = 0;
    for (size_t i = 2; i < request->argc && at.zset != NULL; i++) {
        removed += zset_remove(keyspace_heap(), &at.zset, request->argv[i]);
        /* zset_key_changed() deletes a set without members. */
        if (zset_count(at.zset) == 0)
            break;
    }
    if (removed > 0)
        zset_key_changed(&at, "zzrem", (uint64_t)removed);
    reply_integer(client, removed);
}

/* ZCARD key */
static void cmd_zcard(struct client *client, struct request *request) {
    struct zset_key at;
    if (zset_key_find(client, request->argv[1], &at))
        reply_integer(client, at.zset ? (int64_t)zset_count(at.zset) : 0);
}

/* The score of a member, or null. There may be no set. */
static void reply_score_of(struct client *client, const struct zset *zset,
                           struct slice member) {
    double score;
    if (zset != NULL && zset_score(zset, member, &score))
        zset_reply_score(client, score);
    else
        reply_null(client);
}

/* ZSCORE key member */
static void cmd_zscore(struct client *client, struct request *request) {
    struct zset_key at;
    if (zset_key_find(client, request->argv[1], &at))
        reply_score_of(client, at.zset, request->argv[2]);
}

/* ZMSCORE key member [member ...] */
static void cmd_zmscore(struct client *client, struct request *request) {
    struct zset_key at;
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++)
        reply_score_of(client, at.zset, request->argv[i]);
}

static void reply_rank(struct client *client, const struct request *request,
                       bool backwards) {
    struct zset_key at;
    bool with_score = request->argc > 3;
    if (request->argc > 4) {
        command_reply_arity(client);
        return;
    }
    if (with_score && !slice_is(request->argv[3], "withscore")) {
        reply_syntax_error(client);
        return;
    }
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    size_t rank;
    double score;
    if (at.zset == NULL ||
        !zset_rank(at.zset, request->argv[2], &rank, &score)) {
        (with_score ? reply_null_array : reply_null)(client);
        return;
    }
    if (backwards)
        rank = zset_count(at.zset) - 1 - rank;
    if (with_score)
        reply_array(client, 2);
    reply_integer(client, (int64_t)rank);
    if (with_score)
        zset_reply_score(client, score);
}

/* ZRANK key member [WITHSCORE] */
static void cmd_zrank(struct client *client, struct request *request) {
    reply_rank(client, request, false);
}

/* ZREVRANK key member [WITHSCORE] */
static void cmd_zrevrank(struct client *client, struct request *request) {
    reply_rank(client, request, true);
}

const struct command zset_commands[] = {
    {"zadd", cmd_zadd, -4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"zincrby", cmd_zincrby, 4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"zrem", cmd_zrem, -3, CMD_WRITE | CMD_FAST},
    {"zcard", cmd_zcard, 2, CMD_READONLY | CMD_FAST},
    {"zscore", cmd_zscore, 3, CMD_READONLY | CMD_FAST},
    {"zmscore", cmd_zmscore, -3, CMD_READONLY | CMD_FAST},
    {"zrank", cmd_zrank, -3, CMD_READONLY | CMD_FAST},
    {"zrevrank", cmd_zrevrank, -3, CMD_READONLY | CMD_FAST},
    {0},
};
