#include "digest.h"

#include <string.h>

#include "entry_expiry.h"
#include "entry_object.h"
#include "keyspace.h"
#include "list.h"

void digest_add(struct digest *digest, const void *bytes, size_t len) {
    uint8_t hash[SHA1_SIZE];
    sha1(bytes, len, hash);
    for (size_t i = 0; i < SHA1_SIZE; i++)
        digest->bytes[i] ^= hash[i];
}

void digest_mix(struct digest *digest, const void *bytes, size_t len) {
    digest_add(digest, bytes, len);
    sha1(digest->bytes, sizeof digest->bytes, digest->bytes);
}

static void mix_slice(struct digest *digest, struct slice bytes) {
    digest_mix(digest, bytes.ptr, bytes.len);
}

/* A number of 32 bits, the high byte first. */
static void mix_number(struct digest *digest, uint32_t number) {
    uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 8), (uint8_t)number};
    digest_mix(digest, bytes, sizeof bytes);
}

static void mix_string(struct digest *digest, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    mix_slice(digest, entry_value(entry, scratch));
}

static void mix_list(struct digest *digest, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct list_cursor cursor = list_seek(entry_object(entry), 0);
    for (; cursor.place != NULL; list_next(&cursor, LIST_TAIL))
        mix_slice(digest, list_value(&cursor, scratch));
}

/* What Redis calls the types, by number, and how their elements come in. */
static const struct {
    uint32_t number;
    void (*mix)(struct digest *digest, const struct entry *entry);
} kinds[] = {
    [TYPE_STRING] = {0, mix_string},
    [TYPE_LIST] = {1, mix_list},
};

static void mix_value(struct digest *digest, const struct entry *entry) {
    enum type type = entry_type(entry);
    mix_number(digest, kinds[type].number);
    kinds[type].mix(digest, entry);
    if (entry_expiry(entry) != NO_EXPIRY)
        digest_add(digest, "!!expire!!", 10);
}

struct digest digest_of_value(const struct entry *entry) {
    struct digest digest = {0};
    mix_value(&digest, entry);
    return digest;
}

static void add_entry(void *context, void *item) {
    struct digest *all = context, digest = {0};
    mix_slice(&digest, entry_key(item));
    mix_value(&digest, item);
    digest_add(all, digest.bytes, sizeof digest.bytes);
}

struct digest digest_of_data(void) {
    struct digest all = {0};
    for (int i = 0; i < KEYSPACE_DATABASES; i++) {
        const struct db *db = keyspace_db(i);
        if (keyspace_size(db) == 0)
            continue;
        mix_number(&all, (uint32_t)i);
        uint64_t cursor = 0;
        do
            cursor = keyspace_scan(db, cursor, add_entry, &all);
        while (cursor != 0);
    }
    return all;
}
