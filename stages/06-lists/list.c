#include "list.h"

#include <string.h>

#include "packed.h"
#include "reaper.h"

enum {
    NEW_BLOCK = 1024, /* what a block at an end begins with */
    MANY_BLOCKS = 8,  /* from here on it is all of a block, and never grows */
    LEAST_LIMIT = 4096,
    COUNTED_LIMIT = 8192,   /* bytes, where elements are counted */
    MOST_ELEMENTS = 1 << 15 /* all that 64 KiB can hold: the shortest take 2 */
};

int64_t list_max_listpack_size = -2;

/* A block of a long list; or a hole, if there is none: see list_remove(). */
struct node {
    struct packed *block;
    size_t count; /* its elements */
};

/* A long list. */
struct deque {
    uint32_t zero; /* where a packed block says its room */
    uint32_t first;
    uint32_t blocks, room; /* in use; places in the ring */
    size_t len;
    size_t holes; /* places in use whose blocks are gone */
    struct node *ring;
};

static bool is_deque(const struct list *list) {
    uint32_t room;
    memcpy(&room, list, sizeof room);
    return room == 0;
}

static struct packed *as_packed(const struct list *list) {
    return (struct packed *)list;
}

static struct deque *as_deque(const struct list *list) {
    return (struct deque *)list;
}

/* Returns NULL for a list of one block. */
static struct deque *deque_of(const struct list *list) {
    return is_deque(list) ? as_deque(list) : NULL;
}

/* Returns the place of a block by its number, counted from the head. It is good
 * until the ring changes. */
static struct node *node_at(const struct deque *deque, size_t block) {
    size_t at = deque->first + block;
    return &deque->ring[at < deque->room ? at : at - deque->room];
}

static struct node *end_node(const struct deque *deque, enum list_end end) {
    return node_at(deque, end == LIST_HEAD ? 0 : deque->blocks - 1);
}

/* How much a block holds. */

static size_t most_bytes(void) {
    if (list_max_listpack_size >= 0)
        /* Redis's SIZE_SAFETY_LIMIT: few elements may be long ones. */
        return COUNTED_LIMIT;
    /* As in Redis, a number below -5 is taken for -5. */
    int64_t level = list_max_listpack_size < -5 ? 5 : -list_max_listpack_size;
    return (size_t)LEAST_LIMIT << (level - 1);
}

static size_t most_elements(void) {
    if (list_max_listpack_size < 0 || list_max_listpack_size > MOST_ELEMENTS)
        return MOST_ELEMENTS;
    return list_max_listpack_size > 0 ? (size_t)list_max_listpack_size : 1;
}

static bool is_too_much(size_t bytes, size_t count) {
    return bytes > most_bytes() || count > most_elements();
}

/* Returns true if a block has not even half of what it could hold. Where the
 * number of elements is the limit, their bytes do not matter here, as in
 * Redis. */
static bool is_little(size_t bytes, size_t count) {
    size_t most = most_bytes();
    if (list_max_listpack_size < 0)
        most /= 2;
    return bytes <= most && count <= most_elements() / 2;
}

/* An empty block takes an element of any length. */
static bool fits(const struct node *node, size_t size) {
    return node->count == 0 ||
           !is_too_much(packed_bytes(node->block) + size, node->count + 1);
}

/* The ring. */

static size_t ring_size(const struct deque *deque) {
    return deque->room * sizeof *deque->ring;
}

/* Replaces the ring by one with another number of places. */
static void ring_resize(struct heap *heap, struct deque *deque, uint32_t room) {
    struct node *ring = heap_alloc(heap, room * sizeof *deque->ring);
    for (size_t i = 0; i < deque->blocks; i++)
        ring[i] = *node_at(deque, i);
    heap_free(heap, deque->ring, ring_size(deque));
    deque->ring = ring;
    deque->room = room;
    deque->first = 0;
}

/* Makes a place before the block of that number, by moving the shorter side of
 * the ring. */
