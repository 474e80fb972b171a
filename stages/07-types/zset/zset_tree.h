/* The order of a large sorted set: a B+-tree that counts.
 *
 *     branch   | 1 "b", 20 items | 3 "f", 17 items | 8 "a", 31 items |
 *                    |                  |                 |
 *     leaf     1 "b"  2.5 "a" ...  3 "f"  3 "g" ...  8 "a"  8 "k" ...
 *
 * A leaf has slots for its items in order, each with a copy of the score, so
 * that a search reads items only where scores are equal. A branch has for each
 * child its first item and the number of items below it: the way down to an
 * item adds up its rank, and the way down to a rank finds its item. (R. Bayer,
 * E. McCreight, "Organization and maintenance of large ordered indices", Acta
 * Informatica 1, 1972; the counts: D. Knuth, The Art of Computer Programming 3,
 * 6.2.3.)
 *
 * A full node is split; one that is less than a third full is merged with its
 * neighbour, or takes entries from it. If items come in order, the nodes left
 * behind stay full.
 *
 * Redis has a skip list in its place (W. Pugh, "Skip lists: a probabilistic
 * alternative to balanced trees", CACM 33, 1990), whose links say how many
 * items they skip. Both find anything in O(log N). A skip list is shorter to
 * write; but it has a block of its own for each item, with links both ways, and
 * reads another one at each step. Here up to 31 items share one.
 *
 * The tree owns its nodes, not the items. */
#ifndef ZSET_TREE_H
#define ZSET_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"
#include "zset_cut.h"
#include "zset_item.h"

/* These make a node 512 bytes. */
enum { ZSET_LEAF_MAX = 31, ZSET_BRANCH_MAX = 15 };

struct zset_slot {
    double score;
    struct zset_item *item;
};

struct zset_leaf {
    uint32_t used;
    struct zset_slot slots[ZSET_LEAF_MAX];
};

struct zset_branch {
    uint32_t used;
    struct zset_slot slots[ZSET_BRANCH_MAX]; /* the first item of each child */
    void *children[ZSET_BRANCH_MAX];
    size_t counts[ZSET_BRANCH_MAX]; /* of items */
};

struct zset_tree {
    void *root;      /* a leaf, or a branch; NULL if there are no items */
    unsigned height; /* 0: the root is a leaf */
    size_t count;    /* of items */
};

/* Adds an item whose score and member are not there yet. */
void zset_tree_add(struct heap *heap, struct zset_tree *tree,
                   struct zset_item *item);

/* Removes an item that is there. */
void zset_tree_remove(struct heap *heap, struct zset_tree *tree,
                      const struct zset_item *item);

/* Removes count items from a rank on, which must exist. Calls gone for the
 * items of each leaf; it may free them. O(count + log N). */
void zset_tree_remove_ranks(
    struct heap *heap, struct zset_tree *tree, size_t rank, size_t count,
    void (*gone)(void *context, const struct zset_slot *slots, size_t count),
    void *context);

/* The number of items before a cut. */
size_t zset_tree_rank(const struct zset_tree *tree, const struct zset_cut *cut);

/* The leaf with the item of that rank, which must exist, and the index in it.
 */
const struct zset_leaf *zset_tree_seek(const struct zset_tree *tree,
                                       size_t rank, size_t *index);

/* Frees nodes from the last leaf on, with their items, until at least most
 * items are gone, or all. Returns true when the tree is empty. */
bool zset_tree_free_some(struct heap *heap, struct zset_tree *tree,
                         size_t most);

/* The bytes that the nodes take. */
size_t zset_tree_memory(const struct zset_tree *tree);

#endif
