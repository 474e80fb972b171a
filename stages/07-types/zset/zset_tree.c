#include "zset_tree.h"

/* A third, not half as in textbooks: the halves of a node that was just split
 * lose some entries before they are merged, so that adding and removing by
 * turns does not split and merge each time. */
enum { LEAF_MIN = ZSET_LEAF_MAX / 3, BRANCH_MIN = ZSET_BRANCH_MAX / 3 };

/* Nodes of either kind; a leaf has height 0. An entry is a slot for an item, or
 * a child. */

static uint32_t *used_of(void *node) {
    return node; /* which both kinds begin with */
}

static size_t node_used(const void *node) {
    return *(const uint32_t *)node;
}

static size_t node_max(unsigned height) {
    return height == 0 ? ZSET_LEAF_MAX : ZSET_BRANCH_MAX;
}

static bool is_thin(const void *node, unsigned height) {
    return node_used(node) < (height == 0 ? LEAF_MIN : BRANCH_MIN);
}

static size_t node_size(unsigned height) {
    return height == 0 ? sizeof(struct zset_leaf) : sizeof(struct zset_branch);
}

static void *node_new(struct heap *heap, unsigned height) {
    void *node = heap_alloc(heap, node_size(height));
    *used_of(node) = 0;
    return node;
}

static void node_free(struct heap *heap, void *node, unsigned height) {
    heap_free(heap, node, node_size(height));
}

/* The first item of a node, which its branch has in the slot for it. */
static struct zset_slot node_first(const void *node, unsigned height) {
    return height == 0 ? ((const struct zset_leaf *)node)->slots[0]
                       : ((const struct zset_branch *)node)->slots[0];
}

/* The number of items below a node. */
static size_t node_items(const void *node, unsigned height) {
    if (height == 0)
        return node_used(node);
    const struct zset_branch *branch = node;
    size_t items = 0;
    for (size_t i = 0; i < branch->used; i++)
        items += branch->counts[i];
    return items;
}

/* Copies count entries; both nodes may be the same. */
static void copy_entries(void *to, size_t at, const void *from, size_t start,
                         size_t count, unsigned height) {
    if (height == 0) {
        struct zset_leaf *leaf = to;
        const struct zset_leaf *other = from;
        memmove(leaf->slots + at, other->slots + start,
                count * sizeof *leaf->slots);
        return;
    }
    struct zset_branch *branch = to;
    const struct zset_branch *other = from;
    memmove(branch->slots + at, other->slots + start,
            count * sizeof *branch->slots);
    memmove(branch->children + at, other->children + start,
            count * sizeof *branch->children);
    memmove(branch->counts + at, other->counts + start,
            count * sizeof *branch->counts);
}

/* Opens a gap of count entries, or closes one. */
static void open_gap(void *node, size_t at, size_t count, unsigned height) {
    copy_entries(node, at + count, node, at, node_used(node) - at, height);
    *used_of(node) += (uint32_t)count;
}

static void close_gap(void *node, size_t at, size_t count, unsigned height) {
    size_t rest = node_used(node) - at - count;
    copy_entries(node, at, node, at + count, rest, height);
    *used_of(node) -= (uint32_t)count;
}

/* Moves entries from the end of a node to the beginning of its right neighbour,
 * or the other way. */
static void move_right(void *left, void *right, size_t count, unsigned height) {
    open_gap(right, 0, count, height);
    *used_of(left) -= (uint32_t)count; /* those that move are now behind it */
    copy_entries(right, 0, left, node_used(left), count, height);
}

static void move_left(void *left, void *right, size_t count, unsigned height) {
    copy_entries(left, node_used(left), right, 0, count, height);
    *used_of(left) += (uint32_t)count;
    close_gap(right, 0, count, height);
}

/* Searching. */

static bool slot_is_before(const struct zset_slot *slot,
                           const struct zset_cut *cut) {
    if (cut->by_score && slot->score != cut->score)
        return slot->score < cut->score;
    if (!cut->by_member)
        return cut->after;
    return zset_cut_is_behind(cut, zset_item_member(slot->item));
}

