#include "digest.h"

#include "entry_expiry.h"
#include "entry_object.h"
#include "hash.h"
#include "keyspace.h"
#include "members.h"
#include "score.h"
#include "stream.h"
#include "zset.h"

static void add(struct digest *digest, const void *bytes, size_t len) {
    uint8_t hash[SHA1_SIZE];
    sha1(bytes, len, hash);
    for (size_t i = 0; i < SHA1_SIZE; i++)
        digest->bytes[i] ^= hash[i];
}

static void mix(struct digest *digest, const void *bytes, size_t len) {
    add(digest, bytes, len);
    sha1(digest->bytes, sizeof digest->bytes, digest->bytes);
}

static void mix_slice(struct digest *digest, struct slice bytes) {
    mix(digest, bytes.ptr, bytes.len);
}

/* Mixes a 32-bit number in, the high byte first. */
static void mix_number(struct digest *digest, uint32_t number) {
    uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 8), (uint8_t)number};
    mix(digest, bytes, sizeof bytes);
}

/* How the values of each type are mixed in. Bytes are those that a client would
 * get, whatever form the value is kept in. */

static void mix_string(struct digest *digest, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    mix_slice(digest, entry_value(entry, scratch));
}

static void mix_member(void *context, struct slice member) {
    mix_slice(context, member);
}

static void mix_list(struct digest *digest, const struct entry *entry) {
    members_visit(entry, false, mix_member, digest);
}

static void add_member(void *context, struct slice member) {
    add(context, member.ptr, member.len);
}

static void mix_set(struct digest *digest, const struct entry *entry) {
    members_visit(entry, false, add_member, digest);
}

/* Adds a member together with its value or score. */
static void add_pair(struct digest *digest, struct slice name,
                     struct slice value) {
    struct digest pair = {0};
    mix_slice(&pair, name);
    mix_slice(&pair, value);
    add(digest, pair.bytes, sizeof pair.bytes);
}

static void mix_zset(struct digest *digest, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT], score[SCORE_MAX_TEXT];
    const struct zset *zset = entry_object(entry);
    struct zset_cursor at = zset_seek(zset, 0);
    for (size_t left = zset_count(zset); left > 0; left--) {
        size_t len = score_format_shortest(score, zset_score_at(&at));
        add_pair(digest, zset_member(&at, scratch), (struct slice){score, len});
        zset_next(&at, false);
    }
}

static void add_field(void *context, struct slice field, struct slice value) {
    add_pair(context, field, value);
}

static void mix_hash(struct digest *digest, const struct entry *entry) {
    uint64_t cursor = 0;
    do
        cursor = hash_scan(entry_object(entry), cursor, add_field, digest);
    while (cursor != 0);
}

static void mix_entry(struct digest *digest, struct stream_entry *entry) {
    char text[STREAM_ID_MAX_TEXT], scratch[NUMBER_I64_MAX_TEXT];
    size_t len = stream_id_format(text, entry->id);
    /* Redis writes an ID with a point here. */
    *(char *)memchr(text, '-', len) = '.';
    mix(digest, text, len);
    uint8_t *field, *value;
    while (stream_entry_pair(entry, &field, &value)) {
        mix_slice(digest, listpack_text(field, scratch));
        mix_slice(digest, listpack_text(value, scratch));
    }
}

static void mix_stream(struct digest *digest, const struct entry *entry) {
    struct stream_range range;
    stream_range_start(&range, entry_object(entry), STREAM_ID_LEAST,
                       STREAM_ID_MOST, false);
    while (stream_range_next(&range))
        mix_entry(digest, &range.entry);
}

/* The types by Redis's numbers for them, and how their elements are combined.
 */
static const struct {
    uint32_t number; /* 5 is a module's */
    void (*mix)(struct digest *digest, const struct entry *entry);
} kinds[] = {
    [TYPE_STRING] = {0, mix_string}, [TYPE_LIST] = {1, mix_list},
    [TYPE_SET] = {2, mix_set},       [TYPE_ZSET] = {3, mix_zset},
    [TYPE_HASH] = {4, mix_hash},     [TYPE_STREAM] = {6, mix_stream},
};

static void mix_value(struct digest *digest, const struct entry *entry) {
    enum type type = entry_type(entry);
    mix_number(digest, kinds[type].number);
    kinds[type].mix(digest, entry);
    /* That it expires counts, but not when. */
    if (entry_expiry(entry) != NO_EXPIRY)
        add(digest, "!!expire!!", 10);
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
    add(all, digest.bytes, sizeof digest.bytes);
}

struct digest digest_of_data(void) {
    struct digest all = {0};
    for (int i = 0; i < keyspace_databases; i++) {
        const struct db *db = keyspace_db(i);
        /* As in Redis, an empty database leaves no trace. */
        if (keyspace_size(db) == 0)
            continue;
        mix_number(&all, (uint32_t)i);
        uint64_t cursor = 0;
        do
            cursor = dict_scan(&db->dict, cursor, add_entry, &all);
        while (cursor != 0);
    }
    return all;
}
