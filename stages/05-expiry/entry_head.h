/* The head of an entry: all that stands before the value.
 *
 *     kind  key_len  value_len  used[3]  [expiry]  [length of a long key]  key
 *
 * For entry.c alone, which puts values behind it. */
#ifndef ENTRY_HEAD_H
#define ENTRY_HEAD_H

#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct entry {
    uint8_t kind; /* flags of the head, and what entry.c says of the value */
    uint8_t key_len;
    uint8_t value_len; /* bytes behind the head */
    uint8_t used[3];
    char rest[];
};

enum {
    HEAD_EXPIRES = 0x40,  /* rest[] begins with the expiry, 8 bytes */
    HEAD_LONG_KEY = 0x80, /* then comes the key's length, 4 bytes */
    HEAD_FLAGS = HEAD_EXPIRES | HEAD_LONG_KEY,
    HEAD_SHORT_KEY_MAX = 255
};

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

/* Where the value begins. */
static inline char *head_end(const struct entry *entry) {
    struct slice key = head_key(entry);
    return key.ptr + key.len;
}

static inline size_t head_size(const struct entry *entry) {
    return (size_t)(head_end(entry) - (const char *)entry);
}

/* An entry with room for a value of that size, which takes over from another
 * all that an entry has beside key and value; with NULL it begins afresh. Of
 * kind only the flags of the head are set. */
struct entry *head_new(struct heap *heap, struct slice key,
                       const struct entry *like, size_t value_size);

#endif