/* The number of slots before the cut. */
static size_t slots_before(const struct zset_slot *slots, size_t used,
                           const struct zset_cut *cut) {
    /* All slots below low are before the cut, and none from high on. */
    size_t low = 0, high = used;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (slot_is_before(&slots[middle], cut))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The index of the child that a cut falls into: the last one whose first item
 * is before the cut. A cut before all items falls into the first child. */
static size_t child_of_cut(const struct zset_branch *branch,
                           const struct zset_cut *cut) {
    size_t before = slots_before(branch->slots, branch->used, cut);
    return before > 0 ? before - 1 : 0;
}

/* The index of the child with the item of that rank; *rank becomes its rank
 * within the child. */
static size_t child_of_rank(const struct zset_branch *branch, size_t *rank) {
    size_t child = 0;
    while (*rank >= branch->counts[child])
        *rank -= branch->counts[child++];
    return child;
}

size_t zset_tree_rank(const struct zset_tree *tree,
                      const struct zset_cut *cut) {
    const void *node = tree->root;
    size_t rank = 0;
    if (node == NULL)
        return 0;
    for (unsigned height = tree->height; height > 0; height--) {
        const struct zset_branch *branch = node;
        size_t child = child_of_cut(branch, cut);
        /* All that is to the left of the way down is before the cut. */
        for (size_t i = 0; i < child; i++)
            rank += branch->counts[i];
        node = branch->children[child];
    }
    const struct zset_leaf *leaf = node;
    return rank + slots_before(leaf->slots, leaf->used, cut);
}

const struct zset_leaf *zset_tree_seek(const struct zset_tree *tree,
                                       size_t rank, size_t *index) {
    const void *node = tree->root;
    for (unsigned height = tree->height; height > 0; height--) {
        const struct zset_branch *branch = node;
        node = branch->children[child_of_rank(branch, &rank)];
    }
    *index = rank;
    return node;
}

/* Adding. */

/* The node to which something is added, and its place in the tree. */
struct spot {
    struct heap *heap;
    void *node;
    unsigned height;
    bool first, last; /* it is at the left or right edge of the tree */
};

/* Makes room for an entry in a node, by a split if necessary; *node and *at
 * then say where it is. Returns the new right neighbour, or NULL.
 *
 * A split leaves half of the entries in place. But if the new entry is the last
 * of the whole tree, all stay, and it has the new node to itself; if it is the
 * first, all others move. So items that come in order, up or down, leave full
 * nodes behind and not half-full ones. */
static void *make_room(const struct spot *spot, void **node, size_t *at) {
    unsigned height = spot->height;
    size_t used = node_used(spot->node), keep = used / 2;
    void *right = NULL;
    *node = spot->node;
    if (used == node_max(height)) {
        if (spot->last && *at == used)
            keep = used;
        else if (spot->first && *at == 0)
            keep = 0;
        right = node_new(spot->heap, height);
        move_right(spot->node, right, used - keep, height);
        /* With nothing kept, the new entry has the left node to itself. */
        if (*at >= keep && keep > 0) {
            *node = right;
            *at -= keep;
        }
    }
    open_gap(*node, *at, 1, height);
    return right;
}

static void *add_below(const struct spot *spot, struct zset_item *item,
                       const struct zset_cut *cut);

static void *add_to_leaf(const struct spot *spot, struct zset_item *item,
                         const struct zset_cut *cut) {
    struct zset_leaf *leaf = spot->node;
    void *into;
    size_t at = slots_before(leaf->slots, leaf->used, cut);
    void *right = make_room(spot, &into, &at);
    leaf = into;
    leaf->slots[at] = (struct zset_slot){item->score, item};
    return right;
}

static void set_child(struct zset_branch *branch, size_t at, void *child,
                      unsigned height) {
    branch->children[at] = child;
    branch->slots[at] = node_first(child, height);
    branch->counts[at] = node_items(child, height);
}

static void *add_to_branch(const struct spot *spot, struct zset_item *item,
                           const struct zset_cut *cut) {
    struct zset_branch *branch = spot->node;
    size_t at = child_of_cut(branch, cut);
    unsigned below = spot->height - 1;
    struct spot child = {spot->heap, branch->children[at], below,
                         spot->first && at == 0,
                         spot->last && at + 1 == branch->used};
    void *right = add_below(&child, item, cut);
    if (right == NULL) {
        /* The item may have become the first one of the child. */
        branch->slots[at] = node_first(child.node, below);
        branch->counts[at]++;
        return NULL;
    }
    /* The child is entered anew before there is room for its neighbour: a split
     * of this branch may move the child's entry to another node. */
    set_child(branch, at, child.node, below);
    void *into;
    at++;
    void *split = make_room(spot, &into, &at);
    set_child(into, at, right, below);
    return split;
}

/* Adds an item below a node. Returns the node that must be inserted to the
 * right of it, or NULL. */
static void *add_below(const struct spot *spot, struct zset_item *item,
                       const struct zset_cut *cut) {
    return spot->height == 0 ? add_to_leaf(spot, item, cut)
                             : add_to_branch(spot, item, cut);
}

void zset_tree_add(struct heap *heap, struct zset_tree *tree,
                   struct zset_item *item) {
    if (tree->root == NULL)
        *tree = (struct zset_tree){.root = node_new(heap, 0)};
    struct zset_cut cut = {.by_score = true,
                           .by_member = true,
                           .score = item->score,
                           .member = zset_item_member(item)};
    struct spot top = {heap, tree->root, tree->height, true, true};
    void *right = add_below(&top, item, &cut);
    tree->count++;
    if (right == NULL)
        return;
    /* The tree grows at the root alone, so all leaves have the same depth. */
    struct zset_branch *root = node_new(heap, tree->height + 1);
    root->used = 2;
    set_child(root, 0, tree->root, tree->height);
    set_child(root, 1, right, tree->height);
    tree->root = root;
    tree->height++;
}

/* Removing. */

/* Removes a child that has no entries from its branch. */
static void drop_child(struct heap *heap, struct zset_branch *branch, size_t at,
                       unsigned below) {
    node_free(heap, branch->children[at], below);
    close_gap(branch, at, 1, below + 1);
}

/* Repairs a child that has become thin: merges it with a neighbour if both fit
 * into one node, otherwise balances the two. */
static void fatten(struct heap *heap, struct zset_branch *branch, size_t at,
                   unsigned below) {
    if (node_used(branch->children[at]) == 0) {
        drop_child(heap, branch, at, below);
        return;
    }
    /* An only child has no neighbour to share with. */
    if (branch->used == 1) {
        branch->slots[0] = node_first(branch->children[0], below);
        return;
    }
    if (at > 0)
        at--; /* the pair is the child and the one to its left */
    void *left = branch->children[at], *right = branch->children[at + 1];
    size_t total = node_used(left) + node_used(right);
    /* The left one gets all, or half if that is too much. */
    size_t keep = total <= node_max(below) ? total : total / 2;
    if (node_used(left) < keep)
        move_left(left, right, keep - node_used(left), below);
    else
        move_right(left, right, node_used(left) - keep, below);
    set_child(branch, at, left, below);
    if (keep == total)
        drop_child(heap, branch, at + 1, below);
    else
        set_child(branch, at + 1, right, below);
}

/* Removes the last item before a cut. */
static void remove_below(struct heap *heap, void *node, unsigned height,
                         const struct zset_cut *cut) {
    if (height == 0) {
        const struct zset_leaf *leaf = node;
        close_gap(node, slots_before(leaf->slots, leaf->used, cut) - 1, 1,
                  height);
        return;
    }
    struct zset_branch *branch = node;
    size_t at = child_of_cut(branch, cut);
    void *child = branch->children[at];
    remove_below(heap, child, height - 1, cut);
    branch->counts[at]--;
    if (is_thin(child, height - 1))
        fatten(heap, branch, at, height - 1);
    else
        branch->slots[at] = node_first(child, height - 1);
}

/* A root with one child, or with none, is not needed. */
static void lower_root(struct heap *heap, struct zset_tree *tree) {
    while (tree->height > 0 && node_used(tree->root) == 1) {
        void *child = ((struct zset_branch *)tree->root)->children[0];
        node_free(heap, tree->root, tree->height--);
        tree->root = child;
    }
    if (node_used(tree->root) > 0)
        return;
    node_free(heap, tree->root, tree->height);
    *tree = (struct zset_tree){0};
}

void zset_tree_remove(struct heap *heap, struct zset_tree *tree,
                      const struct zset_item *item) {
    /* The cut is behind the item: one before it would lead past the child that
     * begins with the item, to the neighbour on the left. */
    struct zset_cut behind = {.by_score = true,
                              .by_member = true,
                              .after = true,
                              .score = item->score,
                              .member = zset_item_member(item)};
    remove_below(heap, tree->root, tree->height, &behind);
    tree->count--;
    lower_root(heap, tree);
}

/* Removing many. */

struct removal {
    struct heap *heap;
    void (*gone)(void *context, const struct zset_slot *slots, size_t count);
    void *context;
};

/* Removes count items from a rank on, with the children that become empty. The
 * nodes that remain may be thin. Only ranks lead the way: gone() may have freed
 * items that slots further up still point to. These slots are set again on the
 * way back. */
static void take_below(const struct removal *removal, void *node,
                       unsigned height, size_t rank, size_t count) {
    if (height == 0) {
        const struct zset_leaf *leaf = node;
        removal->gone(removal->context, leaf->slots + rank, count);
        close_gap(node, rank, count, height);
        return;
    }
    struct zset_branch *branch = node;
    size_t at = child_of_rank(branch, &rank);
    /* The first child is left from some rank on, the next ones from their
     * first item on. */
    for (; count > 0; rank = 0) {
        size_t there = branch->counts[at] - rank;
        size_t here = count < there ? count : there;
        void *child = branch->children[at];
        take_below(removal, child, height - 1, rank, here);
        count -= here;
        branch->counts[at] -= here;
        /* If a child is dropped, the next one moves to its place. */
        if (branch->counts[at] == 0)
            drop_child(removal->heap, branch, at, height - 1);
        else
            branch->slots[at++] = node_first(child, height - 1);
    }
}

/* Goes down to the item of a rank and repairs thin nodes on the way. A node's
 * neighbours are repaired before its children, so that these have neighbours.
 */
static void fatten_way(struct heap *heap, struct zset_tree *tree, size_t rank) {
    void *node = tree->root;
    for (unsigned height = tree->height; height > 0; height--) {
        struct zset_branch *branch = node;
        size_t below = rank, at = child_of_rank(branch, &below);
        /* Each round leaves one child less, or two that are not thin, so there
         * is an end. The item may be in another child afterwards. */
        while (branch->used > 1 && is_thin(branch->children[at], height - 1)) {
            fatten(heap, branch, at, height - 1);
            below = rank;
            at = child_of_rank(branch, &below);
        }
        node = branch->children[at];
        rank = below;
    }
    lower_root(heap, tree);
}

void zset_tree_remove_ranks(
    struct heap *heap, struct zset_tree *tree, size_t rank, size_t count,
    void (*gone)(void *context, const struct zset_slot *slots, size_t count),
    void *context) {
    struct removal removal = {heap, gone, context};
    take_below(&removal, tree->root, tree->height, rank, count);
    tree->count -= count;
    lower_root(heap, tree);
    /* Thin nodes can only be on the ways to the items beside the gap: whatever
     * was between them is gone as a whole. */
    if (rank > 0)
        fatten_way(heap, tree, rank - 1);
    if (rank < tree->count)
        fatten_way(heap, tree, rank);
}

/* Frees the last leaf, and the branches above it that have no other child.
 * Returns how many items that were. */
static size_t free_last_leaf(struct heap *heap, struct zset_tree *tree) {
    /* By height. Each level has at least twice as many items below a node as
     * the one before it, so there cannot be more levels than bits in a count.
     */
    void *path[sizeof(size_t) * 8];
    unsigned height = tree->height;
    path[height] = tree->root;
    for (; height > 0; height--) {
        const struct zset_branch *branch = path[height];
        path[height - 1] = branch->children[branch->used - 1];
    }
    struct zset_leaf *leaf = path[0];
    size_t items = leaf->used;
    for (size_t i = 0; i < items; i++)
        zset_item_free(heap, leaf->slots[i].item);
    *used_of(leaf) = 0;
    /* Slots and counts of the branches are wrong from here on. That does no
     * harm, since nobody searches a tree that is being freed. */
    while (height < tree->height && node_used(path[height]) == 0) {
        node_free(heap, path[height], height);
        height++;
        --*used_of(path[height]);
    }
    tree->count -= items;
    return items;
}

bool zset_tree_free_some(struct heap *heap, struct zset_tree *tree,
                         size_t most) {
    for (size_t freed = 0; freed < most && tree->root != NULL;) {
        freed += free_last_leaf(heap, tree);
        if (node_used(tree->root) == 0) {
            node_free(heap, tree->root, tree->height);
            tree->root = NULL;
        }
    }
    return tree->root == NULL;
}

/* O(branches): leaves, which are by far the most nodes, are counted without
 * looking at them. The recursion is as deep as the tree is high. */
static size_t memory_below(const void *node, unsigned height) {
    size_t bytes = heap_round(node_size(height));
    if (height == 0)
        return bytes;
    const struct zset_branch *branch = node;
    if (height == 1)
        return bytes + branch->used * heap_round(node_size(0));
    for (size_t i = 0; i < branch->used; i++)
        bytes += memory_below(branch->children[i], height - 1);
    return bytes;
}

size_t zset_tree_memory(const struct zset_tree *tree) {
    return tree->root != NULL ? memory_below(tree->root, tree->height) : 0;
}
