/* Output: the bytes that wait for a peer to take them.
 *
 * Most of them belong to this peer alone and lie in one buffer. A message that
 * goes to many peers, as a published one does, is shared: it lies once in
 * memory (shared.h), and each output has a list that says where it goes.
 *
 *     buf      +OK\r\n $5\r\ngrape\r\n          own bytes, in one piece
 *                     ^              ^
 *     inserts     message A      message B      in order, each held by many
 *
 * Then come the bytes of a source, if there is one. They lie elsewhere, in a
 * file or in the backlog of replicas, and are sent from there.
 *
 * An output belongs to a class of clients, whose limits (output_limits.h) say
 * when its connection is cut. A connection that is cut gets nothing more.
 *
 * Back-pressure applies to all clients but replicas, whose acknowledgements
 * must be read: while more than OUTPUT_LIMIT bytes wait, or more than the hard
 * limit of the class, nothing is read from the peer, and the application stops
 * producing. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "output_limits.h"
#include "shared.h"
#include "timer.h"

enum { OUTPUT_LIMIT = 64 << 20 }; /* bytes that may wait for a peer */

struct conn;
struct inserts;

/* Bytes that are sent to one connection from where they lie. */
struct output_source {
    /* The bytes that can be sent now, and those that lie in memory for this
     * connection, now or later, to which the limits apply. */
    size_t (*ready)(const struct output_source *source);
    size_t (*held)(const struct output_source *source);
    /* Sends some, as send(2) does. */
    ssize_t (*send)(struct output_source *source, int fd);
};

/* An output that is all zeros is empty, in the class of ordinary clients. */
struct output {
    struct buf buf;               /* append here, by way of conn_out() */
    struct inserts *inserts;      /* NULL: nothing that is shared waits */
    struct output_source *source; /* NULL: there is none */
    struct timer soft;            /* runs while the soft limit is exceeded */
    int64_t peak_us;              /* when the peak was reached */
    enum output_class class;
    uint16_t peak; /* own bytes that were sent at once, up to BUF_BLOCK */
    /* There are inserts, or a source, or it counts as full until it is sent. */
    bool is_more : 1;
    /* It has been emptied, and its connection will be closed. */
    bool is_cut : 1;
    bool stays_full : 1; /* see output_stay_full() */
};

/* The bytes that wait here but are not its own, and the number of their
 * parts. */
size_t output_shared_len(const struct output *out);
size_t output_shared_count(const struct output *out);

/* The number of bytes, other than its own, that can be sent now. */
size_t output_more_len(const struct output *out);

/* The number of bytes that wait to be sent. */
static inline size_t output_len(const struct output *out) {
    return buf_len(&out->buf) + (out->is_more ? output_more_len(out) : 0);
}

/* Returns true if so much waits that nothing is to be read from the peer. */
bool output_full_with_more(const struct output *out);
static inline bool output_full(const struct output *out) {
    if (out->is_more)
        return output_full_with_more(out);
    return buf_len(&out->buf) > output_bounds[out->class].full;
}

/* To be called before limits change: what is full counts as full until its next
 * flush, which then lets the application go on. */
void output_stay_full(struct conn *conn);

/* Appends shared bytes, at least one, to the output of a connection, which
 * takes a reference of its own. If they directly follow the last insert, that
 * is extended. The connection is never closed by this, so the caller may go on
 * walking a list of clients. */
void output_share(struct conn *conn, const struct shared *shared);

/* Cuts a connection that has exceeded its hard limit, or was cut already. What
 * waits is dropped, and the connection is closed at its next flush. */
void output_cut(struct conn *conn);

/* Sends as much as the socket takes. Returns the number of bytes, or -1 if the
 * connection is to be closed. */
ssize_t output_send(struct output *out, int fd);

/* DEBUG REPLYBUFFER. A peak is forgotten when it is that old; a negative time
 * keeps it for ever. When resizing is off, the first block of an output is kept
 * for the next replies instead of being freed. */
enum { OUTPUT_PEAK_MS = 5000 };
extern int64_t output_peak_ms;
extern bool output_resizes;

/* The most own bytes that were sent at once lately. */
size_t output_peak(const struct output *out);

/* Drops everything and frees the memory. */
void output_free(struct output *out);

/* Frees the memory that is kept for the next messages, at the end of the
 * program. */
void output_spares_free(void);

/* Sets the source that is sent after what has been appended; NULL for none. The
 * source must stay until it is replaced. */
void output_set_source(struct conn *conn, struct output_source *source);

/* To be called when a source has more to send, unless the socket is known to be
 * full. Applies the limits in any case. */
void output_source_grew(struct conn *conn);

/* To be called when the time for which a connection may exceed its soft limit
 * has changed by so many seconds. If it exceeds the limit now, the new time is
 * counted from when that began. */
void output_soft_time_changed(struct conn *conn, int64_t by_s);

/* Sets the class whose limits apply to a connection from now on. */
void output_set_class(struct conn *conn, enum output_class class);

#endif
