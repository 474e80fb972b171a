#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "address.h"
#include "client_memory.h"
#include "conn.h"
#include "log.h"
#include "net_counts.h"
#include "traffic.h"
#include "xalloc.h"

enum {
    FIRST = 2,     /* inserts that there is room for at first */
    SPARES = 1024, /* lists of that size that are kept for the next messages */
    PIECES = 128   /* given to the kernel at a time */
};

/* Shared bytes, and their place: how many own bytes go between the previous
 * insert and this one. */
struct insert {
    size_t before;
    struct shared shared; /* what has been sent of it is left out */
};

/* A queue of inserts; list[first] is sent next. */
struct inserts {
    size_t first, end, room;
    size_t before; /* own bytes that go before the last of them */
    size_t len;    /* shared bytes that wait */
    struct insert list[];
};

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t inserts_len(const struct output *out) {
    return out->inserts != NULL ? out->inserts->len : 0;
}

static size_t source_held(const struct output *out) {
    return out->source != NULL ? out->source->held(out->source) : 0;
}

size_t output_shared_len(const struct output *out) {
    return inserts_len(out) + source_held(out);
}

size_t output_shared_count(const struct output *out) {
    size_t inserts =
        out->inserts != NULL ? out->inserts->end - out->inserts->first : 0;
    return inserts + (source_held(out) > 0);
}

static size_t source_ready(const struct output *out) {
    return out->source != NULL ? out->source->ready(out->source) : 0;
}

size_t output_more_len(const struct output *out) {
    return inserts_len(out) + source_ready(out);
}

bool output_full_with_more(const struct output *out) {
    return out->stays_full || output_len(out) > output_bounds[out->class].full;
}

static void look_for_more(struct output *out) {
    out->is_more =
        out->inserts != NULL || out->source != NULL || out->stays_full;
}

/* The number of bytes to which the limits apply. */
static size_t limited_len(const struct output *out) {
    return buf_len(&out->buf) + (out->is_more ? output_shared_len(out) : 0);
}

/* Limits. */

static struct conn *conn_of(struct output *out) {
    return (struct conn *)((char *)out - offsetof(struct conn, out));
}

static void tell(struct output *out, const char *limit) {
    static int64_t said_us;
    char address[ADDRESS_MAX];
    if (!log_due(&said_us))
        return;
    address_of_peer(conn_of(out)->watch.fd, address);
    log_warn("%s is cut: it has left %zu bytes unread, more than the %s limit",
             address, limited_len(out), limit);
}

static void cut(struct output *out) {
    tell(out, "hard");
    out->is_cut = true;
    net_counts.output_cut++;
    /* The memory is freed at once. The connection itself is closed at its next
     * flush, because output_send() returns -1 from now on. */
    output_free(out);
}

void output_cut(struct conn *conn) {
    if (!conn->out.is_cut)
        cut(&conn->out);
    conn_end(conn);
}

/* Returns true if the connection must get nothing more. */
static inline bool is_cut(struct output *out) {
    if (!out->is_cut && limited_len(out) > output_bounds[out->class].hard)
        cut(out);
    return out->is_cut;
}

static void on_soft_limit(struct timer *timer) {
    struct output *out =
        (struct output *)((char *)timer - offsetof(struct output, soft));
    /* The output of a closed connection is freed only in conn_flush_all(), so
     * its timer may still fire; and the limit may just have been raised. */
    if (conn_of(out)->closed ||
        limited_len(out) <= output_bounds[out->class].soft)
        return;
    tell(out, "soft");
    net_counts.output_cut++;
    conn_close(conn_of(out));
}

/* The timer runs as long as the soft limit is exceeded. */
static void watch_soft_limit(struct output *out) {
    bool over = limited_len(out) > output_bounds[out->class].soft;
    if (!over)
        timer_stop(&out->soft);
    else if (out->soft.slot == 0) {
        out->soft.expired = on_soft_limit;
        timer_start(&out->soft,
                    loop_now_us() +
                        output_limits[out->class].seconds * 1000000);
    }
}

void output_stay_full(struct conn *conn) {
    if (!output_full(&conn->out))
        return;
    conn->out.stays_full = conn->out.is_more = true;
    (void)conn_out(conn);
}

void output_soft_time_changed(struct conn *conn, int64_t by_s) {
    struct timer *soft = &conn->out.soft;
    if (by_s != 0 && soft->slot != 0)
        timer_start(soft, soft->due_us + by_s * 1000000);
}

