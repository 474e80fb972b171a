/* Full resynchronization: one snapshot for all who wait for it.
 *
 * A child is forked and writes all data, as they are at that moment, as an RDB.
 * All who have waited get it, and each has a cursor at the place in the history
 * that belongs to it. The snapshot takes one of two ways:
 *
 *     on disk    child -> file without a name -> each, at its own pace
 *                $1048576\r\n ...bytes...             the stream follows
 *     diskless   child -> pipe -> all, at the pace of the slowest
 *                $EOF:<40 bytes>\r\n ...bytes... <the 40 bytes>
 *                                                     the stream follows when
 *                                                     the replica has spoken
 *
 * A follower that comes while a file is being written gets that file, too, and
 * starts at the same place as those who came first. A pipe cannot be joined:
 * the next one begins when it is done. Before a pipe begins, it waits
 * repl-diskless-sync-delay seconds for others. */
#ifndef FULL_SYNC_H
#define FULL_SYNC_H

#include <stdbool.h>
#include <stdint.h>

struct follower;

/* The settings. */
struct full_sync_config {
    bool diskless;
    int64_t delay_s;
    int64_t
        most; /* when this many wait, none waits longer; 0: no such number */
};
extern struct full_sync_config full_sync_config;

/* Decides when the next snapshot begins. To be called when a setting has
 * changed; it may now be due earlier. */
void full_sync_plan(void);

/* A follower now waits for a snapshot. */
void full_sync_wanted(struct follower *follower);

/* To be called when a follower has left the list. A snapshot for which nobody
 * waits any more is given up. */
void full_sync_left(struct follower *follower);

/* For this room: a snapshot has ended, well or not. */
void full_sync_ended(void);

/* Gives up the snapshot that is being made, and disconnects those it was
 * for. */
void full_sync_abort(void);

#endif
