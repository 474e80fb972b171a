#include "stream.h"

#include "limits.h"
#include "reaper.h"
#include "stream_group.h"

struct stream *stream_new(struct heap *heap) {
    struct stream *stream = heap_alloc(heap, sizeof *stream);
    *stream = (struct stream){0};
    stream_index_init(&stream->blocks, sizeof(struct stream_node));
    return stream;
}

const char *stream_encoding(const void *stream) {
    (void)stream;
    return "stream";
}

static struct stream_node *last_node(const struct stream *stream) {
    return stream_index_last(&stream->blocks);
}

/* Frees at most that many blocks and parts of groups, and then the stream
 * itself. Returns true when it is gone. Blocks go from the end, where the index
 * has nothing to move. */
static bool free_some(struct heap *heap, void *block, size_t most) {
    struct stream *stream = block;
    struct stream_node *node;
    for (; (node = last_node(stream)) != NULL && most > 0; most--) {
        stream_block_free(heap, node->block);
        (void)stream_index_remove(heap, &stream->blocks, node->first);
    }
    if (node != NULL || !stream_groups_free_some(heap, &stream->groups, &most))
        return false;
    heap_free(heap, stream, sizeof *stream);
    return true;
}

void stream_free(struct heap *heap, void *stream) {
    reaper_free(heap, stream, free_some);
}

void *stream_copy(struct heap *to, const void *stream) {
    const struct stream *from = stream;
    struct stream *copy = heap_alloc(to, sizeof *copy);
    /* The numbers and IDs are right then. Blocks and groups are still those of
     * the original, until each is replaced by a copy. */
    *copy = *from;
    stream_index_copy(to, &copy->blocks, &from->blocks);
    struct stream_place place = {0, 0};
    struct stream_node *node;
    while ((node = stream_index_item(&copy->blocks, place)) != NULL) {
        node->block = stream_block_from(to, node->block->lp);
        stream_index_next(&copy->blocks, &place);
    }
    stream_groups_copy(to, &copy->groups, &from->groups);
    return copy;
}

size_t stream_memory(const struct stream *stream) {
    size_t bytes =
        heap_round(sizeof *stream) + stream_index_memory(&stream->blocks);
    struct stream_place place = {0, 0};
    const struct stream_node *node;
    while ((node = stream_index_item(&stream->blocks, place)) != NULL) {
        bytes += sizeof *node->block + node->block->room;
        stream_index_next(&stream->blocks, &place);
    }
    return bytes + stream_groups_memory(&stream->groups);
}

/* Adding. */

/* Returns true if a block may take an entry of that many bytes. */
static bool takes(const struct stream_block *block, size_t bytes) {
    size_t most = limits.stream_node_max_bytes; /* 0: no limit but ours */
    if (most == 0 || most > STREAM_ENTRY_MAX)
        most = STREAM_ENTRY_MAX;
    if (listpack_bytes(block->lp) + bytes >= most)
        return false;
    /* Deleted entries count as well, as they do in Redis. */
    return limits.stream_node_max_entries == 0 ||
           stream_block_entries(block->lp) < limits.stream_node_max_entries;
}

/* Returns the room to give to a block for one long entry beyond its bytes: the
 * block has the fields apart, and stream_block_append() asks for more than an
 * entry takes. */
static size_t room_for_long(const struct slice *pairs, size_t count) {
    enum { AROUND = 128, AROUND_FIELD = 16 };
    size_t bytes = AROUND;
    for (size_t i = 0; i < count; i++)
        bytes += pairs[i * 2].len + AROUND_FIELD;
    return bytes;
}

/* Adds a block at the end, for an entry of that many bytes. Nothing will come
 * into the one before any more, so that gives back its spare room; its size
 * suggests how large the new one will become. */
static struct stream_node *add_node(struct heap *heap, struct stream *stream,
                                    struct stream_node *before,
                                    struct stream_id first,
                                    const struct slice *pairs, size_t count,
                                    size_t bytes) {
    size_t room = 0;
    if (before != NULL) {
        before->block = stream_block_fit(heap, before->block);
        room = listpack_bytes(before->block->lp);
        if (room > limits.stream_node_max_bytes)
            room = limits.stream_node_max_bytes;
    }
    if (bytes > limits.stream_node_max_bytes)
        room = room_for_long(pairs, count); /* nothing will follow it */
    struct stream_node *node = stream_index_add(heap, &stream->blocks, first);
    stream->tree_nodes = 0;
    node->block = stream_block_new(heap, pairs, count, room);
    return node;
}

void stream_append(struct heap *heap, struct stream *stream,
                   struct stream_id id, const struct slice *pairs,
                   size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < count * 2; i++)
        bytes += pairs[i].len;
    struct stream_node *node = last_node(stream);
    if (node == NULL || !takes(node->block, bytes))
        node = add_node(heap, stream, node, id, pairs, count, bytes);
    node->block =
        stream_block_append(heap, node->block, node->first, id, pairs, count);
    if (stream->length == 0)
        stream->first_id = id;
    stream->length++;
    stream->entries_added++;
    stream->last_id = id;
}

