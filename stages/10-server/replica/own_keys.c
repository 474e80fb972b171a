#include "own_keys.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "entry_expiry.h"
#include "string_hash.h"
#include "timer.h"
#include "xalloc.h"

enum {
    LOOK_US = 1000000,
    LOOK_KEYS = 1024 /* of each database at a time, at most */
};

struct own_key {
    uint32_t len;
    char text[];
};

/* The keys that were recorded, a table for each database. A table is made when
 * it is first needed: hardly any replica needs one. */
static struct dict tables[KEYSPACE_MOST];
static struct heap heap; /* of the tables */
static size_t count;

static void look(struct timer *timer);
static struct timer timer = {.expired = look};

static struct slice text_of(const void *item) {
    const struct own_key *own = item;
    return (struct slice){(char *)own->text, own->len};
}

static struct dict *table_of(int database) {
    if (tables[database].hash == NULL)
        dict_init(&tables[database], &heap, text_of, string_hash);
    return &tables[database];
}

void own_keys_changed(const struct key *key) {
    struct dict *table = table_of(key->db->number);
    /* A key whose new expiry has passed already is hidden, but it is there, and
     * nobody else will delete it. */
    enum db_judgement judged = db_judge(DB_STAYS);
    const struct entry *entry = keyspace_peek(key);
    (void)db_judge(judged);
    if (entry == NULL || entry_expiry(entry) == NO_EXPIRY ||
        dict_find(table, key->text, key->hash) != NULL)
        return;
    struct own_key *own = xmalloc(sizeof *own + key->text.len);
    own->len = (uint32_t)key->text.len;
    if (key->text.len > 0)
        memcpy(own->text, key->text.ptr, key->text.len);
    dict_add(table, own, key->hash);
    count++;
    if (timer.slot == 0)
        timer_start(&timer, clock_monotonic_us() + LOOK_US);
}

size_t own_keys_count(void) {
    return count;
}

static void forget(struct dict *table, struct own_key *own,
                   const struct key *key) {
    (void)dict_remove(table, key->text, key->hash);
    free(own); /* only now: the text of the key lies in it */
    count--;
}

/* Collects keys to be looked at, because a table must not change while it is
 * scanned. One that finds no room is met in the next round. */
struct found {
    struct own_key *keys[LOOK_KEYS];
    size_t count;
};

static void visit(void *context, void *item) {
    struct found *found = context;
    if (found->count < LOOK_KEYS)
        found->keys[found->count++] = item;
}

/* A replica hides a key whose time is over. If keys go for this one look-up, it
 * is deleted and reported as expired. A key that is gone, or has no expiry any
 * more, need not be kept here. */
static void look_at(struct dict *table, int database, struct own_key *own) {
    struct key key = db_key(keyspace_db(database), text_of(own));
    enum db_judgement judged = db_judge(DB_GOES);
    const struct entry *entry = keyspace_peek(&key);
    (void)db_judge(judged);
    if (entry == NULL || entry_expiry(entry) == NO_EXPIRY)
        forget(table, own, &key);
}

static void look_at_table(int database) {
    static uint64_t cursors[KEYSPACE_MOST];
    struct dict *table = table_of(database);
    struct found found = {.count = 0};
    uint64_t *cursor = &cursors[database];
    /* A step of the scan may bring many keys at once, so it stops early. */
    do
        *cursor = dict_scan(table, *cursor, visit, &found);
    while (*cursor != 0 && found.count < LOOK_KEYS / 2);
    for (size_t i = 0; i < found.count; i++)
        look_at(table, database, found.keys[i]);
}

static void look(struct timer *unused) {
    (void)unused;
    for (int i = 0; i < keyspace_databases; i++)
        look_at_table(i);
    /* Sooner than at first, because large tables take several rounds. */
    if (count > 0)
        timer_start(&timer, clock_monotonic_us() + LOOK_US / 10);
}

static void free_item(void *context, void *item) {
    (void)context;
    free(item);
}

void own_keys_forget(void) {
    timer_stop(&timer);
    for (int i = 0; i < keyspace_databases; i++) {
        struct dict *table = &tables[i];
        if (table->hash == NULL)
            continue;
        while (!dict_free_some(table, LOOK_KEYS, free_item, NULL))
            continue;
        *table = (struct dict){0};
    }
    count = 0;
}
