#include "entry.h"

#include "blob.h"
#include "entry_layout.h"

enum { EMBED_MAX = 44 /* longer strings are "raw" in Redis */ };

struct slice entry_key(const struct entry *entry) {
    return (struct slice){(char *)entry->bytes, entry->key_len};
}

enum type entry_type(const struct entry *entry) {
    return entry->type;
}

/* Returns the bytes of a short string, which follow the key; none for other
 * layouts. */
static struct slice embedded(const struct entry *entry) {
    size_t len = entry->layout == EMBED ? entry->value.len : 0;
    return (struct slice){(char *)entry->bytes + entry->key_len, len};
}

size_t entry_size(const struct entry *entry) {
    return sizeof *entry + entry->key_len + embedded(entry).len;
}

/* Looking at values. */

const char *entry_encoding(const struct entry *entry) {
    switch (entry->layout) {
    case INT: return "int";
    case EMBED: return "embstr";
    default: return stage_types[entry->type].encoding(entry->value.block);
    }
}

bool entry_is_int(const struct entry *entry, int64_t *out) {
    if (entry->layout == INT)
        *out = entry->value.number;
    return entry->layout == INT;
}

struct slice entry_value(const struct entry *entry,
                         char scratch[static NUMBER_I64_MAX_TEXT]) {
    struct blob *blob;
    if (entry == NULL)
        return (struct slice){"", 0};
    switch (entry->layout) {
    case INT:
        return (struct slice){scratch,
                              format_i64(scratch, entry->value.number)};
    case EMBED: return embedded(entry);
    default:
        blob = entry->value.block;
        return (struct slice){blob->bytes, blob->len};
    }
}

size_t entry_value_len(const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    return entry_value(entry, scratch).len;
}

bool entry_integer(const struct entry *entry, int64_t *out) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (entry_is_int(entry, out))
        return true;
    struct slice value = entry_value(entry, scratch);
    return parse_i64(value.ptr, value.len, out);
}

/* Making entries. */

/* Makes an entry whose value is not set yet, with room for a short string. It
 * keeps what another entry has besides its key and value, if one is given. */
static struct entry *make(struct heap *heap, struct slice key,
                          const struct entry *like, enum layout layout,
                          size_t room) {
    struct entry *entry = heap_alloc(heap, sizeof *entry + key.len + room);
    /* This copies the fields and no bytes behind them. */
    *entry = like != NULL ? *like : (struct entry){0};
    entry->type = TYPE_STRING;
    entry->layout = layout;
    entry->key_len = (uint32_t)key.len; /* no argument is as long as 2^32 */
    if (key.len > 0)
        memcpy(entry->bytes, key.ptr, key.len);
    return entry;
}

struct entry *entry_new_block(struct heap *heap, struct slice key,
                              const struct entry *like, enum type type,
                              void *block) {
    struct entry *entry = make(heap, key, like, BLOCK, 0);
    entry->type = type;
    entry->value.block = block;
    return entry;
}

static struct entry *make_integer(struct heap *heap, struct slice key,
                                  const struct entry *like, int64_t number) {
    struct entry *entry = make(heap, key, like, INT, 0);
    entry->value.number = number;
    return entry;
}

static struct entry *make_string(struct heap *heap, struct slice key,
                                 const struct entry *like, struct slice value) {
    if (value.len > EMBED_MAX)
        return entry_new_block(heap, key, like, TYPE_STRING,
                               blob_new(heap, value, value.len));
    struct entry *entry = make(heap, key, like, EMBED, value.len);
    entry->value.len = value.len;
    if (value.len > 0)
        memcpy(embedded(entry).ptr, value.ptr, value.len);
    return entry;
}

struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value) {
    int64_t number;
    if (parse_i64(value.ptr, value.len, &number))
        return make_integer(heap, key, NULL, number);
    return make_string(heap, key, NULL, value);
}

void entry_free(struct heap *heap, struct entry *entry) {
    /* The value may be of any type, and only its row knows what is in it. */
    if (entry->layout == BLOCK)
        stage_types[entry->type].free(heap, entry->value.block);
    heap_free(heap, entry, entry_size(entry));
}

/* Other values for the same key. */

/* Frees the old entry and returns the one that was made from it, after its key
 * has been copied. */
static struct entry *replace(struct heap *heap, struct entry *old,
                             struct entry *entry) {
    entry_free(heap, old);
    return entry;
}

struct entry *entry_set_integer(struct heap *heap, struct entry *entry,
                                int64_t value) {
    if (entry->layout != INT)
        return replace(heap, entry,
                       make_integer(heap, entry_key(entry), entry, value));
    /* A counter is changed in place, and nothing is allocated. */
    entry->value.number = value;
    return entry;
}

struct entry *entry_set_string(struct heap *heap, struct entry *entry,
                               struct slice value) {
    return replace(heap, entry,
                   make_string(heap, entry_key(entry), entry, value));
}

struct entry *entry_set(struct heap *heap, struct entry *entry,
                        struct slice value) {
    int64_t number;
    if (parse_i64(value.ptr, value.len, &number))
        return entry_set_integer(heap, entry, number);
    return entry_set_string(heap, entry, value);
}

/* A string that has a block of its own can grow in place. Any other one gets a
 * block first, even a short one: what is edited once is likely to be again. */
struct entry *entry_edit(struct heap *heap, struct entry *entry, size_t len,
                         char **bytes) {
    struct blob *blob;
    if (entry->layout == BLOCK) {
        blob = blob_edit(heap, entry->value.block, len);
        entry->value.block = blob;
    } else {
        char scratch[NUMBER_I64_MAX_TEXT];
        blob = blob_new(heap, entry_value(entry, scratch), len);
        entry = replace(
            heap, entry,
            entry_new_block(heap, entry_key(entry), entry, TYPE_STRING, blob));
    }
    *bytes = blob->bytes;
    return entry;
}

/* The value of one entry under another key. */

/* Makes an entry with the same value. If the value is a block, the new entry
 * takes over the one given. */
static struct entry *same(struct heap *heap, struct slice key,
                          const struct entry *entry, void *block) {
    if (block != NULL)
        return entry_new_block(heap, key, entry, entry->type, block);
    /* make() copies an integer, or the length of a string, with the fields. */
    struct slice value = embedded(entry);
    struct entry *made = make(heap, key, entry, entry->layout, value.len);
    memcpy(embedded(made).ptr, value.ptr, value.len);
    return made;
}

struct entry *entry_copy(struct heap *to, const struct entry *entry,
                         struct slice key) {
    void *block = NULL;
    if (entry->layout == BLOCK)
        block = stage_types[entry->type].copy(to, entry->value.block);
    return same(to, key, entry, block);
}

struct entry *entry_rename(struct heap *heap, struct entry *entry,
                           struct slice key) {
    void *block = entry->layout == BLOCK ? entry->value.block : NULL;
    struct entry *renamed = same(heap, key, entry, block);
    /* Not entry_free(): the block has a new owner. */
    heap_free(heap, entry, entry_size(entry));
    return renamed;
}

uint32_t entry_used(const struct entry *entry) {
    return entry->used;
}

void entry_set_used(struct entry *entry, uint32_t seconds) {
    entry->used = seconds & 0xffffff;
}
