/* What follows when the time of a key has come: it has changed, and those who
 * keep a copy are told that it is deleted. It is not theirs to look at the
 * clock. */
#include "effect.h"
#include "keyspace.h"

void db_expired(struct db *db, const struct key *key) {
    keyspace_changed(db, key, "xexpired", 0);
    if (!propagate_wanted())
        return;
    struct slice del[] = {effect_word("DEL"), key->text};
    propagate(db->number, del, 2);
}
