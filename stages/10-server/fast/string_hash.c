#include "string_hash.h"

#include "hash_ahead.h"
#include "random.h"
#include "siphash.h"

static struct siphash_key secret;
static const struct key *ahead;

void string_hash_start(void) {
    random_secret(&secret, sizeof secret);
}

void hash_ahead(const struct key *key) {
    ahead = key;
}

/* The address and the length are enough to recognize the key, because its bytes
 * do not change in the meantime. */
uint64_t string_hash(struct slice text) {
    if (ahead != NULL && text.ptr == ahead->text.ptr &&
        text.len == ahead->text.len)
        return ahead->hash;
    return siphash13(&secret, text.ptr, text.len);
}
