#include "list.h"

#include <string.h>

#include "deque.h"
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

static bool is_deque(const struct list *list) {
    uint32_t room;
    memcpy(&room, list, sizeof room);
    return room == 0;
}

static struct packed *as_packed(const struct list *list) {
    return (struct packed *)list;
}

/* Returns NULL for a list of one block. */
static struct deque *deque_of(const struct list *list) {
    return is_deque(list) ? (struct deque *)list : NULL;
}

static struct node *end_node(const struct deque *deque, enum list_end end) {
    return ring_at(deque, end == LIST_HEAD ? 0 : deque->blocks - 1);
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

/* Blocks. */

/* Returns a block to be read: see deque_look(). */
static struct packed *block_at(const struct list *list, size_t block) {
    const struct deque *deque = deque_of(list);
    return deque != NULL ? deque_look(deque, block) : as_packed(list);
}

/* Returns the block of a cursor to be changed. The cursor stays on its
 * element. */
static struct packed *open_block(struct heap *heap,
                                 struct list_cursor *cursor) {
    struct deque *deque = deque_of(cursor->list);
    return deque != NULL
               ? deque_open(heap, deque, cursor->block, &cursor->place)
               : as_packed(cursor->list);
}

size_t list_blocks(const struct list *list) {
    const struct deque *deque = deque_of(list);
    return deque != NULL ? deque->blocks : 1;
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
    *ring_at(deque, 0) = (struct node){block, count};
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

/* Called when elements were removed, in the blocks from number first to before
 * end. */
static void settle(struct heap *heap, struct list **list, size_t first,
                   size_t end) {
    struct deque *deque = deque_of(*list);
    if (deque != NULL) {
        /* The last element was removed: a list without elements is an empty
         * block, until its owner frees it. */
        if (deque->blocks == 0)
            (void)add_node(heap, deque, 0, 0);
        deque_rest(heap, deque, first, end);
        struct packed *block = ring_at(deque, 0)->block;
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
    struct node *node = ring_at(deque, at);
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
        freed += ring_at(deque, deque->blocks - 1)->count;
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
        const struct node *node = ring_at(deque, i);
        copy->ring[i] =
            (struct node){packed_copy(to, node->block), node->count};
    }
    return copy;
}

const uint8_t *list_block(const struct list *list, size_t block) {
    return packed_lp(block_at(list, block));
}

size_t list_len(const struct list *list) {
    const struct deque *deque = deque_of(list);
    return deque != NULL ? deque->len
                         : listpack_count(packed_lp(as_packed(list)));
}

size_t list_memory(const struct list *list) {
    const struct deque *deque = deque_of(list);
    if (deque == NULL)
        return packed_memory(as_packed(list));
    size_t bytes = sizeof *deque + ring_size(deque);
    for (size_t i = 0; i < deque->blocks; i++)
        bytes += packed_memory(ring_at(deque, i)->block);
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

static void push_long(struct heap *heap, struct deque *deque, enum list_end end,
                      const struct listpack_element *element) {
    struct node *node = end_node(deque, end);
    if (!fits(node, element->size)) {
        size_t bytes = new_block_bytes(deque, node->block, element->size);
        node = deque_extend(heap, deque, end);
        *node = (struct node){packed_new(heap, bytes), 0};
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
    list_expect(heap, list, values, count);
    struct deque *deque = deque_of(*list);
    for (size_t i = 0; i < count; i++) {
        struct listpack_element element = listpack_element(values[i]);
        if (deque != NULL)
            push_long(heap, deque, end, &element);
        else
            *list = (struct list *)push(heap, as_packed(*list), end, &element);
    }
}

void list_append(struct heap *heap, struct list **list, const uint8_t *lp) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t bytes = listpack_bytes(lp), count = listpack_count(lp);
    bool is_empty = list_len(*list) == 0;
    if (is_too_much(bytes, count) || (is_little(bytes, count) && !is_empty)) {
        /* Too long for one block, or so short that it would leave a crumb of a
         * block: its elements are pushed one by one. */
        const uint8_t *place = listpack_first(lp);
        for (; !listpack_at_end(place); place = listpack_next(place)) {
            struct slice value = listpack_text(place, scratch);
            list_push(heap, list, LIST_TAIL, &value, 1);
        }
        return;
    }
    struct packed *block = packed_from(heap, lp);
    if (is_empty) {
        packed_free(heap, as_packed(*list));
        *list = (struct list *)block;
        return;
    }
    struct deque *deque = deque_of(*list);
    if (deque == NULL)
        deque = spread(heap, list);
    *deque_extend(heap, deque, LIST_TAIL) = (struct node){block, count};
    deque->len += count;
}

static void pop(struct packed *block, enum list_end end) {
    if (end == LIST_HEAD)
        packed_pop_front(block);
    else
        packed_pop_back(block);
}

void list_pop(struct heap *heap, struct list **list, enum list_end end) {
    struct deque *deque = deque_of(*list);
    if (deque == NULL) {
        pop(as_packed(*list), end);
        *list = (struct list *)packed_trim(heap, as_packed(*list));
        return;
    }
    struct node *node = end_node(deque, end);
    pop(node->block, end);
    deque->len--;
    /* Nearly all pops end here. */
    if (--node->count > 0 && deque->blocks > 1)
        return;
    if (node->count == 0)
        drop_node(heap, deque, end == LIST_HEAD ? 0 : deque->blocks - 1);
    settle(heap, list, 0, 0);
}

/* Meanwhile there is an element too few or too many. That must not change the
 * form: one block might not hold the one, and without the other be enough. */
void list_turn(struct heap *heap, struct list **list, enum list_end from,
               enum list_end to, struct slice value) {
    bool is_block = deque_of(*list) == NULL;
    if (is_block)
        list_pop(heap, list, from);
    list_push(heap, list, to, &value, 1);
    if (!is_block)
        list_pop(heap, list, from);
}

/* Notes that elements were removed from a block. A list of one block, for which
 * deque is NULL, counts its elements itself. */
static void count_removed(struct deque *deque, size_t at, size_t count) {
    if (deque == NULL)
        return;
    ring_at(deque, at)->count -= count;
    deque->len -= count;
}

void list_cut(struct heap *heap, struct list **list, enum list_end end,
              size_t count) {
    struct deque *deque = deque_of(*list);
    size_t at = 0;
    if (count == 0)
        return;
    /* Whole blocks first: only the last one that is reached is looked into. */
    while (deque != NULL && count > 0) {
        at = end == LIST_HEAD ? 0 : deque->blocks - 1;
        if (ring_at(deque, at)->count > count)
            break;
        count -= ring_at(deque, at)->count;
        drop_node(heap, deque, at);
    }
    if (count > 0) {
        struct list_cursor cursor = {.list = *list, .block = at};
        struct packed *block = open_block(heap, &cursor);
        uint8_t *place = listpack_first(packed_lp(block));
        if (end == LIST_TAIL)
            place = listpack_seek(packed_lp(block), -(int64_t)count);
        packed_delete(block, &place, count);
        count_removed(deque, at, count);
    }
    settle(heap, list, at, at + 1);
}

/* Cursors. */

/* Finds the block of an element by its index from the head, which must be below
 * the length. *index becomes the element's index within the block. It walks
 * over the counts from the nearer end: O(blocks). */
static size_t find_block(const struct deque *deque, size_t *index) {
    size_t at = 0;
    if (*index < deque->len / 2) {
        while (*index >= ring_at(deque, at)->count)
            *index -= ring_at(deque, at++)->count;
        return at;
    }
    size_t start = deque->len;
    at = deque->blocks;
    do
        start -= ring_at(deque, --at)->count;
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
    const struct deque *deque = deque_of(list);
    if (deque != NULL)
        cursor.block = find_block(deque, &within);
    cursor.place =
        listpack_seek(packed_lp(block_at(list, cursor.block)), (int64_t)within);
    return cursor;
}

/* Returns the place of the first or last element of a block; NULL, or the end,
 * if it has none. */
static uint8_t *end_place(const struct packed *block, enum list_end end) {
    const uint8_t *lp = packed_lp(block);
    return end == LIST_HEAD ? listpack_first(lp)
                            : listpack_previous(lp, listpack_end(lp));
}

/* Moves the cursor to the first or last element of a block; if there is no such
 * block, place becomes NULL. It is kept out of list_next(), which is short
 * without it, and called for each element. */
static void __attribute__((noinline))
enter_block(struct list_cursor *cursor, size_t block, enum list_end end) {
    cursor->block = block;
    /* The number before 0 is a large one. */
    bool is_there = block < list_blocks(cursor->list);
    cursor->place =
        is_there ? end_place(block_at(cursor->list, block), end) : NULL;
}

struct list_cursor list_at_end(struct list *list, enum list_end end) {
    const struct deque *deque = deque_of(list);
    if (deque == NULL)
        return (struct list_cursor){list, 0, end_place(as_packed(list), end)};
    size_t block = end == LIST_HEAD ? 0 : deque->blocks - 1;
    uint8_t *place = end_place(end_node(deque, end)->block, end);
    return (struct list_cursor){list, block, place};
}

void list_next(struct list_cursor *cursor, enum list_end towards) {
    if (towards == LIST_TAIL) {
        cursor->place = listpack_next(cursor->place);
        if (listpack_at_end(cursor->place))
            enter_block(cursor, cursor->block + 1, LIST_HEAD);
    } else {
        const uint8_t *lp = packed_lp(block_at(cursor->list, cursor->block));
        cursor->place = listpack_previous(lp, cursor->place);
        if (cursor->place == NULL)
            enter_block(cursor, cursor->block - 1, LIST_TAIL);
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
    struct node *node = ring_at(deque, at);
    *node = (struct node){block, node->count + added};
    deque->len += added;
}

/* Moves the elements from place on into a new block that follows theirs.
 * Neither block is empty afterwards. */
static void split(struct heap *heap, struct deque *deque, size_t at,
                  const uint8_t *place) {
    struct node *left = ring_at(deque, at);
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
    /* Last, as it may replace the ring, in which left lies. */
    *ring_insert(heap, deque, at + 1) = (struct node){block, moved};
}

/* Puts an element between block at - 1 and block at: at the end of the former,
 * or at the start of the latter, or into a new block between them. */
static void insert_between(struct heap *heap, struct deque *deque, size_t at,
                           const struct listpack_element *new) {
    enum list_end end = LIST_HEAD;
    if (at > 0 && fits(ring_at(deque, at - 1), new->size)) {
        at--;
        end = LIST_TAIL;
    } else if (at == deque->blocks || !fits(ring_at(deque, at), new->size)) {
        /* Neither neighbour has room. */
        (void)add_node(heap, deque, at, new->size);
    }
    (void)deque_open(heap, deque, at, NULL);
    push_in_node(heap, deque, ring_at(deque, at), end, new);
}

/* Puts an element into the list beside a cursor. Blocks that it changes or adds
 * lie between the one before the cursor's and the second after it. */
static void insert(struct heap *heap, struct list **list,
                   struct list_cursor *cursor, bool before,
                   const struct listpack_element *element) {
    struct deque *deque = deque_of(*list);
    struct packed *block = open_block(heap, cursor);
    uint8_t *place = before ? cursor->place : listpack_next(cursor->place);
    size_t at = cursor->block;
    if (deque == NULL || fits(ring_at(deque, at), element->size)) {
        block = packed_insert(heap, block, &place, element);
        put_block(list, deque, at, block, 1);
        return;
    }
    /* The block is full. The element goes before it, behind it, or between its
     * two halves. */
    if (place != listpack_first(packed_lp(block))) {
        if (!listpack_at_end(place))
            split(heap, deque, at, place);
        at++;
    }
    insert_between(heap, deque, at, element);
}

/* Returns the number of the block before this one, or of the first. */
static size_t block_before(size_t at) {
    return at > 0 ? at - 1 : 0;
}

void list_insert(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, bool before, struct slice value) {
    struct listpack_element element = listpack_element(value);
    /* The list may become a deque here, but the cursor's place stays good: see
     * spread(). */
    list_expect(heap, list, &value, 1);
    cursor->list = *list;
    insert(heap, list, cursor, before, &element);
    if (is_deque(*list))
        deque_rest(heap, deque_of(*list), block_before(cursor->block),
                   cursor->block + 3);
}

/* Appends a block to another, which comes before it, if both are small. Returns
 * true if it did; then the second node is of no use any more. */
static bool merge(struct heap *heap, struct deque *deque, size_t before,
                  size_t at) {
    struct node *into = ring_at(deque, before), *from = ring_at(deque, at);
    size_t left = packed_bytes(into->block), right = packed_bytes(from->block);
    size_t count = into->count + from->count;
    if (!is_little(left + right, count))
        return false;
    struct packed *first = deque_open(heap, deque, before, NULL);
    struct packed *second = deque_open(heap, deque, at, NULL);
    struct packed *both = packed_new(heap, left + right);
    uint8_t *lp = packed_lp(both);
    /* The first loses its end, and the second its header. */
    memcpy(lp, packed_lp(first), left - 1);
    memcpy(lp + left - 1, packed_lp(second) + LISTPACK_HEADER,
           right - LISTPACK_HEADER);
    listpack_set_header(lp, left - 1 + right - LISTPACK_HEADER, count);
    packed_free(heap, first);
    packed_free(heap, second);
    *into = (struct node){both, count};
    return true;
}

/* Called after some of the blocks from number first to before end have become
 * smaller: frees those that are empty, and merges those that are small, also
 * with the block before them. All blocks behind move up once, so that removing
 * many is not quadratic. Returns the number of the first block behind those. */
static size_t compact(struct heap *heap, struct deque *deque, size_t first,
                      size_t end) {
    size_t kept = first;
    if (end > deque->blocks)
        end = deque->blocks;
    for (size_t i = first; i < end; i++) {
        struct node *node = ring_at(deque, i);
        if (node->count == 0)
            packed_free(heap, node->block);
        else if (kept == 0 || !merge(heap, deque, kept - 1, i))
            *ring_at(deque, kept++) = *node;
    }
    size_t behind = kept;
    if (kept == end)
        return behind;
    for (size_t i = end; i < deque->blocks; i++)
        *ring_at(deque, kept++) = *ring_at(deque, i);
    deque->blocks = (uint32_t)kept;
    if (deque->blocks < deque->room / 4)
        ring_resize(heap, deque, 2 * deque->blocks + 1);
    return behind;
}

/* Ends a change in the blocks from number first to before end, in which
 * elements may have been removed from any of them. */
static void tidy(struct heap *heap, struct list **list, size_t first,
                 size_t end) {
    if (is_deque(*list))
        end = compact(heap, deque_of(*list), first, end);
    settle(heap, list, block_before(first), end);
}

/* Returns the place after this one, as seen from an end of its block; NULL, or
 * the listpack's end, if there is none. */
static uint8_t *place_after(const uint8_t *lp, const uint8_t *place,
                            enum list_end from) {
    return from == LIST_HEAD ? listpack_next(place)
                             : listpack_previous(lp, place);
}

/* Returns the first element of that value in a block, as seen from an end of
 * it; NULL if there is none. */
static uint8_t *find_in(const struct packed *block, enum list_end from,
                        const struct listpack_element *wanted) {
    uint8_t *place = end_place(block, from);
    while (place != NULL && !listpack_at_end(place)) {
        if (listpack_equal(place, wanted))
            return place;
        place = place_after(packed_lp(block), place, from);
    }
    return NULL;
}

/* Removes up to "most" elements of that value from a block, from this place on,
 * where there is one. Returns their number. */
static size_t remove_from(struct packed *block, uint8_t *place,
                          enum list_end from, uint64_t most,
                          const struct listpack_element *wanted) {
    size_t removed = 0;
    while (removed < most && place != NULL && !listpack_at_end(place)) {
        bool is_wanted = listpack_equal(place, wanted);
        if (is_wanted) {
            packed_delete(block, &place, 1);
            removed++;
        }
        /* Towards the tail, the next one stands now where this one was. */
        if (from == LIST_TAIL || !is_wanted)
            place = place_after(packed_lp(block), place, from);
    }
    return removed;
}

uint64_t list_remove(struct heap *heap, struct list **list, enum list_end from,
                     uint64_t most, struct slice value) {
    struct listpack_element wanted = listpack_element(value);
    struct deque *deque = deque_of(*list);
    size_t blocks = list_blocks(*list), seen = 0;
    uint64_t removed = 0;
    for (; seen < blocks && removed < most; seen++) {
        size_t at = from == LIST_HEAD ? seen : blocks - 1 - seen;
        struct list_cursor found = {*list, at, NULL};
        found.place = find_in(block_at(*list, at), from, &wanted);
        if (found.place == NULL)
            continue;
        struct packed *block = open_block(heap, &found);
        size_t gone =
            remove_from(block, found.place, from, most - removed, &wanted);
        count_removed(deque, at, gone);
        removed += gone;
        /* At once, so that never all of them are open. */
        if (deque != NULL)
            deque_rest(heap, deque, at, at + 1);
    }
    if (removed == 0)
        return 0;
    /* One more, since the last of them may be merged with its neighbour. */
    size_t first = from == LIST_HEAD ? 0 : blocks - seen;
    tidy(heap, list, first, first + seen + 1);
    return removed;
}

void list_set(struct heap *heap, struct list **list, struct list_cursor *cursor,
              struct slice value) {
    struct listpack_element element = listpack_element(value);
    list_expect(heap, list, &value, 1);
    cursor->list = *list;
    struct deque *deque = deque_of(*list);
    size_t at = cursor->block;
    struct packed *block = open_block(heap, cursor);
    size_t rest = packed_bytes(block) - listpack_size(cursor->place);
    if (rest == LISTPACK_EMPTY) {
        /* It is the only one of its block, which may be of any length. */
        put_block(list, deque, at, push_only(heap, block, &element), 0);
    } else if (deque != NULL && rest + element.size > most_bytes()) {
        /* The block would be too long: the new element goes in where the old
         * one was, perhaps into another block. */
        packed_delete(block, &cursor->place, 1);
        count_removed(deque, at, 1);
        insert(heap, list, cursor, true, &element);
    } else {
        block = packed_replace(heap, block, &cursor->place, &element);
        put_block(list, deque, at, block, 0);
    }
    /* The block may have become three, and the last has a neighbour. */
    tidy(heap, list, at, at + 4);
}
