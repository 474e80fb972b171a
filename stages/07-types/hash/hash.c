#include "hash.h"

#include <string.h>

#include "dict.h"
#include "limits.h"
#include "packed.h"
#include "packed_find.h"
#include "random.h"
#include "reaper.h"
#include "short_length.h"
#include "string_hash.h"

/* A large hash. Each of its items holds two lengths (short_length.h), those of
 * the field and of the value, then the bytes of both. */
struct table {
    uint32_t zero; /* zero, where a packed block has its room */
    size_t bytes;  /* of its items */
    struct dict dict;
};

static bool is_packed(const struct hash *hash) {
    uint32_t room;
    memcpy(&room, hash, sizeof room);
    return room != 0;
}

static struct packed *packed_of(const struct hash *hash) {
    return (struct packed *)hash;
}

static struct table *table_of(const struct hash *hash) {
    return (struct table *)hash;
}

/* Items of tables. */

struct pair {
    struct slice field, value;
};

/* The slices lie in the item. */
static inline struct pair item_pair(const void *item) {
    size_t field, value;
    const uint8_t *at = short_length_read(item, &field);
    at = short_length_read(at, &value);
    return (struct pair){{(char *)at, field}, {(char *)at + field, value}};
}

static struct slice item_field(const void *item) {
    return item_pair(item).field;
}

/* The size of the block in which an item with these lengths lies. */
static size_t pair_size(size_t field, size_t value) {
    return heap_round(short_length_size(field) + short_length_size(value) +
                      field + value);
}

static size_t item_size(const void *item) {
    struct pair pair = item_pair(item);
    return pair_size(pair.field.len, pair.value.len);
}

static void write_item(void *item, struct slice field, struct slice value) {
    uint8_t *at = short_length_write(item, field.len);
    at = short_length_write(at, value.len);
    /* The field may lie in the item: item_set() has put it in its place. */
    if (field.len > 0)
        memmove(at, field.ptr, field.len);
    if (value.len > 0)
        memcpy(at + field.len, value.ptr, value.len);
}

static void *item_new(struct heap *heap, struct slice field,
                      struct slice value) {
    void *item = heap_alloc(heap, pair_size(field.len, value.len));
    write_item(item, field, value);
    return item;
}

/* Gives an item another value. Returns its address, which is the same if the
 * new item takes a block of the same size. */
static void *item_set(struct heap *heap, void *item, struct slice value) {
    struct pair old = item_pair(item);
    size_t is = item_size(item), due = pair_size(old.field.len, value.len);
    /* A block of another size. */
    if (due != is) {
        void *grown = item_new(heap, old.field, value);
        heap_free(heap, item, is);
        return grown;
    }
    if (short_length_size(old.value.len) == short_length_size(value.len)) {
        /* The field stays where it is, and the value begins where it did. */
        uint8_t *length = (uint8_t *)item + short_length_size(old.field.len);
        short_length_write(length, value.len);
        if (value.len > 0)
            memcpy(old.value.ptr, value.ptr, value.len);
        return item;
    }
    /* The length of the value takes more bytes or fewer than before. So the
     * field moves first, before the new length can overwrite it. */
    uint8_t *at = (uint8_t *)item + short_length_size(old.field.len) +
                  short_length_size(value.len);
    memmove(at, old.field.ptr, old.field.len);
    write_item(item, (struct slice){(char *)at, old.field.len}, value);
    return item;
}

/* Tables. */

static struct table *table_new(struct heap *heap) {
    struct table *table = heap_alloc(heap, sizeof *table);
    table->zero = 0;
    table->bytes = 0;
    dict_init(&table->dict, heap, item_field, string_hash);
    return table;
}

/* Adds a field that is not there. */
static void table_put(struct heap *heap, struct table *table,
                      struct slice field, struct slice value, uint64_t hash) {
    dict_add(&table->dict, item_new(heap, field, value), hash);
    table->bytes += pair_size(field.len, value.len);
}

static bool table_set(struct heap *heap, struct table *table,
                      struct slice field, struct slice value) {
    uint64_t hash = string_hash(field);
    void **place = dict_find(&table->dict, field, hash);
    if (place == NULL) {
        table_put(heap, table, field, value, hash);
        return true;
    }
    /* Its size is asked for before and after, as the item may be freed
     * between. */
    table->bytes -= item_size(*place);
    *place = item_set(heap, *place, value);
    table->bytes += item_size(*place);
    return false;
}

