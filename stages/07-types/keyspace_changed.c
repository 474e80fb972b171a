/* What follows from a change of the data: it is counted, and those who wait for
 * the key hear of it; also when a whole database is emptied, for the group that
 * a client reads by may be among what is gone. */
#include "blocking.h"
#include "keyspace.h"

static uint64_t changes;

void keyspace_changed(struct db *db, const struct key *key, const char *event,
                      uint64_t count) {
    (void)event; /* nobody asks for its name so far */
    blocking_key_changed(db, key);
    changes += count;
}

void keyspace_flushed(const struct db *db, size_t count) {
    blocking_database_changed(db->number);
    changes += count;
}

void keyspace_swapped(int one, int other) {
    blocking_database_changed(one);
    blocking_database_changed(other);
    changes++;
}

void keyspace_emptied(bool all) {
    (void)all; /* nobody keeps a copy so far */
}

uint64_t keyspace_changes(void) {
    return changes;
}
