/* An entry: one key with its value, in one allocation.
 *
 *     kind  key_len  value_len  used[3]  key bytes  value
 *
 * The value is one of
 *     INT     a 64-bit integer, 8 bytes
 *     EMBED   value_len bytes that follow the key
 *     BLOCK   the address of a block of its own, 8 bytes: for what is long
 * A key of more than 255 bytes has its length in 4 bytes before it. Numbers
 * are not aligned. used[] is when the key was last looked at, in seconds,
 * modulo 2^24.
 *
 * An entry belongs to the heap that it was made in. */
#ifndef ENTRY_H
#define ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "number.h"
#include "resp.h"
#include "slice.h"
#include "type.h"

struct entry;

struct slice entry_key(const struct entry *entry);
enum type entry_type(const struct entry *entry);

/* As OBJECT ENCODING names it: "int", "embstr" or "raw" for a string. A raw
 * string is one that is longer than 44 bytes or that was edited in place. */
const char *entry_encoding(const struct entry *entry);

/* Strings. */

/* Bytes of the longest one, 512 MiB: what a request may bring, a command may
 * make, too. */
enum { ENTRY_STRING_MAX = RESP_BULK_MAX };

/* Whether the value is kept as an integer; if so, which. */
bool entry_is_int(const struct entry *entry, int64_t *out);

/* The value as bytes; an integer is written into scratch. */
struct slice entry_value(const struct entry *entry,
                         char scratch[static NUMBER_I64_MAX_TEXT]);

/* The value's length without the bytes. */
size_t entry_value_len(const struct entry *entry);

/* Whether the value is an integer in its one spelling, whatever its encoding.
 */
bool entry_integer(const struct entry *entry, int64_t *out);

/* Makes an entry. Bytes that spell a 64-bit integer become one. The second
 * form keeps them as they are, as a raw string, with room for more. */
struct entry *entry_new(struct heap *heap, struct slice key,
                        struct slice value);
struct entry *entry_new_raw(struct heap *heap, struct slice key,
                            struct slice value);
struct entry *entry_new_integer(struct heap *heap, struct slice key,
                                int64_t value);

/* Gives the entry another value; all else that it has stays. Returns where it
 * is now: the same place when the new value fits. The value must not lie in
 * this entry. */
struct entry *entry_set(struct heap *heap, struct entry *entry,
                        struct slice value);
struct entry *entry_set_integer(struct heap *heap, struct entry *entry,
                                int64_t value);
/* The same, but bytes stay bytes, even if they spell an integer. */
struct entry *entry_set_string(struct heap *heap, struct entry *entry,
                               struct slice value);

/* Makes the value a raw string of len bytes, of which those that it had stay
 * and new ones are zero. *bytes is where they may be edited. Returns where the
 * entry is now. */
struct entry *entry_edit(struct heap *heap, struct entry *entry, size_t len,
                         char **bytes);

/* Values of all types. */

/* The same value under another key, in another heap or the same one. The copy
 * leaves the entry as it is; the move takes its value and frees it. */
struct entry *entry_copy(struct heap *to, const struct entry *entry,
                         struct slice key);
struct entry *entry_move(struct heap *from, struct heap *to,
                         struct entry *entry, struct slice key);

void entry_free(struct heap *heap, struct entry *entry);

/* When it was last used, in seconds modulo 2^24. */
uint32_t entry_used(const struct entry *entry);
void entry_set_used(struct entry *entry, uint32_t seconds);

#endif
