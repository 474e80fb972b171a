#include "victims.h"

#include <stdlib.h>

#include "entry_expiry.h"
#include "expiring_bucket.h"
#include "random.h"
#include "use.h"
#include "xalloc.h"

/* The candidates, the best one last. */
enum { POOL = 16 };
static struct candidate {
    uint32_t age;
    int database;
    char *text; /* of the key; its own */
    size_t len, room;
} pool[POOL];
/* The number of candidates. The entries behind them keep their room for the
 * next ones. */
static size_t pooled;

void victims_forget(void) {
    pooled = 0;
}

/* Moves the candidates from this place on up by one, and brings the unused one
 * behind them, with the room for its text, to the place that is free. */
static struct candidate *open_place(size_t at, size_t end) {
    struct candidate kept = pool[end];
    for (size_t i = end; i > at; i--)
        pool[i] = pool[i - 1];
    pool[at] = kept;
    return &pool[at];
}

/* Drops the worst candidate of a full pool, and makes its place the one below
 * "at". */
static struct candidate *drop_worst(size_t at) {
    struct candidate kept = pool[0];
    for (size_t i = 0; i + 1 < at; i++)
        pool[i] = pool[i + 1];
    pool[at - 1] = kept;
    return &pool[at - 1];
}

static void set_text(struct candidate *candidate, struct slice text) {
    /* The room is kept for the next candidate, so sampling seldom allocates. */
    if (text.len > candidate->room || candidate->text == NULL) {
        candidate->room = text.len < 64 ? 64 : text.len;
        candidate->text = xrealloc(candidate->text, candidate->room);
    }
    if (text.len > 0)
        memcpy(candidate->text, text.ptr, text.len);
    candidate->len = text.len;
}

/* Sampling. */

struct sample {
    int database;
    bool volatile_only;
    size_t seen;
};

/* Puts a key into the pool, if it is better than the worst one there. A key may
 * be there twice; once it is evicted, take_best() drops the other. */
static void consider(const struct sample *sample, const struct entry *entry) {
    uint32_t age = use_age(entry);
    size_t at = 0;
    while (at < pooled && pool[at].age < age)
        at++; /* all before this place can be spared less */
    if (pooled == POOL && at == 0)
        return;
    struct candidate *candidate =
        pooled < POOL ? open_place(at, pooled++) : drop_worst(at);
    candidate->age = age;
    candidate->database = sample->database;
    set_text(candidate, entry_key(entry));
}

static void visit(void *context, void *item) {
    struct sample *sample = context;
    const struct entry *entry = item;
    if (sample->volatile_only && entry_expiry(entry) == NO_EXPIRY)
        return;
    sample->seen++;
    consider(sample, entry);
}

static bool has_candidates(const struct db *db, bool volatile_only) {
    return (volatile_only ? db->expiring : db->dict.count) > 0;
}

/* Draws a bucket at random; if volatile_only, one with a key that expires. That
 * is the next one in order, so a bucket behind many without such a key is drawn
 * more often than others. */
static size_t draw_bucket(const struct db *db, bool volatile_only) {
    size_t bucket = (size_t)(random_bits() % db->dict.buckets);
    return volatile_only ? expiring_bucket_from(db, bucket) : bucket;
}

/* The index of expiry may name a bucket whose key has gone meanwhile, or has
 * lost its expiry. It is corrected when such a bucket is drawn, or a few keys
 * that expire would hardly be found among many that no longer do. */
static void forget_bucket(struct db *db, size_t bucket) {
    due_set(&db->due, bucket, DUE_NEVER);
}

static void sample_db(struct db *db, bool volatile_only, size_t samples) {
    struct sample sample = {db->number, volatile_only, 0};
    /* A bucket may be empty, so the tries are bounded, too. The number of a
     * bucket is also a cursor, of which one step visits that bucket. */
    for (size_t tries = 0; sample.seen < samples && tries < samples; tries++) {
        size_t bucket = draw_bucket(db, volatile_only), before = sample.seen;
        (void)dict_scan(&db->dict, bucket, visit, &sample);
        if (volatile_only && sample.seen == before)
            forget_bucket(db, bucket);
    }
}

/* Returns the entry at a key, or NULL. If its time has come it is still there:
 * a look-up would let it expire, and it is to be evicted. */