static struct node *ring_insert(struct heap *heap, struct deque *deque,
                                size_t at) {
    /* Growing by a quarter costs each block a constant number of steps, and
     * leaves at most a fifth of the places unused. */
    if (deque->blocks == deque->room)
        ring_resize(heap, deque, deque->room + deque->room / 4 + 1);
    if (at < deque->blocks / 2) {
        deque->first = (deque->first > 0 ? deque->first : deque->room) - 1;
        for (size_t i = 0; i < at; i++)
            *node_at(deque, i) = *node_at(deque, i + 1);
    } else {
        for (size_t i = deque->blocks; i > at; i--)
            *node_at(deque, i) = *node_at(deque, i - 1);
    }
    deque->blocks++;
    return node_at(deque, at);
}

static void ring_remove(struct deque *deque, size_t at) {
    if (at < deque->blocks / 2) {
        for (size_t i = at; i > 0; i--)
            *node_at(deque, i) = *node_at(deque, i - 1);
        deque->first = deque->first + 1 < deque->room ? deque->first + 1 : 0;
    } else {
        for (size_t i = at; i + 1 < deque->blocks; i++)
            *node_at(deque, i) = *node_at(deque, i + 1);
    }
    deque->blocks--;
}

/* Blocks. */

static struct packed *block_at(const struct list *list, size_t block) {
    return is_deque(list) ? node_at(as_deque(list), block)->block
                          : as_packed(list);
}

size_t list_blocks(const struct list *list) {
    return is_deque(list) ? as_deque(list)->blocks : 1;
}

/* Makes a deque of a list that is one block. The block stays where it is, and
 * so does each place in it. */
static struct deque *spread(struct heap *heap, struct list **list) {
    struct packed *block = as_packed(*list);
    size_t count = listpack_count(packed_lp(block));
    struct deque *deque = heap_alloc(heap, sizeof *deque);
    /* A second block will soon stand beside the first. */
    *deque = (struct deque){.blocks = 1, .room = 2, .len = count};
    deque->ring = heap_alloc(heap, ring_size(deque));
    *node_at(deque, 0) = (struct node){block, count};
    *list = (struct list *)deque;
    return deque;
}

static void free_deque(struct heap *heap, struct deque *deque) {
    heap_free(heap, deque->ring, ring_size(deque));
    heap_free(heap, deque, sizeof *deque);
}

/* Adds an empty block with room for so many bytes before the block of that
 * number. */
static struct node *add_node(struct heap *heap, struct deque *deque, size_t at,
                             size_t bytes) {
    struct packed *block = packed_new(heap, bytes);
    struct node *node = ring_insert(heap, deque, at);
    *node = (struct node){block, 0};
    return node;
}

static void settle(struct heap *heap, struct list **list) {
    if (is_deque(*list)) {
        struct deque *deque = as_deque(*list);
        /* The last element was removed: a list without elements is an empty
         * block, until its owner frees it. */
        if (deque->blocks == 0)
            (void)add_node(heap, deque, 0, 0);
        struct packed *block = node_at(deque, 0)->block;
        /* Only half a block becomes a list of one block, as in Redis: else one
         * at the limit would turn into a deque and back with each push and
         * pop. */
        if (deque->blocks > 1 || !is_little(packed_bytes(block), deque->len))
            return;
        *list = (struct list *)block;
        free_deque(heap, deque);
    }
    *list = (struct list *)packed_trim(heap, as_packed(*list));
}

/* Frees a block with the elements that it still has. The ring is halved when
 * three of four places are free, and so has room for as many blocks again. */
static void drop_node(struct heap *heap, struct deque *deque, size_t at) {
    struct node *node = node_at(deque, at);
    deque->len -= node->count;
    packed_free(heap, node->block);
    ring_remove(deque, at);
    if (deque->blocks < deque->room / 4)
        ring_resize(heap, deque, deque->room / 2);
}

/* Replaces an empty block by one that holds the element, however long that is.
 * Growing the block would leave room to spare that nobody will use. */
static struct packed *push_only(struct heap *heap, struct packed *empty,
                                const struct listpack_element *element) {
    packed_free(heap, empty);
    return packed_push_back(heap, packed_new(heap, element->size), element);
}

