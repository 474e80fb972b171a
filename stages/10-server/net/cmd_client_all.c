/* CLIENT LIST and CLIENT KILL: the commands that look at all clients. */
#include "apply.h"
#include "arguments.h"
#include "auth.h"
#include "client_address.h"
#include "client_find.h"
#include "client_line.h"
#include "command.h"
#include "link.h"
#include "number.h"

/* The primary, on a replica, is a class of its own. */
enum { ANY_CLASS = -1, PRIMARY_CLASS = -2 };

/* Reads TYPE <NORMAL | MASTER | REPLICA | PUBSUB>, a class of output. Returns
 * false after an error reply. */
static bool class_argument(struct client *client, struct slice word,
                           int *class) {
    static const struct {
        const char *word;
        int class;
    } types[] = {{"normal", OUTPUT_NORMAL},
                 {"replica", OUTPUT_REPLICA},
                 {"slave", OUTPUT_REPLICA},
                 {"pubsub", OUTPUT_PUBSUB},
                 {"master", PRIMARY_CLASS}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (slice_is(word, types[i].word)) {
            *class = types[i].class;
            return true;
        }
    }
    reply_errorf(client, "ERR Unknown client type '%.*s'", SLICE_WHOLE(word));
    return false;
}

static bool is_of_class(const struct conn *conn, int class) {
    int its = apply_is_for(conn->app) ? PRIMARY_CLASS : (int)conn->out.class;
    return class == ANY_CLASS || class == its;
}

/* CLIENT LIST. */

/* A list that a client has asked for. */
struct listing {
    struct buf lines;
    struct client *client; /* who asks, and how */
    const struct request *request;
};

static void append(struct listing *listing, const struct client *client) {
    bool is_asker = client == listing->client;
    client_line(&listing->lines, client, is_asker ? listing->request : NULL);
}

/* Appends the clients with these ids. Returns false after an error reply. */
static bool append_by_id(struct listing *listing, const struct slice *ids,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t id;
        if (!parse_i64(ids[i].ptr, ids[i].len, &id)) {
            reply_error(listing->client, "ERR Invalid client ID");
            return false;
        }
        const struct client *found = client_find((uint64_t)id);
        if (found != NULL)
            append(listing, found);
    }
    return true;
}

/* Returns false after an error reply. */
static bool append_chosen(struct listing *listing) {
    const struct slice *argv = listing->request->argv;
    size_t argc = listing->request->argc;
    int class = ANY_CLASS;
    if (argc > 3 && slice_is(argv[2], "id"))
        return append_by_id(listing, argv + 3, argc - 3);
    if (argc == 4 && slice_is(argv[2], "type")) {
        if (!class_argument(listing->client, argv[3], &class))
            return false;
    } else if (argc != 2) {
        reply_syntax_error(listing->client);
        return false;
    }
    for (struct conn *at = conn_first(); at != NULL; at = at->next)
        if (is_of_class(at, class))
            append(listing, at->app);
    /* The primary's client is not in the list of connections that came in. */
    const struct client *primary = apply_client();
    if (primary != NULL && is_of_class(primary->conn, class))
        append(listing, primary);
    return true;
}

/* CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID id [id ...]] */
static void client_list(struct client *client, struct request *request) {
    struct listing listing = {.client = client, .request = request};
    struct buf *lines = &listing.lines;
    if (append_chosen(&listing))
        reply_verbatim(client, buf_len(lines) > 0 ? buf_bytes(lines) : "",
                       buf_len(lines));
    buf_free(lines);
}

/* CLIENT KILL. */

/* Which clients to kill: those that match all that is given. */
struct filter {
    int64_t id; /* 0: any */
    int class;
    const struct slice *address, *own_address, *user; /* NULL: any */
    bool skip_me;
};

static bool id_argument(struct client *client, struct slice word, int64_t *id) {
    if (parse_i64(word.ptr, word.len, id) && *id > 0)
        return true;
    reply_error(client, "ERR client-id should be greater than 0");
    return false;
}

