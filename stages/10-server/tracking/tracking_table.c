#include "tracking_table.h"

#include <assert.h>
#include <string.h>

#include "client_find.h"
#include "dict.h"
#include "random.h"
#include "reaper.h"
#include "string_hash.h"

struct tracked {
    uint32_t key_len;
    uint32_t count : 27;  /* ids */
    uint32_t doubled : 5; /* the set has room for 1 << doubled of them */
    uint64_t ids[];       /* 0: free. Behind them lies the name of the key. */
};

enum {
    SMALL = 8, /* a set with less room may be full */
    SWEPT = 16 /* one with as much room drops clients that have left */
};

static struct heap heap;
static struct dict table = {.heap = &heap};
static size_t items;

static size_t room_of(const struct tracked *tracked) {
    return (size_t)1 << tracked->doubled;
}

static size_t size_of(size_t room, size_t key_len) {
    return sizeof(struct tracked) + room * sizeof(uint64_t) + key_len;
}

struct slice tracked_key(const struct tracked *tracked) {
    return (struct slice){(char *)(tracked->ids + room_of(tracked)),
                          tracked->key_len};
}

static struct slice item_key(const void *item) {
    return tracked_key(item);
}

void tracking_table_start(void) {
    dict_init(&table, &heap, item_key, string_hash);
}

/* The set of ids. */

/* Returns the slot of an id, or the free one where it belongs; NULL if it is
 * not there and the set is full. Ids are consecutive numbers that have been
 * multiplied (client_table.c), so they are spread over the slots. */
static uint64_t *find_slot(const struct tracked *tracked, uint64_t id) {
    size_t room = room_of(tracked);
    size_t slot = (size_t)(id * 0x9e3779b97f4a7c15 >> 32);
    for (size_t i = 0; i < room; i++, slot++) {
        uint64_t *at = (uint64_t *)&tracked->ids[slot & (room - 1)];
        if (*at == id || *at == 0)
            return at;
    }
    return NULL;
}

static bool contains(const struct tracked *tracked, uint64_t id) {
    const uint64_t *slot = find_slot(tracked, id);
    return slot != NULL && *slot == id;
}

/* Inserts an id that is not there. There must be room. Ids are never removed
 * one by one, so no slot has to be marked as deleted. */
static void insert(struct tracked *tracked, uint64_t id) {
    uint64_t *slot = find_slot(tracked, id);
    assert(slot != NULL);
    *slot = id;
    tracked->count++;
}

/* Probe sequences stay short as long as a quarter of the slots is free. */
static bool is_full(const struct tracked *tracked) {
    size_t room = room_of(tracked);
    return tracked->count == (room < SMALL ? room : room - room / 4);
}

/* Makes a set without ids. */
static struct tracked *new_tracked(struct slice key, unsigned doubled) {
    size_t room = (size_t)1 << doubled;
    struct tracked *tracked = heap_alloc(&heap, size_of(room, key.len));
    *tracked =
        (struct tracked){.key_len = (uint32_t)key.len, .doubled = doubled & 31};
    memset(tracked->ids, 0, room * sizeof *tracked->ids);
    if (key.len > 0)
        memcpy(tracked->ids + room, key.ptr, key.len);
    return tracked;
}

static void free_block(struct tracked *tracked) {
    heap_free(&heap, tracked, size_of(room_of(tracked), tracked->key_len));
}

/* A small set keeps all: there is little to save. */
static bool is_kept(const struct tracked *tracked, uint64_t id) {
    return room_of(tracked) < SWEPT || client_find(id) != NULL;
}

static size_t count_kept(const struct tracked *tracked) {
    size_t count = 0, at = 0;
    for (uint64_t id; (id = tracked_next(tracked, &at)) != 0;)
        count += is_kept(tracked, id);
    return count;
}

/* Replaces a full set by one of twice the room, or of the same room if at least
 * half of its clients have left. */
static struct tracked *make_room(struct tracked *old) {
    bool grows = 2 * count_kept(old) > old->count;
    struct tracked *tracked =
        new_tracked(tracked_key(old), old->doubled + (unsigned)grows);
    size_t at = 0;
    for (uint64_t id; (id = tracked_next(old, &at)) != 0;)
        if (is_kept(old, id))
            insert(tracked, id);
    items -= old->count - tracked->count;
    free_block(old);
    return tracked;
}

uint64_t tracked_next(const struct tracked *tracked, size_t *at) {
    while (*at < room_of(tracked)) {
        uint64_t id = tracked->ids[(*at)++];
        if (id != 0)
            return id;
    }
    return 0;
}

/* The table of keys. */

/* Returns the place of a key in the table, and adds the key if necessary. */
static void **find_or_add(struct slice key, uint64_t hash) {
    void **place = dict_find(&table, key, hash);
    if (place != NULL)
        return place;
    dict_add(&table, new_tracked(key, 0), hash);
    return dict_find(&table, key, hash);
}

void tracking_table_add(struct slice key, uint64_t hash, uint64_t id) {
    void **place = find_or_add(key, hash);
    if (contains(*place, id))
        return;
    /* The dictionary finds keys by their bytes, so the block may be replaced
     * where it points to it. */
    if (is_full(*place))
        *place = make_room(*place);
    insert(*place, id);
    items++;
}

struct tracked *tracking_table_take(struct slice key, uint64_t hash) {
    struct tracked *tracked = dict_remove(&table, key, hash);
    if (tracked != NULL)
        items -= tracked->count;
    return tracked;
}

struct tracked *tracking_table_take_any(void) {
    if (table.count == 0)
        return NULL;
    struct slice key = tracked_key(dict_random(&table, random_bits));
    return tracking_table_take(key, string_hash(key));
}

void tracked_free(struct tracked *tracked) {
    free_block(tracked);
}

/* Clearing. */

static void free_item(void *unused, void *item) {
    (void)unused;
    free_block(item);
}

static bool free_some(struct heap *of_table, void *block, size_t most) {
    struct dict *old = block;
    if (!dict_free_some(old, most, free_item, NULL))
        return false;
    heap_free(of_table, old, sizeof *old);
    return true;
}

void tracking_table_clear(void) {
    items = 0;
    if (table.count == 0)
        return;
    /* The table moves to a block that the reaper owns, and a new one begins. */
    struct dict *old = heap_alloc(&heap, sizeof *old);
    *old = table;
    dict_init(&table, &heap, item_key, string_hash);
    reaper_free(&heap, old, free_some);
}

void tracking_table_stop(void) {
    tracking_table_clear();
    dict_free(&table);
}

size_t tracking_table_keys(void) {
    return table.count;
}

size_t tracking_table_items(void) {
    return items;
}