static struct packed *push(struct heap *heap, struct packed *block,
                           enum list_end end,
                           const struct listpack_element *element) {
    return end == LIST_HEAD ? packed_push_front(heap, block, element)
                            : packed_push_back(heap, block, element);
}

/* Pushes an element in a block of the deque, whether it fits there or not. */
static void push_in_node(struct heap *heap, struct deque *deque,
                         struct node *node, enum list_end end,
                         const struct listpack_element *element) {
    deque->len++;
    if (node->count++ == 0 && !packed_has_room_back(node->block, element->size))
        node->block = push_only(heap, node->block, element);
    else
        node->block = push(heap, node->block, end, element);
}

/* Whole lists. */

struct list *list_new(struct heap *heap) {
    return (struct list *)packed_new(heap, 0);
}

const char *list_encoding(const void *list) {
    return is_deque(list) ? "quicklist" : "listpack";
}

/* Frees blocks from the tail on, at least one. */
static bool free_some(struct heap *heap, void *block, size_t most) {
    if (!is_deque(block)) {
        packed_free(heap, block);
        return true;
    }
    struct deque *deque = block;
    for (size_t freed = 0; deque->blocks > 0 && freed < most;) {
        freed += node_at(deque, deque->blocks - 1)->count;
        drop_node(heap, deque, deque->blocks - 1);
    }
    if (deque->blocks > 0)
        return false;
    free_deque(heap, deque);
    return true;
}

void list_free(struct heap *heap, void *list) {
    reaper_free(heap, list, free_some);
}

void *list_copy(struct heap *to, const void *list) {
    if (!is_deque(list))
        return packed_from(to, packed_lp(list));
    const struct deque *deque = list;
    struct deque *copy = heap_alloc(to, sizeof *copy);
    *copy = *deque;
    copy->first = 0;
    copy->ring = heap_alloc(to, ring_size(copy));
    for (size_t i = 0; i < deque->blocks; i++) {
        const struct node *node = node_at(deque, i);
        copy->ring[i] =
            (struct node){packed_from(to, packed_lp(node->block)), node->count};
    }
    return copy;
}

const uint8_t *list_block(const struct list *list, size_t block) {
    return packed_lp(block_at(list, block));
}

size_t list_len(const struct list *list) {
    return is_deque(list) ? as_deque(list)->len
                          : listpack_count(packed_lp(as_packed(list)));
}

size_t list_memory(const struct list *list) {
    const struct deque *deque = deque_of(list);
    size_t bytes = deque != NULL ? sizeof *deque + ring_size(deque) : 0;
    for (size_t i = 0; i < list_blocks(list); i++)
        bytes += heap_round(sizeof(struct packed) + block_at(list, i)->room);
    return bytes;
}

/* The ends. */

/* Returns the bytes that a block beside a full one will probably need. */
static size_t new_block_bytes(const struct deque *deque,
                              const struct packed *full, size_t least) {
    /* In a long list it will be filled; in a short one, who knows. */
    size_t bytes = most_bytes() - LISTPACK_EMPTY;
    if (deque->blocks < MANY_BLOCKS)
        bytes = NEW_BLOCK;
    /* Where elements are counted, the full block shows their usual size. */
    else if (list_max_listpack_size >= 0 && packed_bytes(full) < bytes)
        bytes = packed_bytes(full);
    return bytes > least ? bytes : least;
}

/* A block that is full gives its spare room back, since new blocks will come
 * between it and the end. */
static void deque_push(struct heap *heap, struct deque *deque,
                       enum list_end end,
                       const struct listpack_element *element) {
    struct node *node = end_node(deque, end);
    if (!fits(node, element->size)) {
        node->block = packed_fit(heap, node->block);
        size_t bytes = new_block_bytes(deque, node->block, element->size);
        node =
            add_node(heap, deque, end == LIST_HEAD ? 0 : deque->blocks, bytes);
    }
    push_in_node(heap, deque, node, end, element);
}

/* See list_encoding() for when a list stays short. */
void list_expect(struct heap *heap, struct list **list,
                 const struct slice *values, size_t count) {
    if (is_deque(*list))
        return;
    const uint8_t *lp = packed_lp(as_packed(*list));
    size_t bytes = listpack_bytes(lp);
    for (size_t i = 0; i < count; i++)
        bytes += values[i].len;
    if (is_too_much(bytes, listpack_count(lp) + count))
        (void)spread(heap, list);
}

