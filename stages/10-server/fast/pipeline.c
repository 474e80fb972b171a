/* From bytes to commands, several at a time.
 *
 * A client that pipelines sends many requests before it reads a reply. Each of
 * them waits for memory twice: for the bucket of its key, then for the entry.
 * So a group is parsed first, all its buckets are asked for, then all its
 * entries, and then the requests run: the waits overlap instead of adding up.
 * (Chen, Ailamaki, Gibbons and Mowry, "Improving hash join performance through
 * prefetching", ICDE 2004, call it group prefetching.) */
#include "app.h"
#include "blocking.h"
#include "bulk_limit.h"
#include "client.h"
#include "follower.h"
#include "hash_ahead.h"
#include "keyspace.h"
#include "prefetch.h"
#include "primary.h"
#include "reply.h"
#include "short_request.h"
#include "stranger.h"
#include "timed_call.h"
#include "traffic.h"

enum { GROUP = PREFETCH_MOST };

/* One group serves all clients, and keeps the memory for its arguments, as
 * little as that is, until the process ends. */
static struct request group[GROUP];
static struct key keys[GROUP];

static void swap_requests(struct request *a, struct request *b) {
    struct request kept = *a;
    *a = *b;
    *b = kept;
}

static enum resp_status parse(struct request *request, char *bytes, size_t len,
                              char *error) {
    return short_request(request, bytes, len)
               ? RESP_DONE
               : resp_parse(request, bytes, len, error);
}

/* The bounds within which requests are parsed. */
struct bounds {
    bool is_stranger;
    int64_t bulk;
};

static struct bounds bounds_of(const struct client *client) {
    return (struct bounds){stranger(client), bulk_limit()};
}

/* Returns true if the bounds are what they were. A RESET or a CONFIG SET may
 * have changed them, and then what stands behind it is to be parsed anew. */
static bool still_holds(const struct bounds *bounds,
                        const struct client *client) {
    return bounds->is_stranger == stranger(client) &&
           bounds->bulk == bulk_limit();
}

/* Parses as many requests as there are, or as fit a group; *used is the number
 * of bytes that they took. A typed request makes a group of its own, since it
 * is unquoted in place and must not be parsed a second time. So does one of a
 * stranger: an AUTH changes the limits for what stands behind it. */
static size_t parse_group(struct client *client, char *bytes, size_t len,
                          size_t *used, enum resp_status *status, char *error) {
    bool is_stranger = stranger(client);
    size_t most = is_stranger || bytes[0] != '*' ? 1 : GROUP;
    size_t count = 0, taken = 0;
    enum resp_status last = RESP_DONE;
    /* A request that has come in part is kept with the client. It goes on as
     * the first of the group; if it still lacks bytes, it goes back below. */
    if (client->request.begun)
        swap_requests(&group[0], &client->request);
    while (count < most && taken < len && (count == 0 || bytes[taken] == '*')) {
        struct request *request = &group[count];
        last = parse(request, bytes + taken, len - taken, error);
        if (is_stranger && stranger_asks_too_much(request, error))
            last = RESP_WRONG;
        if (last != RESP_DONE)
            break;
        taken += request->size;
        count++;
    }
    if (last == RESP_MORE && group[count].begun)
        swap_requests(&group[count], &client->request);
    *used = taken;
    *status = last;
    return count;
}

/* Runs the group. Returns the number of bytes of input that it took: all of
 * them, unless the client must read its replies first, or a request changes the
 * bounds of those behind it. */
static size_t run_group(struct client *client, size_t count,
                        const struct bounds *bounds) {
    size_t used = 0;
    const struct key *key = keys;
    timed_call_group(count > 1);
    for (size_t i = 0; i < count; i++) {
        /* A request may have made the client wait, or closed it. */
        if (!stage_may_run(client) || !still_holds(bounds, client))
            break;
        if (count > 1 && group[i].argc > 1)
            hash_ahead(key++);
        if (group[i].argc > 0) /* an empty line or array is no request */
            stage_run(client, &group[i]);
        else if (client->state.special & CLIENT_FOLLOWER)
            follower_is_alive(client);
        used += group[i].size;
    }
    hash_ahead(NULL);
    timed_call_group(false);
    return used;
}

/* The rest of a long argument gets a place of its size at once, so that it is
 * not copied again and again while it comes. What a client only announces must
 * not take all memory, so a very long one gets more places one after the other.
 */
static void make_room(struct conn *conn, size_t held) {
    enum { AT_ONCE = 32 << 20 };
    const struct request *request = &((struct client *)conn->app)->request;
    if (conn->closed || !request->begun || request->bulk <= CONN_READ_SIZE)
        return;
    size_t whole = request->size + (size_t)request->bulk + 2;
    size_t rest = whole - (buf_len(&conn->in) > 0 ? held : 0);
    if (rest > AT_ONCE)
        rest = AT_ONCE;
    (void)buf_reserve(&conn->in, rest + CONN_READ_SIZE);
}

static size_t take_input(struct conn *conn, char *bytes, size_t len) {
    struct client *client = conn->app;
    client->out = conn_out(conn);
    size_t used = 0;
    while (used < len && stage_may_run(client)) {
        char error[RESP_ERROR_SIZE];
        enum resp_status status;
        size_t parsed;
        struct bounds bounds = bounds_of(client);
        size_t count = parse_group(client, bytes + used, len - used, &parsed,
                                   &status, error);
        if (count > 1)
            prefetch_group(keyspace_db(client->database), group, count, keys);
        size_t ran = run_group(client, count, &bounds);
        /* Also the one behind the last, if parsing it has failed. */
        for (size_t i = 0; i < GROUP && i <= count; i++)
            request_reset(&group[i]);
        used += ran;
        if (conn->ending)
            return len;
        /* The rest is parsed again: at once if the bounds are new, or else when
         * the client may go on, and its bytes may have moved by then. */
        if (ran < parsed || !stage_may_run(client) ||
            !still_holds(&bounds, client)) {
            request_reset(&client->request);
            continue;
        }
        if (status == RESP_WRONG) {
            stage_begin_reply(client);
            size_t reply_at = buf_len(client->out);
            reply_error(client, error);
            timed_call_not_run(client, reply_at);
            if (client->state.special & CLIENT_FOLLOWER)
                primary_expect_silence(client, reply_at);
            conn_end(conn);
            return len;
        }
        if (status == RESP_MORE) {
            make_room(conn, len - used);
            break;
        }
    }
    return used;
}

size_t app_input(struct conn *conn, char *bytes, size_t len) {
    struct client *client = conn->app;
    traffic_read(len - client->state.unread);
    size_t used = take_input(conn, bytes, len);
    if (!conn->closed)
        client->state.unread = len - used;
    return used;
}
