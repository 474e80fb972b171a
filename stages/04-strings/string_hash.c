#include "string_hash.h"

#include "random.h"
#include "siphash.h"

static struct siphash_key secret;

void string_hash_start(void) {
    random_secret(&secret, sizeof secret);
}

uint64_t string_hash(struct slice text) {
    return siphash13(&secret, text.ptr, text.len);
}
