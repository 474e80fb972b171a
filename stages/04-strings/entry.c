#include "entry.h"

#include "blob.h"
#include "entry_layout.h"

enum {
    EMBED_VALUE_MAX = 255,
    EMBSTR_MAX = 44 /* Redis's longest embstr */
};

struct slice entry_key(const struct entry *entry) {
    return head_key(entry);
}

enum type entry_type(const struct entry *entry) {
    return entry->kind >> TYPE_SHIFT & TYPE_MASK;
}

static inline int64_t number_of(const struct entry *entry) {
    int64_t number;
    memcpy(&number, head_end(entry), sizeof number);
    return number;
}

const char *entry_encoding(const struct entry *entry) {
    switch (layout_of(entry)) {
    case INT: return "int";
    case EMBED: return entry->kind & RAW ? "raw" : "embstr";
    default: return stage_types[entry_type(entry)].encoding(block_of(entry));
    }
}

bool entry_is_int(const struct entry *entry, int64_t *out) {
    if (layout_of(entry) != INT)
        return false;
    *out = number_of(entry);
    return true;
}

struct slice entry_value(const struct entry *entry,
                         char scratch[static NUMBER_I64_MAX_TEXT]) {
    switch (layout_of(entry)) {
    case EMBED: return (struct slice){head_end(entry), entry->value_len};
    case BLOCK: {
        struct blob *blob = block_of(entry);
        return (struct slice){blob->bytes, blob->len};
    }
    default:
        return (struct slice){scratch, format_i64(scratch, number_of(entry))};
    }
}

size_t entry_value_len(const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    return entry_value(entry, scratch).len;
}

bool entry_integer(const struct entry *entry, int64_t *out) {
    if (entry_is_int(entry, out))
        return true;
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value = entry_value(entry, scratch);
    return parse_i64(value.ptr, value.len, out);
}

/* Whether bytes that a client sent are to be kept as a number. The first byte
 * tells for most that are not. */
static inline bool spells_integer(struct slice value, int64_t *out) {
    return value.len > 0 && value.len < NUMBER_I64_MAX_TEXT &&
           (value.ptr[0] == '-' ||
            (value.ptr[0] >= '0' && value.ptr[0] <= '9')) &&
           parse_i64(value.ptr, value.len, out);
}

/* An entry without a value yet; see head_new(). */
static struct entry *make(struct heap *heap, struct slice key,
                          const struct entry *like, unsigned kind,
                          size_t value_len) {
    struct entry *entry = head_new(heap, key, like, value_len);
    entry->kind = (uint8_t)(entry->kind | kind);
    entry->value_len = (uint8_t)value_len;
    return entry;
}

static struct entry *make_integer(struct heap *heap, struct slice key,
                                  const struct entry *like, int64_t value) {
    struct entry *entry = make(heap, key, like, INT, sizeof value);
    memcpy(head_end(entry), &value, sizeof value);
    return entry;
}

/* An entry whose value is len bytes, not written yet. */
static struct entry *make_room(struct heap *heap, struct slice key,
                               const struct entry *like, size_t len, bool raw) {
    if (len <= EMBED_VALUE_MAX)
        return make(heap, key, like,
                    EMBED | (raw || len > EMBSTR_MAX ? RAW : 0), len);
    struct entry *entry = make(heap, key, like, BLOCK, sizeof(struct blob *));
    set_block(entry, blob_new(heap, len));
    return entry;
}

/* The block of a long string, or NULL if the value is anything else. */
static inline struct blob *long_string(const struct entry *entry) {
    bool is_long =
        layout_of(entry) == BLOCK && entry_type(entry) == TYPE_STRING;
    return is_long ? block_of(entry) : NULL;
}

/* Where a string's bytes may be written. */
static char *string_bytes(const struct entry *entry) {
    struct blob *blob = long_string(entry);
    return blob != NULL ? blob->bytes : head_end(entry);
}

static struct entry *make_string(struct heap *heap, struct slice key,
                                 const struct entry *like, struct slice value,
                                 bool raw) {
    struct entry *entry = make_room(heap, key, like, value.len, raw);
    if (value.len > 0)
        memcpy(string_bytes(entry), value.ptr, value.len);
    return entry;
}

struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value) {
    int64_t number;
    if (spells_integer(value, &number))
        return make_integer(heap, key, NULL, number);
    return make_string(heap, key, NULL, value, false);
}

struct entry *entry_new_raw(struct heap *heap, struct slice key,
                            struct slice value) {
    return make_string(heap, key, NULL, value, true);
}

struct entry *entry_new_integer(struct heap *heap, struct slice key,
                                int64_t value) {
    return make_integer(heap, key, NULL, value);
}

void entry_free(struct heap *heap, struct entry *entry) {
    if (layout_of(entry) == BLOCK)
        stage_types[entry_type(entry)].free(heap, block_of(entry));
    heap_free(heap, entry, head_size(entry) + entry->value_len);
}

