/* Sorted sets: members, each with a score, in the order of their scores, or of
 * their bytes where scores are equal.
 *
 * A small one is one packed block, in Redis's layout: member, score, member,
 * score, in order. A large one keeps its members, with their scores, in items
 * that can be found in two ways: by a dict of the members, and by a tree that
 * keeps them in order and counts them (zset_tree.h).
 *
 *     small   | header | "b" | 1 | "a" | 2.5 | "c" | 2.5 | end |
 *
 *     large   dict:  "a" "b" "c" ... --> items <-- tree: 1 "b", 2.5 "a" ...
 *
 * Members have ranks; that of the first is 0. Every range, whether of scores,
 * of bytes or of ranks, becomes a rank and a count: each end of a range is a
 * cut in the order, and zset_rank_of_cut() says how many members are before it.
 * Finding a rank, a cut or a member is O(log n); a small set is searched
 * linearly.
 *
 * A change may move a set, so these functions take the address of the owner's
 * pointer. A set has at least one member, except between zset_new() and the
 * first zset_set(), and after the last one was removed: then its owner frees
 * it. It belongs to the heap that it was made in, and lies there completely. */
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
struct zset_item;
struct zset_tree;

struct zset *zset_new(struct heap *heap);

/* A set for which count members are announced, and a function that announces
 * them to a set that is there: if a small one could not have so many, it is
 * large at once, though the same member may come more than once. */
struct zset *zset_new_for(struct heap *heap, size_t count);
void zset_expect(struct heap *heap, struct zset **zset, size_t count);

/* A set that is large from the beginning; it can tell -0 from 0, which a small
 * one cannot. And a function that makes it small after all, if its members
 * allow that. */
struct zset *zset_new_large(struct heap *heap);
void zset_settle(struct heap *heap, struct zset **zset);

/* Fill a new large set whose scores change until all members are known.
 * zset_gather() finds a member, or adds it, and the caller writes the score
 * into its item. Then zset_arrange() puts the items in order, each of which it
 * must be given once. Nothing else may be done to the set before. */
struct zset_item *zset_gather(struct heap *heap, struct zset *zset,
                              struct slice member, bool *is_new);
void zset_arrange(struct heap *heap, struct zset *zset,
                  struct zset_item *const *items, size_t count);

/* For the table of types: "listpack" or "skiplist", as Redis calls its large
 * form. */
const char *zset_encoding(const void *zset);
void zset_free(struct heap *heap, void *zset);
void *zset_copy(struct heap *to, const void *zset);

/* A new set, small if that may be, with the members of count ranks from this
 * one on. They must exist; there is at least one. */
struct zset *zset_copy_ranks(struct heap *to, const struct zset *zset,
                             size_t rank, size_t count);

size_t zset_count(const struct zset *zset);

/* The dict of a large set, and its tree, whose members stage 10 prefetches;
 * NULL if it is small. */
const struct dict *zset_dict(const struct zset *zset,
                             const struct zset_tree **tree);

/* The listpack of a small set: member, score, member, score; NULL if it is
 * large. */
const uint8_t *zset_listpack(const struct zset *zset);

/* Finds a member's score, and with it the rank. Returns false if it is not a
 * member. */
bool zset_score(const struct zset *zset, struct slice member, double *score);
bool zset_rank(const struct zset *zset, struct slice member, size_t *rank,
               double *score);

/* Gives a member, new or not, that score, which must be a number. The bytes
 * must not lie in this set. Returns the kind of change. */
enum zset_change { ZSET_SAME, ZSET_ADDED, ZSET_MOVED };
enum zset_change zset_set(struct heap *heap, struct zset **zset,
                          struct slice member, double score);

/* Removes a member. Returns false if it was none. */
bool zset_remove(struct heap *heap, struct zset **zset, struct slice member);

/* Removes the members of count ranks from this one on, which must exist. */
void zset_remove_ranks(struct heap *heap, struct zset **zset, size_t rank,
                       size_t count);

/* The number of members before a cut, which is the rank of the first one behind
 * it. */
size_t zset_rank_of_cut(const struct zset *zset, const struct zset_cut *cut);

/* The members from a rank on, in order or backwards:
 *
 *     struct zset_cursor at = zset_seek(zset, rank);
 *     for (; count > 0; count--, zset_next(&at, false))
 *         use(zset_member(&at, scratch), zset_score_at(&at));
 *
 * Good until the set is changed. Before the first member and behind the last, a
 * cursor must not be read. */
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

/* Visits some members, in no particular order, and returns the cursor to go on
 * from; 0 begins, and 0 again means the end. A small set is visited all at
 * once. See dict_scan(). */
uint64_t zset_scan(const struct zset *zset, uint64_t cursor,
                   void (*visit)(void *context, struct slice member,
                                 double score),
                   void *context);

/* The bytes that it takes in its heap. */
size_t zset_memory(const struct zset *zset);

#endif
