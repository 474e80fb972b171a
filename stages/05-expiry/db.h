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

/* Makes an empty database. Its entries lie in this heap, and its keys are
 * hashed by this function. */
struct db *db_new(struct heap *heap, uint64_t (*hash)(struct slice text));

/* Frees the database with all that it holds. */
void db_free(struct db *db);

/* Makes the key of this text, whether it is in the database or not. */
struct key db_key(struct db *db, struct slice text);

/* Returns the place that holds the address of the entry with that key, or NULL.
 * A caller that changes the entry, and gets it back at another address, puts
 * that there. The place is good until the next change of the database. */
struct entry **db_find(const struct key *key);

/* Adds an entry whose key is not in the database. */
void db_add(const struct key *key, struct entry *entry);

/* Gives the entry at a place another value, without an expiry, and returns the
 * entry. */
struct entry *db_set(const struct key *key, struct entry **place,
                     struct slice value);
/* The same with an expiry; see db_set_expiry(). */
struct entry *db_set_until(const struct key *key, struct entry **place,
                           struct slice value, int64_t expiry);

/* Removes the entry with that key and hands it to the caller; NULL if there is
 * none. */
struct entry *db_take(const struct key *key);

/* Frees the entry with that key, due or not, and returns true if there was one.
 * Commands that put nothing in the place of a key delete it with this call: its
 * expiry is not reported, since they report that they deleted it. */
bool db_drop(const struct key *key);

/* Sets when the entry at this place goes, in milliseconds since 1970; with
 * NO_EXPIRY it stays. */
void db_set_expiry(const struct key *key, struct entry **place, int64_t expiry);

/* The fate of a key whose time has come. A server that decides for itself lets
 * it go. A server that repeats what another has decided, from a log or from its
 * primary, waits for the command that deletes it. */
enum db_judgement {
    DB_GOES,   /* a look-up finds nothing, and frees it */
    DB_HIDDEN, /* nobody finds it; it is freed when a write needs its place */
    DB_STAYS,  /* it is found like any other key */
};

/* Sets how keys are judged from now on, in all databases; at first they go.
 * Returns how they were judged before. */
enum db_judgement db_judge(enum db_judgement judgement);

/* Returns true if keys whose time has come go. */
bool db_lets_go(void);

/* Returns true while commands of a log or of a primary are repeated. Another
 * server has carried them out, so they must be obeyed. */
bool db_repeats(void);

/* Returns true if a key that is given this expiry must be deleted at once,
 * since the moment has passed. Where keys stay, only a moment before 1970 has,
 * and where they are hidden none: the key gets its expiry, and is hidden. */
bool db_is_past(int64_t expiry);

/* stage.c defines these. The first is called when an entry is given an expiry,
 * with the moment from which it is due, which is when the millisecond of the
 * expiry is over. The second is called once for each entry that is gone because
 * its time has come. */
void stage_key_falls_due(int64_t due_ms);
void stage_key_expired(const struct key *key);

/* Returns the moment at which the next entry is due, or may be; DUE_NEVER if
 * none is to go. */
int64_t db_next_due_ms(const struct db *db);

/* Frees the due entries of the bucket that fell due first. Returns how many
 * there were; 0 if nothing is due, or if keys are not to go. */
size_t db_expire_some(struct db *db);

/* Like dict_scan(), but leaves out entries that are gone or hidden. */
uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context);

/* Like db_scan(), but visits only the entries whose keys fit. It frees those of
 * them that are due, so that a walk through all keys clears them even where
 * active expiry is switched off. */
uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context);

/* Returns any entry that is not due, each as likely as the others. NULL if
 * there is none, or if nearly all are due and none of the others was met in the
 * time that one command may take. */
struct entry *db_random(struct db *db, uint64_t (*random)(void));

#endif
