/* CLIENT: what clients say of themselves, and what is known of them. */
#include <stdarg.h>
#include <stdio.h>

#include "address.h"
#include "client_table.h"
#include "client_text.h"
#include "command.h"
#include "commands.h"
#include "number.h"

/* CLIENT ID */
static void client_id(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)client->id);
}

/* CLIENT GETNAME */
static void client_getname(struct client *client, struct request *request) {
    (void)request;
    if (client->name != NULL)
        reply_text(client, client->name);
    else
        reply_null(client);
}

/* CLIENT SETNAME connection-name */
static void client_setname(struct client *client, struct request *request) {
    if (!client_valid_text(request->argv[2])) {
        reply_error(client, CLIENT_BAD_NAME);
        return;
    }
    client_set_text(&client->name, request->argv[2]);
    reply_ok(client);
}

/* CLIENT SETINFO <LIB-NAME libname | LIB-VER libver> */
static void client_setinfo(struct client *client, struct request *request) {
    struct slice option = request->argv[2], value = request->argv[3];
    char **field = NULL;
    if (slice_is(option, "lib-name"))
        field = &client->lib_name;
    else if (slice_is(option, "lib-ver"))
        field = &client->lib_version;
    if (field == NULL) {
        reply_errorf(client, "ERR Unrecognized option '%.*s'",
                     SLICE_WHOLE(option));
    } else if (!client_valid_text(value)) {
        reply_errorf(client,
                     "ERR %.*s cannot contain spaces, newlines or special "
                     "characters.",
                     SLICE_WHOLE(option));
    } else {
        client_set_text(field, value);
        reply_ok(client);
    }
}

static void append_text(struct buf *out, const char *text) {
    if (text != NULL)
        buf_append(out, text, strlen(text));
}

/* For lines of bounded length: names are of any length, and go apart. */
static void append_format(struct buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void append_format(struct buf *out, const char *format, ...) {
    enum { ROOM = 512 };
    char *space = buf_reserve(out, ROOM);
    va_list args;
    va_start(args, format);
    buf_commit(out, (size_t)vsnprintf(space, ROOM, format, args));
    va_end(args);
}

static void append_addresses(struct buf *out, int fd) {
    char peer[ADDRESS_MAX], own[ADDRESS_MAX];
    address_of_peer(fd, peer);
    address_of_socket(fd, own);
    append_format(out, " addr=%s laddr=%s", peer, own);
}

static void append_buffers(struct buf *out, const struct client *client) {
    const struct conn *conn = client->conn;
    size_t args = client->request.room * sizeof *client->request.argv;
    append_format(out,
                  " qbuf=%zu qbuf-free=%zu argv-mem=%zu multi-mem=0 rbs=%zu "
                  "rbp=%zu obl=%zu oll=0 omem=0 tot-mem=%zu events=%s",
                  buf_len(&conn->in), conn->in.room - conn->in.end, args,
                  conn->out.room, conn->out.room, buf_len(&conn->out),
                  sizeof *client + sizeof *conn + conn->in.room +
                      conn->out.room + args,
                  conn->watch.events & LOOP_WRITE ? "rw" : "r");
}

static void append_command(struct buf *out, const struct command *command) {
    const struct command *container =
        command != NULL ? command_container(command) : NULL;
    append_format(out, " cmd=%s%s%s", container ? container->name : "",
                  container ? "|" : "", command ? command->name : "NULL");
}

/* The line that CLIENT INFO and CLIENT LIST give for each client. */
static void append_client(struct buf *out, const struct client *client) {
    const struct conn *conn = client->conn;
    int64_t now_us = loop_now_us();
    char flags[CLIENT_FLAGS_MAX];
    client_flags(client, flags);
    append_format(out, "id=%llu", (unsigned long long)client->id);
    append_addresses(out, conn->watch.fd);
    append_format(out, " fd=%d name=", conn->watch.fd);
    append_text(out, client->name);
    append_format(out,
                  " age=%lld idle=%lld flags=%s db=%d sub=0 psub=0 "
                  "ssub=0 multi=-1",
                  (long long)((now_us - conn->opened_us) / 1000000),
                  (long long)((now_us - conn->active_us) / 1000000), flags,
                  client->database);
    append_buffers(out, client);
    append_command(out, client->last_command);
    append_text(out, " user=default redir=-1 resp=2 lib-name=");
    append_text(out, client->lib_name);
    append_text(out, " lib-ver=");
    append_text(out, client->lib_version);
    append_text(out, "\n");
}

static void reply_lines(struct client *client, struct buf *lines) {
    if (buf_len(lines) == 0)
        reply_text(client, "");
    else
        reply_bulk(client, buf_bytes(lines), buf_len(lines));
    buf_free(lines);
}

/* CLIENT INFO */
static void client_info(struct client *client, struct request *request) {
    (void)request;
    struct buf lines = {0};
    append_client(&lines, client);
    reply_lines(client, &lines);
}

/* The clients with these ids. Returns false after an error reply. */
static bool append_by_id(struct client *client, struct buf *lines,
                         const struct slice *ids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t id;
        if (!parse_i64(ids[i].ptr, ids[i].len, &id)) {
            reply_error(client, "ERR Invalid client ID");
            return false;
        }
        const struct client *found = client_table_find((uint64_t)id);
        if (found != NULL)
            append_client(lines, found);
    }
    return true;
}

/* CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID id [id ...]] */
static void client_list(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct buf lines = {0};
    bool all = request->argc == 2;
    if (request->argc == 4 && slice_is(argv[2], "type")) {
        if (slice_is(argv[3], "normal")) {
            all = true;
        } else if (!slice_is(argv[3], "master") &&
                   !slice_is(argv[3], "replica") &&
                   !slice_is(argv[3], "slave") &&
                   !slice_is(argv[3], "pubsub")) {
            reply_errorf(client, "ERR Unknown client type '%.*s'",
                         SLICE_WHOLE(argv[3]));
            return;
        }
    } else if (request->argc > 3 && slice_is(argv[2], "id")) {
        if (!append_by_id(client, &lines, argv + 3, request->argc - 3)) {
            buf_free(&lines);
            return;
        }
    } else if (!all) {
        reply_syntax_error(client);
        return;
    }
    for (struct conn *at = conn_first(); all && at != NULL; at = at->next)
        append_client(&lines, at->app);
    reply_lines(client, &lines);
}

/* CLIENT REPLY <ON | OFF | SKIP> */
static void client_reply(struct client *client, struct request *request) {
    struct slice how = request->argv[2];
    if (slice_is(how, "on")) {
        client->replies = REPLIES_ON;
        client->out = &client->conn->out;
        reply_ok(client);
    } else if (slice_is(how, "off")) {
        client->replies = REPLIES_OFF;
    } else if (slice_is(how, "skip")) {
        if (client->replies != REPLIES_OFF)
            client->replies = REPLIES_SKIP_NEXT;
    } else {
        reply_syntax_error(client);
    }
}

/* Sets a switch to the word ON or OFF. */
static void set_switch(struct client *client, struct slice word, bool *on) {
    if (!slice_is(word, "on") && !slice_is(word, "off")) {
        reply_syntax_error(client);
        return;
    }
    *on = slice_is(word, "on");
    reply_ok(client);
}

/* CLIENT NO-EVICT <ON | OFF> */
static void client_no_evict(struct client *client, struct request *request) {
    set_switch(client, request->argv[2], &client->no_evict);
}

/* CLIENT NO-TOUCH <ON | OFF> */
static void client_no_touch(struct client *client, struct request *request) {
    set_switch(client, request->argv[2], &client->no_touch);
}

enum { PLAIN = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_CONNECTION };

/* clang-format off */
const struct command client_subcommands[] = {
    {"id", client_id, 2, PLAIN,
     {{0}},
     "connection", "5.0.0", "O(1)",
     "Answers the number of this connection, which is never used twice.",
     "", NULL},
    {"getname", client_getname, 2, PLAIN,
     {{0}},
     "connection", "2.6.9", "O(1)",
     "Answers the name that the connection was given.",
     "", NULL},
    {"setname", client_setname, 3, PLAIN,
     {{0}},
     "connection", "2.6.9", "O(1)",
     "Gives the connection a name, for CLIENT LIST.",
     "connection-name", NULL,
     .tips = "request_policy:all_nodes response_policy:all_succeeded"},
    {"setinfo", client_setinfo, 4, PLAIN,
     {{0}},
     "connection", "7.2.0", "O(1)",
     "Tells which client library is at the other end.",
     "<LIB-NAME libname | LIB-VER libver>", NULL,
     .tips = "request_policy:all_nodes response_policy:all_succeeded"},
    {"info", client_info, 2, PLAIN,
     {{0}},
     "connection", "6.2.0", "O(1)",
     "Tells what is known of this connection.",
     "", NULL,
     .tips = "nondeterministic_output"},
    {"list", client_list, -2, CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING |
      CMD_STALE | CMD_CONNECTION | CMD_DANGEROUS,
     {{0}},
     "connection", "2.4.0", "O(N) where N is the number of connections",
     "Tells what is known of all connections, a line each.",
     "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id "
     "...]]", NULL,
     .tips = "nondeterministic_output"},
    {"reply", client_reply, 3, PLAIN,
     {{0}},
     "connection", "3.2.0", "O(1)",
     "Switches replies on or off, or drops the next one.",
     "<ON | OFF | SKIP>", NULL},
    {"no-evict", client_no_evict, 3, CMD_ADMIN | CMD_NOSCRIPT |
      CMD_LOADING | CMD_STALE | CMD_CONNECTION | CMD_DANGEROUS,
     {{0}},
     "connection", "7.0.0", "O(1)",
     "Spares this connection when clients are closed to save memory.",
     "<ON | OFF>", NULL},
    {"no-touch", client_no_touch, 3, PLAIN,
     {{0}},
     "connection", "7.2.0", "O(1)",
     "Lets this connection read keys without making them look used.",
     "<ON | OFF>", NULL},
    {"help", command_help, 2, CMD_LOADING | CMD_STALE | CMD_CONNECTION,
     {{0}},
     "connection", "5.0.0", "O(1)",
     "Lists the subcommands.",
     "", NULL},
    {0},
};

const struct command client_commands[] = {
    {"client", NULL, -2, 0,
     {{0}},
     "connection", "2.4.0", "Depends on the subcommand.",
     "About client connections.",
     NULL, client_subcommand_families},
    {0},
};
/* clang-format on */
