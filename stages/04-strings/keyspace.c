#include "keyspace.h"

#include <assert.h>

#include "client.h"
#include "key_use.h"
#include "string_hash.h"

int keyspace_databases = 16;

static struct heap shared_heap;
static struct db *databases[KEYSPACE_MOST]; /* by number */
static uint64_t changes;                    /* since the start */

struct db *keyspace_put(int number, struct db *db) {
    struct db *before = databases[number];
    databases[number] = db;
    db->number = number;
    return before;
}

void keyspace_start(void) {
    string_hash_start();
    for (int i = 0; i < keyspace_databases; i++)
        (void)keyspace_put(i, db_new(&shared_heap, string_hash));
}

void keyspace_stop(void) {
    for (int i = 0; i < keyspace_databases; i++) {
        struct db *db = databases[i];
        databases[i] = NULL;
        db_free(db);
    }
}

struct heap *keyspace_heap(void) {
    return &shared_heap;
}

struct db *keyspace_db(int number) {
    return databases[number];
}

struct key keyspace_key(const struct client *client, struct slice name) {
    return db_key(keyspace_db(client->database), name);
}

struct entry *keyspace_peek(const struct key *key) {
    struct entry **place = db_find(key);
    return place != NULL ? *place : NULL;
}

struct entry *keyspace_look(const struct client *client,
                            const struct key *key) {
    struct entry *entry = keyspace_peek(key);
    stage_key_looked_up(client, key, entry != NULL);
    return entry;
}

/* Notes that a client uses an entry, if it was found. */
static struct entry *use(const struct client *client, struct entry *entry) {
    if (entry == NULL || client->no_touch)
        return entry;
    key_use(entry);
    return entry;
}

struct entry *keyspace_read(const struct client *client,
                            const struct key *key) {
    return use(client, keyspace_look(client, key));
}

struct entry *keyspace_use(const struct client *client, const struct key *key) {
    return use(client, keyspace_peek(key));
}

void keyspace_load(const struct key *key, struct entry *entry) {
    key_use_begin(entry, 0);
    db_add(key, entry);
}

void keyspace_add(const struct key *key, struct entry *entry) {
    keyspace_load(key, entry);
    stage_key_added(key);
}

void keyspace_set(const struct key *key, struct slice value) {
    struct entry **place = db_find(key);
    if (place != NULL)
        key_use(db_set(key, place, value));
    else
        keyspace_add(key, entry_new(&shared_heap, key->text, value));
}

/* Returns the place of a key's entry, and makes an entry if there is none. Who
 * edits a value has looked it up, so this is no further use. */
static struct entry **make_place(const struct key *key) {
    struct entry **place = db_find(key);
    if (place == NULL) {
        struct slice nothing = {"", 0};
        keyspace_add(key, entry_new(&shared_heap, key->text, nothing));
        place = db_find(key); /* where it went, only the database knows */
        assert(place != NULL);
    }
    return place;
}

void keyspace_set_integer(const struct key *key, int64_t value) {
    struct entry **place = make_place(key);
    *place = entry_set_integer(&shared_heap, *place, value);
}

void keyspace_set_string(const struct key *key, struct slice value) {
    struct entry **place = make_place(key);
    *place = entry_set_string(&shared_heap, *place, value);
}

char *keyspace_edit(const struct key *key, size_t len) {
    struct entry **place = make_place(key);
    char *bytes;
    *place = entry_edit(&shared_heap, *place, len, &bytes);
    return bytes;
}

bool keyspace_delete(const struct key *key) {
    struct entry *entry = db_take(key);
    if (entry == NULL)
        return false;
    entry_free(&shared_heap, entry);
    return true;
}

void keyspace_copy(const struct key *key, const struct key *as) {
    (void)keyspace_delete(as); /* it may not be there */
    struct entry *entry = *db_find(key);
    keyspace_add(as, entry_copy(&shared_heap, entry, as->text));
}

void keyspace_move(const struct key *key, const struct key *as) {
    (void)keyspace_delete(as);
    struct entry *entry = db_take(key);
    /* Not keyspace_add(): the value stays as used as it was. */
    db_add(as, entry_rename(&shared_heap, entry, as->text));
    stage_key_added(as);
}

void keyspace_flush(struct db *db) {
    size_t count = db->dict.count;
    if (count == 0)
        return;
    /* Whoever hears of it finds the new, empty one at that number. */
    (void)keyspace_put(db->number, db_new(&shared_heap, string_hash));
    changes += count;
    stage_flushed(db, count);
    db_free(db);
}

void keyspace_swap(int one, int other) {
    (void)keyspace_put(one, keyspace_put(other, databases[one]));
    changes++;
    stage_swapped(one, other);
}

size_t keyspace_size(const struct db *db) {
    return db->dict.count;
}

void keyspace_changed(const struct key *key, const char *event,
                      uint64_t count) {
    changes += count;
    stage_key_changed(key, event, count);
}

/* This counts even if the database was empty: those who keep a copy hear only
 * of what counts. */
void keyspace_emptied(bool all) {
    changes++;
    stage_emptied(all);
}

uint64_t keyspace_changes(void) {
    return changes;
}
