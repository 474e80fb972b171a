#include "set.h"

#include <string.h>

#include "dict.h"
#include "intset.h"
#include "limits.h"
#include "packed.h"
#include "packed_find.h"
#include "random.h"
#include "reaper.h"
#include "short_length.h"
#include "string_hash.h"

/* A set that is neither an intset nor packed. Its items are a length
 * (short_length.h) and the bytes of a member. */
struct table {
    uint32_t zero; /* zero, where the other forms have a number that is not */
    size_t bytes;  /* of its items */
    struct dict dict;
};

enum form { INTS, PACKED, TABLE };

/* An intset begins with a width of 2, 4 or 8. A packed block begins with its
 * room, which has once held a member, so it is more than that. */
static enum form form_of(const struct set *set) {
    uint32_t first;
    memcpy(&first, set, sizeof first);
    if (first == 0)
        return TABLE;
    const uint8_t *bytes = (const uint8_t *)set;
    /* The width is little-endian on any machine. */
    bool is_width = bytes[0] <= 8 && (bytes[1] | bytes[2] | bytes[3]) == 0;
    return is_width ? INTS : PACKED;
}

static struct intset *ints_of(const struct set *set) {
    return (struct intset *)set;
}

static struct packed *packed_of(const struct set *set) {
    return (struct packed *)set;
}

static struct table *table_of(const struct set *set) {
    return (struct table *)set;
}

/* Items of tables. */

static struct slice item_member(const void *item) {
    size_t len;
    const uint8_t *at = short_length_read(item, &len);
    return (struct slice){(char *)at, len};
}

static size_t item_size(size_t len) {
    return heap_round(short_length_size(len) + len);
}

static void *item_new(struct heap *heap, struct slice member) {
    void *item = heap_alloc(heap, item_size(member.len));
    uint8_t *at = short_length_write(item, member.len);
    if (member.len > 0)
        memcpy(at, member.ptr, member.len);
    return item;
}

/* Tables. */

static struct table *table_new(struct heap *heap) {
    struct table *table = heap_alloc(heap, sizeof *table);
    table->zero = 0;
    table->bytes = 0;
    dict_init(&table->dict, heap, item_member, string_hash);
    return table;
}

/* Adds a member that is not there. */
static void table_put(struct heap *heap, struct table *table,
                      struct slice member, uint64_t hash) {
    dict_add(&table->dict, item_new(heap, member), hash);
    table->bytes += item_size(member.len);
}

static bool table_add(struct heap *heap, struct table *table,
                      struct slice member) {
    /* Computed once for looking and adding. */
    uint64_t hash = string_hash(member);
    if (dict_find(&table->dict, member, hash) != NULL)
        return false;
    table_put(heap, table, member, hash);
    return true;
}

static void free_item(void *context, void *item) {
    heap_free(context, item, item_size(item_member(item).len));
}

static bool table_remove(struct heap *heap, struct table *table,
                         struct slice member) {
    void *item = dict_remove(&table->dict, member, string_hash(member));
    if (item == NULL)
        return false;
    /* The member may lie in the item, which is freed last. */
    table->bytes -= item_size(item_member(item).len);
    free_item(heap, item);
    return true;
}

/* Whole sets. */

struct set *set_new(struct heap *heap) {
    return (struct set *)intset_new(heap);
}

const char *set_encoding(const void *set) {
    static const char *const names[] = {
        [INTS] = "intset", [PACKED] = "listpack", [TABLE] = "hashtable"};
    return names[form_of(set)];
}

static bool free_some(struct heap *heap, void *block, size_t most) {
    struct table *table = block;
    if (!dict_free_some(&table->dict, most, free_item, heap))
        return false;
    heap_free(heap, table, sizeof *table);
    return true;
}

void set_free(struct heap *heap, void *set) {
    switch (form_of(set)) {
    case INTS: intset_free(heap, set); break;
    case PACKED: packed_free(heap, set); break;
    case TABLE: reaper_free(heap, set, free_some); break;
    }
}

const struct intset *set_intset(const struct set *set) {
    return form_of(set) == INTS ? ints_of(set) : NULL;
}

