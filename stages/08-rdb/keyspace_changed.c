/* What follows from a change of the data: it is counted, for the save points as
 * well, and those who wait for the key hear of it; also when a whole database
 * is emptied, for the group that a client reads by may be among what is gone.
 */
#include "blocking.h"
#include "keyspace.h"
#include "snapshot.h"

static uint64_t changes;

static void count(uint64_t more) {
    changes += more;
    snapshot_changed(more);
}

void keyspace_changed(struct db *db, const struct key *key, const char *event,
                      uint64_t more) {
    (void)event; /* nobody asks for its name so far */
    blocking_key_changed(db, key);
    count(more);
}

void keyspace_flushed(const struct db *db, size_t keys) {
    blocking_database_changed(db->number);
    count(keys);
}

void keyspace_swapped(int one, int other) {
    blocking_database_changed(one);
    blocking_database_changed(other);
    count(1);
}

/* It counts even where nothing was, so that it is told on; but that leaves
 * nothing unsaved. */
void keyspace_emptied(bool all) {
    changes++;
    if (all)
        snapshot_emptied();
}

uint64_t keyspace_changes(void) {
    return changes;
}
