#include "db.h"

#include "buf.h"
#include "entry_expiry.h"
#include "key_time.h"
#include "linear_hash.h"
#include "xalloc.h"

/* The limits of db_random(): the entries that it draws and, when all of these
 * were due, the buckets that it looks at. */
enum { RANDOM_TRIES = 100, RANDOM_LOOKS = 4096 };

static struct slice item_key(const void *item) {
    return entry_key(item);
}

struct db *db_new(struct heap *heap, uint64_t (*hash)(struct slice text)) {
    struct db *db = xcalloc(1, sizeof *db);
    db->heap = heap;
    dict_init(&db->dict, heap, item_key, hash);
    return db;
}

/* Judging by the clock. */

static enum db_judgement judged; /* zero: they go */

enum db_judgement db_judge(enum db_judgement judgement) {
    enum db_judgement before = judged;
    judged = judgement;
    /* Keys may have come due while none of them went. */
    if (judged == DB_GOES && before != DB_GOES)
        stage_key_falls_due(key_time_ms());
    return before;
}

bool db_lets_go(void) {
    return judged == DB_GOES;
}

bool db_repeats(void) {
    return judged == DB_STAYS;
}

/* A command that names this very millisecond comes too late, as in Redis. */
bool db_is_past(int64_t expiry) {
    switch (judged) {
    case DB_GOES: return expiry != NO_EXPIRY && expiry <= key_time_ms();
    case DB_HIDDEN: return false; /* the key is hidden with its new expiry */
    default: return expiry != NO_EXPIRY && expiry <= 0;
    }
}

/* The clock ticks in milliseconds, and the entry may have been set in the
 * middle of one. So it has lived its time when the millisecond of its expiry is
 * over, not when that begins: at due_after(expiry). */
static inline bool is_over(int64_t expiry) {
    return expiry < key_time_ms();
}

/* Returns true if nobody may find the entry, since its time is over. */
static inline bool is_due(const struct entry *entry) {
    int64_t expiry = entry_expiry(entry);
    return expiry != NO_EXPIRY && is_over(expiry) && judged != DB_STAYS;
}

/* Tells the index of expiries, and whoever frees entries in time, of an
 * expiry. */
static void note_expiry(const struct key *key, int64_t expiry) {
    if (expiry == NO_EXPIRY)
        return;
    struct db *db = key->db;
    due_note(&db->due, linear_bucket(db->dict.buckets, key->hash),
             due_after(expiry));
    stage_key_falls_due(due_after(expiry));
}

/* Counts an expiry that comes or goes. */
static void count_expiry(struct db *db, int64_t expiry, bool comes) {
    if (expiry == NO_EXPIRY)
        return;
    /* Adding SIZE_MAX subtracts one. */
    db->expiring += comes ? 1 : SIZE_MAX;
    db->expiry_sum += comes ? (uint64_t)expiry : 0 - (uint64_t)expiry;
}

/* Removes an entry, due or not. */
static struct entry *take(const struct key *key) {
    struct db *db = key->db;
    size_t buckets = db->dict.buckets;
    struct entry *entry = dict_remove(&db->dict, key->text, key->hash);
    if (db->dict.buckets < buckets)
        due_join(&db->due, buckets - 1);
    if (entry != NULL)
        count_expiry(db, entry_expiry(entry), false);
    return entry;
}

/* Removes an entry whose time has come, and frees it. The key may lie in the
 * entry. */
static void expire(const struct key *key) {
    struct entry *entry = take(key);
    stage_key_expired(key); /* who hears of it finds it gone */
    entry_free(key->db->heap, entry);
}

static struct entry **find(const struct key *key) {
    return (struct entry **)dict_find(&key->db->dict, key->text, key->hash);
}

struct key db_key(struct db *db, struct slice text) {
    return (struct key){db, text, db->dict.hash(text)};
}

struct entry **db_find(const struct key *key) {
    struct entry **place = find(key);
    if (place == NULL || !is_due(*place))
        return place;
    if (judged == DB_GOES)
        expire(key);
    return NULL;
}

void db_add(const struct key *key, struct entry *entry) {
    struct db *db = key->db;
    if (judged == DB_HIDDEN && find(key) != NULL)
        expire(key); /* it is hidden, and in the way */
    size_t buckets = db->dict.buckets;
    dict_add(&db->dict, entry, key->hash);
    if (db->dict.buckets > buckets)
        due_split(&db->due, buckets);
    count_expiry(db, entry_expiry(entry), true);
    note_expiry(key, entry_expiry(entry));
}

struct entry *db_set_until(const struct key *key, struct entry **place,
                           struct slice value, int64_t expiry) {
    db_set_expiry(key, place, expiry);
    /* The entry for the new value takes the expiry over from the old one. */
    return *place = entry_set(key->db->heap, *place, value);
}