const uint8_t *set_listpack(const struct set *set) {
    return form_of(set) == PACKED ? packed_lp(packed_of(set)) : NULL;
}

size_t set_size(const struct set *set) {
    switch (form_of(set)) {
    case INTS: return intset_count(ints_of(set));
    case PACKED: return listpack_count(packed_lp(packed_of(set)));
    default: return table_of(set)->dict.count;
    }
}

const struct dict *set_dict(const struct set *set) {
    return form_of(set) == TABLE ? &table_of(set)->dict : NULL;
}

size_t set_memory(const struct set *set) {
    switch (form_of(set)) {
    case INTS: return intset_memory(ints_of(set));
    case PACKED: return sizeof(struct packed) + packed_of(set)->room;
    default:
        return sizeof(struct table) + table_of(set)->bytes +
               dict_memory(&table_of(set)->dict);
    }
}

/* Visiting all members. */

/* A visitor of a dict's items. */
struct visitor {
    void (*visit)(void *context, struct slice member);
    void *context;
};

static void visit_item(void *context, void *item) {
    const struct visitor *visitor = context;
    visitor->visit(visitor->context, item_member(item));
}

static void visit_ints(const struct intset *ints,
                       const struct visitor *visitor) {
    char text[NUMBER_I64_MAX_TEXT];
    size_t count = intset_count(ints);
    for (size_t i = 0; i < count; i++) {
        size_t len = format_i64(text, intset_at(ints, i));
        visitor->visit(visitor->context, (struct slice){text, len});
    }
}

static void visit_packed(const struct packed *packed,
                         const struct visitor *visitor) {
    char scratch[NUMBER_I64_MAX_TEXT];
    for (const uint8_t *place = listpack_first(packed_lp(packed));
         !listpack_at_end(place); place = listpack_next(place))
        visitor->visit(visitor->context, listpack_text(place, scratch));
}

uint64_t set_scan(const struct set *set, uint64_t cursor,
                  void (*visit)(void *context, struct slice member),
                  void *context) {
    struct visitor visitor = {visit, context};
    switch (form_of(set)) {
    case INTS: visit_ints(ints_of(set), &visitor); return 0;
    case PACKED: visit_packed(packed_of(set), &visitor); return 0;
    default:
        return dict_scan(&table_of(set)->dict, cursor, visit_item, &visitor);
    }
}

struct slice set_random(const struct set *set,
                        char scratch[static NUMBER_I64_MAX_TEXT]) {
    if (form_of(set) == TABLE)
        return item_member(dict_random(&table_of(set)->dict, random_bits));
    /* Dividing favours some members, by n / 2^64 at most. */
    size_t index = random_bits() % set_size(set);
    if (form_of(set) == PACKED)
        return listpack_text(
            listpack_seek(packed_lp(packed_of(set)), (int64_t)index), scratch);
    int64_t value = intset_at(ints_of(set), index);
    return (struct slice){scratch, format_i64(scratch, value)};
}

/* From one form to another. */

struct conversion {
    struct heap *heap;
    struct table *table;
    struct packed *packed;
    struct set *set;
};

static void visit_to_table(void *context, struct slice member) {
    const struct conversion *to = context;
    table_put(to->heap, to->table, member, string_hash(member));
}

static void visit_to_packed(void *context, struct slice member) {
    struct conversion *to = context;
    struct listpack_element element = listpack_element(member);
    to->packed = packed_push_back(to->heap, to->packed, &element);
}

static void visit_all(const struct set *set,
                      void (*visit)(void *context, struct slice member),
                      void *context) {
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, visit, context);
    while (cursor != 0);
}

static struct table *table_from(struct heap *heap, const struct set *set) {
    struct conversion to = {.heap = heap, .table = table_new(heap)};
    visit_all(set, visit_to_table, &to);
    return to.table;
}

static void make_table(struct heap *heap, struct set **set) {
    struct table *table = table_from(heap, *set);
    set_free(heap, *set);
    *set = (struct set *)table;
}

/* Makes an intset a packed block, with room for another member. Four bytes for
 * an integer are a guess; if they are too few, the block grows. */