void output_set_class(struct conn *conn, enum output_class class) {
    timer_stop(&conn->out.soft);
    conn->out.class = class;
    (void)conn_out(conn); /* the new limits are looked at when it is flushed */
}

/* Sources. */

void output_set_source(struct conn *conn, struct output_source *source) {
    struct output *out = &conn->out;
    out->source = source;
    look_for_more(out);
    (void)conn_out(conn);
}

void output_source_grew(struct conn *conn) {
    struct output *out = &conn->out;
    if (conn->closed || conn->pending)
        return;
    /* The socket took all that there was, so it will probably take more. */
    if (!(conn->watch.events & LOOP_WRITE)) {
        conn_mark_pending(conn);
        return;
    }
    /* The loop waits until the socket has room, which may never happen, so the
     * limits must be applied now. The connection is closed at its next flush,
     * because the caller may be walking the list of those who have sources. */
    if (is_cut(out))
        conn_end(conn);
    else
        watch_soft_limit(out);
}

/* Sharing. */

static size_t inserts_size(size_t room) {
    return sizeof(struct inserts) + room * sizeof(struct insert);
}

/* Nearly every message begins a queue and empties it in the same turn, so small
 * queues are kept for the next message. */
static struct inserts *spares[SPARES];
static size_t spare_count;

static struct inserts *inserts_new(void) {
    struct inserts *inserts =
        spare_count > 0 ? spares[--spare_count] : xmalloc(inserts_size(FIRST));
    *inserts = (struct inserts){.room = FIRST};
    return inserts;
}

static void inserts_free(struct inserts *inserts) {
    if (inserts->room == FIRST && spare_count < SPARES)
        spares[spare_count++] = inserts;
    else
        free(inserts);
}

void output_spares_free(void) {
    while (spare_count > 0)
        free(spares[--spare_count]);
}

/* Makes room for one more insert. The list is moved to the front only when more
 * than half of it has been sent, so an insert is moved less than once on
 * average. */
static struct inserts *reserve(struct inserts *inserts) {
    if (inserts == NULL)
        return inserts_new();
    if (inserts->end < inserts->room)
        return inserts;
    if (inserts->first > inserts->room / 2) {
        inserts->end -= inserts->first;
        memmove(inserts->list, inserts->list + inserts->first,
                inserts->end * sizeof *inserts->list);
        inserts->first = 0;
        return inserts;
    }
    inserts->room *= 2;
    return xrealloc(inserts, inserts_size(inserts->room));
}

/* Extends the last insert. Returns false if these bytes do not directly follow
 * it, in the output and in memory. */
static bool extend(struct inserts *inserts, size_t own,
                   const struct shared *shared) {
    if (inserts == NULL || inserts->before != own)
        return false;
    struct shared *last = &inserts->list[inserts->end - 1].shared;
    if (last->block != shared->block ||
        last->bytes + last->len != shared->bytes)
        return false;
    last->len += shared->len;
    return true;
}

static void insert(struct output *out, size_t own,
                   const struct shared *shared) {
    struct inserts *inserts = out->inserts = reserve(out->inserts);
    inserts->list[inserts->end++] =
        (struct insert){.before = own - inserts->before, .shared = *shared};
    inserts->before = own;
    out->is_more = true;
    shared_hold(shared);
}

void output_share(struct conn *conn, const struct shared *shared) {
    struct output *out = &conn->out;
    if (conn->closed || out->is_cut)
        return;
    size_t own = buf_len(conn_out(conn));
    if (!extend(out->inserts, own, shared))
        insert(out, own, shared);
    out->inserts->len += shared->len;
    if (is_cut(out))
        conn_end(conn);
}

/* Sending. */

/* Collects the next bytes to be sent in at most PIECES pieces. Returns how many
 * pieces there are. */
static size_t gather(const struct output *out, struct iovec *pieces) {
    const struct inserts *inserts = out->inserts;
    char *own = buf_len(&out->buf) > 0 ? buf_bytes(&out->buf) : NULL;
    size_t left = buf_len(&out->buf), count = 0;
    for (size_t i = inserts->first; i < inserts->end && count + 2 < PIECES;
         i++) {
        struct insert insert = inserts->list[i];
        if (insert.before > 0) {
            pieces[count++] = (struct iovec){own, insert.before};
            own += insert.before;
            left -= insert.before;
        }
        pieces[count++] =
            (struct iovec){insert.shared.bytes, insert.shared.len};
    }
    /* If the loop stopped for lack of pieces, other inserts come before these
     * bytes. */
    if (left > 0 && count + 2 < PIECES)
        pieces[count++] = (struct iovec){own, left};
    return count;
}

