/* What Redis's radix tree over the blocks of a stream would look like. */
#ifndef STREAM_TREE_H
#define STREAM_TREE_H

#include "stream.h"

/* How many nodes it would have: XINFO STREAM tells that. O(blocks). */
size_t stream_tree_nodes(const struct stream *stream);

#endif