void list_push(struct heap *heap, struct list **list, enum list_end end,
               const struct slice *values, size_t count) {
    if (!is_deque(*list))
        list_expect(heap, list, values, count);
    for (size_t i = 0; i < count; i++) {
        struct listpack_element element = listpack_element(values[i]);
        if (is_deque(*list))
            deque_push(heap, as_deque(*list), end, &element);
        else
            *list = (struct list *)push(heap, as_packed(*list), end, &element);
    }
}

/* Puts a copy of a listpack behind the last block, as a block of its own. */
static void append_block(struct heap *heap, struct deque *deque,
                         const uint8_t *lp) {
    struct node *last = end_node(deque, LIST_TAIL);
    last->block = packed_fit(heap, last->block);
    struct packed *block = packed_from(heap, lp);
    size_t count = listpack_count(lp);
    *ring_insert(heap, deque, deque->blocks) = (struct node){block, count};
    deque->len += count;
}

void list_append(struct heap *heap, struct list **list, const uint8_t *lp) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t bytes = listpack_bytes(lp), count = listpack_count(lp);
    if (!is_too_much(bytes, count) && list_len(*list) == 0) {
        packed_free(heap, as_packed(*list));
        *list = (struct list *)packed_from(heap, lp);
        return;
    }
    if (!is_too_much(bytes, count) && !is_little(bytes, count)) {
        append_block(
            heap, is_deque(*list) ? as_deque(*list) : spread(heap, list), lp);
        return;
    }
    /* Too long for one block, or so short that it would leave a crumb of a
     * block: its elements are pushed one by one. */
    const uint8_t *place = listpack_first(lp);
    for (; !listpack_at_end(place); place = listpack_next(place)) {
        struct slice value = listpack_text(place, scratch);
        list_push(heap, list, LIST_TAIL, &value, 1);
    }
}

static void pop(struct packed *block, enum list_end end) {
    if (end == LIST_HEAD)
        packed_pop_front(block);
    else
        packed_pop_back(block);
}

void list_pop(struct heap *heap, struct list **list, enum list_end end) {
    if (!is_deque(*list)) {
        pop(as_packed(*list), end);
        *list = (struct list *)packed_trim(heap, as_packed(*list));
        return;
    }
    struct deque *deque = as_deque(*list);
    struct node *node = end_node(deque, end);
    pop(node->block, end);
    deque->len--;
    /* Nearly all pops end here. */
    if (--node->count > 0 && deque->blocks > 1)
        return;
    if (node->count == 0)
        drop_node(heap, deque, end == LIST_HEAD ? 0 : deque->blocks - 1);
    settle(heap, list);
}

void list_cut(struct heap *heap, struct list **list, enum list_end end,
              size_t count) {
    struct deque *deque = deque_of(*list);
    size_t at = 0;
    /* Whole blocks first: only the last one that is reached is looked into. */
    while (deque != NULL && count > 0) {
        at = end == LIST_HEAD ? 0 : deque->blocks - 1;
        if (node_at(deque, at)->count > count)
            break;
        count -= node_at(deque, at)->count;
        drop_node(heap, deque, at);
    }
    if (count > 0) {
        struct packed *block = block_at(*list, at);
        uint8_t *place = listpack_first(packed_lp(block));
        if (end == LIST_TAIL)
            place = listpack_seek(packed_lp(block), -(int64_t)count);
        packed_delete(block, &place, count);
    }
    if (deque != NULL && count > 0) {
        node_at(deque, at)->count -= count;
        deque->len -= count;
    }
    settle(heap, list);
}

/* Cursors. */

/* Finds the block of an element by its index from the head, which must be below
 * the length. *index becomes the element's index within the block. It walks
 * over the counts from the nearer end: O(blocks). */