static const struct entry *entry_at(const struct key *key) {
    struct entry **place =
        (struct entry **)dict_find(&key->db->dict, key->text, key->hash);
    return place != NULL ? *place : NULL;
}

/* Takes the best candidate that still exists and has not been used since it was
 * looked at. */
static bool take_best(bool volatile_only, struct key *key) {
    while (pooled > 0) {
        /* Its place is free from now on, but nobody writes there before the
         * next search, so the caller may read the key until then. */
        struct candidate *best = &pool[--pooled];
        *key = db_key(keyspace_db(best->database),
                      (struct slice){best->text, best->len});
        const struct entry *entry = entry_at(key);
        if (entry != NULL && use_age(entry) >= best->age &&
            !(volatile_only && entry_expiry(entry) == NO_EXPIRY))
            return true;
    }
    return false;
}

/* All databases share the pool, so the best key of all goes first. */
static bool find_by_use(bool volatile_only, size_t samples, struct key *key) {
    bool any = false;
    /* All candidates may have been deleted or used since, and then others are
     * looked at. After eight rounds in vain any other key will do. */
    for (int round = 0; round < 8; round++) {
        for (int i = 0; i < keyspace_databases; i++) {
            struct db *db = keyspace_db(i);
            if (!has_candidates(db, volatile_only))
                continue;
            any = true;
            sample_db(db, volatile_only, samples);
        }
        if (!any)
            return false;
        if (take_best(volatile_only, key))
            return true;
    }
    return false;
}

/* Any key at random. The databases take turns. */

/* Several keys of a bucket may expire; the last of them is chosen. That is as
 * good as any, since the keyed hash decides which keys share a bucket. */
static void keep_one(void *context, void *item) {
    struct entry **chosen = context;
    if (entry_expiry(item) != NO_EXPIRY)
        *chosen = item;
}

static struct entry *draw(struct db *db, bool volatile_only) {
    if (!volatile_only)
        return dict_random(&db->dict, random_bits);
    struct entry *chosen = NULL;
    for (int tries = 0; chosen == NULL && tries < 64; tries++) {
        size_t bucket = draw_bucket(db, true);
        (void)dict_scan(&db->dict, bucket, keep_one, &chosen);
        if (chosen == NULL)
            forget_bucket(db, bucket);
    }
    /* There is one, and this finds it however many buckets are in the way. */
    return chosen != NULL ? chosen : expiring_first(db);
}

/* Copies the name of the key, because the entry is gone before those who must
 * know are told. */
static void name_victim(struct db *db, const struct entry *entry,
                        struct key *key) {
    static struct candidate chosen;
    set_text(&chosen, entry_key(entry));
    *key = db_key(db, (struct slice){chosen.text, chosen.len});
}

static bool find_drawn(bool volatile_only, struct key *key) {
    static int turn;
    for (int i = 0; i < keyspace_databases; i++) {
        turn = (turn + 1) % keyspace_databases;
        struct db *db = keyspace_db(turn);
        struct entry *entry =
            has_candidates(db, volatile_only) ? draw(db, volatile_only) : NULL;
        if (entry == NULL)
            continue;
        name_victim(db, entry, key);
        return true;
    }
    return false;
}

/* Finds the key that expires first, in all databases. */
static bool find_by_ttl(struct key *key) {
    struct db *chosen = NULL;
    int64_t first = 0;
    struct entry *entry = NULL;
    for (int i = 0; i < keyspace_databases; i++) {
        struct db *db = keyspace_db(i);
        struct entry *next = expiring_first(db);
        if (next == NULL || (chosen != NULL && entry_expiry(next) >= first))
            continue;
        chosen = db;
        entry = next;
        first = entry_expiry(next);
    }
    if (chosen == NULL)
        return false;
    name_victim(chosen, entry, key);
    return true;
}

bool victim_find(enum victim_rule rule, bool volatile_only, size_t samples,
                 struct key *key) {
    switch (rule) {
    case VICTIM_BY_TTL: return find_by_ttl(key);
    case VICTIM_DRAWN: return find_drawn(volatile_only, key);
    default:
        return find_by_use(volatile_only, samples, key) ||
               find_drawn(volatile_only, key);
    }
}
