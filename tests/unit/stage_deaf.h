/* A stage in which nobody hears of what happens to the data, for a test of the
 * keyspace that is linked without the stage. */
#ifndef STAGE_DEAF_H
#define STAGE_DEAF_H

#include "keyspace.h"
#include "stage_types.h"

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    (void)key;
    (void)event;
    (void)changes;
}

void stage_key_looked_up(const struct client *client, const struct key *key,
                         bool found) {
    (void)client;
    (void)key;
    (void)found;
}

void stage_key_added(const struct key *key) {
    (void)key;
}

void stage_key_falls_due(int64_t due_ms) {
    (void)due_ms;
}

void stage_key_expired(const struct key *key) {
    (void)key;
}

void stage_flushed(const struct db *db, size_t keys) {
    (void)db;
    (void)keys;
}

void stage_swapped(int one, int other) {
    (void)one;
    (void)other;
}

void stage_emptied(bool all) {
    (void)all;
}

/* Stage 10 asks; no other database lies in the heap. */
bool stage_keeps_heap(void);
bool stage_keeps_heap(void) {
    return false;
}

#endif
