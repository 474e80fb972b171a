/* Hashes: fields, each with its value.
 *
 * A small one is a packed block of field, value, field, value, in the order in
 * which the fields came; a large one is a dict of items. limits.h says what
 * counts as small. A large hash does not become small again. A hash belongs to
 * the heap that it was made in. */
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
/* The same, with room for the pairs of field and value that are about to be
 * set. */
struct hash *hash_new_for(struct heap *heap, const struct slice *pairs,
                          size_t count);

/* For the table of types. */
const char *hash_encoding(const void *hash);
void hash_free(struct heap *heap, void *hash);
void *hash_copy(struct heap *to, const void *hash);

size_t hash_size(const struct hash *hash);

/* The dict of a large hash, whose fields stage 10 prefetches; NULL if it is
 * small. */
const struct dict *hash_dict(const struct hash *hash);

/* The listpack of a small hash: field, value, field, value; NULL if it is
 * large. */
const uint8_t *hash_listpack(const struct hash *hash);

/* The bytes that it takes. */
size_t hash_memory(const struct hash *hash);

/* Announces that count fields will be set: if that is too many for a small
 * hash, it becomes large at once. */
void hash_expect(struct heap *heap, struct hash **hash, size_t count);

/* Sets a field, new or not. Neither the field nor the value may lie in the
 * hash. Returns true if the field is new. */
bool hash_set(struct heap *heap, struct hash **hash, struct slice field,
              struct slice value);

/* Removes a field. Returns false if it was not there. */
bool hash_remove(struct heap *heap, struct hash **hash, struct slice field);

/* Finds the value of a field; an integer is written into scratch. Returns false
 * if there is no such field. */
bool hash_get(const struct hash *hash, struct slice field, struct slice *value,
              char scratch[static NUMBER_I64_MAX_TEXT]);

/* Calls visit for some fields and returns the cursor to go on from; see
 * set_scan() in set.h. */
uint64_t hash_scan(const struct hash *hash, uint64_t cursor,
                   void (*visit)(void *context, struct slice field,
                                 struct slice value),
                   void *context);

/* A field and its value. */
struct hash_pair {
    struct slice field, value;
    char scratch[2][NUMBER_I64_MAX_TEXT]; /* for values that are integers */
};

/* Reads the field at that place of a small hash, and its value. */
void hash_read_pair(const uint8_t *place, struct hash_pair *pair);

/* Gives a field, each as likely as any other, with its value. The hash must not
 * be empty. Good until the next change. */
void hash_random(const struct hash *hash, struct hash_pair *pair);

#endif
