/* Events of keys to which no stage before the tenth listens. */
#include "keyspace.h"

void stage_key_looked_up(const struct client *client, const struct key *key,
                         bool found) {
    (void)client;
    (void)key;
    (void)found;
}

void stage_key_added(const struct key *key) {
    (void)key;
}
