#include "zset.h"

#include <assert.h>

#include "dict.h"
#include "limits.h"
#include "packed.h"
#include "reaper.h"
#include "score.h"
#include "string_hash.h"
#include "zset_tree.h"

struct large {
    uint32_t zero; /* zero, where a packed block has its room */
    size_t bytes;  /* of its items */
    struct zset_tree tree;
    struct dict dict;
};

/* Either form begins with 32 bits. A packed block's room is never 0, since even
 * an empty listpack takes bytes. */
static bool is_large(const void *zset) {
    uint32_t room;
    memcpy(&room, zset, sizeof room);
    return room == 0;
}

static struct large *as_large(const struct zset *zset) {
    return (struct large *)zset;
}

static struct packed *as_small(const struct zset *zset) {
    return (struct packed *)zset;
}

/* Small sets. The place of a member is that of its text; the score is the next
 * element. */

static double score_of_place(const uint8_t *place) {
    struct listpack_value value = listpack_get(listpack_next(place));
    double score = (double)value.integer;
    /* The text was written by small_add() or checked when it was loaded, so it
     * is a score. */
    if (value.bytes.ptr != NULL)
        (void)score_parse(value.bytes, &score);
    return score;
}

static uint8_t *next_place(const uint8_t *place) {
    return listpack_next(listpack_next(place));
}

/* Decides as slot_is_before() in zset_tree.c does: the bytes count only where
 * the scores are equal, or do not matter. */
static bool place_is_before(const uint8_t *place, const struct zset_cut *cut) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (cut->by_score) {
        double score = score_of_place(place);
        if (score != cut->score)
            return score < cut->score;
    }
    if (!cut->by_member)
        return cut->after;
    return zset_cut_is_behind(cut, listpack_text(place, scratch));
}

/* The first place behind a cut, or the end. O(n), as all searches here: the
 * limits of a small set bound them, with 128 members unless they were raised.
 */
static uint8_t *small_cut(const struct packed *small,
                          const struct zset_cut *cut, size_t *rank) {
    uint8_t *place = listpack_first(packed_lp(small));
    for (*rank = 0; !listpack_at_end(place) && place_is_before(place, cut);
         ++*rank)
        place = next_place(place);
    return place;
}

/* Returns the place of a member, or NULL. */
static uint8_t *small_find(const struct packed *small,
                           const struct listpack_element *member,
                           size_t *rank) {
    uint8_t *place = listpack_first(packed_lp(small));
    for (*rank = 0; !listpack_at_end(place); ++*rank) {
        if (listpack_equal(place, member))
            return place;
        place = next_place(place);
    }
    return NULL;
}

static struct zset_cut cut_before(struct slice member, double score) {
    return (struct zset_cut){
        .by_score = true, .by_member = true, .score = score, .member = member};
}

/* Redis has whole numbers as integers, too; they cannot tell -0 from 0. The
 * text of any other score is written to the buffer. */
static struct listpack_element score_element(double score,
                                             char text[static SCORE_MAX_TEXT]) {
    int64_t integer;
    if (score_is_integer(score, &integer))
        return listpack_integer(integer);
    return listpack_element((struct slice){text, score_format(text, score)});
}

/* Adds a member that is not there yet. Returns the block's new address. */
static struct packed *small_add(struct heap *heap, struct packed *small,
                                const struct listpack_element *member,
                                double score) {
    char text[SCORE_MAX_TEXT];
    struct listpack_element number = score_element(score, text);
    struct zset_cut cut = cut_before(member->bytes, score);
    size_t rank;
    uint8_t *place = small_cut(small, &cut, &rank);
    /* Until its score follows, the block is no sorted set; nobody looks. */
    small = packed_insert(heap, small, &place, member);
    place = listpack_next(place);
    return packed_insert(heap, small, &place, &number);
}

/* The same for a member behind all others, without a search. */
static struct packed *small_append(struct heap *heap, struct packed *small,
                                   const struct listpack_element *member,
                                   double score) {
    char text[SCORE_MAX_TEXT];
    struct listpack_element number = score_element(score, text);
    small = packed_push_back(heap, small, member);
    return packed_push_back(heap, small, &number);
}

