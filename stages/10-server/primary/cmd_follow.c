/* PSYNC, SYNC and REPLCONF: the commands of replicas. */
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "arguments.h"
#include "command.h"
#include "detached.h"
#include "full_sync.h"
#include "link.h"
#include "log.h"
#include "number.h"
#include "primary.h"
#include "repl_stream.h"
#include "replica.h"
#include "settings.h"
#include "xalloc.h"

static char *slice_text(struct slice word) {
    char *text = xmalloc(word.len + 1);
    memcpy(text, word.ptr, word.len);
    text[word.len] = '\0';
    return text;
}

/* PSYNC, SYNC. */

/* Copies an id, which is compared as a text. A longer word is cut. */
static const char *text_of(struct slice word,
                           char out[static IDENTITY_LEN + 1]) {
    snprintf(out, IDENTITY_LEN + 1, "%.*s", SLICE_WHOLE(word));
    return out;
}

/* Applies the setting. If the connection does not support it, it does no
 * harm. */
static void choose_packets(const struct client *client) {
    int no = 0;
    if (primary_config.disable_nodelay)
        (void)setsockopt(client->conn->watch.fd, IPPROTO_TCP, TCP_NODELAY, &no,
                         sizeof no);
}

/* Returns why a replica needs all data, or NULL if it can go on from a place
 * that both histories have. If that is not certain, it needs all data. The
 * offset is the number of the first byte that it lacks, so it has offset - 1
 * bytes. */
static const char *why_all(struct slice id, int64_t offset) {
    char text[IDENTITY_LEN + 1];
    if (slice_is(id, "?"))
        return "it has none";
    if (id.len != IDENTITY_LEN || offset <= 0 ||
        !history_holds(text_of(id, text), offset))
        return "its history is another one, or goes on where ours ends";
    if (!repl_backlog_reaches(offset - 1))
        return "the backlog has not kept what it lacks";
    return NULL;
}

static void go_on(struct client *client, int64_t offset) {
    char line[64], ip[FOLLOWER_IP_MAX];
    struct follower *follower = follower_of(client);
    choose_packets(client);
    primary_counts.partial++;
    int len = follower->knows_psync2
                  ? snprintf(line, sizeof line, "+CONTINUE %s\r\n", history.id)
                  : snprintf(line, sizeof line, "+CONTINUE\r\n");
    /* The stream follows it, so it goes out even if replies are off. */
    buf_append(conn_out(client->conn), line, (size_t)len);
    follower_join(follower, FOLLOWER_ONLINE);
    follower_continue(follower, offset - 1);
    follower_ip(follower, ip);
    log_info("the replica %s:%" PRId64 " goes on from byte %" PRId64, ip,
             follower->port, offset);
}

/* A primary begins a new history with its first replica, since nobody has
 * counted the bytes before. */
static void begin_stream(void) {
    if (!repl_stream_active() && primary_makes_history())
        history_begin_anew();
    repl_stream_begin();
}

static void begin_full(struct client *client, bool is_old, const char *why) {
    char ip[FOLLOWER_IP_MAX];
    struct follower *follower = follower_of(client);
    follower->is_old = is_old;
    follower_ip(follower, ip);
    log_info("the replica %s:%" PRId64 " gets all data: %s", ip, follower->port,
             why);
    choose_packets(client);
    /* Counted when it is asked for: one snapshot may serve several. */
    primary_counts.full++;
    begin_stream();
    follower_join(follower, FOLLOWER_WAITS);
    full_sync_wanted(follower);
}

/* A client that is a replica already, or monitors, gets no reply: that would
 * stand in the middle of what it is being sent. */
static bool gets_stream(const struct client *client) {
    const struct follower *follower = client->state.follower;
    return (follower != NULL && follower->link != NULL) ||
           (client->state.special & CLIENT_MONITOR);
}

/* Returns false after an error reply. */
static bool may_follow(struct client *client) {
    if (primary_fails_over()) {
        reply_error(client, "NOMASTERLINK Can't SYNC while failing over");
        return false;
    }
    /* Our own data may be about to be replaced. It tries again later. */
    if (replica_is() && !link_is_up()) {
        reply_error(client, "NOMASTERLINK Can't SYNC while not connected with "
                            "my master");
        return false;
    }
    /* Replies that wait would be taken for a part of the answer. */
    if (output_len(&client->conn->out) == 0)
        return true;
    reply_error(client, "ERR SYNC and PSYNC are invalid with pending output");
    return false;
}

/* PSYNC with FAILOVER: our primary wants to become our replica. Returns false
 * after an error reply. */
static bool took_over(struct client *client, struct slice id) {
    char text[IDENTITY_LEN + 1];
    if (!replica_is()) {
        reply_error(client, "ERR PSYNC FAILOVER can't be sent to a master.");
        return false;
    }
    if (id.len != IDENTITY_LEN ||
        strcasecmp(text_of(id, text), history.id) != 0) {
        reply_error(client, "ERR PSYNC FAILOVER replid must match my replid.");
        return false;
    }
    replica_promote();
    return true;
}

/* PSYNC replicationid offset [FAILOVER] */
static void cmd_psync(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    int64_t offset;
    /* First the promotion: after it, the state of our own link, which the
     * primary may have closed by now, does not matter. */
    if (gets_stream(client) ||
        (request->argc > 3 && slice_is(argv[3], "failover") &&
         !took_over(client, argv[1])) ||
        !may_follow(client))
        return;
    if (!argument_i64(client, argv[2], &offset))
        return;
    const char *why = why_all(argv[1], offset);
    /* Who names no history has asked for all data, and was refused nothing. */
    primary_counts.partial_refused += why != NULL && !slice_is(argv[1], "?");
    if (why == NULL)
        go_on(client, offset);
    else
        begin_full(client, false, why);
}

