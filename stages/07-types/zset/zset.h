/* Sorted sets: members, each with a score, in the order of their scores, and
 * of their bytes where scores are equal.
 *
 * A small one is one packed block, in Redis's layout: member, score, member,
 * score, in order. A large one has its members in items that hold the score,
 * and finds them both ways: by a dict of the members, and by a tree that keeps
 * them in order and counts them (zset_tree.h).
 *
 *     small   | header | "b" | 1 | "a" | 2.5 | "c" | 2.5 | end |
 *
 *     large   dict:  "a" "b" "c" ... --> items <-- tree: 1 "b", 2.5 "a" ...
 *
 * Members have ranks: 0 is the first. All ranges, whether of scores, of bytes
 * or of ranks, are a rank and a count: an end of a range is a cut in the order,
 * and zset_rank_of_cut() says how many members stand before it. To find a
 * rank, a cut or a member is O(log n); a small set is walked.
 *
 * What a set was asked to do may move it, so these calls take the address of
 * the owner's pointer. A set has at least one member, except between zset_new()
 * and the first zset_set(), and after the last was removed: then its owner
 * frees it. It belongs to the heap that it was made in, and all of it lies
 * there. */
#ifndef ZSET_H
#define ZSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "number.h"
#include "slice.h"
#include "zset_cut.h"

struct dict;
struct zset;
struct zset_tree;

struct zset *zset_new(struct heap *heap);
/* One that is large from the beginning, and knows -0 from 0, as a small one
 * does not; and what makes it small after all, if its members allow that. */
struct zset *zset_new_large(struct heap *heap);
void zset_settle(struct heap *heap, struct zset **zset);

/* Those that are in the row of types.c: "listpack" or "skiplist", as Redis
 * calls its large form. */
const char *zset_encoding(const void *zset);
void zset_free(struct heap *heap, void *zset);
void *zset_copy(struct heap *to, const void *zset);
void *zset_move(struct heap *from, struct heap *to, void *zset);

size_t zset_count(const struct zset *zset);

/* Where a large one finds its members, and their order, for who brings them
 * into the cache; NULL if it is small. */
const struct dict *zset_dict(const struct zset *zset,
                             const struct zset_tree **tree);

/* The listpack of a small one: member, score, member, score; else NULL. */
const uint8_t *zset_listpack(const struct zset *zset);

/* Whether it is a member; then *score is its score, and its rank is found. */
bool zset_score(const struct zset *zset, struct slice member, double *score);
bool zset_rank(const struct zset *zset, struct slice member, size_t *rank,
               double *score);

/* Gives a member, new or not, that score, which is a number. The bytes must not
 * lie in this set. Returns what that changed. */
enum zset_change { ZSET_SAME, ZSET_ADDED, ZSET_MOVED };
enum zset_change zset_set(struct heap *heap, struct zset **zset,
                          struct slice member, double score);

/* Returns whether it was a member. */
bool zset_remove(struct heap *heap, struct zset **zset, struct slice member);

/* Removes so many members from that rank on; they are there. */
void zset_remove_ranks(struct heap *heap, struct zset **zset, size_t rank,
                       size_t count);

/* How many members stand before a cut, which is the rank of the first behind
 * it. */
size_t zset_rank_of_cut(const struct zset *zset, const struct zset_cut *cut);

/* The members from a rank on, in order or backwards:
 *
 *     struct zset_cursor at = zset_seek(zset, rank);
 *     for (; count > 0; count--, zset_next(&at, false))
 *         use(zset_member(&at, scratch), zset_score_at(&at));
 *
 * Good until the set is changed. Before the first and behind the last there is
 * nothing to be asked for. */
struct zset_cursor {
    const struct zset *zset;
    size_t rank;
    uint8_t *place;               /* of a small set: the member */
    const struct zset_leaf *leaf; /* of a large one */
    size_t index;
};

struct zset_cursor zset_seek(const struct zset *zset, size_t rank);
void zset_next(struct zset_cursor *cursor, bool backwards);
struct slice zset_member(const struct zset_cursor *cursor,
                         char scratch[static NUMBER_I64_MAX_TEXT]);
double zset_score_at(const struct zset_cursor *cursor);

/* Visits some members, in no order, and returns where to go on; 0 begins, and
 * means the end. A small set is visited at once. See dict_scan(). */
uint64_t zset_scan(const struct zset *zset, uint64_t cursor,
                   void (*visit)(void *context, struct slice member,
                                 double score),
                   void *context);

/* Bytes that it takes in its heap. */
size_t zset_memory(const struct zset *zset);

#endif
