#include "string_hash.h"

#include "siphash.h"

static struct siphash_key key;

void string_hash_start(void) {
    key = siphash_random_key();
}

uint64_t string_hash(struct slice text) {
    return siphash13(&key, text.ptr, text.len);
}
