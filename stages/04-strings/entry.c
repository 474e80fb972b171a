#include "entry.h"

#include <assert.h>

/* The bytes of an entry, in order. */
struct entry {
    uint8_t kind; /* a layout, and flags */
    uint8_t key_len, value_len;
    uint8_t used[3];
    char rest[];
};

enum layout { INT, EMBED, BLOB, LAYOUT_MASK = 3 };
enum {
    LONG_KEY = 4, /* rest[] begins with the key's length, 4 bytes */
    RAW = 8,      /* an EMBED that OBJECT ENCODING calls raw */

    HEADER = offsetof(struct entry, rest),
    SHORT_KEY_MAX = 255,
    EMBED_VALUE_MAX = 255,
    EMBSTR_MAX = 44 /* Redis's longest embstr */
};

/* A long value, in a block of its own. */
struct blob {
    uint32_t len, room;
    char bytes[];
};

static inline enum layout layout_of(const struct entry *entry) {
    return entry->kind & LAYOUT_MASK;
}

static inline char *key_bytes(const struct entry *entry) {
    return (char *)entry->rest + (entry->kind & LONG_KEY ? 4 : 0);
}

struct slice entry_key(const struct entry *entry) {
    uint32_t len = entry->key_len;
    if (entry->kind & LONG_KEY)
        memcpy(&len, entry->rest, sizeof len);
    return (struct slice){key_bytes(entry), len};
}

/* Where the value lies: the number, the bytes, or the blob's address. */
static inline char *value_bytes(const struct entry *entry) {
    struct slice key = entry_key(entry);
    return key.ptr + key.len;
}

static inline struct blob *blob_of(const struct entry *entry) {
    struct blob *blob;
    memcpy(&blob, value_bytes(entry), sizeof blob);
    return blob;
}

static inline void set_blob(struct entry *entry, struct blob *blob) {
    memcpy(value_bytes(entry), &blob, sizeof blob);
}

static inline int64_t number_of(const struct entry *entry) {
    int64_t number;
    memcpy(&number, value_bytes(entry), sizeof number);
    return number;
}

/* The size of an entry with a key and a value of these lengths. */
static inline size_t size_for(size_t key_len, size_t value_len) {
    size_t prefix = key_len > SHORT_KEY_MAX ? HEADER + 4 : HEADER;
    return prefix + key_len + value_len;
}

static inline size_t size_of(const struct entry *entry) {
    size_t value = layout_of(entry) == EMBED ? entry->value_len : 8;
    return size_for(entry_key(entry).len, value);
}

enum entry_encoding entry_encoding(const struct entry *entry) {
    if (layout_of(entry) == INT)
        return ENTRY_INT;
    bool raw = layout_of(entry) == BLOB || entry->kind & RAW;
    return raw ? ENTRY_RAW : ENTRY_EMBSTR;
}