struct entry *db_set(const struct key *key, struct entry **place,
                     struct slice value) {
    return db_set_until(key, place, value, NO_EXPIRY);
}

void db_set_expiry(const struct key *key, struct entry **place,
                   int64_t expiry) {
    struct db *db = key->db;
    if (entry_expiry(*place) == NO_EXPIRY && expiry == NO_EXPIRY)
        return;
    count_expiry(db, entry_expiry(*place), false);
    count_expiry(db, expiry, true);
    *place = entry_set_expiry(db->heap, *place, expiry);
    note_expiry(key, expiry);
}

struct entry *db_take(const struct key *key) {
    struct entry **place = find(key);
    if (place == NULL || !is_due(*place))
        return take(key);
    expire(key);
    return NULL;
}

bool db_drop(const struct key *key) {
    struct entry *entry = take(key);
    if (entry == NULL)
        return false;
    entry_free(key->db->heap, entry);
    return true;
}

int64_t db_next_due_ms(const struct db *db) {
    size_t bucket;
    return judged == DB_GOES ? due_first(&db->due, &bucket) : DUE_NEVER;
}

/* The entries of a bucket that have fallen due. */
struct harvest {
    struct entry *due[64];
    size_t count;
    int64_t next; /* when the first of the others is due */
};

static void harvest(void *context, void *item) {
    struct harvest *harvest = context;
    int64_t expiry = entry_expiry(item);
    if (expiry == NO_EXPIRY)
        return;
    bool room = harvest->count < sizeof harvest->due / sizeof *harvest->due;
    /* What finds no room is left for the next call, and soon due for it. */
    if (is_over(expiry) && room)
        harvest->due[harvest->count++] = item;
    else if (due_after(expiry) < harvest->next)
        harvest->next = due_after(expiry);
}

static void free_entry(struct db *db, struct entry *entry) {
    struct key key = db_key(db, entry_key(entry));
    expire(&key);
}

size_t db_expire_some(struct db *db) {
    size_t bucket;
    if (judged != DB_GOES || due_first(&db->due, &bucket) > key_time_ms())
        return 0;
    struct harvest found = {.next = DUE_NEVER};
    (void)dict_scan(&db->dict, bucket, harvest, &found);
    /* The time is set before the entries go: freeing them may move what else
     * the bucket holds. */
    due_set(&db->due, bucket, found.next);
    for (size_t i = 0; i < found.count; i++)
        free_entry(db, found.due[i]);
    return found.count;
}

/* A visitor that passes on the entries that are not due. It frees none, since
 * who looks at all keys (KEYS, a save) need not wait for that. */
struct living {
    void (*visit)(void *context, void *entry);
    void *context;
};

static void visit_living(void *context, void *item) {
    const struct living *living = context;
    if (!is_due(item))
        living->visit(living->context, item);
}

uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context) {
    struct living living = {visit, context};
    return dict_scan(&db->dict, cursor, visit_living, &living);
}

/* A visitor that passes on the entries that fit and are not due, and keeps the
 * addresses of those that are: a walk must not remove what it visits. */
struct search {
    bool (*fits)(void *context, struct slice key);
    void (*visit)(void *context, void *entry);
    void *context;
    struct buf due;
};

static void visit_fitting(void *context, void *item) {
    struct search *search = context;
    if (!search->fits(search->context, entry_key(item)))
        return;
    if (!is_due(item))
        search->visit(search->context, item);
    else if (judged == DB_GOES)
        buf_append(&search->due, &item, sizeof item);
}

uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context) {
    struct search search = {fits, visit, context, {0}};
    cursor = dict_scan(&db->dict, cursor, visit_fitting, &search);
    for (struct entry *entry; buf_len(&search.due) > 0;) {
        memcpy(&entry, buf_bytes(&search.due), sizeof entry);
        buf_consume(&search.due, sizeof entry);
        free_entry(db, entry);
    }
    buf_free(&search.due);
    return cursor;
}

static void keep_last(void *context, void *entry) {
    *(struct entry **)context = entry;
}

/* Returns an entry that is not due, searching from a random bucket on; NULL if
 * the next buckets have none. It frees nothing, so a look costs little. */
static struct entry *find_living(const struct db *db, uint64_t cursor) {
    struct entry *found = NULL;
    for (int looks = 0; looks < RANDOM_LOOKS && found == NULL; looks++)
        cursor = db_scan(db, cursor, keep_last, &found);
    return found;
}

struct entry *db_random(struct db *db, uint64_t (*random)(void)) {
    for (int tries = 0; tries < RANDOM_TRIES && db->dict.count > 0; tries++) {
        struct entry *entry = dict_random(&db->dict, random);
        if (!is_due(entry))
            return entry;
        if (judged == DB_GOES)
            free_entry(db, entry);
    }
    return db->dict.count > 0 ? find_living(db, random()) : NULL;
}