static void drop_inserts(struct output *out) {
    inserts_free(out->inserts);
    out->inserts = NULL;
    look_for_more(out);
}

/* Drops the inserts that have been sent, with the own bytes before them.
 * Returns how many own bytes after the last of them were sent. */
static size_t consume_inserts(struct output *out, size_t sent) {
    struct inserts *inserts = out->inserts;
    while (sent > 0 && inserts->first < inserts->end) {
        struct insert *insert = &inserts->list[inserts->first];
        size_t own = least(sent, insert->before);
        buf_consume(&out->buf, own);
        insert->before -= own;
        inserts->before -= own;
        sent -= own;
        size_t part = least(sent, insert->shared.len);
        insert->shared.bytes += part;
        insert->shared.len -= part;
        inserts->len -= part;
        sent -= part;
        if (insert->shared.len > 0)
            break;
        shared_release(&insert->shared);
        inserts->first++;
    }
    if (inserts->first == inserts->end)
        drop_inserts(out);
    return sent;
}

static ssize_t send_waiting(struct output *out, int fd) {
    if (out->inserts == NULL)
        return send(fd, buf_bytes(&out->buf), buf_len(&out->buf), MSG_NOSIGNAL);
    struct iovec pieces[PIECES];
    size_t count = gather(out, pieces);
    /* Most subscribers get a single message and nothing else. */
    if (count == 1)
        return send(fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* Sends what a source has. No bytes of the output itself wait before it. */
static ssize_t send_source(struct output *out, int fd) {
    ssize_t sent = out->source->send(out->source, fd);
    traffic_written(sent > 0 ? (size_t)sent : 0);
    return sent;
}

/* The peak of the first block. */

int64_t output_peak_ms = OUTPUT_PEAK_MS;
bool output_resizes = true;

static bool peak_is_old(const struct output *out) {
    return output_peak_ms >= 0 &&
           (loop_now_us() - out->peak_us) / 1000 > output_peak_ms;
}

size_t output_peak(const struct output *out) {
    return peak_is_old(out) ? least(buf_len(&out->buf), BUF_BLOCK) : out->peak;
}

static void note_peak(struct output *out) {
    size_t len = least(buf_len(&out->buf), BUF_BLOCK);
    if (len >= out->peak || peak_is_old(out)) {
        /* The cast is safe: the length is at most BUF_BLOCK. */
        out->peak = (uint16_t)len;
        out->peak_us = loop_now_us();
    }
}

/* Drops own bytes that were sent. Without resizing, an empty first block is
 * kept. */
static void consume(struct output *out, size_t len) {
    struct buf *buf = &out->buf;
    if (output_resizes || len < buf_len(buf) || buf->room != BUF_BLOCK)
        buf_consume(buf, len);
    else
        buf->start = buf->end = 0;
}

/* Sends what has been appended. */
static ssize_t send_own(struct output *out, int fd) {
    note_peak(out);
    /* consume_inserts() drops the own bytes before each insert that was sent,
     * so only those behind the last one are left to be dropped here. */
    ssize_t sent = send_waiting(out, fd);
    traffic_written(sent > 0 ? (size_t)sent : 0);
    size_t own = sent > 0 ? (size_t)sent : 0;
    if (out->inserts != NULL)
        own = consume_inserts(out, own);
    consume(out, own);
    return sent;
}

static bool own_waits(const struct output *out) {
    return buf_len(&out->buf) > 0 || out->inserts != NULL;
}

ssize_t output_send(struct output *out, int fd) {
    /* A client that is cut is closed at the next flush: the caller may be
     * walking a list of clients, and this one may be running a request. */
    if (is_cut(out))
        return -1;
    out->stays_full = false;
    look_for_more(out);
    ssize_t sent = 0;
    if (own_waits(out))
        sent = send_own(out, fd);
    /* A source comes after all own bytes and inserts. */
    if (sent >= 0 && out->is_more && !own_waits(out) && source_ready(out) > 0)
        sent = send_source(out, fd);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return -1;
    if (sent < 0)
        sent = 0;
    watch_soft_limit(out);
    client_memory_changed(conn_of(out));
    return sent;
}

void output_free(struct output *out) {
    buf_free(&out->buf);
    timer_stop(&out->soft);
    out->source = NULL;
    out->is_more = out->stays_full = false;
    struct inserts *inserts = out->inserts;
    if (inserts == NULL)
        return;
    for (size_t i = inserts->first; i < inserts->end; i++)
        shared_release(&inserts->list[i].shared);
    drop_inserts(out);
}
