/* Those who follow us: replicas, and tools that want a snapshot or the stream.
 *
 *     REPLCONF ...        GREETS   it says who it is and what it understands
 *     PSYNC, SYNC         WAITS    for a snapshot to begin
 *                         SAVING   for its snapshot to be written to disk
 *                         LOADS    it is being sent its snapshot
 *                         ONLINE   it is being sent the stream
 *                         DONE     it wanted no more than the snapshot
 *
 * One whose history we have goes from GREETS to ONLINE. From the moment of its
 * snapshot on it has a cursor in the backlog, which keeps the bytes that it
 * will need behind the snapshot. So a replica costs a cursor, and as much of
 * the stream as it is behind; the output limit of its class bounds that.
 *
 * A follower that was sent a snapshot by way of a pipe gets nothing of the
 * stream before it has acknowledged: until then it looks for the mark that ends
 * the snapshot. */
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "output.h"
#include "repl_backlog.h"

enum follower_state {
    FOLLOWER_GREETS,
    FOLLOWER_WAITS,
    FOLLOWER_SAVING,
    FOLLOWER_LOADS,
    FOLLOWER_ONLINE,
    FOLLOWER_DONE
};

struct snapshot_file;

struct follower {
    struct output_source source; /* first: a source is its follower */
    struct client *client;
    enum follower_state state;
    struct follower *next, **link; /* in the list, once it does not greet */

    /* As it has said. */
    int64_t port;
    char *ip;          /* NULL: that of its connection */
    bool knows_eof;    /* a snapshot may end with a mark */
    bool knows_psync2; /* +CONTINUE may name another history */
    bool only_rdb;     /* it wants no stream */
    bool no_data;      /* nor any keys */
    bool is_old;       /* it came by SYNC, and acknowledges nothing */

    struct repl_cursor cursor;
    int64_t began_us;           /* since when it waits for a snapshot */
    struct snapshot_file *file; /* that it is sent; or NULL */
    int64_t sent;               /* bytes of it, or of what the pipe gave last */
    int64_t moved_us;           /* when it last took something of a snapshot */
    bool is_silent;             /* online, and the stream waits for its word */

    /* The offsets that it has acknowledged: applied, and on its disk. */
    int64_t acked, acked_disk;
    int64_t acked_us;
};

/* For followers_any(): all that do not greet, the oldest first. */
extern struct follower *follower_first;

static inline bool followers_any(void) {
    return follower_first != NULL;
}

/* The follower that a client is; makes it one that greets if it is none. */
struct follower *follower_of(struct client *client);

/* It becomes one of the list, in that state. */
void follower_join(struct follower *follower, enum follower_state state);

/* It goes on from that place of the history, at once. */
void follower_continue(struct follower *follower, int64_t place);

/* Where its snapshot ends the stream begins for it: here. Nothing is sent of
 * it before follower_stream(). */
void follower_enter(struct follower *follower, int64_t place);

/* It has its snapshot. Returns with the stream on its way, unless it wants none
 * or has to speak first. */
void follower_loaded(struct follower *follower, bool is_silent);

/* It has acknowledged that much. */
void follower_acknowledged(struct follower *follower, int64_t offset,
                           int64_t disk);

/* The client leaves. */
void follower_forget(struct client *client);

/* Closes the connections of all, since the history is another one now. They may
 * come back. The backlog has no cursors when this returns. */
void followers_cut(void);

/* The number of those in the list; and of those that are online and whose last
 * word is not older than that many seconds. */
size_t followers_count(void);
size_t followers_good(int64_t lag_s);

/* Its address as others would reach it: a text of at most that many bytes. */
enum { FOLLOWER_IP_MAX = 256 };
void follower_ip(const struct follower *follower,
                 char out[static FOLLOWER_IP_MAX]);

#endif
