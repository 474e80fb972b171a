#include "conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "input_limit.h"
#include "xalloc.h"

static struct conn *first, **last = &first; /* all that are open */
static size_t open_count;
static struct conn *pending; /* to be flushed, or freed */

/* Bytes on their way from a socket to the application. */
static char scratch[CONN_READ_SIZE];

struct conn *conn_first(void) {
    return first;
}

size_t conn_count(void) {
    return open_count;
}

static void list_add(struct conn *conn) {
    conn->link = last;
    *last = conn;
    last = &conn->next;
    open_count++;
}

static void list_remove(struct conn *conn) {
    *conn->link = conn->next;
    if (conn->next != NULL)
        conn->next->link = conn->link;
    else
        last = conn->link;
    open_count--;
}

void conn_mark_pending(struct conn *conn) {
    conn->pending = true;
    conn->next_pending = pending;
    pending = conn;
}

void conn_end(struct conn *conn) {
    conn->ending = true;
    if (!conn->pending)
        conn_mark_pending(conn);
}

void conn_close(struct conn *conn) {
    if (conn->closed)
        return;
    conn->closed = true;
    loop_remove(&conn->watch);
    idle_stop(conn);
    list_remove(conn);
    app_close(conn);
    close(conn->watch.fd);
    if (!conn->pending)
        conn_mark_pending(conn);
}

void conn_offer_kept(struct conn *conn) {
    size_t len = buf_len(&conn->in);
    char *bytes = len > 0 ? buf_bytes(&conn->in) : NULL;
    size_t used = app_input(conn, bytes, len);
    /* A request may have closed the connection, and freed its input. */
    if (!conn->closed)
        buf_consume(&conn->in, used);
}

/* Receives into the buffer, behind what is kept, so that a request lies in one
 * piece; or into scratch when nothing is kept. Returns what recv returned. */
static ssize_t receive(struct conn *conn) {
    bool kept = buf_len(&conn->in) > 0;
    char *space = kept ? buf_reserve(&conn->in, CONN_READ_SIZE) : scratch;
    size_t room = kept ? conn->in.room - conn->in.end : sizeof scratch;
    ssize_t got = recv(conn->watch.fd, space, room, 0);
    if (got > 0 && kept) {
        buf_commit(&conn->in, (size_t)got);
        conn_offer_kept(conn);
    } else if (got > 0) {
        size_t used = app_input(conn, scratch, (size_t)got);
        if (!conn->closed)
            buf_append(&conn->in, scratch + used, (size_t)got - used);
    }
    return got;
}

static void on_readable(struct conn *conn) {
    ssize_t got = receive(conn);
    if (conn->closed)
        return;
    if (got > 0) {
        conn->active_us = loop_now_us();
        /* It sends one request without an end. */
        if (input_too_long(conn))
            conn_close(conn);
    } else if (got == 0 && output_len(&conn->out) > 0) {
        /* The peer sends no more, and may still read: answer, then close. */
        conn_end(conn);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        /* At once: a client that comes in this turn may take its place. */
        conn_close(conn);
    }
}

/* Chooses the events that the loop reports. A peer that must read first is not
 * read from, and neither is one that we are about to leave. For both of them
 * output waits, so a send will notice if they vanish. */
static void choose_events(struct conn *conn) {
    bool waiting = output_len(&conn->out) > 0;
    bool reading = !conn->ending && !conn_full(conn);
    loop_change(&conn->watch,
                (reading ? LOOP_READ : 0u) | (waiting ? LOOP_WRITE : 0u));
}

static void flush(struct conn *conn) {
    bool was_full = conn_full(conn);
    ssize_t sent = output_send(&conn->out, conn->watch.fd);
    if (sent < 0 || (conn->ending && output_len(&conn->out) == 0)) {
        conn_close(conn);
        return;
    }
    if (sent > 0)
        conn->active_us = loop_now_us();
    /* There is room again: go on with what was kept meanwhile. */
    if (was_full && !conn_full(conn) && !conn->ending && buf_len(&conn->in) > 0)
        conn_offer_kept(conn);
    if (!conn->closed)
        choose_events(conn);
}

bool conn_flush_all(void) {
    struct conn *conn = pending, *next;
    pending = NULL;
    for (; conn != NULL; conn = next) {
        next = conn->next_pending;
        if (conn->closed) { /* in this turn; nobody uses it any more */
            buf_free(&conn->in);
            output_free(&conn->out);
            free(conn);
        } else {
            /* Take it off the list first, so that it can be put on again. */
            conn->pending = false;
            flush(conn);
        }
    }
    return pending != NULL;
}

/* Sending is left to conn_flush_all(), the one place for it. */
static void on_ready(struct watch *watch, unsigned events) {
    struct conn *conn = (struct conn *)watch; /* its first member */
    if (events & LOOP_WRITE && !conn->pending)
        conn_mark_pending(conn);
    if (events & LOOP_READ && !conn->ending && !conn_full(conn))
        on_readable(conn);
}

void conn_open(int fd) {
    struct conn *conn = xcalloc(1, sizeof *conn);
    conn->watch =
        (struct watch){.fd = fd, .events = LOOP_READ, .ready = on_ready};
    conn->opened_us = loop_now_us();
    list_add(conn);
    loop_add(&conn->watch);
    idle_start(conn);
    app_open(conn);
}

void conn_close_all(void) {
    while (first != NULL)
        conn_close(first);
    while (conn_flush_all())
        continue;
}
