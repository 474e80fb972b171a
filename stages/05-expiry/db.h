/* One database: entries by key. It owns its entries, which lie in a heap that
 * other databases may share.
 *
 * Every look-up passes through here, so this is where keys are judged by the
 * clock: an entry whose expiry has passed is gone for whoever looks, no matter
 * whether its memory has been freed yet. */
#ifndef DB_H
#define DB_H

#include "dict.h"
#include "due.h"
#include "entry.h"
#include "heap.h"
#include "slice.h"

struct db {
    int number; /* the keyspace's; 0 for one that stands alone */
    struct dict dict;
    struct heap *heap;
    struct due due;
    size_t expiring;     /* entries that have an expiry */
    uint64_t expiry_sum; /* of their expiries; it may wrap around */
};

/* A key of a database, with its hash, which is computed once. */
struct key {
    struct db *db;
    struct slice text;
    uint64_t hash;
};

/* An empty database, with its entries in this heap, whose keys are hashed by
 * this function. */
struct db *db_new(struct heap *heap, uint64_t (*hash)(struct slice text));

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

/* Gives the entry at the key's place another value; nothing of what it had
 * stays. Returns the entry. */
struct entry *db_set(const struct key *key, struct entry **place,
                     struct slice value);
/* The same, until then; see db_set_expiry(). */
struct entry *db_set_until(const struct key *key, struct entry **place,
                           struct slice value, int64_t expiry);

/* Takes the entry with that key out; the caller owns it. NULL if there is
 * none. */
struct entry *db_take(const struct key *key);

/* Frees the entry with that key, due or not, and returns true if there was one.
 * Commands that put nothing in the place of a key delete it so: nobody is told
 * that it expired, since they say that they deleted it. */
bool db_drop(const struct key *key);

/* Returns true if a look-up would find the key; one that is due stays. */
bool db_lives(const struct key *key);

/* Sets when the entry at this place goes, in milliseconds since 1970; NO_EXPIRY
 * lets it stay. */
void db_set_expiry(const struct key *key, struct entry **place, int64_t expiry);

/* The fate of a key whose time has come. A server that decides for itself
 * lets it go. One that repeats what another has decided, from a log or from its
 * primary, waits for the word that deletes it. */
enum db_judgement {
    DB_GOES,   /* a look-up finds nothing, and frees it */
    DB_HIDDEN, /* nobody finds it; it is freed when a write needs its place */
    DB_STAYS,  /* it is found like any other key */
};

/* Says how keys are judged from now on, in all databases; at first they go.
 * Returns how it was before. */
enum db_judgement db_judge(enum db_judgement judgement);

/* Returns true if they go. */
bool db_lets_go(void);

/* Returns true if a key that is given this expiry is deleted at once, since the
 * moment has passed. One before 1970 always has. */
bool db_is_past(int64_t expiry);

/* In stage.c, for those who follow up: an entry was given an expiry and will be
 * due then, which is when the millisecond of the expiry is over; and an entry
 * is gone because its time has come, which is told once for each. */
void stage_key_falls_due(int64_t due_ms);
void stage_key_expired(const struct key *key);

/* When the next entry is due, or may be; DUE_NEVER if none is to go. */
int64_t db_next_due_ms(const struct db *db);

/* Frees the due entries of the bucket that fell due first. Returns how many
 * there were; none if nothing is due, or if keys are not to go. */
size_t db_expire_some(struct db *db);

/* See dict_scan(); entries that are gone or hidden are left out. */
uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context);

/* The same for keys that are looked for: visits the entries whose keys fit. It
 * frees those of them that are due, so a walk through all keys clears them even
 * where active expiry is switched off. */
uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context);

/* Any entry that is not due, each as likely as the others. NULL if there is
 * none, or if nearly all are due and none of the others was met in the time
 * that one command may take. */
struct entry *db_random(struct db *db, uint64_t (*random)(void));

#endif