static size_t find_block(const struct deque *deque, size_t *index) {
    size_t at = 0;
    if (*index < deque->len / 2) {
        while (*index >= node_at(deque, at)->count)
            *index -= node_at(deque, at++)->count;
        return at;
    }
    size_t start = deque->len;
    at = deque->blocks;
    do
        start -= node_at(deque, --at)->count;
    while (*index < start);
    *index -= start;
    return at;
}

struct list_cursor list_seek(struct list *list, int64_t index) {
    struct list_cursor cursor = {.list = list};
    int64_t len = (int64_t)list_len(list);
    if (index < 0)
        index += len;
    if (index < 0 || index >= len)
        return cursor;
    size_t within = (size_t)index;
    if (is_deque(list))
        cursor.block = find_block(as_deque(list), &within);
    cursor.place =
        listpack_seek(packed_lp(block_at(list, cursor.block)), (int64_t)within);
    return cursor;
}

static bool is_hole(const struct deque *deque, size_t block) {
    return node_at(deque, block)->block == NULL;
}

/* Returns the number of the first block from that one on, in this direction; at
 * least the number of blocks if there is none. */
static size_t next_in_use(const struct deque *deque, size_t block,
                          enum list_end towards) {
    /* The number before 0 is a large one. */
    while (block < deque->blocks && is_hole(deque, block))
        block += towards == LIST_TAIL ? 1 : (size_t)-1;
    return block;
}

/* Moves the cursor to the first or last element of a block; if there is no such
 * block, place becomes NULL. A hole stands for the next block behind it. */
static void enter_block(struct list_cursor *cursor, size_t block,
                        enum list_end end) {
    cursor->place = NULL;
    if (is_deque(cursor->list))
        block = next_in_use(as_deque(cursor->list), block,
                            end == LIST_HEAD ? LIST_TAIL : LIST_HEAD);
    if (block >= list_blocks(cursor->list)) /* -1, too */
        return;
    cursor->block = block;
    const uint8_t *lp = packed_lp(block_at(cursor->list, block));
    cursor->place = end == LIST_HEAD ? listpack_first(lp)
                                     : listpack_previous(lp, listpack_end(lp));
}

struct list_cursor list_at_end(struct list *list, enum list_end end) {
    struct list_cursor cursor = {.list = list};
    enter_block(&cursor, end == LIST_HEAD ? 0 : list_blocks(list) - 1, end);
    return cursor;
}

static void next_block(struct list_cursor *cursor, enum list_end towards) {
    if (towards == LIST_TAIL)
        enter_block(cursor, cursor->block + 1, LIST_HEAD);
    else
        enter_block(cursor, cursor->block - 1, LIST_TAIL);
}

void list_next(struct list_cursor *cursor, enum list_end towards) {
    if (towards == LIST_TAIL) {
        cursor->place = listpack_next(cursor->place);
        if (listpack_at_end(cursor->place))
            next_block(cursor, towards);
    } else {
        const uint8_t *lp = packed_lp(block_at(cursor->list, cursor->block));
        cursor->place = listpack_previous(lp, cursor->place);
        if (cursor->place == NULL)
            next_block(cursor, towards);
    }
}

struct slice list_value(const struct list_cursor *cursor,
                        char scratch[static NUMBER_I64_MAX_TEXT]) {
    return listpack_text(cursor->place, scratch);
}

bool list_equal(const struct list_cursor *cursor,
                const struct listpack_element *element) {
    return listpack_equal(cursor->place, element);
}

/* The middle. */

/* Stores where a block is after a change, which has added so many elements to
 * it. */
static void put_block(struct list **list, struct deque *deque, size_t at,
                      struct packed *block, size_t added) {
    if (deque == NULL) {
        *list = (struct list *)block;
        return;
    }
    struct node *node = node_at(deque, at);
    *node = (struct node){block, node->count + added};
    deque->len += added;
}

/* Moves the elements from place on into a new block that follows theirs.
 * Neither block is empty afterwards. */