static void small_remove(struct heap *heap, struct zset **zset, uint8_t *place,
                         size_t count) {
    struct packed *small = as_small(*zset);
    packed_delete(small, &place, 2 * count);
    *zset = (struct zset *)packed_trim(heap, small);
}

/* Returns true if a small set may get another member and remain small. The last
 * limit is ours: a block's lengths have 32 bits. */
static bool may_be_small(const struct packed *small, struct slice member) {
    size_t count = listpack_count(packed_lp(small)) / 2;
    return count < limits.zset_max_listpack_entries &&
           member.len <= limits.zset_max_listpack_value &&
           packed_bytes(small) + member.len < limits.packed_max_bytes;
}

/* Large sets. */

static struct slice key_of_item(const void *item) {
    return zset_item_member(item);
}

static struct large *large_new(struct heap *heap) {
    struct large *large = heap_alloc(heap, sizeof *large);
    large->zero = 0;
    large->bytes = 0;
    large->tree = (struct zset_tree){0};
    dict_init(&large->dict, heap, key_of_item, string_hash);
    return large;
}

static size_t item_memory(const struct zset_item *item) {
    return heap_round(zset_item_size(zset_item_member(item).len));
}

/* Adds a member to the dict only. */
static struct zset_item *large_put(struct heap *heap, struct large *large,
                                   struct slice member, uint64_t hash,
                                   double score) {
    struct zset_item *item = zset_item_new(heap, member, score);
    large->bytes += item_memory(item);
    dict_add(&large->dict, item, hash);
    return item;
}

static void large_add(struct heap *heap, struct large *large,
                      struct slice member, uint64_t hash, double score) {
    zset_tree_add(heap, &large->tree,
                  large_put(heap, large, member, hash, score));
}

static struct zset_item *large_find(const struct large *large,
                                    struct slice member, uint64_t hash) {
    void **found = dict_find(&large->dict, member, hash);
    return found != NULL ? *found : NULL;
}

static size_t rank_of_item(const struct large *large,
                           const struct zset_item *item) {
    struct zset_cut cut = cut_before(zset_item_member(item), item->score);
    return zset_tree_rank(&large->tree, &cut);
}

static enum zset_change large_set(struct heap *heap, struct large *large,
                                  struct slice member, double score) {
    uint64_t hash = string_hash(member);
    struct zset_item *item = large_find(large, member, hash);
    if (item == NULL) {
        large_add(heap, large, member, hash, score);
        return ZSET_ADDED;
    }
    if (item->score == score)
        return ZSET_SAME;
    /* The tree finds the item by its score, so the item must be out of the tree
     * when that changes. Its place in the dict remains. */
    zset_tree_remove(heap, &large->tree, item);
    item->score = score;
    zset_tree_add(heap, &large->tree, item);
    return ZSET_MOVED;
}

/* Frees items that were removed from the tree. */
static void free_items(void *context, const struct zset_slot *slots,
                       size_t count) {
    struct large *large = context;
    for (size_t i = 0; i < count; i++) {
        struct slice member = zset_item_member(slots[i].item);
        /* The dict reads the item to recognize it, so it goes first. */
        (void)dict_remove(&large->dict, member, string_hash(member));
        large->bytes -= item_memory(slots[i].item);
        zset_item_free(large->dict.heap, slots[i].item);
    }
}

static void large_remove_ranks(struct heap *heap, struct large *large,
                               size_t rank, size_t count) {
    zset_tree_remove_ranks(heap, &large->tree, rank, count, free_items, large);
}

static bool large_remove(struct heap *heap, struct large *large,
                         struct slice member) {
    struct zset_item *item =
        dict_remove(&large->dict, member, string_hash(member));
    if (item == NULL)
        return false;
    /* The tree reads the score and the bytes on its way. */
    zset_tree_remove(heap, &large->tree, item);
    large->bytes -= item_memory(item);
    zset_item_free(heap, item);
    return true;
}

/* Adds the members of another set, from a rank on. They come in order, so the
 * tree fills its leaves to the last slot. */
