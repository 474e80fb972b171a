#include "link.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acknowledgement.h"
#include "apply.h"
#include "buf_slice.h"
#include "clock.h"
#include "config.h"
#include "cron.h"
#include "dial.h"
#include "failover.h"
#include "follower.h"
#include "follower_pulse.h"
#include "handshake.h"
#include "history.h"
#include "info.h"
#include "log.h"
#include "loop.h"
#include "own_keys.h"
#include "repl_stream.h"
#include "replica.h"
#include "replica_config.h"
#include "resync.h"
#include "secret.h"
#include "timer.h"
#include "traffic.h"

enum {
    SECOND_US = 1000000,
    MINUTE_US = 60 * SECOND_US,
    READ_SIZE = 65536,
    READS_MOST = 16, /* of a turn, while all data come */
    LINE_MOST = 4096 /* bytes of a line of the handshake */
};

static void on_second(struct timer *timer);

/* What is open belongs to the state: from LINK_CONNECTING on there are a
 * socket, its watch and the two buffers, in LINK_TRANSFER also a file
 * (received.h). close_socket() undoes all of it. In LINK_LOADING the link must
 * not be broken, because a load cannot be given up half-way: the socket is not
 * read then, so nobody finds out that it is closed, and those commands that
 * would end the link are refused. */
static struct link {
    enum link_state state;
    struct watch watch; /* fd is good from LINK_CONNECTING on */
    struct timer timer;
    struct buf in, out;
    struct handshake handshake;
    bool may_resume;       /* the data are a moment of the history */
    bool knows_no_psync;   /* the primary: it takes no acknowledgements */
    int64_t heard_us;      /* when the last byte came */
    int64_t patience_us;   /* after the last load, if it has failed */
    int64_t not_before_us; /* when the next connection may be made */
    int64_t down_s;        /* since when the link is down; 0: it never was up */
} self = {.timer = {.expired = on_second}};

enum link_state link_state(void) {
    return self.state;
}

bool link_may_resume(void) {
    return self.may_resume;
}

void link_resume(void) {
    self.may_resume = true;
}

/* Sending. */

