/* One database: entries by key. It owns its entries, and a heap that holds
 * them and nothing else.
 *
 * This is the one place through which every look-up passes, and so the one
 * where time passes: an entry whose expiry has come is gone for whoever looks,
 * whether its memory has been freed by then or not. */
#ifndef DB_H
#define DB_H

#include "backlog.h"
#include "dict.h"
#include "due.h"
#include "entry.h"
#include "heap.h"
#include "slice.h"

struct db {
    int number; /* the keyspace's; 0 for one that stands alone */
    struct dict dict;
    struct heap heap;
    struct due due;
    size_t expiring;        /* entries that have an expiry */
    uint64_t expiry_sum;    /* of their expiries; it may wrap around */
    struct backlog overdue; /* what is due and not freed: expire.c's */
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
/* The same, until then; see db_set_expiry(). */
struct entry *db_set_until(const struct key *key, struct slice value,
                           int64_t expiry);

/* Takes the entry with that key out; the caller owns it. NULL if there is
 * none. */
struct entry *db_take(const struct key *key);

/* Sets when the entry at this place goes, in milliseconds since 1970; NO_EXPIRY
 * lets it stay. */
void db_set_expiry(const struct key *key, struct entry **place, int64_t expiry);

/* The time, as it was when this turn of the loop began: all look-ups of a turn
 * see the same. In milliseconds since 1970. */
int64_t db_now_ms(void);

/* The moment by which keys are judged: what expires before it is gone. */
int64_t db_judge_ms(void);

/* Called when an entry was given an expiry, by db_add() or db_set_expiry(),
 * with the time at which it is due: when the millisecond of the expiry is over.
 * Whoever frees what is due listens: expire.c. */
void db_falls_due(int64_t due_ms);

/* Called when an entry is gone because its time has come, once for each: what
 * follows from it is said in stage.c. */
void stage_key_expired(const struct key *key);

/* How many milliseconds its entries with an expiry have left, on average. */
int64_t db_average_ttl_ms(const struct db *db);

/* When the next entry is due, or may be; DUE_NEVER if none is. */
int64_t db_next_due_ms(const struct db *db);

/* Frees what is due, of the bucket that fell due first. Returns how many
 * entries that were. */
size_t db_expire_some(struct db *db);

/* See dict_scan(); what is due is left out. */
uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context);

/* The same for keys that are looked for: visits the entries whose keys fit. Of
 * these it frees what is due; so time passes also where nobody frees what is
 * due actively, and a walk through all keys clears them. */
uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context);

/* Any entry that is not due, each as likely as the others. NULL if there is
 * none, or if nearly all are due and it did not meet one in the time that one
 * command may take: the others are freed soon. */
struct entry *db_random(struct db *db, uint64_t (*random)(void));

#endif
