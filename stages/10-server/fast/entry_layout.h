/* The layout of an entry in memory, in as few bytes as possible.
 *
 *     kind  key_len  value_len  used[3]  [expiry]  [length of a long key]  key
 *     value
 *
 * The value is one of
 *     INT     a 64-bit integer, 8 bytes
 *     EMBED   value_len bytes
 *     BLOCK   the address of a block of its own, 8 bytes
 * Only an entry that expires has room for its expiry. A key of more than 255
 * bytes has its length in 4 bytes before it. Numbers are not aligned. used[] is
 * the time of the key's last use, in seconds, modulo 2^24.
 *
 * This header is for entry.c, and for modules that keep values of other types
 * in entries. */
#ifndef ENTRY_LAYOUT_H
#define ENTRY_LAYOUT_H

#include <stdint.h>

#include "entry.h"

enum layout { INT, EMBED, BLOCK };

struct entry {
    uint8_t kind;
    uint8_t key_len;
    uint8_t value_len;
    uint8_t used[3];
    char rest[];
};

/* The bits of kind. */
enum {
    LAYOUT_MASK = 3,
    RAW = 4,        /* an EMBED that OBJECT ENCODING calls raw */
    TYPE_SHIFT = 3, /* three bits: enum type */
    TYPE_MASK = 7,
    HEAD_EXPIRES = 0x40,  /* rest[] begins with the expiry, 8 bytes */
    HEAD_LONG_KEY = 0x80, /* then comes the key's length, 4 bytes */
    HEAD_FLAGS = HEAD_EXPIRES | HEAD_LONG_KEY
};

enum { HEAD_SHORT_KEY_MAX = 255 };

/* The bytes of the key. */
static inline struct slice head_key(const struct entry *entry) {
    char *at = (char *)entry->rest;
    uint32_t len = entry->key_len;
    if (entry->kind & HEAD_EXPIRES)
        at += sizeof(int64_t);
    if (entry->kind & HEAD_LONG_KEY) {
        memcpy(&len, at, sizeof len);
        at += sizeof len;
    }
    return (struct slice){at, len};
}

/* Returns the place where the value begins. */
static inline char *head_end(const struct entry *entry) {
    struct slice key = head_key(entry);
    return key.ptr + key.len;
}

static inline size_t head_size(const struct entry *entry) {
    return (size_t)(head_end(entry) - (const char *)entry);
}

/* The size of the entry itself, without its block. */
static inline size_t entry_size(const struct entry *entry) {
    return head_size(entry) + entry->value_len;
}

/* Makes an entry with room for a value of this size. Only the flags of the head
 * are set in kind. */
struct entry *head_new(struct heap *heap, struct slice key, int64_t expiry,
                       size_t value_size);

/* Makes an entry that owns a block of this type. It inherits everything but key
 * and value from the other entry, if that is not NULL. */
struct entry *entry_new_block(struct heap *heap, struct slice key,
                              const struct entry *like, enum type type,
                              void *block);

#endif
