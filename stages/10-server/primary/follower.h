/* Followers: replicas, and tools that want a snapshot or the stream.
 *
 *     REPLCONF ...        GREETS   it says who it is and what it understands
 *     PSYNC, SYNC         WAITS    for a snapshot to begin
 *                         SAVING   for its snapshot to be written to disk
 *                         LOADS    it is being sent its snapshot
 *                         ONLINE   it is being sent the stream
 *                         DONE     it wanted only the snapshot
 *
 * A follower that has our history goes from GREETS to ONLINE at once. From the
 * moment of its snapshot on it has a cursor in the backlog, which keeps the
 * bytes that it needs after the snapshot. So a replica costs a cursor, and as
 * much of the stream as it is behind, which the output limit of its class
 * bounds.
 *
 * A follower that gets its snapshot through a pipe is sent nothing of the
 * stream before it has acknowledged, because until then it looks for the mark
 * that ends the snapshot. */
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

    /* What it has said about itself. */
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
    int64_t acked_us; /* when it last did, or sent an empty line */
};

/* For followers_any(): the list of all that have left GREETS, oldest first. */
extern struct follower *follower_first;

static inline bool followers_any(void) {
    return follower_first != NULL;
}

/* Returns true if it is a server, which others can reach: it has named a port.
 * A tool that reads the stream has not. */
static inline bool follower_listens(const struct follower *follower) {
    return follower->port > 0;
}

/* Returns the follower of a client. If there is none, makes one that greets. */
struct follower *follower_of(struct client *client);

/* Adds the follower to the list, in that state. */
void follower_join(struct follower *follower, enum follower_state state);

/* Sends it the stream from that place of the history on, at once. */
void follower_continue(struct follower *follower, int64_t place);

/* Its snapshot ends at this place, and the stream begins there. Nothing of the
 * stream is sent before follower_stream(). */
void follower_enter(struct follower *follower, int64_t place);

/* It has been sent its snapshot. Starts the stream, unless it wants none or
 * must acknowledge first. */
void follower_loaded(struct follower *follower, bool is_silent);

/* Sends it the bytes of this source from now on. What a source holds are the
 * bytes of the stream that are kept for its follower, whatever it sends. */
void follower_set_source(struct follower *follower,
                         const struct output_source *source);
size_t follower_held(const struct output_source *source);

/* It has acknowledged these offsets. */
void follower_acknowledged(struct follower *follower, int64_t offset,
                           int64_t disk);

/* The follower of this client has sent an empty line. A replica does that each
 * second while it loads its snapshot, when it has nothing to acknowledge. */
void follower_is_alive(struct client *client);

/* To be called when a client leaves. */
void follower_forget(struct client *client);

/* Disconnects all followers, because the history is another one now. They may
 * come back. When this returns, the list is empty, and no cursor stands in the
 * backlog. */
void followers_cut(void);

/* Return how many are in the list, and how many are online and have been heard
 * of within that many seconds. */
size_t followers_count(void);
size_t followers_good(int64_t lag_s);

/* Writes the address at which others would reach it. */
enum { FOLLOWER_IP_MAX = 256 };
void follower_ip(const struct follower *follower,
                 char out[static FOLLOWER_IP_MAX]);

#endif