/* Whether the entry can stay where it is with an embedded value of len. */
static inline bool fits_in_place(const struct entry *entry, size_t len) {
    return layout_of(entry) != BLOCK && len <= EMBED_VALUE_MAX &&
           heap_round(head_size(entry) + entry->value_len) ==
               heap_round(head_size(entry) + len);
}

static void set_embedded(struct entry *entry, unsigned kind, const void *value,
                         size_t len) {
    entry->kind = (uint8_t)((entry->kind & HEAD_FLAGS) | kind);
    entry->value_len = (uint8_t)len;
    if (len > 0)
        memcpy(head_end(entry), value, len);
}

/* Frees the entry that another one was made from. */
static struct entry *replace(struct heap *heap, struct entry *old,
                             struct entry *entry) {
    entry_free(heap, old);
    return entry;
}

struct entry *entry_set_integer(struct heap *heap, struct entry *entry,
                                int64_t value) {
    if (fits_in_place(entry, sizeof value)) {
        set_embedded(entry, INT, &value, sizeof value);
        return entry;
    }
    return replace(heap, entry,
                   make_integer(heap, entry_key(entry), entry, value));
}

struct entry *entry_set_string(struct heap *heap, struct entry *entry,
                               struct slice value) {
    if (fits_in_place(entry, value.len)) {
        set_embedded(entry, EMBED | (value.len > EMBSTR_MAX ? RAW : 0),
                     value.ptr, value.len);
        return entry;
    }
    struct blob *blob = long_string(entry);
    if (blob != NULL && value.len > EMBED_VALUE_MAX &&
        blob_takes(blob, value.len)) {
        memcpy(blob->bytes, value.ptr, value.len);
        blob->len = (uint32_t)value.len;
        return entry;
    }
    return replace(heap, entry,
                   make_string(heap, entry_key(entry), entry, value, false));
}

struct entry *entry_set(struct heap *heap, struct entry *entry,
                        struct slice value) {
    int64_t number;
    if (spells_integer(value, &number))
        return entry_set_integer(heap, entry, number);
    return entry_set_string(heap, entry, value);
}

struct entry *entry_edit(struct heap *heap, struct entry *entry, size_t len,
                         char **bytes) {
    if (long_string(entry) != NULL) {
        set_block(entry, blob_edit(heap, long_string(entry), len));
    } else if (layout_of(entry) == EMBED && fits_in_place(entry, len)) {
        if (len > entry->value_len)
            memset(head_end(entry) + entry->value_len, 0,
                   len - entry->value_len);
        entry->value_len = (uint8_t)len;
        entry->kind |= RAW;
    } else {
        char scratch[NUMBER_I64_MAX_TEXT];
        struct slice old = entry_value(entry, scratch);
        size_t kept = old.len < len ? old.len : len;
        struct entry *edited =
            make_room(heap, entry_key(entry), entry, len, true);
        if (kept > 0)
            memcpy(string_bytes(edited), old.ptr, kept);
        if (len > kept)
            memset(string_bytes(edited) + kept, 0, len - kept);
        entry = replace(heap, entry, edited);
    }
    *bytes = string_bytes(entry);
    return entry;
}

/* An entry with the same value; the block of one is the caller's to set. */
static struct entry *same(struct heap *to, const struct entry *entry,
                          struct slice key) {
    unsigned kind = entry->kind & ~(unsigned)HEAD_FLAGS;
    struct entry *made = make(to, key, entry, kind, entry->value_len);
    memcpy(head_end(made), head_end(entry), entry->value_len);
    return made;
}

struct entry *entry_copy(struct heap *to, const struct entry *entry,
                         struct slice key) {
    struct entry *copy = same(to, entry, key);
    if (layout_of(entry) == BLOCK)
        set_block(copy,
                  stage_types[entry_type(entry)].copy(to, block_of(entry)));
    return copy;
}

struct entry *entry_move(struct heap *from, struct heap *to,
                         struct entry *entry, struct slice key) {
    struct entry *moved = same(to, entry, key);
    if (layout_of(entry) == BLOCK)
        set_block(moved, stage_types[entry_type(entry)].move(from, to,
                                                             block_of(entry)));
    heap_free(from, entry, head_size(entry) + entry->value_len);
    return moved;
}

uint32_t entry_used(const struct entry *entry) {
    return entry->used[0] | (uint32_t)entry->used[1] << 8 |
           (uint32_t)entry->used[2] << 16;
}

void entry_set_used(struct entry *entry, uint32_t seconds) {
    entry->used[0] = (uint8_t)seconds;
    entry->used[1] = (uint8_t)(seconds >> 8);
    entry->used[2] = (uint8_t)(seconds >> 16);
}
