/* Commands that combine several sorted sets into one: ZUNION ZINTER ZDIFF and
 * their variants. */
#include <stdlib.h>

#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "score.h"
#include "xalloc.h"
#include "zset_algebra.h"
#include "zset_key.h"
#include "zset_reply.h"

/* numkeys key [key ...] and the options behind it. */
struct question {
    enum zset_operation operation;
    enum zset_aggregate aggregate;
    bool only_count, store;
    bool with_scores;
    int64_t limit;
    struct zset_source *sources; /* owned */
    size_t count;
};

/* Finds the sources, whose number is in argv[first]. Returns false after the
 * error reply. */
static bool find_sources(struct client *client, const struct request *request,
                         size_t first, struct question *question) {
    int64_t count;
    if (!argument_i64(client, request->argv[first], &count))
        return false;
    if (count < 1) {
        reply_errorf(client,
                     "ERR at least 1 input key is needed for '%s' command",
                     client->last_command->name);
        return false;
    }
    if ((uint64_t)count > request->argc - first - 1) {
        reply_syntax_error(client);
        return false;
    }
    /* As in Redis, a key of another type is an error before a bad option is. */
    question->count = (size_t)count;
    question->sources = xmalloc(question->count * sizeof *question->sources);
    for (size_t i = 0; i < question->count; i++)
        if (!zset_source_find(client, request->argv[first + 1 + i],
                              &question->sources[i]))
            return false;
    return true;
}

static bool weights_option(struct client *client, const struct slice *words,
                           struct question *question) {
    for (size_t i = 0; i < question->count; i++) {
        if (!score_parse(words[i], &question->sources[i].weight)) {
            reply_error(client, "ERR weight value is not a float");
            return false;
        }
    }
    return true;
}

static bool aggregate_option(struct client *client, struct slice word,
                             enum zset_aggregate *aggregate) {
    static const char *const names[] = {"sum", "min", "max"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (slice_is(word, names[i])) {
            *aggregate = (enum zset_aggregate)i;
            return true;
        }
    }
    reply_syntax_error(client);
    return false;
}

/* Reads the option that begins with the first of the words. Returns how many
 * words it takes, or 0 after the error reply. */
static size_t option(struct client *client, const struct slice *words,
                     size_t count, struct question *question) {
    /* A difference keeps the scores of the first set, and a count has none. */
    bool joins = question->operation != ZSET_DIFF && !question->only_count;
    if (joins && count > question->count && slice_is(words[0], "weights"))
        return weights_option(client, words + 1, question) ? question->count + 1
                                                           : 0;
    if (joins && count >= 2 && slice_is(words[0], "aggregate"))
        return aggregate_option(client, words[1], &question->aggregate) ? 2 : 0;
    if (!question->store && !question->only_count &&
        slice_is(words[0], "withscores")) {
        question->with_scores = true;
        return 1;
    }
    if (question->only_count && count >= 2 && slice_is(words[0], "limit"))
        return argument_at_least(client, words[1], 0,
                                 "ERR LIMIT can't be negative",
                                 &question->limit)
                   ? 2
                   : 0;
    reply_syntax_error(client);
    return 0;
}

/* Returns false after the error reply; the sources must be freed in either
 * case. */
static bool parse(struct client *client, const struct request *request,
                  size_t first, struct question *question) {
    if (!find_sources(client, request, first, question))
        return false;
    size_t at = first + 1 + question->count;
    while (at < request->argc) {
        size_t words =
            option(client, request->argv + at, request->argc - at, question);
        if (words == 0)
            return false;
        at += words;
    }
    return true;
}

/* Replies with the result, which is freed afterwards. */
static void answer(struct client *client, const struct request *request,
                   enum zset_operation operation) {
    struct question question = {.operation = operation};
    if (parse(client, request, 1, &question)) {
        struct heap *heap = keyspace_heap();
        struct zset *result = zset_algebra(heap, operation, question.aggregate,
                                           question.sources, question.count);
        zset_reply_ranks(client, result, 0, zset_count(result), false,
                         question.with_scores);
        zset_free(heap, result);
    }
    free(question.sources);
}

static void store(struct client *client, const struct request *request,
                  enum zset_operation operation) {
    static const char *const events[] = {
        [ZSET_UNION] = "zzunionstore",
        [ZSET_INTER] = "zzinterstore",
        [ZSET_DIFF] = "zzdiffstore",
    };
    struct question question = {.operation = operation, .store = true};
    if (parse(client, request, 2, &question)) {
        struct heap *heap = keyspace_heap();
        struct zset *result = zset_algebra(heap, operation, question.aggregate,
                                           question.sources, question.count);
        size_t count = zset_count(result);
        /* The destination may be a source, so it is replaced only now. */
        if (count > 0)
            zset_settle(heap, &result);
        else
            zset_free(heap, result);
        zset_key_store(client, request->argv[1], count > 0 ? result : NULL,
                       events[operation], 1);
        reply_integer(client, (int64_t)count);
    }
    free(question.sources);
}

/* ZUNION numkeys key [key ...] [WEIGHTS weight [weight ...]]
 * [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES] */
static void cmd_zunion(struct client *client, struct request *request) {
    answer(client, request, ZSET_UNION);
}

/* ZINTER numkeys key [key ...] [WEIGHTS weight [weight ...]]
 * [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES] */
static void cmd_zinter(struct client *client, struct request *request) {
    answer(client, request, ZSET_INTER);
}

/* ZDIFF numkeys key [key ...] [WITHSCORES] */
static void cmd_zdiff(struct client *client, struct request *request) {
    answer(client, request, ZSET_DIFF);
}

/* ZUNIONSTORE destination numkeys key [key ...]
 * [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] */
static void cmd_zunionstore(struct client *client, struct request *request) {
    store(client, request, ZSET_UNION);
}

/* ZINTERSTORE destination numkeys key [key ...]
 * [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] */
static void cmd_zinterstore(struct client *client, struct request *request) {
    store(client, request, ZSET_INTER);
}

/* ZDIFFSTORE destination numkeys key [key ...] */
static void cmd_zdiffstore(struct client *client, struct request *request) {
    store(client, request, ZSET_DIFF);
}

/* ZINTERCARD numkeys key [key ...] [LIMIT limit] */
static void cmd_zintercard(struct client *client, struct request *request) {
    struct question question = {.operation = ZSET_INTER, .only_count = true};
    if (parse(client, request, 1, &question))
        reply_integer(
            client, (int64_t)zset_inter_count(question.sources, question.count,
                                              (uint64_t)question.limit));
    free(question.sources);
}

const struct command zset_algebra_commands[] = {
    {"zunion", cmd_zunion, -3, CMD_READONLY},
    {"zinter", cmd_zinter, -3, CMD_READONLY},
    {"zdiff", cmd_zdiff, -3, CMD_READONLY},
    {"zunionstore", cmd_zunionstore, -4, CMD_WRITE | CMD_DENYOOM},
    {"zinterstore", cmd_zinterstore, -4, CMD_WRITE | CMD_DENYOOM},
    {"zdiffstore", cmd_zdiffstore, -4, CMD_WRITE | CMD_DENYOOM},
    {"zintercard", cmd_zintercard, -3, CMD_READONLY},
    {0},
};