static void large_add_from(struct heap *heap, struct large *large,
                           const struct zset *zset, size_t rank, size_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct zset_cursor at = zset_seek(zset, rank);
    for (; count > 0; count--) {
        struct slice member = zset_member(&at, scratch);
        large_add(heap, large, member, string_hash(member), zset_score_at(&at));
        zset_next(&at, false);
    }
}

/* A large set with all members of another set. */
static struct large *large_from(struct heap *heap, const struct zset *zset) {
    struct large *large = large_new(heap);
    large_add_from(heap, large, zset, 0, zset_count(zset));
    return large;
}

/* A large set with the members of another one, except those of some ranks. */
static struct large *large_without(struct heap *heap, const struct zset *zset,
                                   size_t rank, size_t count) {
    struct large *large = large_new(heap);
    size_t behind = rank + count;
    large_add_from(heap, large, zset, 0, rank);
    large_add_from(heap, large, zset, behind, zset_count(zset) - behind);
    return large;
}

struct zset_item *zset_gather(struct heap *heap, struct zset *zset,
                              struct slice member, bool *is_new) {
    struct large *large = as_large(zset);
    uint64_t hash = string_hash(member);
    struct zset_item *item = large_find(large, member, hash);
    *is_new = item == NULL;
    return item != NULL ? item : large_put(heap, large, member, hash, 0);
}

void zset_arrange(struct heap *heap, struct zset *zset,
                  struct zset_item *const *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        zset_tree_add(heap, &as_large(zset)->tree, items[i]);
}

/* Both forms. */

struct zset *zset_new(struct heap *heap) {
    return (struct zset *)packed_new(heap, 0);
}

struct zset *zset_new_for(struct heap *heap, size_t count) {
    return count > limits.zset_max_listpack_entries ? zset_new_large(heap)
                                                    : zset_new(heap);
}

static void make_large(struct heap *heap, struct zset **zset) {
    struct large *large = large_from(heap, *zset);
    packed_free(heap, as_small(*zset));
    *zset = (struct zset *)large;
}

void zset_expect(struct heap *heap, struct zset **zset, size_t count) {
    if (!is_large(*zset) && count > limits.zset_max_listpack_entries)
        make_large(heap, zset);
}

struct zset *zset_new_large(struct heap *heap) {
    return (struct zset *)large_new(heap);
}

const char *zset_encoding(const void *zset) {
    return is_large(zset) ? "skiplist" : "listpack";
}

/* The items are in the dict and in the tree, but must be freed only once. */
static void leave_to_the_tree(void *context, void *item) {
    (void)context;
    (void)item;
}

static bool free_some(struct heap *heap, void *block, size_t most) {
    if (!is_large(block)) {
        packed_free(heap, block);
        return true;
    }
    struct large *large = block;
    /* The dict goes first, while its items still exist. */
    if (!dict_free_some(&large->dict, most, leave_to_the_tree, NULL) ||
        !zset_tree_free_some(heap, &large->tree, most))
        return false;
    heap_free(heap, large, sizeof *large);
    return true;
}

void zset_free(struct heap *heap, void *zset) {
    reaper_free(heap, zset, free_some);
}

void *zset_copy(struct heap *to, const void *zset) {
    if (!is_large(zset))
        return packed_from(to, packed_lp(zset));
    return large_from(to, zset);
}

const uint8_t *zset_listpack(const struct zset *zset) {
    return is_large(zset) ? NULL : packed_lp(as_small(zset));
}

size_t zset_count(const struct zset *zset) {
    return is_large(zset) ? as_large(zset)->tree.count
                          : listpack_count(packed_lp(as_small(zset))) / 2;
}

const struct dict *zset_dict(const struct zset *zset,
                             const struct zset_tree **tree) {
    if (!is_large(zset))
        return NULL;
    *tree = &as_large(zset)->tree;
    return &as_large(zset)->dict;
}

bool zset_score(const struct zset *zset, struct slice member, double *score) {
    if (is_large(zset)) {
        const struct zset_item *item =
            large_find(as_large(zset), member, string_hash(member));
        if (item != NULL)
            *score = item->score;
        return item != NULL;
    }
    struct listpack_element element = listpack_element(member);
    size_t rank;
    const uint8_t *place = small_find(as_small(zset), &element, &rank);
    if (place != NULL)
        *score = score_of_place(place);
    return place != NULL;
}