static void split(struct heap *heap, struct deque *deque, size_t at,
                  const uint8_t *place) {
    struct node *left = node_at(deque, at);
    uint8_t *lp = packed_lp(left->block);
    size_t bytes = listpack_bytes(lp), before = (size_t)(place - lp);
    size_t moved = 0;
    for (const uint8_t *p = place; !listpack_at_end(p); p = listpack_next(p))
        moved++;
    struct packed *block = packed_new(heap, bytes - before);
    memcpy(packed_lp(block) + LISTPACK_HEADER, place, bytes - before);
    listpack_set_header(packed_lp(block), LISTPACK_HEADER + bytes - before,
                        moved);
    left->count -= moved;
    lp[before] = LISTPACK_END;
    listpack_set_header(lp, before + 1, left->count);
    left->block = packed_trim(heap, left->block);
    /* Last, as it may replace the ring, in which left lies. */
    *ring_insert(heap, deque, at + 1) = (struct node){block, moved};
}

/* Puts an element between block at - 1 and block at: at the end of the former,
 * or at the start of the latter, or into a new block between them. Returns a
 * cursor on it. */
static struct list_cursor insert_between(struct heap *heap, struct list *list,
                                         size_t at,
                                         const struct listpack_element *new) {
    struct deque *deque = as_deque(list);
    struct list_cursor cursor = {.list = list};
    if (at > 0 && fits(node_at(deque, at - 1), new->size)) {
        push_in_node(heap, deque, node_at(deque, at - 1), LIST_TAIL, new);
        enter_block(&cursor, at - 1, LIST_TAIL);
        return cursor;
    }
    /* Neither neighbour has room. */
    if (at == deque->blocks || !fits(node_at(deque, at), new->size))
        (void)add_node(heap, deque, at, new->size);
    push_in_node(heap, deque, node_at(deque, at), LIST_HEAD, new);
    enter_block(&cursor, at, LIST_HEAD);
    return cursor;
}

void list_insert(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, bool before, struct slice value) {
    struct listpack_element element = listpack_element(value);
    uint8_t *place = before ? cursor->place : listpack_next(cursor->place);
    /* The list may become a deque here, but place stays good: see spread(). */
    list_expect(heap, list, &value, 1);
    struct packed *block = block_at(*list, cursor->block);
    struct deque *deque = deque_of(*list);
    if (deque == NULL || fits(node_at(deque, cursor->block), element.size)) {
        block = packed_insert(heap, block, &place, &element);
        put_block(list, deque, cursor->block, block, 1);
        *cursor = (struct list_cursor){*list, cursor->block, place};
        return;
    }
    /* The block is full. The element goes before it, behind it, or between its
     * two halves. */
    size_t at = cursor->block;
    if (place != listpack_first(packed_lp(block))) {
        if (!listpack_at_end(place))
            split(heap, deque, at, place);
        at++;
    }
    *cursor = insert_between(heap, *list, at, &element);
}

/* Gives back the room that the cursor's block does not need. */
static void trim(struct heap *heap, struct list_cursor *cursor) {
    struct node *node = node_at(as_deque(cursor->list), cursor->block);
    size_t offset = (size_t)(cursor->place - packed_lp(node->block));
    node->block = packed_trim(heap, node->block);
    cursor->place = packed_lp(node->block) + offset;
}

/* Takes a block out of the ring. Its place stays, so that the other blocks keep
 * their numbers, and removing many is not quadratic. */
static void leave_hole(struct deque *deque, size_t at) {
    *node_at(deque, at) = (struct node){0};
    deque->holes++;
}

/* Moves the blocks together. */
static void close_holes(struct heap *heap, struct deque *deque) {
    uint32_t kept = 0;
    if (deque->holes == 0)
        return;
    for (size_t i = 0; i < deque->blocks; i++)
        if (!is_hole(deque, i))
            *node_at(deque, kept++) = *node_at(deque, i);
    deque->blocks = kept;
    deque->holes = 0;
    if (kept < deque->room / 4)
        ring_resize(heap, deque, kept > 0 ? 2 * kept : 1);
}

void list_settle(struct heap *heap, struct list **list) {
    if (is_deque(*list))
        close_holes(heap, as_deque(*list));
    settle(heap, list);
}

/* Appends the right block to the left one if both are small. Only holes may lie
 * between them. The cursor, which stands in one of them, stays on its
 * element. */
