/* Events of keys to which no stage before the tenth listens. */
#include "keyspace.h"

void stage_key_missed(const struct client *client, const struct key *key) {
    (void)client;
    (void)key;
}

void stage_key_added(const struct key *key) {
    (void)key;
}
