/* Hashes: fields, each with its value.
 *
 * A small one is a packed block of field, value, field, value, in the order in
 * which the fields came; a large one a dict of items. limits.h says what small
 * is. A large one does not become small again. A hash belongs to the heap that
 * it was made in. */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "number.h"
#include "slice.h"

struct dict;
struct hash;

struct hash *hash_new(struct heap *heap);
/* The same, with room for what is about to be set: so many pairs of field and
 * value, one after the other. */
struct hash *hash_new_for(struct heap *heap, const struct slice *pairs,
                          size_t count);

/* For the table of types. */
const char *hash_encoding(const void *hash);
void hash_free(struct heap *heap, void *hash);
void *hash_copy(struct heap *to, const void *hash);
void *hash_move(struct heap *from, struct heap *to, void *hash);

size_t hash_size(const struct hash *hash);

/* Where a large one finds its fields, for who brings them into the cache;
 * NULL if it is small. */
const struct dict *hash_dict(const struct hash *hash);

/* The listpack of a small one: field, value, field, value; else NULL. */
const uint8_t *hash_listpack(const struct hash *hash);

/* Bytes that it takes. */
size_t hash_memory(const struct hash *hash);

/* Says that so many fields will be set: if that is too many for a small hash,
 * it becomes a large one at once. */
void hash_expect(struct heap *heap, struct hash **hash, size_t count);

/* Sets a field, new or not. Neither it nor the value may lie in the hash.
 * Returns whether the field is new. */
bool hash_set(struct heap *heap, struct hash **hash, struct slice field,
              struct slice value);

/* Returns whether it was there. */
bool hash_remove(struct heap *heap, struct hash **hash, struct slice field);

/* The value of a field. An integer is written into scratch. Returns whether
 * the field is there. */
bool hash_get(const struct hash *hash, struct slice field, struct slice *value,
              char scratch[static NUMBER_I64_MAX_TEXT]);

/* Calls visit for some fields and returns the cursor that goes on from there;
 * see set_scan() in set.h. */
uint64_t hash_scan(const struct hash *hash, uint64_t cursor,
                   void (*visit)(void *context, struct slice field,
                                 struct slice value),
                   void *context);

/* A field, with its value. */
struct hash_pair {
    struct slice field, value;
    char scratch[2][NUMBER_I64_MAX_TEXT]; /* for those that are integers */
};

/* Puts a field there, of which each is as likely as any other; the hash is not
 * empty. Good until the next change. */
void hash_random(const struct hash *hash, struct hash_pair *pair);

#endif
