/* A way down the tree of a sorted set to where a score stands, taken a node at
 * a time, so that each node is in the cache when a command searches it. */
#ifndef ZSET_PROBE_H
#define ZSET_PROBE_H

#include "zset_tree.h"

struct zset_probe {
    const void *node;
    unsigned height;
    double score;
};

struct zset_probe zset_probe_begin(const struct zset_tree *tree, double score);

/* Goes down to a child and begins to bring it. Returns true if that has
 * children, too. */
bool zset_probe_down(struct zset_probe *probe);

#endif
