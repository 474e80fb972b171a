#include "zset_algebra.h"

#include <stdlib.h>

#include "score.h"
#include "xalloc.h"
#include "zset_item.h"

struct work {
    struct heap *heap;
    struct zset *result;
    struct zset_item **items; /* of the result, in the order they came */
    size_t count, room;
    enum zset_aggregate aggregate;
    const struct zset_source *others;
    size_t other_count;
    size_t found;   /* members of an intersection that is only counted */
    uint64_t limit; /* at which counting stops; 0: none */
};

static double join(enum zset_aggregate aggregate, double a, double b) {
    switch (aggregate) {
    case ZSET_MIN: return b < a ? b : a;
    case ZSET_MAX: return b > a ? b : a;
    case ZSET_SUM: break;
    }
    return score_or_zero(a + b);
}

/* Returns the item of a member of the result, for its score to be written. The
 * result is put in order at the end: a member of many sets would otherwise move
 * with each of them. */
static struct zset_item *gather(struct work *work, struct slice member,
                                bool *is_new) {
    struct zset_item *item =
        zset_gather(work->heap, work->result, member, is_new);
    if (!*is_new)
        return item;
    if (work->count == work->room) {
        work->room = work->room > 0 ? 2 * work->room : 64;
        work->items = xrealloc(work->items, work->room * sizeof(void *));
    }
    work->items[work->count++] = item;
    return item;
}

static void put(struct work *work, struct slice member, double score) {
    bool is_new;
    gather(work, member, &is_new)->score = score;
}

/* Adds a member of one of the sets of a union. */
static bool unite(void *context, struct slice member, double score) {
    struct work *work = context;
    bool is_new;
    struct zset_item *item = gather(work, member, &is_new);
    item->score = is_new ? score : join(work->aggregate, item->score, score);
    return true;
}

/* Returns true if all other sets have the member; then their scores are
 * aggregated into *score. */
static bool is_in_all(const struct work *work, struct slice member,
                      double *score) {
    double more;
    for (size_t i = 0; i < work->other_count; i++) {
        if (!zset_source_score(&work->others[i], member, &more))
            return false;
        *score = join(work->aggregate, *score, more);
    }
    return true;
}

/* Handles a member of the smallest set, whose size bounds the work: O(N * K)
 * look-ups for its N members in K sets. */
static bool intersect(void *context, struct slice member, double score) {
    struct work *work = context;
    if (is_in_all(work, member, &score))
        put(work, member, score);
    return true;
}

static bool count_one(void *context, struct slice member, double score) {
    struct work *work = context;
    if (is_in_all(work, member, &score))
        work->found++;
    return work->found != work->limit || work->limit == 0;
}

/* Handles a member of the first set: O(N * K) look-ups. Redis may instead
 * delete the members of the others from a copy of the first set, if it is much
 * larger than they are. */
static bool subtract(void *context, struct slice member, double score) {
    struct work *work = context;
    double unused;
    for (size_t i = 0; i < work->other_count; i++)
        if (zset_source_score(&work->others[i], member, &unused))
            return true;
    put(work, member, score);
    return true;
}

static int by_count(const void *a, const void *b) {
    const struct zset_source *one = a, *other = b;
    return (one->count > other->count) - (one->count < other->count);
}

/* Sorts the sources, the smallest first. */
static void sort(struct zset_source *sources, size_t count) {
    qsort(sources, count, sizeof *sources, by_count);
}

struct zset *zset_algebra(struct heap *heap, enum zset_operation operation,
                          enum zset_aggregate aggregate,
                          struct zset_source *sources, size_t count) {
    /* Large until the command knows what to do with it: a small set would lose
     * the sign of -0, which a reply still shows. */
    struct work work = {.heap = heap,
                        .result = zset_new_large(heap),
                        .aggregate = aggregate,
                        .others = sources + 1,
                        .other_count = count - 1};
    if (operation != ZSET_DIFF)
        sort(sources, count);
    if (operation == ZSET_UNION)
        for (size_t i = 0; i < count; i++)
            zset_source_visit(&sources[i], unite, &work);
    else
        zset_source_visit(
            &sources[0], operation == ZSET_INTER ? intersect : subtract, &work);
    zset_arrange(heap, work.result, work.items, work.count);
    free(work.items);
    return work.result;
}

size_t zset_inter_count(struct zset_source *sources, size_t count,
                        uint64_t limit) {
    struct work work = {
        .others = sources + 1, .other_count = count - 1, .limit = limit};
    sort(sources, count);
    zset_source_visit(&sources[0], count_one, &work);
    return work.found;
}