static void merge(struct heap *heap, struct list_cursor *cursor, size_t left,
                  size_t right) {
    struct deque *deque = as_deque(cursor->list);
    struct node *into = node_at(deque, left);
    struct packed *from = node_at(deque, right)->block;
    size_t left_bytes = packed_bytes(into->block), bytes = packed_bytes(from);
    size_t count = into->count + node_at(deque, right)->count;
    if (!is_little(left_bytes + bytes, count))
        return;
    /* The cursor's offset in both blocks together: the second loses its header,
     * and the first its end. */
    size_t offset = (size_t)(cursor->place -
                             packed_lp(block_at(cursor->list, cursor->block)));
    if (cursor->block == right)
        offset += left_bytes - 1 - LISTPACK_HEADER;
    struct packed *both = packed_new(heap, left_bytes + bytes);
    uint8_t *lp = packed_lp(both);
    memcpy(lp, packed_lp(into->block), left_bytes);
    memcpy(lp + left_bytes - 1, packed_lp(from) + LISTPACK_HEADER,
           bytes - LISTPACK_HEADER);
    listpack_set_header(lp, left_bytes - 1 + bytes - LISTPACK_HEADER, count);
    packed_free(heap, into->block);
    packed_free(heap, from);
    *into = (struct node){both, count};
    leave_hole(deque, right);
    cursor->block = left;
    cursor->place = lp + offset;
}

/* Called after the cursor's block has become smaller. */
static void tidy(struct heap *heap, struct list_cursor *cursor) {
    const struct deque *deque = as_deque(cursor->list);
    size_t at = cursor->block;
    trim(heap, cursor);
    size_t next = next_in_use(deque, at + 1, LIST_TAIL);
    if (next < deque->blocks)
        merge(heap, cursor, at, next);
    size_t before = next_in_use(deque, at - 1, LIST_HEAD);
    if (before < deque->blocks)
        merge(heap, cursor, before, at);
}

/* Frees a block that has become empty, and leaves a hole. */
static void free_block(struct heap *heap, struct deque *deque, size_t at) {
    packed_free(heap, node_at(deque, at)->block);
    leave_hole(deque, at);
}

void list_remove(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, enum list_end towards) {
    size_t at = cursor->block;
    /* This leaves the cursor on what followed in the block, or on its end. */
    packed_delete(block_at(*list, at), &cursor->place, 1);
    if (is_deque(*list)) {
        struct deque *deque = as_deque(*list);
        deque->len--;
        if (--node_at(deque, at)->count == 0) {
            free_block(heap, deque, at);
            next_block(cursor, towards);
            return;
        }
        tidy(heap, cursor);
    }
    if (towards == LIST_HEAD)
        list_next(cursor, LIST_HEAD);
    else if (listpack_at_end(cursor->place))
        next_block(cursor, LIST_TAIL);
}

void list_set(struct heap *heap, struct list **list, struct list_cursor *cursor,
              struct slice value) {
    struct listpack_element element = listpack_element(value);
    list_expect(heap, list, &value, 1);
    cursor->list = *list;
    struct deque *deque = deque_of(*list);
    struct packed *block = block_at(*list, cursor->block);
    size_t rest = packed_bytes(block) - listpack_size(cursor->place);
    if (deque != NULL && rest > LISTPACK_EMPTY &&
        rest + element.size > most_bytes()) {
        /* The block would be too long: the new element goes in beside the old,
         * perhaps into another block, and then the old one goes. Together they
         * are too many bytes for a list of one block. */
        list_insert(heap, list, cursor, true, value);
        list_next(cursor, LIST_TAIL);
        list_remove(heap, list, cursor, LIST_TAIL);
        close_holes(heap, as_deque(*list));
        return;
    }
    if (rest == LISTPACK_EMPTY) {
        /* It is the only one of its block, which may be of any length. */
        block = push_only(heap, block, &element);
        cursor->place = listpack_first(packed_lp(block));
    } else {
        block = packed_replace(heap, block, &cursor->place, &element);
    }
    put_block(list, deque, cursor->block, block, 0);
    if (deque != NULL)
        tidy(heap, cursor);
    list_settle(heap, list);
}
