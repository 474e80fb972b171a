/* Connections: bytes come in and go out, and nobody waits for either.
 *
 * What the socket brings is offered to the application at once, from a scratch
 * buffer that all connections share; only what the application could not
 * consume yet is kept. What it appends to conn_out() is sent by
 * conn_flush_all(), by one send for each connection in each turn of the loop.
 * So a connection that is idle owns no buffers.
 *
 * Nothing is read from a peer that must read first (conn_full). */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "idle.h"
#include "loop.h"
#include "output.h"

enum { CONN_READ_SIZE = 65536 }; /* room for a read, at least */

struct conn {
    struct watch watch; /* first, so that a watch is its connection */
    struct idle idle;
    struct buf in;     /* came, and is not consumed yet */
    struct output out; /* waits to be sent; append with conn_out() */
    void *app;
    int64_t opened_us, active_us; /* on the loop's clock */
    bool pending;                 /* stands in the list of conn_flush_all() */
    bool ending;                  /* close as soon as out is sent */
    bool closed;                  /* freed when this turn ends */
    struct conn *next_pending;
    struct conn *next, **link; /* of all that are open; and what leads here */
};

/* Takes over a connected, non-blocking socket. */
void conn_open(int fd);

/* Puts the connection on the list of conn_flush_all(). For the next call. */
void conn_mark_pending(struct conn *conn);

/* Returns the buffer for bytes that are to be sent. */
static inline struct buf *conn_out(struct conn *conn) {
    if (!conn->pending)
        conn_mark_pending(conn);
    return &conn->out.buf;
}

/* Returns true if the peer has to read before more is produced for it. */
static inline bool conn_full(const struct conn *conn) {
    return output_full(&conn->out);
}

/* Closes the connection after what waits has been sent. Nothing more is
 * read. */
void conn_end(struct conn *conn);

/* Closes the connection now. Its memory stays until conn_flush_all(), so that
 * functions which are using it can finish; conn->closed tells them. */
void conn_close(struct conn *conn);

/* Offers the application what it has not consumed yet, and whatever has come
 * after it. For an application that goes on after it had stopped. */
void conn_offer_kept(struct conn *conn);

/* Sends what waits, and frees the connections that were closed. Returns true
 * if that has made more to send: a peer that has read some has its earlier
 * requests answered now. To be called before each sleep until it returns
 * false. */
bool conn_flush_all(void);

/* Returns the oldest open connection; conn->next is the next one. */
struct conn *conn_first(void);
size_t conn_count(void);

/* Closes all connections, at the end of the program. */
void conn_close_all(void);

#endif