static void free_item(void *context, void *item) {
    heap_free(context, item, item_size(item));
}

static bool table_remove(struct heap *heap, struct table *table,
                         struct slice field) {
    void *item = dict_remove(&table->dict, field, string_hash(field));
    if (item == NULL)
        return false;
    table->bytes -= item_size(item);
    free_item(heap, item);
    return true;
}

/* Whole hashes. */

struct hash *hash_new(struct heap *heap) {
    return (struct hash *)packed_new(heap, 0);
}

struct hash *hash_new_for(struct heap *heap, const struct slice *pairs,
                          size_t count) {
    size_t bytes = 0;
    /* As in Redis, a field that is named twice counts twice. */
    if (count > limits.hash_max_listpack_entries)
        return (struct hash *)table_new(heap);
    for (size_t i = 0; i < 2 * count; i++) {
        if (pairs[i].len > limits.hash_max_listpack_value)
            return (struct hash *)table_new(heap);
        bytes += listpack_element(pairs[i]).size;
    }
    if (bytes > limits.packed_max_bytes)
        return (struct hash *)table_new(heap);
    return (struct hash *)packed_new(heap, bytes);
}

const char *hash_encoding(const void *hash) {
    return is_packed(hash) ? "listpack" : "hashtable";
}

static bool free_some(struct heap *heap, void *block, size_t most) {
    struct table *table = block;
    if (!dict_free_some(&table->dict, most, free_item, heap))
        return false;
    heap_free(heap, table, sizeof *table);
    return true;
}

void hash_free(struct heap *heap, void *hash) {
    if (is_packed(hash))
        packed_free(heap, hash);
    else
        reaper_free(heap, hash, free_some);
}

const uint8_t *hash_listpack(const struct hash *hash) {
    return is_packed(hash) ? packed_lp(packed_of(hash)) : NULL;
}

size_t hash_size(const struct hash *hash) {
    return is_packed(hash) ? listpack_count(packed_lp(packed_of(hash))) / 2
                           : table_of(hash)->dict.count;
}

const struct dict *hash_dict(const struct hash *hash) {
    return is_packed(hash) ? NULL : &table_of(hash)->dict;
}

size_t hash_memory(const struct hash *hash) {
    if (is_packed(hash))
        return sizeof(struct packed) + packed_of(hash)->room;
    const struct table *table = table_of(hash);
    return sizeof *table + table->bytes + dict_memory(&table->dict);
}

/* Visiting all fields. */

/* A visitor of a dict's items. */
struct visitor {
    void (*visit)(void *context, struct slice field, struct slice value);
    void *context;
};

static void visit_item(void *context, void *item) {
    const struct visitor *visitor = context;
    struct pair pair = item_pair(item);
    visitor->visit(visitor->context, pair.field, pair.value);
}

static void visit_packed(const struct packed *packed,
                         const struct visitor *visitor) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    const uint8_t *place = listpack_first(packed_lp(packed));
    while (!listpack_at_end(place)) {
        struct slice field = listpack_text(place, scratch[0]);
        place = listpack_next(place);
        struct slice value = listpack_text(place, scratch[1]);
        place = listpack_next(place);
        visitor->visit(visitor->context, field, value);
    }
}

uint64_t hash_scan(const struct hash *hash, uint64_t cursor,
                   void (*visit)(void *context, struct slice field,
                                 struct slice value),
                   void *context) {
    struct visitor visitor = {visit, context};
    if (!is_packed(hash))
        return dict_scan(&table_of(hash)->dict, cursor, visit_item, &visitor);
    /* A small hash is visited whole, whatever the cursor, as in Redis. */
    visit_packed(packed_of(hash), &visitor);
    return 0;
}

void hash_read_pair(const uint8_t *place, struct hash_pair *out) {
    out->field = listpack_text(place, out->scratch[0]);
    out->value = listpack_text(listpack_next(place), out->scratch[1]);
}

void hash_random(const struct hash *hash, struct hash_pair *out) {
    if (!is_packed(hash)) {
        void *item = dict_random(&table_of(hash)->dict, random_bits);
        struct pair pair = item_pair(item);
        out->field = pair.field;
        out->value = pair.value;
        return;
    }
    const uint8_t *lp = packed_lp(packed_of(hash));
    /* Dividing favours some fields, by n / 2^64 at most. */
    size_t index = random_bits() % (listpack_count(lp) / 2);
    hash_read_pair(listpack_seek(lp, (int64_t)(2 * index)), out);
}

