/* One database: entries by key. It owns its entries, which lie in a heap that
 * other databases may share.
 *
 * Every look-up passes through here. So far a database is a hash table and no
 * more, so each call is one or two of dict.h and entry.h. */
#ifndef DB_H
#define DB_H

#include <stdlib.h>

#include "dict.h"
#include "entry.h"
#include "heap.h"
#include "slice.h"
#include "xalloc.h"

struct db {
    int number; /* the keyspace's; 0 for one that stands alone */
    struct dict dict;
    struct heap *heap;
};

/* A key of a database, with its hash, which is computed once. */
struct key {
    struct db *db;
    struct slice text;
    uint64_t hash;
};

static inline struct slice db_entry_key(const void *entry) {
    return entry_key(entry);
}

static inline void db_free_entry(void *heap, void *entry) {
    entry_free(heap, entry);
}

/* Makes an empty database. Its entries lie in this heap, and its keys are
 * hashed by this function. */
static inline struct db *db_new(struct heap *heap,
                                uint64_t (*hash)(struct slice text)) {
    struct db *db = xcalloc(1, sizeof *db);
    db->heap = heap;
    dict_init(&db->dict, heap, db_entry_key, hash);
    return db;
}

/* Frees the database with all that it holds. */
static inline void db_free(struct db *db) {
    (void)dict_free_some(&db->dict, SIZE_MAX, db_free_entry, db->heap);
    free(db);
}

/* Makes the key of this text, whether it is in the database or not. */
static inline struct key db_key(struct db *db, struct slice text) {
    return (struct key){db, text, db->dict.hash(text)};
}

/* Returns the place that holds the address of the entry with that key, or NULL.
 * A caller that changes the entry, and gets it back at another address, puts
 * that there. The place is good until the next change of the database. */
static inline struct entry **db_find(const struct key *key) {
    return (struct entry **)dict_find(&key->db->dict, key->text, key->hash);
}

/* Adds an entry whose key is not in the database. */
static inline void db_add(const struct key *key, struct entry *entry) {
    dict_add(&key->db->dict, entry, key->hash);
}

/* Gives the entry at a place another value, and returns the entry. */
static inline struct entry *db_set(const struct key *key, struct entry **place,
                                   struct slice value) {
    return *place = entry_set(key->db->heap, *place, value);
}

/* Removes the entry with that key and hands it to the caller; NULL if there is
 * none. */
static inline struct entry *db_take(const struct key *key) {
    return dict_remove(&key->db->dict, key->text, key->hash);
}

/* See dict_scan(). */
static inline uint64_t db_scan(const struct db *db, uint64_t cursor,
                               void (*visit)(void *context, void *entry),
                               void *context) {
    return dict_scan(&db->dict, cursor, visit, context);
}

struct db_search {
    bool (*fits)(void *context, struct slice key);
    void (*visit)(void *context, void *entry);
    void *context;
};

static inline void db_visit_fitting(void *context, void *entry) {
    const struct db_search *search = context;
    if (search->fits(search->context, entry_key(entry)))
        search->visit(search->context, entry);
}

/* Like db_scan(), but visits only the entries whose keys fit. */
static inline uint64_t db_search(struct db *db, uint64_t cursor,
                                 bool (*fits)(void *context, struct slice key),
                                 void (*visit)(void *context, void *entry),
                                 void *context) {
    struct db_search search = {fits, visit, context};
    return dict_scan(&db->dict, cursor, db_visit_fitting, &search);
}

/* Returns any entry, each as likely as the others, or NULL. */
static inline struct entry *db_random(struct db *db, uint64_t (*random)(void)) {
    return db->dict.count > 0 ? dict_random(&db->dict, random) : NULL;
}

#endif
