/* Full resynchronisation: one snapshot for all who wait for it.
 *
 * A child is forked and writes all data as an RDB, as it is at that moment. All
 * who have waited get it, and each has a cursor at the place of the history
 * that belongs to it. The snapshot takes one of two ways:
 *
 *     on disk    child -> file without a name -> each, at its own pace
 *                $1048576\r\n ...bytes...             the stream follows
 *     diskless   child -> pipe -> all, at the pace of the slowest
 *                $EOF:<40 bytes>\r\n ...bytes... <the 40 bytes>
 *                                                     the stream follows when
 *                                                     the replica has spoken
 *
 * Whoever comes while a file is being written gets that file, too, and starts
 * at the place of those who came first. A pipe cannot be joined: the next one
 * is begun when it is done. Before a pipe is begun, repl-diskless-sync-delay
 * seconds pass, in which others may come. */
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
        most; /* that many who wait need wait no longer; 0: no such number */
};
extern struct full_sync_config full_sync_config;

/* A follower waits for a snapshot. */
void full_sync_wanted(struct follower *follower);

/* The follower has left the list, wherever it was. A snapshot that nobody waits
 * for any more is given up. */
void full_sync_left(struct follower *follower);

/* In the room: a snapshot is done with, well or not. */
void full_sync_ended(void);

/* Gives up what is being made; those for whom it was are disconnected. */
void full_sync_abort(void);

#endif
