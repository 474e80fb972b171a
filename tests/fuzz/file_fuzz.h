/* What the targets that read files share: a server without a network, and what
 * is done with values that came from bytes of a stranger. */
#ifndef FILE_FUZZ_H
#define FILE_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "entry.h"
#include "slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first call starts the keyspace and a client; each begins with no keys. */
void file_fuzz_begin(void);

static inline struct slice file_fuzz_text(const char *text) {
    return (struct slice){(char *)(uintptr_t)text, strlen(text)};
}

/* Adds an entry of database 0 under its key. */
void file_fuzz_add(struct entry *entry);

/* A block that ends where the bytes end, so that AddressSanitizer sees a byte
 * read too far; free() it. */
void *file_fuzz_copy(const void *bytes, size_t size);

/* Runs commands of all types on a key: what has been let in must hold, whatever
 * is done with it. Its digest is that of its copy. */
void file_fuzz_use(struct slice key);

/* Runs them on some of the keys that are there, then drops all. */
void file_fuzz_use_all(void);

#endif
