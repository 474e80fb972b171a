/* The size of the radix tree that Redis would have over the blocks of a stream.
 */
#ifndef STREAM_TREE_H
#define STREAM_TREE_H

#include "stream.h"

/* The number of its nodes, which XINFO STREAM reports. O(blocks) after a block
 * has come or gone; the stream keeps the number until then. */
size_t stream_tree_nodes(struct stream *stream);

#endif
