/* The keys of that tree are IDs as 16 bytes, the most significant first. It has
 * a leaf for each key; a node wherever two keys diverge; and one for each run
 * of bytes in between, without its first byte, which is stored in the node
 * where the run begins.
 *
 *     0..0 01 | 05 | 0..0 07         a run to the divergence, two leaves,
 *             \ 06 | 0..0 02         and a run to each: 6 nodes
 *
 * So it is enough to know where neighbouring keys diverge. */
#include "stream_tree.h"

enum { KEY = 16, HALF = 8 };

/* The number of bytes that two different IDs have in common. */
static int common(struct stream_id a, struct stream_id b) {
    if (a.ms != b.ms)
        return __builtin_clzll(a.ms ^ b.ms) / 8;
    return HALF + __builtin_clzll(a.seq ^ b.seq) / 8;
}

/* The number of nodes on an edge from one depth to another; -1 stands for above
 * the root. The first byte of the edge is in the node above, so an edge of one
 * byte has none. */
static size_t on_edge(int from, int to) {
    return to - from > 1;
}

/* The depths at which keys diverge on the way to the last key, each less than
 * the next. */
struct path {
    int depths[KEY];
    size_t count;
};

static int deepest(const struct path *path) {
    return path->count > 0 ? path->depths[path->count - 1] : -1;
}

/* The next key diverges from the last one at this depth; -1 if there is none.
 * Returns the number of nodes that are not on its way, with the edges to them.
 */
static size_t leave(struct path *path, int depth) {
    size_t nodes = 0;
    while (deepest(path) > depth) {
        int left = deepest(path);
        path->count--;
        int above = deepest(path);
        /* The node where keys diverged, and the run that led to it, which
         * begins where the next key diverges if that is further down. */
        nodes += 1 + on_edge(above > depth ? above : depth, left);
    }
    if (depth >= 0 && deepest(path) < depth)
        path->depths[path->count++] = depth;
    return nodes;
}

static size_t count_nodes(const struct stream_index *blocks) {
    struct stream_place place = {0, 0};
    struct path path = {.count = 0};
    const struct stream_node *node = stream_index_item(blocks, place);
    size_t nodes = node == NULL; /* a tree without keys is only a root */
    int before = -1;
    while (node != NULL) {
        struct stream_id id = node->first;
        stream_index_next(blocks, &place);
        node = stream_index_item(blocks, place);
        int after = node != NULL ? common(id, node->first) : -1;
        /* A leaf, and the run to it from the deeper of the two places where it
         * diverges from its neighbours. */
        nodes += 1 + on_edge(before > after ? before : after, KEY);
        nodes += leave(&path, after);
        before = after;
    }
    return nodes;
}

size_t stream_tree_nodes(struct stream *stream) {
    if (stream->tree_nodes == 0)
        stream->tree_nodes = count_nodes(&stream->blocks);
    return stream->tree_nodes;
}
