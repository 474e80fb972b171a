/* Commands that read or remove ranges of a sorted set. */
#include "arguments.h"
#include "command.h"
#include "zset_key.h"
#include "zset_range.h"
#include "zset_reply.h"

/* A range as a request gives it: key start stop [option ...], from argv[key]
 * on. */
struct question {
    size_t key;
    bool is_zrange; /* the options give its kind and direction */
    bool with_scores, may_have_scores;
    struct zset_range range;
};

/* Reads LIMIT offset count. */
static bool limit_option(struct client *client, const struct slice *words,
                         int64_t *offset, int64_t *limit) {
    return argument_i64(client, words[0], offset) &&
           argument_i64(client, words[1], limit);
}

/* Reads BYSCORE, BYLEX or REV: each once, and only where the command has them.
 */
static bool kind_option(struct question *question, struct slice word,
                        bool *has_kind) {
    struct zset_range *range = &question->range;
    if (!question->is_zrange)
        return false;
    if (!range->backwards && slice_is(word, "rev")) {
        range->backwards = true;
        return true;
    }
    if (*has_kind)
        return false;
    *has_kind = true;
    range->kind = slice_is(word, "bylex") ? ZSET_BY_LEX : ZSET_BY_SCORE;
    return range->kind == ZSET_BY_LEX || slice_is(word, "byscore");
}