/* Reading. */

/* Opens the block at range->node, if there is one; else the range is over. */
static void open_block(struct stream_range *range) {
    const struct stream_node *node =
        stream_index_item(&range->stream->blocks, range->node);
    range->lp = NULL;
    if (node == NULL)
        return;
    range->first = node->first;
    range->lp = node->block->lp;
    range->fresh = true;
    stream_block_master(range->lp, &range->master);
}

static void open_next_block(struct stream_range *range) {
    const struct stream_index *blocks = &range->stream->blocks;
    range->lp = NULL;
    if (range->backwards) {
        if (stream_index_previous(blocks, &range->node))
            open_block(range);
    } else {
        stream_index_next(blocks, &range->node);
        open_block(range);
    }
}

void stream_range_start(struct stream_range *range, const struct stream *stream,
                        struct stream_id from, struct stream_id to,
                        bool backwards) {
    const struct stream_index *blocks = &stream->blocks;
    struct stream_id begin = backwards ? to : from;
    range->stream = stream;
    range->from = from;
    range->to = to;
    range->backwards = backwards;
    range->lp = NULL;
    range->node = stream_index_seek(blocks, begin);
    const struct stream_node *node = stream_index_item(blocks, range->node);
    /* The index finds the first block that begins at this ID or behind it. If
     * it is behind it, the entry may lie in the block before that one. If there
     * is none before it, a range in order begins with the first block, and one
     * backwards has no entries. */
    bool begins_here =
        node != NULL && stream_id_compare(node->first, begin) == 0;
    if (begins_here || stream_index_previous(blocks, &range->node) ||
        !backwards)
        open_block(range);
}

/* Moves to the next entry of the block. Returns false at its end. */
static bool step(struct stream_range *range) {
    struct stream_entry *entry = &range->entry;
    uint8_t *place;
    if (range->backwards)
        place = stream_entry_before(
            range->lp, range->fresh ? listpack_end(range->lp) : entry->place);
    else
        place = range->fresh ? range->master.entry : stream_entry_behind(entry);
    if (place == NULL || listpack_at_end(place))
        return false;
    range->fresh = false;
    stream_entry_read(&range->master, range->first, place, entry);
    return true;
}

bool stream_range_next(struct stream_range *range) {
    while (range->lp != NULL) {
        if (!step(range)) {
            open_next_block(range);
            continue;
        }
        /* The first block may have entries before the range: up to a hundred of
         * them are passed over, for want of an index within a block. */
        bool early = stream_id_compare(range->entry.id, range->from) < 0;
        bool late = stream_id_compare(range->entry.id, range->to) > 0;
        if (range->backwards ? early : late)
            return false;
        if (!early && !late && !range->entry.deleted)
            return true;
    }
    return false;
}

bool stream_has(const struct stream *stream, struct stream_id id) {
    struct stream_range range;
    stream_range_start(&range, stream, id, id, false);
    return stream_range_next(&range);
}

/* The ID of the first entry from one end, or 0-0. */
static struct stream_id edge(const struct stream *stream, bool backwards) {
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST,
                       backwards);
    return stream_range_next(&range) ? range.entry.id : STREAM_ID_LEAST;
}

struct stream_id stream_top(const struct stream *stream) {
    return edge(stream, true);
}

/* Returns true if, from this ID on, entries may be missing between those that
 * exist. Trimming takes entries from the beginning and leaves no gap; XDEL may.
 * Only the greatest ID that was deleted is known, so there may be a gap
 * anywhere up to there. */
static bool has_gap(const struct stream *stream, struct stream_id from) {
    struct stream_id deleted = stream->max_deleted_id;
    return stream->length > 0 && !stream_id_is_zero(deleted) &&
           stream_id_compare(stream->first_id, deleted) <= 0 &&
           stream_id_compare(from, deleted) <= 0;
}

/* As Redis's streamEstimateDistanceFromFirstEverEntry(). O(1), so it must do
 * without counting entries. */
int64_t stream_distance(const struct stream *stream, struct stream_id id) {
    if (stream->entries_added == 0)
        return 0;
    int last = stream_id_compare(id, stream->last_id);
    /* All entries are up to this ID. */
    if (last == 0 || (stream->length == 0 && last < 0))
        return (int64_t)stream->entries_added;
    if (last > 0) /* an ID of the future */
        return -1;
    /* If there is no gap from the first entry on, entries can be counted back
     * from the end. */
    int first = stream_id_compare(id, stream->first_id);
    if (first > 0 || has_gap(stream, stream->first_id))
        return -1;
    uint64_t before = stream->entries_added - stream->length;
    return (int64_t)(first == 0 ? before + 1 : before);
}

/* Deleting. */

static void remove_node(struct heap *heap, struct stream *stream,
                        const struct stream_node *node) {
    stream_block_free(heap, node->block);
    (void)stream_index_remove(heap, &stream->blocks, node->first);
    stream->tree_nodes = 0;
}