/* Converting the small form into the large one. */

struct conversion {
    struct heap *heap;
    struct table *table;
};

static void visit_to_table(void *context, struct slice field,
                           struct slice value) {
    const struct conversion *to = context;
    table_put(to->heap, to->table, field, value, string_hash(field));
}

static struct table *table_from(struct heap *heap, const struct hash *hash) {
    struct conversion to = {heap, table_new(heap)};
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, visit_to_table, &to);
    while (cursor != 0);
    return to.table;
}

static void make_table(struct heap *heap, struct hash **hash) {
    struct table *table = table_from(heap, *hash);
    packed_free(heap, packed_of(*hash));
    *hash = (struct hash *)table;
}

/* The copy of a large hash is large, even if few fields are left. */
void *hash_copy(struct heap *to, const void *hash) {
    if (is_packed(hash))
        return packed_from(to, packed_lp(hash));
    return table_from(to, hash);
}

void hash_expect(struct heap *heap, struct hash **hash, size_t count) {
    if (is_packed(*hash) && count > limits.hash_max_listpack_entries)
        make_table(heap, hash);
}

/* Fields. */

static uint8_t *find_packed(const struct packed *packed, struct slice field) {
    struct listpack_element element = listpack_element(field);
    return packed_find(listpack_first(packed_lp(packed)), 2, &element);
}

static bool packed_set(struct heap *heap, struct hash **hash,
                       struct slice field, struct slice value) {
    struct packed *packed = packed_of(*hash);
    struct listpack_element named = listpack_element(field);
    struct listpack_element valued = listpack_element(value);
    uint8_t *place = packed_find(listpack_first(packed_lp(packed)), 2, &named);
    if (place != NULL) {
        /* The value stands behind its field. */
        place = listpack_next(place);
        packed = packed_replace(heap, packed, &place, &valued);
    } else {
        packed = packed_push_back(heap, packed, &named);
        packed = packed_push_back(heap, packed, &valued);
    }
    *hash = (struct hash *)packed;
    return place == NULL;
}

/* Returns true if a packed block may take the field, new or not, and its value.
 * The count is not looked at: only packed_set() finds out whether it grows. */
static bool fits_packed(const struct packed *packed, struct slice field,
                        struct slice value) {
    return field.len <= limits.hash_max_listpack_value &&
           value.len <= limits.hash_max_listpack_value &&
           packed_bytes(packed) + field.len + value.len <
               limits.packed_max_bytes;
}

bool hash_set(struct heap *heap, struct hash **hash, struct slice field,
              struct slice value) {
    if (is_packed(*hash)) {
        if (fits_packed(packed_of(*hash), field, value)) {
            bool is_new = packed_set(heap, hash, field, value);
            /* Also if the field was there: the limit may have been lowered. */
            if (hash_size(*hash) > limits.hash_max_listpack_entries)
                make_table(heap, hash);
            return is_new;
        }
        /* What does not fit turns the hash into a table, even if the field has
         * a value that would be replaced. */
        make_table(heap, hash);
    }
    return table_set(heap, table_of(*hash), field, value);
}

bool hash_remove(struct heap *heap, struct hash **hash, struct slice field) {
    if (!is_packed(*hash))
        return table_remove(heap, table_of(*hash), field);
    struct packed *packed = packed_of(*hash);
    uint8_t *place = find_packed(packed, field);
    if (place == NULL)
        return false;
    packed_delete(packed, &place, 2);
    *hash = (struct hash *)packed_trim(heap, packed);
    return true;
}

bool hash_get(const struct hash *hash, struct slice field, struct slice *value,
              char scratch[static NUMBER_I64_MAX_TEXT]) {
    if (is_packed(hash)) {
        const uint8_t *place = find_packed(packed_of(hash), field);
        if (place == NULL)
            return false;
        *value = listpack_text(listpack_next(place), scratch);
        return true;
    }
    const struct dict *dict = &table_of(hash)->dict;
    void **place = dict_find(dict, field, string_hash(field));
    if (place == NULL)
        return false;
    *value = item_pair(*place).value;
    return true;
}