/* An error of the socket is found by the next read. */
static void flush(void) {
    while (buf_len(&self.out) > 0) {
        ssize_t sent = send(self.watch.fd, buf_bytes(&self.out),
                            buf_len(&self.out), MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        traffic_written((size_t)sent);
        buf_consume(&self.out, (size_t)sent);
    }
    /* While the data are loaded the stream waits in the socket, and in the
     * primary, which keeps it anyhow. */
    unsigned reads = self.state == LINK_LOADING ? 0 : LOOP_READ;
    loop_change(&self.watch,
                reads | (buf_len(&self.out) > 0 ? LOOP_WRITE : 0u));
}

void link_acknowledge(void) {
    if (self.state != LINK_UP || self.knows_no_psync)
        return;
    acknowledgement_write(&self.out);
    flush();
}

/* While answering takes long, an empty line says that we are alive. */
static void keep_alive(void) {
    buf_append(&self.out, "\n", 1);
    flush();
}

/* Breaking the link. */

static void close_socket(void) {
    if (self.state < LINK_CONNECTING)
        return;
    loop_remove(&self.watch);
    close(self.watch.fd);
    /* What was read and not applied goes. It did not count for the offset, so
     * it is asked for again. */
    buf_free(&self.in);
    buf_free(&self.out);
    resync_stop();
    apply_cut();
}

/* A link that was up is made anew at once, because the primary keeps only so
 * much of the stream. Otherwise the next try is in the next second. */
static void broken(const char *why) {
    bool was_up = self.state == LINK_UP;
    log_warn("the link to the primary %s:%" PRId64 " is broken: %s",
             replica.host, replica.port, why);
    close_socket();
    self.state = LINK_WAITS;
    if (!was_up)
        return;
    self.down_s = clock_wall_us() / SECOND_US;
    timer_start(&self.timer, clock_monotonic_us()); /* on_second() connects */
}

/* CLIENT KILL finds a primary only while the link is up. One that is loading
 * must not be broken, whoever asks. */
bool link_cut(void) {
    if (self.state < LINK_CONNECTING || self.state == LINK_LOADING)
        return false;
    broken("CLIENT KILL has closed it");
    return true;
}

/* The stream. */

static void apply(void) {
    const char *wrong;
    if (buf_len(&self.in) == 0)
        return;
    size_t used = apply_some(buf_bytes(&self.in), buf_len(&self.in), &wrong);
    buf_consume(&self.in, used);
    if (wrong == NULL)
        return;
    /* To ask for the same bytes again would end in the same way. */
    self.may_resume = false;
    broken(wrong);
}

void link_go_on(void) {
    if (self.state == LINK_UP)
        apply();
}

/* The stream begins. The part of it that has arrived already is applied at
 * once. */
static void go_up(void) {
    self.state = LINK_UP;
    apply_begin(self.watch.fd);
    self.may_resume = !self.knows_no_psync;
    self.down_s = 0;
    self.heard_us = loop_now_us(); /* nobody has listened during the load */
    /* Whoever follows us, now or after a promotion, may need what comes. */
    repl_stream_begin();
    log_info("the link to the primary is up, at byte %" PRId64
             " of the history %s",
             history.offset, history.id);
    /* A primary that has sent a snapshot with a mark waits for this. */
    link_acknowledge();
    flush(); /* begins to read again, even if there was nothing to send */
    apply();
}

/* A partial resync: the history goes on, perhaps under a new id. Those who
 * follow us do not know that id. They come back, name the old one, and are told
 * in the same way. */
static void resumed(void) {
    /* Whoever answers so knows PSYNC, whatever the last primary knew. */
    self.knows_no_psync = false;
    if (self.handshake.id[0] != '\0' &&
        strcmp(self.handshake.id, history.id) != 0) {
        history_rename(self.handshake.id);
        followers_cut();
    }
    go_up();
}

/* A full resynchronization. */

/* Data that could not be loaded will hardly load a second later, and each try
 * costs the primary a snapshot. So the waits get longer, up to a minute. */
static void load_failed(const char *wrong) {
    broken(wrong);
    self.patience_us = self.patience_us > 0 ? 2 * self.patience_us : SECOND_US;
    if (self.patience_us > MINUTE_US)
        self.patience_us = MINUTE_US;
    self.not_before_us = clock_monotonic_us() + self.patience_us;
}

static void loaded(const char *wrong) {
    if (wrong != NULL) {
        load_failed(wrong);
        return;
    }
    self.patience_us = 0;
    /* Without an id from the primary, the history is one that only we and those
     * who follow us know. */
    if (self.knows_no_psync)
        history_start();
    else
        history_adopt(self.handshake.id, self.handshake.offset);
    acknowledgement_begin();
    go_up();
}

/* From here on the data belong to no history, until those of the primary are
 * loaded. */
static void replaced(void) {
    self.may_resume = false;
    own_keys_forget();
    /* In this order: their cursors stand in the backlog. */
    followers_cut();
    repl_stream_end();
}

/* A small file is loaded before this returns, and the link is up then. */
static void load(void) {
    self.state = LINK_LOADING;
    flush(); /* stops reading */
    resync_load(strcmp(self.handshake.id, history.id) == 0, replaced, loaded);
}

static void begin_transfer(void) {
    self.state = LINK_TRANSFER;
    self.knows_no_psync = self.handshake.id[0] == '\0';
    resync_begin();
}

/* Takes what has arrived of the data. What comes behind the last byte is left
 * to go_up(). */
static void take_data(void) {
    struct slice bytes = buf_slice(&self.in);
    const char *wrong = NULL;
    size_t used = resync_take(bytes, &wrong);
    buf_consume(&self.in, used);
    if (wrong != NULL)
        broken(wrong);
    else if (resync_is_whole())
        load();
}

/* Lines: the handshake, and what comes before the data. */

/* Tells a failover how its PSYNC was answered. Returns true if that ends the
 * failover, and with it the link. */
static bool failover_has_failed(enum handshake_outcome outcome) {
    bool accepted = outcome == HANDSHAKE_FULL || outcome == HANDSHAKE_CONTINUE;
    bool fails = failover_state == FAILOVER_CHANGING && !accepted;
    failover_answered(accepted);
    return fails;
}

static void handshake_ended(enum handshake_outcome outcome, struct slice line) {
    static char why[LINE_MOST + 64];
    if (outcome == HANDSHAKE_GOES_ON)
        return;
    /* It may have ended the link: this server is a primary again. */
    if (self.handshake.step == HANDSHAKE_PSYNC && failover_has_failed(outcome))
        return;
    switch (outcome) {
    case HANDSHAKE_UNKNOWN:
        log_warn("the primary knows no PSYNC: %.*s", SLICE_SHOWN(line));
        begin_transfer();
        return;
    case HANDSHAKE_FULL: begin_transfer(); return;
    case HANDSHAKE_CONTINUE: resumed(); return;
    default: break; /* the next second brings another attempt */
    }
    snprintf(why, sizeof why, "the primary says '%.*s'", SLICE_SHOWN(line));
    broken(why);
}

/* Made anew for each line, because CONFIG SET frees the texts of settings. */
static struct handshake_wishes wishes(void) {
    const struct replica_config *c = &replica_config;
    return (struct handshake_wishes){
        .user = c->user,
        .password = secret_bytes(&c->password),
        .ip = c->announce_ip,
        .port = c->announce_port != 0 ? c->announce_port : config.port,
        .id = self.may_resume ? history.id : NULL,
        .offset = history.offset,
        .failover = failover_state == FAILOVER_CHANGING,
    };
}

static void take_line(struct slice line) {
    const char *wrong = NULL;
    if (self.state == LINK_HANDSHAKE) {
        struct handshake_wishes now = wishes();
        enum handshake_outcome outcome =
            handshake_line(&self.handshake, &now, line, &self.out);
        flush();
        handshake_ended(outcome, line);
    } else {
        resync_line(line, &wrong);
        if (wrong != NULL)
            broken(wrong);
    }
}

/* Handles the next line. Returns false if there is no whole line, or if the
 * connection is gone. */
static bool next_line(void) {
    char *bytes = buf_bytes(&self.in), line[LINE_MOST];
    size_t len = buf_len(&self.in);
    const char *end = memchr(bytes, '\n', len);
    size_t used = end != NULL ? (size_t)(end - bytes) + 1 : len;
    if (used > LINE_MOST) {
        broken("a line that has no end");
        return false;
    }
    if (end == NULL)
        return false;
    size_t shown = used - 1;
    if (shown > 0 && bytes[shown - 1] == '\r')
        shown--;
    /* A copy, because what the line leads to may free the buffer. */
    memcpy(line, bytes, shown);
    buf_consume(&self.in, used);
    take_line((struct slice){line, shown});
    return true;
}

/* Receiving. */

/* Handles what has arrived, according to the state of the link. Returns false
 * when nothing can be done before more arrives. */
static bool take(void) {
    if (buf_len(&self.in) == 0)
        return false;
    switch (self.state) {
    case LINK_HANDSHAKE: return next_line();
    case LINK_TRANSFER:
        if (!resync_has_begun())
            return next_line();
        take_data();
        return false;
    case LINK_UP: apply(); return false;
    default: return false; /* the link was broken, or the data are loading */
    }
}

/* Returns true if more may be received in this turn: of all data, there is as a
 * rule more, and it costs little to store it. */
static bool receive(void) {
    char *space = buf_reserve(&self.in, READ_SIZE);
    ssize_t got = recv(self.watch.fd, space, READ_SIZE, 0);
    if (got > 0) {
        buf_commit(&self.in, (size_t)got);
        self.heard_us = loop_now_us();
        traffic_read((size_t)got);
        traffic.primary += (uint64_t)got;
        while (take())
            continue;
        return got == READ_SIZE && self.state == LINK_TRANSFER;
    }
    if (got == 0)
        broken("the primary has closed it");
    else if (errno != EAGAIN && errno != EINTR)
        broken(strerror(errno));
    return false;
}

static void begin_handshake(void) {
    self.state = LINK_HANDSHAKE;
    handshake_start(&self.handshake, &self.out);
    flush();
}

static void connected(void) {
    int error = dial_error(self.watch.fd);
    if (error != 0)
        broken(strerror(error));
    else
        begin_handshake();
}

static void on_ready(struct watch *watch, unsigned events) {
    (void)watch;
    if (self.state == LINK_CONNECTING) {
        connected();
        return;
    }
    if (events & LOOP_WRITE)
        flush();
    if (events & LOOP_READ && self.state != LINK_LOADING)
        for (int reads = 0; reads < READS_MOST && receive(); reads++)
            continue;
}

/* Connecting. */

/* If that fails at once, the link goes on waiting. */
static void connect_now(void) {
    const char *wrong;
    int fd =
        dial(replica.host, replica.port, replica_config.source_address, &wrong);
    if (fd < 0) {
        log_warn("cannot connect to the primary %s:%" PRId64 ": %s",
                 replica.host, replica.port, wrong);
        return;
    }
    self.state = LINK_CONNECTING;
    self.heard_us = loop_now_us(); /* repl-timeout is for connecting, too */
    self.watch =
        (struct watch){.fd = fd, .events = LOOP_WRITE, .ready = on_ready};
    loop_add(&self.watch);
}

void link_begin(void) {
    self.state = LINK_WAITS;
    log_info("following %s:%" PRId64, replica.host, replica.port);
    connect_now();
    timer_start(&self.timer, clock_monotonic_us() + SECOND_US);
}

/* may_resume stays: the data do not change when their primary does. */
void link_end(void) {
    close_socket();
    timer_stop(&self.timer);
    self.state = LINK_NONE;
    self.down_s = self.patience_us = self.not_before_us = 0;
}

/* Once a second. */

static bool is_silent(void) {
    return self.state != LINK_LOADING &&
           loop_now_us() - self.heard_us >
               follower_pulse_config.timeout_s * SECOND_US;
}

static void on_second(struct timer *timer) {
    /* First, since broken() may start it for an earlier moment. */
    timer_start(timer, clock_monotonic_us() + SECOND_US);
    if (cron_paused)
        return;
    if (self.state >= LINK_CONNECTING && is_silent())
        broken("the primary is silent");
    if (self.state == LINK_WAITS) {
        if (clock_monotonic_us() >= self.not_before_us)
            connect_now();
        return;
    }
    if (self.state == LINK_LOADING)
        keep_alive();
    link_acknowledge();
}

/* INFO. */

static void transfer_info(struct buf *out) {
    int64_t total = resync_total(), received = resync_received();
    info_line(out, "master_sync_total_bytes:%" PRId64, total);
    info_line(out, "master_sync_read_bytes:%" PRId64, received);
    info_line(out, "master_sync_left_bytes:%" PRId64, total - received);
    info_line(out, "master_sync_perc:%.2f",
              total > 0 ? 100.0 * (double)received / (double)total : 0.0);
    info_line(out, "master_sync_last_io_seconds_ago:%" PRId64,
              (loop_now_us() - self.heard_us) / SECOND_US);
}

/* The offset is shown even while the link is down, because Sentinel chooses the
 * replica to be promoted by it. Data of no history have offset 1, as in
 * Redis. */
void link_info(struct buf *out) {
    bool is_up = self.state == LINK_UP;
    bool syncs = self.state == LINK_TRANSFER || self.state == LINK_LOADING;
    bool has_place = is_up || self.may_resume;
    /* What waits in the buffer is read, though not applied. */
    int64_t read = history.offset + (is_up ? (int64_t)buf_len(&self.in) : 0);
    info_line(out, "master_link_status:%s", is_up ? "up" : "down");
    info_line(out, "master_last_io_seconds_ago:%" PRId64,
              is_up ? (loop_now_us() - self.heard_us) / SECOND_US : -1);
    info_line(out, "master_sync_in_progress:%d", syncs);
    info_line(out, "slave_read_repl_offset:%" PRId64, has_place ? read : 1);
    info_line(out, "slave_repl_offset:%" PRId64,
              has_place ? history.offset : 1);
    if (syncs)
        transfer_info(out);
    if (!is_up)
        info_line(out, "master_link_down_since_seconds:%" PRId64,
                  self.down_s > 0 ? clock_wall_us() / SECOND_US - self.down_s
                                  : -1);
}