static bool user_argument(struct client *client, const struct slice *word,
                          const struct slice **user) {
    *user = word;
    if (auth_is_user(*word))
        return true;
    reply_errorf(client, "ERR No such user '%.*s'", SLICE_WHOLE(*word));
    return false;
}

/* Reads one filter and its value. Returns false after an error reply. */
static bool filter_argument(struct client *client, struct filter *filter,
                            const struct slice *word) {
    if (slice_is(word[0], "id"))
        return id_argument(client, word[1], &filter->id);
    if (slice_is(word[0], "type"))
        return class_argument(client, word[1], &filter->class);
    if (slice_is(word[0], "user"))
        return user_argument(client, &word[1], &filter->user);
    bool yes = slice_is(word[1], "yes");
    if (slice_is(word[0], "addr")) {
        filter->address = &word[1];
    } else if (slice_is(word[0], "laddr")) {
        filter->own_address = &word[1];
    } else if (slice_is(word[0], "skipme") &&
               (yes || slice_is(word[1], "no"))) {
        filter->skip_me = yes;
    } else {
        reply_syntax_error(client);
        return false;
    }
    return true;
}

static bool filter_arguments(struct client *client, struct filter *filter,
                             const struct request *request) {
    filter->skip_me = true;
    for (size_t i = 2; i + 1 < request->argc; i += 2)
        if (!filter_argument(client, filter, &request->argv[i]))
            return false;
    if (request->argc % 2 == 0)
        return true;
    reply_syntax_error(client);
    return false;
}

static bool is_text(const struct slice *wanted, const char *text) {
    return wanted->len == strlen(text) &&
           memcmp(wanted->ptr, text, wanted->len) == 0;
}

static bool fits(const struct filter *filter, const struct conn *conn) {
    const struct client *client = conn->app;
    if ((filter->id != 0 && (uint64_t)filter->id != client->id) ||
        !is_of_class(conn, filter->class) ||
        (filter->user != NULL && !is_text(filter->user, auth_user(client))))
        return false;
    return (filter->address == NULL ||
            is_text(filter->address, client_address(client)->peer)) &&
           (filter->own_address == NULL ||
            is_text(filter->own_address, client_address(client)->own));
}

/* Closes a client if it matches, the caller only after its reply. */
static bool kill_one(const struct filter *filter, struct client *client,
                     struct conn *conn, bool *me) {
    bool is_me = conn == client->conn;
    if ((is_me && filter->skip_me) || !fits(filter, conn))
        return false;
    if (is_me)
        *me = true;
    else
        conn_close(conn);
    return true;
}

/* Returns the number of clients that were closed. One that has an id is not
 * looked for among all. */
static size_t kill_all(const struct filter *filter, struct client *client,
                       bool *me) {
    const struct client *primary = apply_client();
    size_t killed = 0;
    if (filter->id != 0) {
        const struct client *found = client_find((uint64_t)filter->id);
        if (found != NULL && found != primary)
            killed += kill_one(filter, client, found->conn, me);
    } else {
        struct conn *next;
        for (struct conn *at = conn_first(); at != NULL; at = next) {
            next = at->next;
            killed += kill_one(filter, client, at, me);
        }
    }
    if (primary != NULL && fits(filter, primary->conn))
        killed += link_cut();
    return killed;
}

/* CLIENT KILL ip:port
 * CLIENT KILL [ID id] [TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB>]
 *             [USER user] [ADDR ip:port] [LADDR ip:port] [SKIPME <YES | NO>] */
static void client_kill(struct client *client, struct request *request) {
    struct filter filter = {.class = ANY_CLASS};
    bool one = request->argc == 3, me = false;
    if (one)
        filter.address = &request->argv[2];
    else if (!filter_arguments(client, &filter, request))
        return;
    size_t killed = kill_all(&filter, client, &me);
    if (!one)
        reply_integer(client, (int64_t)killed);
    else if (killed > 0)
        reply_ok(client);
    else
        reply_error(client, "ERR No such client");
    if (me)
        conn_end(client->conn);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command all_clients_commands[] = {
    {"client|list", client_list, -2, FLAGS},
    {"client|kill", client_kill, -3, FLAGS},
    {0},
};
