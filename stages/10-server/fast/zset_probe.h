/* Goes down the tree of a sorted set to the place of a score, one node at a
 * time, so that each node is in the cache when a command searches it. */
#ifndef ZSET_PROBE_H
#define ZSET_PROBE_H

#include "zset_tree.h"

struct zset_probe {
    const void *node;
    unsigned height;
    double score;
};

struct zset_probe zset_probe_begin(const struct zset_tree *tree, double score);

/* Goes down to a child and prefetches it. Returns true if that child has
 * children, too. */
bool zset_probe_down(struct zset_probe *probe);

#endif
