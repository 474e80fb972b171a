#include "follower.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "follower_pulse.h"
#include "full_sync.h"
#include "history.h"
#include "idle.h"
#include "traffic.h"
#include "xalloc.h"

enum { PIECES = 64 }; /* blocks given to the kernel at a time */

struct follower *follower_first;
static struct follower **last = &follower_first;

/* It belongs to the client, and is freed by follower_forget(). */
struct follower *follower_of(struct client *client) {
    if (client->state.follower == NULL) {
        client->state.follower = xcalloc(1, sizeof *client->state.follower);
        client->state.follower->client = client;
    }
    return client->state.follower;
}

/* Sources: where the bytes come from that follow those of the output itself. A
 * follower has one from the moment at which its place in the history is fixed,
 * even while it may not be sent anything, so that the limits of output count
 * what is kept for it. A source is the first member of its follower, hence the
 * casts. */

size_t follower_held(const struct output_source *source) {
    return repl_cursor_left(&((const struct follower *)source)->cursor);
}

/* Nothing may be sent to a follower that waits for something. */
static size_t nothing_ready(const struct output_source *source) {
    (void)source;
    return 0;
}

static ssize_t send_nothing(struct output_source *source, int fd) {
    (void)source;
    (void)fd;
    errno = EAGAIN;
    return -1;
}

static const struct output_source silence = {nothing_ready, follower_held,
                                             send_nothing};

/* A follower that has hung up is not sent the rest. */
static size_t stream_ready(const struct output_source *source) {
    const struct follower *follower = (const struct follower *)source;
    return follower->client->conn->ending ? 0 : follower_held(source);
}

static ssize_t send_stream(struct output_source *source, int fd) {
    struct follower *follower = (struct follower *)source;
    struct iovec pieces[PIECES];
    size_t count = repl_cursor_look(&follower->cursor, pieces, PIECES);
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    /* The kernel has copied them, so the backlog may drop them now. */
    if (sent > 0) {
        repl_cursor_advance(&follower->cursor, (size_t)sent);
        traffic.replicas += (uint64_t)sent;
    }
    return sent;
}

static const struct output_source stream = {stream_ready, follower_held,
                                            send_stream};

void follower_set_source(struct follower *follower,
                         const struct output_source *source) {
    follower->source = *source;
    output_set_source(follower->client->conn, &follower->source);
}

/* Joining. */

void follower_join(struct follower *follower, enum follower_state state) {
    struct client *client = follower->client;
    follower->link = last;
    *last = follower;
    last = &follower->next;
    follower->state = state;
    /* Every limit of time begins here. */
    follower->began_us = follower->moved_us = follower->acked_us =
        loop_now_us();
    output_set_class(client->conn, OUTPUT_REPLICA);
    /* The setting timeout is not for replicas, which may have nothing to say;
     * repl-timeout is. */
    idle_stop(client->conn);
    stage_set_special(&client->state, CLIENT_FOLLOWER, true);
    follower_pulse_begin();
}

/* Even one that lacks nothing has acknowledged nothing so far: a WAIT must not
 * count it for a place that only its PSYNC has claimed. */
void follower_enter(struct follower *follower, int64_t place) {
    repl_cursor_enter(&follower->cursor, place);
    follower->acked = follower->acked_disk = 0;
    follower_set_source(follower, &silence);
}

static void go_online(struct follower *follower) {
    follower->state = FOLLOWER_ONLINE;
    /* Before this it could not acknowledge, so its time begins now. */
    follower->acked_us = loop_now_us();
    follower_set_source(follower, &stream);
}

void follower_continue(struct follower *follower, int64_t place) {
    follower_enter(follower, place);
    go_online(follower);
}

void follower_loaded(struct follower *follower, bool is_silent) {
    if (follower->only_rdb) {
        follower->state = FOLLOWER_DONE;
        follower->moved_us = loop_now_us();
        /* It must not keep the backlog from being trimmed. */
        repl_cursor_leave(&follower->cursor);
        follower_set_source(follower, &silence);
        return;
    }
    go_online(follower);
    follower->is_silent = is_silent;
    if (is_silent)
        follower_set_source(follower, &silence);
}

/* The offsets only grow, whatever it says. By its first word a follower shows
 * that it has found the end of its snapshot. */
void follower_acknowledged(struct follower *follower, int64_t offset,
                           int64_t disk) {
    if (offset > follower->acked)
        follower->acked = offset;
    if (disk > follower->acked_disk)
        follower->acked_disk = disk;
    follower->acked_us = loop_now_us();
    if (follower->state != FOLLOWER_ONLINE || !follower->is_silent)
        return;
    follower->is_silent = false;
    follower_set_source(follower, &stream);
}

void follower_is_alive(struct client *client) {
    client->state.follower->acked_us = loop_now_us();
}

/* Leaving. */

static void leave_list(struct follower *follower) {
    *follower->link = follower->next;
    if (follower->next != NULL)
        follower->next->link = follower->link;
    else
        last = follower->link;
}

void follower_forget(struct client *client) {
    struct follower *follower = client->state.follower;
    if (follower == NULL)
        return;
    /* The connection outlives it by a turn, and must not ask it any more. */
    client->state.follower = NULL;
    output_set_source(client->conn, NULL);
    if (follower->link != NULL) {
        /* First out of the list: those who are told next count those in it. */
        leave_list(follower);
        repl_cursor_leave(&follower->cursor);
        full_sync_left(follower);
        follower_pulse_left();
    }
    free(follower->ip);
    free(follower);
}

/* They leave the backlog now, because it may be freed as soon as this returns.
 * Their connections are closed at the end of the turn, because one of them may
 * be running the command that has led here: a REPLICAOF NO ONE. */
void followers_cut(void) {
    while (follower_first != NULL) {
        struct client *client = follower_first->client;
        follower_forget(client);
        client_drop(client);
    }
}

/* Asking about followers. */

size_t followers_count(void) {
    size_t count = 0;
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        count++;
    return count;
}

size_t followers_good(int64_t lag_s) {
    size_t good = 0;
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        good += f->state == FOLLOWER_ONLINE &&
                (loop_now_us() - f->acked_us) / 1000000 <= lag_s;
    return good;
}

/* Writes the address of its connection, "10.0.0.1:80" or "[::1]:80", without
 * the port and the brackets. The last colon is the one before the port. */
static void ip_of_peer(int fd, char out[static FOLLOWER_IP_MAX]) {
    char text[ADDRESS_MAX];
    address_of_peer(fd, text);
    char *end = strrchr(text, ':');
    char *begin = text[0] == '[' ? text + 1 : text;
    if (end != NULL)
        end[begin > text ? -1 : 0] = '\0';
    snprintf(out, FOLLOWER_IP_MAX, "%s", begin);
}

void follower_ip(const struct follower *follower,
                 char out[static FOLLOWER_IP_MAX]) {
    if (follower->ip != NULL)
        snprintf(out, FOLLOWER_IP_MAX, "%s", follower->ip);
    else
        ip_of_peer(follower->client->conn->watch.fd, out);
}
