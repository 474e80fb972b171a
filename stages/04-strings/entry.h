/* An entry: one key with its value, in one allocation if the value is small.
 *
 * An integer stands in the entry itself, and a short string behind the key. A
 * long string has a block of its own, whose address the entry holds. An entry
 * belongs to the heap that it was made in. */
#ifndef ENTRY_H
#define ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "number.h"
#include "slice.h"
#include "stage.h"

/* Each block belongs to a type: it is a long string here, and in later stages
 * the structure of another type. Code that need not look inside uses the row of
 * its type, in stage.c. */
struct type_row {
    const char *name;                           /* as TYPE answers */
    const char *(*encoding)(const void *block); /* as OBJECT ENCODING answers */
    void (*free)(struct heap *heap, void *block);
    void *(*copy)(struct heap *to, const void *block);
};

extern const struct type_row stage_types[]; /* by enum type */

struct entry;

struct slice entry_key(const struct entry *entry);
enum type entry_type(const struct entry *entry);

/* Returns the name that OBJECT ENCODING gives: "int", "embstr" or "raw" for a
 * string. A raw string is longer than 44 bytes, or was edited. */
const char *entry_encoding(const struct entry *entry);

/* Strings. */

/* Returns true if the value is kept as an integer, and sets *out to it. */
bool entry_is_int(const struct entry *entry, int64_t *out);

/* Returns the value as bytes; an integer is written into scratch. Without an
 * entry (NULL) there are none. */
struct slice entry_value(const struct entry *entry,
                         char scratch[static NUMBER_I64_MAX_TEXT]);

size_t entry_value_len(const struct entry *entry);

/* Returns true if the value spells an integer, however it is kept, and sets
 * *out to it. */
bool entry_integer(const struct entry *entry, int64_t *out);

/* Makes an entry. Bytes that spell a 64-bit integer become one. */
struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value);

/* These give the entry another value and leave the rest of it as it is. They
 * return where the entry is now. The value must not lie in this entry.
 * entry_set_string() keeps bytes as bytes even if they spell an integer. */
struct entry *entry_set(struct heap *heap, struct entry *entry,
                        struct slice value);
struct entry *entry_set_integer(struct heap *heap, struct entry *entry,
                                int64_t value);
struct entry *entry_set_string(struct heap *heap, struct entry *entry,
                               struct slice value);

/* Makes the value of a string entry a raw string of len bytes. Old bytes stay
 * as far as they fit, and new ones are zero. Sets *bytes to where they may be
 * edited. Returns where the entry is now. */
struct entry *entry_edit(struct heap *heap, struct entry *entry, size_t len,
                         char **bytes);

/* Values of all types. */

/* Give the value another key: entry_copy() makes a copy of it, entry_rename()
 * moves the value itself and frees the old entry, which takes no longer for a
 * large value. */
struct entry *entry_copy(struct heap *heap, const struct entry *entry,
                         struct slice key);
struct entry *entry_rename(struct heap *heap, struct entry *entry,
                           struct slice key);

void entry_free(struct heap *heap, struct entry *entry);

/* When it was last used, in seconds, modulo 2^24. */
uint32_t entry_used(const struct entry *entry);
void entry_set_used(struct entry *entry, uint32_t seconds);

#endif