struct slice entry_value(const struct entry *entry,
                         char scratch[static NUMBER_I64_MAX_TEXT]) {
    switch (layout_of(entry)) {
    case EMBED: return (struct slice){value_bytes(entry), entry->value_len};
    case BLOB: {
        struct blob *blob = blob_of(entry);
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
    if (layout_of(entry) == INT) {
        *out = number_of(entry);
        return true;
    }
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

/* An entry without a value yet. */
static struct entry *make(struct heap *heap, struct slice key, unsigned kind,
                          size_t value_len) {
    struct entry *entry = heap_alloc(heap, size_for(key.len, value_len));
    bool is_long = key.len > SHORT_KEY_MAX;
    *entry = (struct entry){
        .kind = (uint8_t)(kind | (is_long ? LONG_KEY : 0)),
        .key_len = is_long ? 0 : (uint8_t)key.len,
        .value_len = (uint8_t)value_len,
    };
    if (is_long) {
        uint32_t len = (uint32_t)key.len;
        memcpy(entry->rest, &len, sizeof len);
    }
    if (key.len > 0)
        memcpy(key_bytes(entry), key.ptr, key.len);
    return entry;
}

struct entry *entry_new_integer(struct heap *heap, struct slice key,
                                int64_t value) {
    struct entry *entry = make(heap, key, INT, sizeof value);
    memcpy(value_bytes(entry), &value, sizeof value);
    return entry;
}

static struct blob *blob_new(struct heap *heap, size_t len) {
    struct blob *blob = heap_alloc(heap, sizeof *blob + len);
    blob->len = blob->room = (uint32_t)len;
    return blob;
}

/* Whether a new value of len bytes can have the old one's block: it must fit,
 * and not waste more than half of it. */
static bool blob_takes(const struct blob *blob, size_t len) {
    return len > EMBED_VALUE_MAX && len <= blob->room && len >= blob->room / 2;
}

static size_t blob_size(const struct blob *blob) {
    return sizeof *blob + blob->room;
}

/* An entry whose value is len bytes, not written yet. */
static struct entry *make_string(struct heap *heap, struct slice key,
                                 size_t len, bool raw) {
    if (len <= EMBED_VALUE_MAX)
        return make(heap, key, EMBED | (raw || len > EMBSTR_MAX ? RAW : 0),
                    len);
    struct entry *entry = make(heap, key, BLOB, sizeof(struct blob *));
    set_blob(entry, blob_new(heap, len));
    return entry;
}

/* Where a string's bytes may be written. */
static char *string_bytes(const struct entry *entry) {
    return layout_of(entry) == BLOB ? blob_of(entry)->bytes
                                    : value_bytes(entry);
}

static struct entry *new_string(struct heap *heap, struct slice key,
                                struct slice value, bool raw) {
    struct entry *entry = make_string(heap, key, value.len, raw);
    if (value.len > 0)
        memcpy(string_bytes(entry), value.ptr, value.len);
    return entry;
}

struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value) {
    int64_t number;
    if (spells_integer(value, &number))
        return entry_new_integer(heap, key, number);
    return new_string(heap, key, value, false);
}

struct entry *entry_new_raw(struct heap *heap, struct slice key,
                            struct slice value) {
    return new_string(heap, key, value, true);
}

void entry_free(struct heap *heap, struct entry *entry) {
    if (layout_of(entry) == BLOB) {
        struct blob *blob = blob_of(entry);
        heap_free(heap, blob, blob_size(blob));
    }
    heap_free(heap, entry, size_of(entry));
}

/* Whether the entry can stay where it is with an embedded value of len. */
static inline bool fits_in_place(const struct entry *entry, size_t len) {
    size_t key_len = entry_key(entry).len;
    return layout_of(entry) != BLOB && len <= EMBED_VALUE_MAX &&
           heap_round(size_of(entry)) == heap_round(size_for(key_len, len));
}

static void set_embedded(struct entry *entry, unsigned kind, const void *value,
                         size_t len) {
    entry->kind = (uint8_t)((entry->kind & LONG_KEY) | kind);
    entry->value_len = (uint8_t)len;
    if (len > 0)
        memcpy(value_bytes(entry), value, len);
}

/* Puts a new entry in the place of an old one. */
static struct entry *replace(struct heap *heap, struct entry *old,
                             struct entry *entry) {
    memcpy(entry->used, old->used, sizeof entry->used);
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
                   entry_new_integer(heap, entry_key(entry), value));
}

struct entry *entry_set_string(struct heap *heap, struct entry *entry,
                               struct slice value) {
    if (fits_in_place(entry, value.len)) {
        set_embedded(entry, EMBED | (value.len > EMBSTR_MAX ? RAW : 0),
                     value.ptr, value.len);
        return entry;
    }
    if (layout_of(entry) == BLOB && blob_takes(blob_of(entry), value.len)) {
        struct blob *blob = blob_of(entry);
        memcpy(blob->bytes, value.ptr, value.len);
        blob->len = (uint32_t)value.len;
        return entry;
    }
    return replace(heap, entry,
                   new_string(heap, entry_key(entry), value, false));
}

struct entry *entry_set(struct heap *heap, struct entry *entry,
                        struct slice value) {
    int64_t number;
    if (spells_integer(value, &number))
        return entry_set_integer(heap, entry, number);
    return entry_set_string(heap, entry, value);
}

/* How much room a string that grows gets: twice its length, or a mebibyte
 * more, so that appending is O(1) a byte. */
static size_t room_for(size_t len) {
    return len < (1 << 20) ? len * 2 : len + (1 << 20);
}

/* Gives a blob another length; what is new is zero. */
static struct blob *blob_edit(struct heap *heap, struct blob *blob,
                              size_t len) {
    if (len > blob->room) {
        size_t room = room_for(len);
        blob = heap_resize(heap, blob, blob_size(blob), sizeof *blob + room);
        blob->room = (uint32_t)room;
    }
    if (len > blob->len)
        memset(blob->bytes + blob->len, 0, len - blob->len);
    blob->len = (uint32_t)len;
    return blob;
}

struct entry *entry_edit(struct heap *heap, struct entry *entry, size_t len,
                         char **bytes) {
    if (layout_of(entry) == BLOB) {
        set_blob(entry, blob_edit(heap, blob_of(entry), len));
    } else if (layout_of(entry) == EMBED && fits_in_place(entry, len)) {
        if (len > entry->value_len)
            memset(value_bytes(entry) + entry->value_len, 0,
                   len - entry->value_len);
        entry->value_len = (uint8_t)len;
        entry->kind |= RAW;
    } else {
        char scratch[NUMBER_I64_MAX_TEXT];
        struct slice old = entry_value(entry, scratch);
        size_t kept = old.len < len ? old.len : len;
        struct entry *edited = make_string(heap, entry_key(entry), len, true);
        if (kept > 0)
            memcpy(string_bytes(edited), old.ptr, kept);
        if (len > kept)
            memset(string_bytes(edited) + kept, 0, len - kept);
        entry = replace(heap, entry, edited);
    }
    *bytes = string_bytes(entry);
    return entry;
}

struct entry *entry_copy(struct heap *to, const struct entry *entry,
                         struct slice key) {
    if (layout_of(entry) == INT)
        return entry_new_integer(to, key, number_of(entry));
    char scratch[NUMBER_I64_MAX_TEXT];
    return new_string(to, key, entry_value(entry, scratch),
                      entry_encoding(entry) == ENTRY_RAW);
}

struct entry *entry_move(struct heap *from, struct heap *to,
                         struct entry *entry, struct slice key) {
    struct entry *moved;
    if (layout_of(entry) == BLOB) {
        struct blob *blob = blob_of(entry);
        moved = make(to, key, BLOB, sizeof blob);
        set_blob(moved, heap_move(from, to, blob, blob_size(blob)));
        heap_free(from, entry, size_of(entry));
    } else {
        moved = entry_copy(to, entry, key);
        entry_free(from, entry);
    }
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