bool zset_rank(const struct zset *zset, struct slice member, size_t *rank,
               double *score) {
    if (is_large(zset)) {
        const struct large *large = as_large(zset);
        const struct zset_item *item =
            large_find(large, member, string_hash(member));
        if (item == NULL)
            return false;
        *rank = rank_of_item(large, item);
        *score = item->score;
        return true;
    }
    struct listpack_element element = listpack_element(member);
    const uint8_t *place = small_find(as_small(zset), &element, rank);
    if (place != NULL)
        *score = score_of_place(place);
    return place != NULL;
}

enum zset_change zset_set(struct heap *heap, struct zset **zset,
                          struct slice member, double score) {
    if (is_large(*zset))
        return large_set(heap, as_large(*zset), member, score);
    struct packed *small = as_small(*zset);
    struct listpack_element element = listpack_element(member);
    size_t rank;
    uint8_t *place = small_find(small, &element, &rank);
    if (place != NULL) {
        if (score_of_place(place) == score)
            return ZSET_SAME;
        /* It goes out and comes in again where its new score belongs. */
        packed_delete(small, &place, 2);
    } else if (!may_be_small(small, member)) {
        /* The set stays large, even if it shrinks again, as in Redis: it would
         * be converted to and fro at the limit. */
        make_large(heap, zset);
        return large_set(heap, as_large(*zset), member, score);
    }
    bool is_new = place == NULL;
    *zset = (struct zset *)small_add(heap, small, &element, score);
    return is_new ? ZSET_ADDED : ZSET_MOVED;
}

bool zset_remove(struct heap *heap, struct zset **zset, struct slice member) {
    if (is_large(*zset))
        return large_remove(heap, as_large(*zset), member);
    struct listpack_element element = listpack_element(member);
    size_t rank;
    uint8_t *place = small_find(as_small(*zset), &element, &rank);
    if (place == NULL)
        return false;
    small_remove(heap, zset, place, 1);
    return true;
}

void zset_remove_ranks(struct heap *heap, struct zset **zset, size_t rank,
                       size_t count) {
    if (count == 0)
        return;
    if (!is_large(*zset)) {
        const uint8_t *lp = packed_lp(as_small(*zset));
        small_remove(heap, zset, listpack_seek(lp, 2 * (int64_t)rank), count);
        return;
    }
    if (count <= zset_count(*zset) / 4 * 3) {
        large_remove_ranks(heap, as_large(*zset), rank, count);
        return;
    }
    /* Each member that goes must be looked up in the dict. If few stay, it
     * costs less to copy those; the old set is freed beside the loop. */
    struct large *large = large_without(heap, *zset, rank, count);
    zset_free(heap, *zset);
    *zset = (struct zset *)large;
}

size_t zset_rank_of_cut(const struct zset *zset, const struct zset_cut *cut) {
    size_t rank;
    if (is_large(zset))
        return zset_tree_rank(&as_large(zset)->tree, cut);
    (void)small_cut(as_small(zset), cut, &rank); /* the caller wants the rank */
    return rank;
}

/* Returns true if members of some ranks may be a small set. */
static bool ranks_may_be_small(const struct zset *zset, size_t rank,
                               size_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (count > limits.zset_max_listpack_entries)
        return false;
    /* The bound counts the longest score for each, so that it needs no text. */
    struct zset_cursor at = zset_seek(zset, rank);
    size_t bytes = 0;
    for (; count > 0; count--, zset_next(&at, false)) {
        struct slice member = zset_member(&at, scratch);
        bytes += listpack_element(member).size + SCORE_MAX_TEXT;
        if (member.len > limits.zset_max_listpack_value ||
            bytes > limits.packed_max_bytes)
            return false;
    }
    return true;
}

static struct packed *small_from(struct heap *heap, const struct zset *zset,
                                 size_t rank, size_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct packed *small = packed_new(heap, 0);
    struct zset_cursor at = zset_seek(zset, rank);
    for (; count > 0; count--, zset_next(&at, false)) {
        struct listpack_element member =
            listpack_element(zset_member(&at, scratch));
        small = small_append(heap, small, &member, zset_score_at(&at));
    }
    return small;
}

