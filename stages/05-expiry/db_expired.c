/* What follows when the time of a key has come: it has changed. */
#include "db.h"
#include "keyspace.h"

void db_expired(struct db *db, const struct key *key) {
    keyspace_changed(db, key);
}