/* SYNC */
static void cmd_sync(struct client *client, struct request *request) {
    (void)request;
    if (!gets_stream(client) && may_follow(client))
        begin_full(client, true, "it asks by SYNC");
}

/* REPLCONF. */

/* What became of an option. An error reply or an ACK, which has no reply, ends
 * the request; the options before it hold. */
enum outcome { GOES_ON, REPLIED, SILENT };

static enum outcome set_port(struct follower *follower, struct slice word) {
    int64_t port;
    if (!argument_i64(follower->client, word, &port))
        return REPLIED;
    follower->port = port;
    return GOES_ON;
}

static enum outcome set_ip(struct follower *follower, struct slice word) {
    if (word.len >= FOLLOWER_IP_MAX) {
        reply_errorf(follower->client,
                     "ERR REPLCONF ip-address provided by replica instance is "
                     "too long: %zu bytes",
                     word.len);
        return REPLIED;
    }
    free(follower->ip);
    follower->ip = word.len > 0 ? slice_text(word) : NULL;
    return GOES_ON;
}

/* Capabilities that we do not know are ignored, since we would not use them. */
static enum outcome set_capability(struct follower *follower,
                                   struct slice word) {
    if (slice_is(word, "eof"))
        follower->knows_eof = true;
    else if (slice_is(word, "psync2"))
        follower->knows_psync2 = true;
    return GOES_ON;
}

static enum outcome set_only_rdb(struct follower *follower, struct slice word) {
    int64_t value;
    if (!argument_i64(follower->client, word, &value))
        return REPLIED;
    if (value != 0 && value != 1) {
        reply_error(follower->client,
                    "ERR value is out of range, value must between 0 and 1");
        return REPLIED;
    }
    follower->only_rdb = value == 1;
    return GOES_ON;
}

/* The parts that a snapshot must have. There are no functions, so a snapshot of
 * functions alone is one that has no keys. */
static enum outcome set_filter(struct follower *follower, struct slice word) {
    struct setting_words parts = {&word, 1};
    struct slice part;
    follower->no_data = true;
    while (setting_words_next(&parts, &part)) {
        if (part.len == 0 || slice_is(part, "functions"))
            continue;
        reply_errorf(follower->client,
                     "ERR Unsupported rdb-filter-only option: %.*s",
                     SLICE_WHOLE(part));
        return REPLIED;
    }
    return GOES_ON;
}

/* ACK offset [FACK offset]
 *
 * There is no place for a reply, not even for an error, so a wrong number is
 * passed over. So is the ACK of a client that does not follow us. */
static enum outcome acknowledge(struct follower *follower,
                                const struct request *request, size_t at) {
    const struct slice *argv = request->argv;
    int64_t offset, disk = 0;
    if (follower->link == NULL ||
        !parse_i64(argv[at + 1].ptr, argv[at + 1].len, &offset))
        return SILENT;
    if (request->argc > at + 3 && slice_is(argv[at + 2], "fack"))
        (void)parse_i64(argv[at + 3].ptr, argv[at + 3].len, &disk);
    follower_acknowledged(follower, offset, disk);
    return SILENT;
}

static enum outcome option(struct follower *follower,
                           const struct request *request, size_t at) {
    static const struct {
        const char *name;
        enum outcome (*set)(struct follower *follower, struct slice word);
    } options[] = {
        {"listening-port", set_port},    {"ip-address", set_ip},
        {"capa", set_capability},        {"rdb-only", set_only_rdb},
        {"rdb-filter-only", set_filter},
    };
    struct slice name = request->argv[at];
    if (slice_is(name, "ack"))
        return acknowledge(follower, request, at);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (slice_is(name, options[i].name))
            return options[i].set(follower, request->argv[at + 1]);
    reply_errorf(follower->client, "ERR Unrecognized REPLCONF option: %.*s",
                 SLICE_WHOLE(name));
    return REPLIED;
}

/* REPLCONF [option value ...]
 *
 * GETACK is only for replicas, in the stream of their primary. */
static void cmd_replconf(struct client *client, struct request *request) {
    if (request->argc % 2 == 0) {
        reply_syntax_error(client);
        return;
    }
    /* From a client, too, it is answered on the link, and not to the client. */
    if (request->argc > 1 && slice_is(request->argv[1], "getack")) {
        link_acknowledge();
        return;
    }
    /* The client of the stream has no connection that could follow us. */
    if (detached(client))
        return;
    struct follower *follower = follower_of(client);
    for (size_t i = 1; i + 1 < request->argc; i += 2)
        if (option(follower, request, i) != GOES_ON)
            return;
    reply_ok(client);
}

enum {
    FOLLOWS = CMD_ADMIN | CMD_NOSCRIPT | CMD_NO_ASYNC_LOADING | CMD_NO_MULTI,
    CONFIGURES =
        CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_ALLOW_BUSY
};

const struct command follow_commands[] = {
    {"psync", cmd_psync, -3, FOLLOWS},
    {"sync", cmd_sync, 1, FOLLOWS},
    {"replconf", cmd_replconf, -1, CONFIGURES},
    {0},
};