static void make_packed(struct heap *heap, struct set **set, size_t room) {
    room += set_size(*set) * 4;
    struct conversion to = {.heap = heap, .packed = packed_new(heap, room)};
    visit_all(*set, visit_to_packed, &to);
    set_free(heap, *set);
    *set = (struct set *)to.packed;
}

void *set_copy(struct heap *to, const void *set) {
    switch (form_of(set)) {
    case INTS: return intset_from(to, set);
    case PACKED: return packed_from(to, packed_lp(set));
    default: return table_from(to, set);
    }
}

void set_expect(struct heap *heap, struct set **set, size_t count) {
    enum form form = form_of(*set);
    if ((form == INTS && count > limits.set_max_intset_entries) ||
        (form == PACKED && count > limits.set_max_listpack_entries))
        make_table(heap, set);
}

struct set *set_new_for(struct heap *heap, struct slice first, size_t count) {
    int64_t value;
    bool is_integer = parse_i64(first.ptr, first.len, &value);
    if (is_integer && count <= limits.set_max_intset_entries)
        return set_new(heap);
    if (count > limits.set_max_listpack_entries)
        return (struct set *)table_new(heap);
    /* Too many integers for an intset may be few enough for a block. Other
     * members begin as an empty intset, too: the first decides what it
     * becomes. */
    return is_integer ? (struct set *)packed_new(
                            heap, listpack_element(first).size * count)
                      : set_new(heap);
}

struct set *set_new_from(struct heap *heap, const struct set *other) {
    /* Any member fits into that room: an empty block must not look like an
     * intset (form_of()). */
    enum { ROOM = 16 };
    return form_of(other) == INTS ? set_new(heap)
                                  : (struct set *)packed_new(heap, ROOM);
}

static void visit_to_ints(void *context, struct slice member) {
    struct conversion *to = context;
    /* As soon as it is no intset, nobody wants it any more. */
    if (form_of(to->set) == INTS)
        set_add(to->heap, &to->set, member);
}

void set_settle(struct heap *heap, struct set **set) {
    if (form_of(*set) == INTS || set_size(*set) > limits.set_max_intset_entries)
        return;
    struct conversion to = {.heap = heap, .set = set_new(heap)};
    visit_all(*set, visit_to_ints, &to);
    bool are_ints = form_of(to.set) == INTS;
    set_free(heap, are_ints ? *set : to.set);
    if (are_ints)
        *set = to.set;
}

/* Members. */

static bool is_short(size_t len) {
    return len <= limits.set_max_listpack_value;
}

/* Returns true if the integers of an intset are few and short enough for a
 * packed block with one more member. They are in order, so the longest text is
 * that of the first or of the last. */
static bool ints_fit_packed(const struct intset *ints) {
    size_t count = intset_count(ints);
    char text[NUMBER_I64_MAX_TEXT];
    if (count >= limits.set_max_listpack_entries)
        return false;
    return count == 0 ||
           (is_short(format_i64(text, intset_at(ints, 0))) &&
            is_short(format_i64(text, intset_at(ints, count - 1))));
}

static bool ints_add(struct heap *heap, struct set **set, int64_t value) {
    struct intset *ints = ints_of(*set);
    bool added = intset_add(heap, &ints, value);
    *set = (struct set *)ints;
    /* As in Redis, never a packed block, even if its limit is higher. */
    if (added && (intset_count(ints) > limits.set_max_intset_entries ||
                  intset_bytes(ints) > limits.packed_max_bytes))
        make_table(heap, set);
    return added;
}

/* Adds a member that is not there to a packed block. Returns false if that
 * may not hold one more. */
static bool packed_append(struct heap *heap, struct set **set,
                          struct slice member,
                          const struct listpack_element *element) {
    struct packed *packed = packed_of(*set);
    const uint8_t *lp = packed_lp(packed);
    if (!is_short(member.len) ||
        listpack_count(lp) >= limits.set_max_listpack_entries ||
        listpack_bytes(lp) + element->size > limits.packed_max_bytes)
        return false;
    *set = (struct set *)packed_push_back(heap, packed, element);
    return true;
}

