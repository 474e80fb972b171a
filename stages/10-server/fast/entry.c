#include "entry.h"

#include "blob.h"
#include "entry_block.h"
#include "entry_expiry.h"

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
    if (entry == NULL)
        return (struct slice){"", 0};
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

/* Returns true if the bytes that a client sent are to be stored as a number.
 * For most that are not, the first byte decides. */
static inline bool spells_integer(struct slice value, int64_t *out) {
    return value.len > 0 && value.len < NUMBER_I64_MAX_TEXT &&
           (value.ptr[0] == '-' ||
            (value.ptr[0] >= '0' && value.ptr[0] <= '9')) &&
           parse_i64(value.ptr, value.len, out);
}

struct entry *head_new(struct heap *heap, struct slice key, int64_t expiry,
                       size_t value_size) {
    bool expires = expiry != NO_EXPIRY;
    bool is_long = key.len > HEAD_SHORT_KEY_MAX;
    uint32_t len = (uint32_t)key.len;
    size_t size = sizeof(struct entry) + (expires ? sizeof expiry : 0) +
                  (is_long ? sizeof len : 0) + key.len;
    struct entry *entry = heap_alloc(heap, size + value_size);
    *entry = (struct entry){
        .kind = (uint8_t)((expires ? HEAD_EXPIRES : 0) |
                          (is_long ? HEAD_LONG_KEY : 0)),
        .key_len = is_long ? 0 : (uint8_t)len,
    };
    char *at = entry->rest;
    if (expires) {
        memcpy(at, &expiry, sizeof expiry);
        at += sizeof expiry;
    }
    if (is_long)
        memcpy(at, &len, sizeof len);
    if (len > 0)
        memcpy(head_key(entry).ptr, key.ptr, len);
    return entry;
}

/* Makes an entry without a value. It inherits everything but key and value from
 * the other entry, if that is not NULL. */
static struct entry *make(struct heap *heap, struct slice key,
                          const struct entry *like, unsigned kind,
                          size_t value_len) {
    int64_t expiry = like != NULL ? entry_expiry(like) : NO_EXPIRY;
    struct entry *entry = head_new(heap, key, expiry, value_len);
    if (like != NULL)
        memcpy(entry->used, like->used, sizeof entry->used);
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

struct entry *entry_new_block(struct heap *heap, struct slice key,
                              const struct entry *like, enum type type,
                              void *block) {
    unsigned kind = BLOCK | (unsigned)type << TYPE_SHIFT;
    struct entry *entry = make(heap, key, like, kind, sizeof block);
    set_block(entry, block);
    return entry;
}

/* Makes a string of len bytes: those of the value, and zeros if it is
 * shorter. */
static struct entry *make_string(struct heap *heap, struct slice key,
                                 const struct entry *like, struct slice value,
                                 size_t len, bool raw) {
    if (len > EMBED_VALUE_MAX)
        return entry_new_block(heap, key, like, TYPE_STRING,
                               blob_new(heap, value, len));
    unsigned kind = EMBED | (raw || len > EMBSTR_MAX ? RAW : 0);
    struct entry *entry = make(heap, key, like, kind, len);
    size_t kept = value.len < len ? value.len : len;
    if (kept > 0)
        memcpy(head_end(entry), value.ptr, kept);
    memset(head_end(entry) + kept, 0, len - kept);
    return entry;
}

/* Returns the block of a long string, or NULL if the value is anything else. */
static inline struct blob *long_string(const struct entry *entry) {
    bool is_long =
        layout_of(entry) == BLOCK && entry_type(entry) == TYPE_STRING;
    return is_long ? block_of(entry) : NULL;
}

/* Returns the place where a string's bytes may be written. */
static char *string_bytes(const struct entry *entry) {
    struct blob *blob = long_string(entry);
    return blob != NULL ? blob->bytes : head_end(entry);
}

struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value) {
    int64_t number;
    if (spells_integer(value, &number))
        return make_integer(heap, key, NULL, number);
    return make_string(heap, key, NULL, value, value.len, false);
}

void entry_free(struct heap *heap, struct entry *entry) {
    if (layout_of(entry) == BLOCK)
        stage_types[entry_type(entry)].free(heap, block_of(entry));
    heap_free(heap, entry, entry_size(entry));
}

/* Returns true if a value of len bytes can be embedded in the entry where it
 * is. The heap must be given the same size of block when the entry is freed. */
static inline bool fits_in_place(const struct entry *entry, size_t len) {
    return layout_of(entry) != BLOCK && len <= EMBED_VALUE_MAX &&
           heap_round(entry_size(entry)) == heap_round(head_size(entry) + len);
}

static void set_embedded(struct entry *entry, unsigned kind, const void *value,
                         size_t len) {
    entry->kind = (uint8_t)((entry->kind & HEAD_FLAGS) | kind);
    entry->value_len = (uint8_t)len;
    if (len > 0)
        memcpy(head_end(entry), value, len);
}

/* Frees the old entry after the new one has been made from it: key, value and
 * time of use are copied from there. */
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

/* A string keeps its block when it changes, if the block holds the new bytes
 * and they fill at least half of it. Otherwise the loss would stay as long as
 * the key does. */
static bool is_block_for(const struct blob *blob, size_t len) {
    return len <= blob->room && len >= blob->room / 2;
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
        is_block_for(blob, value.len)) {
        memcpy(blob->bytes, value.ptr, value.len);
        blob->len = (uint32_t)value.len;
        return entry;
    }
    return replace(
        heap, entry,
        make_string(heap, entry_key(entry), entry, value, value.len, false));
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
        /* It stays a block even if it becomes short: it may grow again. */
        set_block(entry, blob_edit(heap, long_string(entry), len));
    } else if (layout_of(entry) == EMBED && fits_in_place(entry, len)) {
        /* The new bytes of a longer string are zeros. */
        if (len > entry->value_len)
            memset(head_end(entry) + entry->value_len, 0,
                   len - entry->value_len);
        entry->value_len = (uint8_t)len;
        entry->kind |= RAW;
    } else {
        char scratch[NUMBER_I64_MAX_TEXT];
        struct slice old = entry_value(entry, scratch);
        entry =
            replace(heap, entry,
                    make_string(heap, entry_key(entry), entry, old, len, true));
    }
    *bytes = string_bytes(entry);
    return entry;
}

/* Makes an entry with the same value, and with a block of its own if the value
 * is in one. */
static struct entry *same(struct heap *heap, struct slice key,
                          const struct entry *entry, void *block) {
    unsigned kind = entry->kind & ~(unsigned)HEAD_FLAGS;
    struct entry *made = make(heap, key, entry, kind, entry->value_len);
    if (block != NULL)
        set_block(made, block);
    else
        memcpy(head_end(made), head_end(entry), entry->value_len);
    return made;
}

struct entry *entry_copy(struct heap *to, const struct entry *entry,
                         struct slice key) {
    void *block = NULL;
    if (layout_of(entry) == BLOCK)
        block = stage_types[entry_type(entry)].copy(to, block_of(entry));
    return same(to, key, entry, block);
}

struct entry *entry_rename(struct heap *heap, struct entry *entry,
                           struct slice key) {
    void *block = layout_of(entry) == BLOCK ? block_of(entry) : NULL;
    struct entry *renamed = same(heap, key, entry, block);
    /* Not entry_free(): the block lives on. */
    heap_free(heap, entry, entry_size(entry));
    return renamed;
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
