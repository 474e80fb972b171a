/* The keyspace: sixteen databases, or another number, of keys and their values.
 *
 * A database owns its entries and frees them. Commands ask for entries by key
 * and change them by the calls below, never behind the keyspace's back; an
 * entry's address is good until the next call that changes its database. A
 * command that has changed a key says so by keyspace_changed(). */
#ifndef KEYSPACE_H
#define KEYSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "entry.h"
#include "slice.h"

enum { KEYSPACE_MOST = 16384 }; /* databases that there may be */

/* The number of databases. It must not change after keyspace_start(). */
extern int keyspace_databases;

struct client;

void keyspace_start(void);
void keyspace_stop(void);

struct db *keyspace_db(int number);

/* Gives a database of the keyspace's heap this number, and returns the one that
 * had it. Nobody is told. */
struct db *keyspace_put(int number, struct db *db);

/* The heap in which all databases have their entries, so that a value can go
 * from one to another by its address. */
struct heap *keyspace_heap(void);

/* The key of that name in the client's database. */
struct key keyspace_key(const struct client *client, struct slice name);

/* Look-ups. They return NULL if the key is missing.
 *
 *                         a use of the key    if missing, a miss
 *     keyspace_read()       yes                 yes
 *     keyspace_use()        yes                 no
 *     keyspace_look()       no                  yes
 *     keyspace_peek()       no                  no
 *
 * A use counts for OBJECT IDLETIME, unless the client asked that it should not.
 * stage_key_looked_up() is told whether there was a miss. Stage 10 leaves out
 * those of commands that look for a key only to change it, such as INCR: for
 * Redis these are no misses. */
struct entry *keyspace_read(const struct client *client, const struct key *key);
struct entry *keyspace_use(const struct client *client, const struct key *key);
struct entry *keyspace_look(const struct client *client, const struct key *key);
struct entry *keyspace_peek(const struct key *key);

/* Sets a key, new or not, to bytes or to an integer. The value must not lie in
 * the keyspace. Bytes that spell an integer are kept as one, except by
 * keyspace_set_string(). */
void keyspace_set(const struct key *key, struct slice value);
void keyspace_set_integer(const struct key *key, int64_t value);
void keyspace_set_string(const struct key *key, struct slice value);

/* Add an entry that lies in the keyspace's heap and whose key is missing. A key
 * that is loaded existed before the server started, so stage_key_added() is not
 * called for it. */
void keyspace_add(const struct key *key, struct entry *entry);
void keyspace_load(const struct key *key, struct entry *entry);

/* Makes the value of a key, new or not, a raw string of len bytes; see
 * entry_edit(). Returns the bytes. */
char *keyspace_edit(const struct key *key, size_t len);

/* Returns true if the key was there. */
bool keyspace_delete(const struct key *key);

/* Give another key, in the same or another database, the value of a key that is
 * there; a value that the other key had is deleted. After a move the first key
 * is gone. The two must not be the same key of the same database. */
void keyspace_copy(const struct key *key, const struct key *as);
void keyspace_move(const struct key *key, const struct key *as);

/* Deletes all keys of a database; exchanges two databases. */
void keyspace_flush(struct db *db);
void keyspace_swap(int one, int other);

size_t keyspace_size(const struct db *db);

/* Tells all listeners that a key was set, changed or deleted.
 *
 * event is an event of Redis's keyspace notifications: its class (g for any
 * type, $ strings, l lists, s sets, h hashes, z sorted sets, t streams, x
 * expired, e evicted), then its name, as in "$set". NULL stands for a change
 * that Redis does not announce. A command with several events makes a call for
 * each, in Redis's order.
 *
 * changes is how much it counts towards save points: one for a string or a
 * whole value, one for each element that was added, changed or removed. It is 0
 * for the second event of a command that counts with another, for what only
 * time has changed, and for a command that left things as they were. All that a
 * client changed must count for something, or it would not be kept. */
void keyspace_changed(const struct key *key, const char *event,
                      uint64_t changes);

/* Tells all listeners that a client has emptied a database, or all of them,
 * even if they held nothing: those who keep a copy are to do the same. */
void keyspace_emptied(bool all);

/* Returns the number of changes since the start. */
uint64_t keyspace_changes(void);

/* stage.c defines these, and so says who listens: a key was changed (see
 * keyspace_changed()); a database with this number of keys is being deleted,
 * and an empty one has its number; two databases were exchanged; a client has
 * emptied one, or all of them. */
void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes);
void stage_flushed(const struct db *db, size_t keys);
void stage_swapped(int one, int other);
void stage_emptied(bool all);

/* Two events that are no changes: a client looked for a key, and found it or
 * not; a key was added, and its change is reported later. Nobody listens to
 * them before stage 10 (unheard.c). */
void stage_key_looked_up(const struct client *client, const struct key *key,
                         bool found);
void stage_key_added(const struct key *key);

#endif
