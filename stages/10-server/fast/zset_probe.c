#include "zset_probe.h"

struct zset_probe zset_probe_begin(const struct zset_tree *tree, double score) {
    return (struct zset_probe){tree->root, tree->height, score};
}

/* The last child whose first score is not greater than this. Where scores are
 * equal, members would decide, so the right one may be to its left. */
static size_t child_of_score(const struct zset_branch *branch, double score) {
    size_t low = 0, high = branch->used;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (branch->slots[middle].score <= score)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void prefetch_node(const char *node, unsigned height) {
    /* All of its eight lines, as the search may look into any of them. */
    enum { LINE = 64 };
    size_t size =
        height > 0 ? sizeof(struct zset_branch) : sizeof(struct zset_leaf);
    for (size_t at = 0; at < size; at += LINE)
        __builtin_prefetch(node + at);
}

bool zset_probe_down(struct zset_probe *probe) {
    if (probe->height == 0)
        return false;
    const struct zset_branch *branch = probe->node;
    probe->node = branch->children[child_of_score(branch, probe->score)];
    prefetch_node(probe->node, --probe->height);
    return probe->height > 0;
}