void zset_settle(struct heap *heap, struct zset **zset) {
    size_t count = zset_count(*zset);
    if (!is_large(*zset) || !ranks_may_be_small(*zset, 0, count))
        return;
    struct packed *small = small_from(heap, *zset, 0, count);
    zset_free(heap, *zset);
    *zset = (struct zset *)small;
}

struct zset *zset_copy_ranks(struct heap *to, const struct zset *zset,
                             size_t rank, size_t count) {
    if (ranks_may_be_small(zset, rank, count))
        return (struct zset *)small_from(to, zset, rank, count);
    struct large *large = large_new(to);
    large_add_from(to, large, zset, rank, count);
    return (struct zset *)large;
}

/* Cursors. */

struct zset_cursor zset_seek(const struct zset *zset, size_t rank) {
    struct zset_cursor cursor = {.zset = zset, .rank = rank};
    if (rank >= zset_count(zset))
        return cursor;
    if (is_large(zset))
        cursor.leaf =
            zset_tree_seek(&as_large(zset)->tree, rank, &cursor.index);
    else
        cursor.place =
            listpack_seek(packed_lp(as_small(zset)), 2 * (int64_t)rank);
    return cursor;
}

static void small_next(struct zset_cursor *cursor, bool backwards) {
    if (!backwards) {
        cursor->rank++;
        cursor->place = next_place(cursor->place);
        return;
    }
    const uint8_t *lp = packed_lp(as_small(cursor->zset));
    cursor->rank--;
    /* A score is between two members. Before the first member is nothing. */
    cursor->place = listpack_previous(lp, cursor->place);
    if (cursor->place != NULL)
        cursor->place = listpack_previous(lp, cursor->place);
}

void zset_next(struct zset_cursor *cursor, bool backwards) {
    if (cursor->leaf == NULL) {
        small_next(cursor, backwards);
        return;
    }
    cursor->rank += backwards ? (size_t)-1 : 1;
    cursor->index += backwards ? (size_t)-1 : 1;
    /* -1 is a large number, too. Leaves have no links to their neighbours,
     * which every split and merge would have to mend; so the next one is found
     * from the root, once in up to 31 members. */
    if (cursor->index >= cursor->leaf->used)
        *cursor = zset_seek(cursor->zset, cursor->rank);
}

struct slice zset_member(const struct zset_cursor *cursor,
                         char scratch[static NUMBER_I64_MAX_TEXT]) {
    if (cursor->leaf != NULL)
        return zset_item_member(cursor->leaf->slots[cursor->index].item);
    assert(cursor->place != NULL);
    return listpack_text(cursor->place, scratch);
}

double zset_score_at(const struct zset_cursor *cursor) {
    if (cursor->leaf != NULL)
        return cursor->leaf->slots[cursor->index].score;
    assert(cursor->place != NULL);
    return score_of_place(cursor->place);
}

/* Scanning, and memory. */

struct scan {
    void (*visit)(void *context, struct slice member, double score);
    void *context;
};

static void scan_item(void *context, void *found) {
    const struct scan *scan = context;
    const struct zset_item *item = found;
    scan->visit(scan->context, zset_item_member(item), item->score);
}

uint64_t zset_scan(const struct zset *zset, uint64_t cursor,
                   void (*visit)(void *context, struct slice member,
                                 double score),
                   void *context) {
    if (is_large(zset)) {
        struct scan scan = {visit, context};
        return dict_scan(&as_large(zset)->dict, cursor, scan_item, &scan);
    }
    char scratch[NUMBER_I64_MAX_TEXT];
    const uint8_t *place = listpack_first(packed_lp(as_small(zset)));
    for (; !listpack_at_end(place); place = next_place(place))
        visit(context, listpack_text(place, scratch), score_of_place(place));
    return 0;
}

size_t zset_memory(const struct zset *zset) {
    if (!is_large(zset))
        return heap_round(sizeof(struct packed) + as_small(zset)->room);
    const struct large *large = as_large(zset);
    return heap_round(sizeof *large) + dict_memory(&large->dict) +
           zset_tree_memory(&large->tree) + large->bytes;
}