static bool options_agree(struct client *client,
                          const struct question *question, int64_t limit) {
    const char *error = NULL;
    /* A limit of -1 asks for all, so Redis does not object to it. */
    if (limit != -1 && question->range.kind == ZSET_BY_RANK)
        error = "ERR syntax error, LIMIT is only supported in combination with "
                "either BYSCORE or BYLEX";
    else if (question->with_scores && question->range.kind == ZSET_BY_LEX)
        error = "ERR syntax error, WITHSCORES not supported in combination "
                "with BYLEX";
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

/* Reads all of it. Returns false after the error reply. */
static bool parse(struct client *client, const struct request *request,
                  struct question *question) {
    const struct slice *argv = request->argv;
    int64_t offset = 0, limit = -1;
    bool has_kind = false;
    for (size_t i = question->key + 3; i < request->argc; i++) {
        if (question->may_have_scores && slice_is(argv[i], "withscores")) {
            question->with_scores = true;
        } else if (i + 2 < request->argc && slice_is(argv[i], "limit")) {
            if (!limit_option(client, argv + i + 1, &offset, &limit))
                return false;
            i += 2;
        } else if (!kind_option(question, argv[i], &has_kind)) {
            reply_syntax_error(client);
            return false;
        }
    }
    if (!options_agree(client, question, limit) ||
        !zset_range_ends(client, argv[question->key + 1],
                         argv[question->key + 2], &question->range))
        return false;
    /* zset_range_ends() has set these to no limit. */
    question->range.offset = offset;
    question->range.limit = limit;
    return true;
}

static void answer(struct client *client, const struct request *request,
                   struct question question) {
    struct zset_key at;
    size_t rank = 0;
    question.key = 1;
    question.may_have_scores = true;
    if (!parse(client, request, &question) ||
        !zset_key_find(client, request->argv[1], &at))
        return;
    size_t count = zset_range_find(at.zset, &question.range, &rank);
    zset_reply_ranks(client, at.zset, rank, count, question.range.backwards,
                     question.with_scores);
}

/* ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count]
 * [WITHSCORES] */
static void cmd_zrange(struct client *client, struct request *request) {
    answer(client, request, (struct question){.is_zrange = true});
}

static void answer_kind(struct client *client, const struct request *request,
                        enum zset_range_kind kind, bool backwards) {
    struct zset_range range = {.kind = kind, .backwards = backwards};
    answer(client, request, (struct question){.range = range});
}

/* ZREVRANGE key start stop [WITHSCORES] */
static void cmd_zrevrange(struct client *client, struct request *request) {
    answer_kind(client, request, ZSET_BY_RANK, true);
}

/* ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count] */
static void cmd_zrangebyscore(struct client *client, struct request *request) {
    answer_kind(client, request, ZSET_BY_SCORE, false);
}

/* ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count] */
static void cmd_zrevrangebyscore(struct client *client,
                                 struct request *request) {
    answer_kind(client, request, ZSET_BY_SCORE, true);
}

/* ZRANGEBYLEX key min max [LIMIT offset count] */
static void cmd_zrangebylex(struct client *client, struct request *request) {
    answer_kind(client, request, ZSET_BY_LEX, false);
}

/* ZREVRANGEBYLEX key max min [LIMIT offset count] */
static void cmd_zrevrangebylex(struct client *client, struct request *request) {
    answer_kind(client, request, ZSET_BY_LEX, true);
}

/* ZRANGESTORE destination source min max [BYSCORE | BYLEX] [REV]
 * [LIMIT offset count] */
static void cmd_zrangestore(struct client *client, struct request *request) {
    struct question question = {.key = 2, .is_zrange = true};
    struct zset_key at;
    size_t rank = 0;
    if (!parse(client, request, &question) ||
        !zset_key_find(client, request->argv[2], &at))
        return;
    size_t count = zset_range_find(at.zset, &question.range, &rank);
    /* The copy is complete before the destination loses its value, since that
     * may be the source. */
    struct zset *copy = NULL;
    if (question.range.backwards && count > 0)
        rank -= count - 1; /* the last of them in order is the first one */
    if (count > 0)
        copy = zset_copy_ranks(keyspace_heap(), at.zset, rank, count);
    zset_key_store(client, request->argv[1], copy, "zzrangestore", 1);
    reply_integer(client, (int64_t)count);
}

static void count_range(struct client *client, const struct request *request,
                        enum zset_range_kind kind) {
    struct zset_range range = {.kind = kind};
    struct zset_key at;
    size_t rank;
    if (zset_range_ends(client, request->argv[2], request->argv[3], &range) &&
        zset_key_find(client, request->argv[1], &at))
        reply_integer(client, (int64_t)zset_range_find(at.zset, &range, &rank));
}

/* ZCOUNT key min max */
static void cmd_zcount(struct client *client, struct request *request) {
    count_range(client, request, ZSET_BY_SCORE);
}

/* ZLEXCOUNT key min max */
static void cmd_zlexcount(struct client *client, struct request *request) {
    count_range(client, request, ZSET_BY_LEX);
}

static void remove_range(struct client *client, const struct request *request,
                         enum zset_range_kind kind) {
    static const char *const events[] = {
        [ZSET_BY_RANK] = "zzremrangebyrank",
        [ZSET_BY_SCORE] = "zzremrangebyscore",
        [ZSET_BY_LEX] = "zzremrangebylex",
    };
    struct zset_range range = {.kind = kind};
    struct zset_key at;
    size_t rank = 0;
    if (!zset_range_ends(client, request->argv[2], request->argv[3], &range) ||
        !zset_key_find(client, request->argv[1], &at))
        return;
    size_t count = zset_range_find(at.zset, &range, &rank);
    if (count > 0) {
        zset_remove_ranks(keyspace_heap(), &at.zset, rank, count);
        zset_key_changed(&at, events[kind], count);
    }
    reply_integer(client, (int64_t)count);
}

/* ZREMRANGEBYRANK key start stop */
static void cmd_zremrangebyrank(struct client *client,
                                struct request *request) {
    remove_range(client, request, ZSET_BY_RANK);
}

/* ZREMRANGEBYSCORE key min max */
static void cmd_zremrangebyscore(struct client *client,
                                 struct request *request) {
    remove_range(client, request, ZSET_BY_SCORE);
}

/* ZREMRANGEBYLEX key min max */
static void cmd_zremrangebylex(struct client *client, struct request *request) {
    remove_range(client, request, ZSET_BY_LEX);
}

const struct command zset_range_commands[] = {
    {"zrange", cmd_zrange, -4, CMD_READONLY},
    {"zrangestore", cmd_zrangestore, -5, CMD_WRITE | CMD_DENYOOM},
    {"zrevrange", cmd_zrevrange, -4, CMD_READONLY},
    {"zrangebyscore", cmd_zrangebyscore, -4, CMD_READONLY},
    {"zrevrangebyscore", cmd_zrevrangebyscore, -4, CMD_READONLY},
    {"zrangebylex", cmd_zrangebylex, -4, CMD_READONLY},
    {"zrevrangebylex", cmd_zrevrangebylex, -4, CMD_READONLY},
    {"zcount", cmd_zcount, 4, CMD_READONLY | CMD_FAST},
    {"zlexcount", cmd_zlexcount, 4, CMD_READONLY | CMD_FAST},
    {"zremrangebyrank", cmd_zremrangebyrank, 4, CMD_WRITE},
    {"zremrangebyscore", cmd_zremrangebyscore, 4, CMD_WRITE},
    {"zremrangebylex", cmd_zremrangebylex, 4, CMD_WRITE},
    {0},
};
