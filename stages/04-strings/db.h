/* One database: entries by key. It owns its entries, and a heap that holds
 * them and nothing else.
 *
 * This is the one place through which every look-up passes. */
#ifndef DB_H
#define DB_H

#include "dict.h"
#include "entry.h"
#include "heap.h"
#include "slice.h"

struct db {
    int number; /* the keyspace's; 0 for one that stands alone */
    struct dict dict;
    struct heap heap;
};

/* A key of a database, with its hash, which is computed once. */
struct key {
    struct db *db;
    struct slice text;
    uint64_t hash;
};

/* An empty database whose keys are hashed by this function. */
struct db *db_new(uint64_t (*hash)(struct slice text));

/* Frees it with all that it holds. */
void db_free(struct db *db);

/* The key of this text, there or not. */
struct key db_key(struct db *db, struct slice text);

/* The place of the entry with that key, or NULL. Whoever changes the entry and
 * gets it back at another address puts that there. Good until the next change
 * of the database. */
struct entry **db_find(const struct key *key);

/* Adds an entry whose key is not there. */
void db_add(const struct key *key, struct entry *entry);

/* Sets a key, new or not, to a value; nothing of what it had stays. Returns its
 * entry. */
struct entry *db_set(const struct key *key, struct slice value);

/* Takes the entry with that key out; the caller owns it. NULL if there is
 * none. */
struct entry *db_take(const struct key *key);

/* See dict_scan(). */
uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context);

/* The same for keys that are looked for: visits the entries whose keys fit. */
uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context);

/* Any entry, each as likely as the others, or NULL. */
struct entry *db_random(struct db *db, uint64_t (*random)(void));

#endif