bool stream_delete(struct heap *heap, struct stream *stream,
                   struct stream_id id) {
    struct stream_range range;
    stream_range_start(&range, stream, id, id, false);
    if (!stream_range_next(&range))
        return false;
    struct stream_node *node = stream_index_item(&stream->blocks, range.node);
    /* A block goes with its last entry; until then the bytes of deleted ones
     * stay in it. The mark comes first, as counting may move the block. */
    if (range.master.count == 1)
        remove_node(heap, stream, node);
    else {
        stream_block_mark(range.entry.place);
        node->block = stream_block_count(heap, node->block, 1);
    }
    stream->length--;
    if (stream_id_compare(id, stream->max_deleted_id) > 0)
        stream->max_deleted_id = id;
    if (stream_id_compare(id, stream->first_id) == 0)
        stream->first_id = edge(stream, false);
    return true;
}

/* The ID of a block's last entry, deleted or not. */
static struct stream_id last_of(const struct stream_node *node) {
    const uint8_t *lp = node->block->lp;
    struct stream_master master;
    struct stream_entry entry;
    stream_block_master(lp, &master);
    stream_entry_read(&master, node->first,
                      stream_entry_before(lp, listpack_end(lp)), &entry);
    return entry.id;
}

void stream_set_last(struct heap *heap, struct stream *stream,
                     struct stream_id id) {
    struct stream_node *node;
    while ((node = last_node(stream)) != NULL &&
           stream_id_compare(last_of(node), id) > 0) {
        struct stream_master master;
        stream_block_master(node->block->lp, &master);
        if (master.count == 0)
            remove_node(heap, stream, node);
        else
            node->block = stream_block_cut(heap, node->block);
    }
    stream->last_id = id;
}

/* Deletes entries from the beginning of a block that is not to go as a whole.
 * Returns how many. By MINID it may be left with deleted entries alone, if its
 * last one is deleted; as in Redis, it stays until it is trimmed again. */
static uint64_t trim_block(struct heap *heap, struct stream *stream,
                           struct stream_node *node,
                           const struct stream_trim *trim) {
    uint64_t trimmed = 0;
    struct stream_master master;
    stream_block_master(node->block->lp, &master);
    uint8_t *place = master.entry;
    while (!listpack_at_end(place)) {
        struct stream_entry entry;
        stream_entry_read(&master, node->first, place, &entry);
        if (trim->kind == STREAM_TRIM_LEN
                ? stream->length <= trim->len
                : stream_id_compare(entry.id, trim->least) >= 0)
            break;
        place = stream_entry_behind(&entry);
        if (entry.deleted)
            continue;
        stream_block_mark(entry.place);
        stream->length--;
        trimmed++;
    }
    /* Only now, since this may move the block. */
    node->block = stream_block_count(heap, node->block, (int64_t)trimmed);
    return trimmed;
}

/* Returns true if all entries of a block must go. Its count entries are those
 * that are not deleted. */
static bool goes(const struct stream *stream, const struct stream_node *node,
                 uint64_t count, const struct stream_trim *trim) {
    if (trim->kind == STREAM_TRIM_LEN)
        return stream->length - count >= trim->len;
    return stream_id_compare(last_of(node), trim->least) < 0;
}

uint64_t stream_trim(struct heap *heap, struct stream *stream,
                     const struct stream_trim *trim) {
    uint64_t trimmed = 0;
    struct stream_node *node;
    while ((node = stream_index_item(&stream->blocks,
                                     (struct stream_place){0, 0})) != NULL) {
        if (trim->kind == STREAM_TRIM_LEN && stream->length <= trim->len)
            break;
        struct stream_master master;
        stream_block_master(node->block->lp, &master);
        uint64_t count = (uint64_t)master.count;
        /* With a limit, whole blocks go, and none that would exceed it. */
        if (trim->limit > 0 && trimmed + count > trim->limit)
            break;
        if (!goes(stream, node, count, trim)) {
            if (!trim->whole_blocks)
                trimmed += trim_block(heap, stream, node, trim);
            break;
        }
        remove_node(heap, stream, node);
        stream->length -= count;
        trimmed += count;
    }
    if (trimmed > 0)
        stream->first_id = edge(stream, false);
    return trimmed;
}

/* Groups, as they read it. */

bool stream_lag(const struct stream *stream, const struct stream_group *group,
                int64_t *lag) {
    /* The group's own count holds if it is known and no entry ahead is missing;
     * otherwise the count is worked out anew, if that can be done. */
    int64_t read = stream->entries_added > 0 ? group->entries_read : 0;
    if (read == -1 || has_gap(stream, group->last_id))
        read = stream_distance(stream, group->last_id);
    *lag = (int64_t)(stream->entries_added - (uint64_t)read);
    return read != -1;
}

void stream_advance(const struct stream *stream, struct stream_group *group,
                    struct stream_id id) {
    if (stream_id_compare(id, group->last_id) <= 0)
        return;
    /* One more, unless entries that were deleted should have counted, too. */
    if (group->entries_read != -1 && !has_gap(stream, id))
        /* A client may have set any number. */
        group->entries_read += group->entries_read < INT64_MAX;
    else if (stream->entries_added > 0)
        group->entries_read = stream_distance(stream, id);
    group->last_id = id;
}