/* The same, but then it becomes a table. */
static void packed_put(struct heap *heap, struct set **set, struct slice member,
                       const struct listpack_element *element) {
    if (packed_append(heap, set, member, element))
        return;
    make_table(heap, set);
    table_put(heap, table_of(*set), member, string_hash(member));
}

static bool packed_add(struct heap *heap, struct set **set,
                       struct slice member) {
    const uint8_t *lp = packed_lp(packed_of(*set));
    struct listpack_element element = listpack_element(member);
    /* Looked for first: a member that is there must not change the form. */
    if (packed_find(listpack_first(lp), 1, &element) != NULL)
        return false;
    packed_put(heap, set, member, &element);
    return true;
}

bool set_add(struct heap *heap, struct set **set, struct slice member) {
    enum form form = form_of(*set);
    if (form == INTS) {
        int64_t value;
        if (parse_i64(member.ptr, member.len, &value))
            return ints_add(heap, set, value);
        /* The first member that is no integer ends the intset. */
        if (is_short(member.len) && ints_fit_packed(ints_of(*set))) {
            make_packed(heap, set, listpack_element(member).size);
            return packed_add(heap, set, member);
        }
        make_table(heap, set);
    } else if (form == PACKED) {
        return packed_add(heap, set, member);
    }
    return table_add(heap, table_of(*set), member);
}

void set_put(struct heap *heap, struct set **set, struct slice member) {
    if (form_of(*set) == TABLE) {
        table_put(heap, table_of(*set), member, string_hash(member));
    } else if (form_of(*set) == PACKED) {
        struct listpack_element element = listpack_element(member);
        packed_put(heap, set, member, &element);
    } else {
        (void)set_add(heap, set, member); /* finds its place in the intset */
    }
}

bool set_append(struct heap *heap, struct set **set, struct slice member) {
    struct listpack_element element = listpack_element(member);
    return form_of(*set) == PACKED &&
           packed_append(heap, set, member, &element);
}

/* An empty block keeps its room, since that tells its form. */
static bool packed_remove(struct heap *heap, struct set **set,
                          struct slice member) {
    struct packed *packed = packed_of(*set);
    struct listpack_element element = listpack_element(member);
    uint8_t *place =
        packed_find(listpack_first(packed_lp(packed)), 1, &element);
    if (place == NULL)
        return false;
    packed_delete(packed, &place, 1);
    if (packed_bytes(packed) > LISTPACK_EMPTY)
        packed = packed_trim(heap, packed);
    *set = (struct set *)packed;
    return true;
}

void set_filter_packed(struct heap *heap, struct set **set,
                       bool (*goes)(void *context, struct slice member),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct packed *packed = packed_of(*set);
    uint8_t *lp = packed_lp(packed), *to = listpack_first(lp);
    size_t size, count = 0;
    /* Those that stay close up over those that went. */
    for (const uint8_t *from = to; !listpack_at_end(from); from += size) {
        size = listpack_size(from);
        if (goes(context, listpack_text(from, scratch)))
            continue;
        memmove(to, from, size);
        to += size;
        count++;
    }
    *to++ = LISTPACK_END;
    listpack_set_header(lp, (size_t)(to - lp), count);
    if (count > 0)
        *set = (struct set *)packed_trim(heap, packed);
}

bool set_remove(struct heap *heap, struct set **set, struct slice member) {
    int64_t value;
    struct intset *ints = ints_of(*set);
    switch (form_of(*set)) {
    case PACKED: return packed_remove(heap, set, member);
    case TABLE: return table_remove(heap, table_of(*set), member);
    default: break;
    }
    if (!parse_i64(member.ptr, member.len, &value) ||
        !intset_remove(heap, &ints, value))
        return false;
    *set = (struct set *)ints;
    return true;
}

bool set_has(const struct set *set, struct slice member) {
    int64_t value;
    if (form_of(set) == TABLE)
        return dict_find(&table_of(set)->dict, member, string_hash(member)) !=
               NULL;
    if (form_of(set) == INTS)
        return parse_i64(member.ptr, member.len, &value) &&
               intset_has(ints_of(set), value);
    struct listpack_element element = listpack_element(member);
    return packed_find(listpack_first(packed_lp(packed_of(set))), 1,
                       &element) != NULL;
}
