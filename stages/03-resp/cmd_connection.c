/* Commands about the connection itself: PING ECHO QUIT RESET AUTH HELLO. */
#include "client_text.h"
#include "command.h"
#include "commands.h"
#include "config.h"
#include "number.h"
#include "version.h"

#define WRONG_PASSWORD \
    "WRONGPASS invalid username-password pair or user is disabled."

/* PING [message] */
static void cmd_ping(struct client *client, struct request *request) {
    if (request->argc > 2)
        reply_error(client, "ERR wrong number of arguments for 'ping' command");
    else if (request->argc == 2)
        reply_slice(client, request->argv[1]);
    else
        reply_simple(client, "PONG");
}

/* ECHO message */
static void cmd_echo(struct client *client, struct request *request) {
    reply_slice(client, request->argv[1]);
}

/* QUIT */
static void cmd_quit(struct client *client, struct request *request) {
    (void)request;
    reply_ok(client);
    conn_end(client->conn);
}

/* RESET: as if the client had just connected; but a CLIENT REPLY SKIP before
 * it holds for its own reply */
static void cmd_reset(struct client *client, struct request *request) {
    (void)request;
    client_set_text(&client->name, (struct slice){0});
    client->database = 0;
    client->no_evict = client->no_touch = false;
    client->authenticated = config.requirepass == NULL;
    if (client->replies == REPLIES_OFF) {
        client->replies = REPLIES_ON;
        client->out = &client->conn->out;
    }
    reply_simple(client, "RESET");
}

/* Compares in a time that does not tell how much was right. */
static bool same_secret(struct slice given, const char *secret) {
    size_t len = strlen(secret);
    unsigned char difference = given.len != len;
    for (size_t i = 0; i < given.len; i++)
        difference |= (unsigned char)(given.ptr[i] ^ secret[len ? i % len : 0]);
    return difference == 0;
}

/* There is one user, "default". Without a password anything lets it in. */
static bool authenticate(struct client *client, struct slice user,
                         struct slice password) {
    static char name[] = "default";
    if (!slice_equal(user, (struct slice){name, sizeof name - 1}) ||
        (config.requirepass != NULL &&
         !same_secret(password, config.requirepass)))
        return false;
    client->authenticated = true;
    return true;
}

/* AUTH [username] password */
static void cmd_auth(struct client *client, struct request *request) {
    static char name[] = "default";
    struct slice user = {name, sizeof name - 1};
    if (request->argc > 3) {
        reply_syntax_error(client);
        return;
    }
    if (request->argc == 3) {
        user = request->argv[1];
    } else if (config.requirepass == NULL) {
        reply_error(client,
                    "ERR AUTH <password> called without any password "
                    "configured for the default user. Are you sure your "
                    "configuration is correct?");
        return;
    }
    if (authenticate(client, user, request->argv[request->argc - 1]))
        reply_ok(client);
    else
        reply_error(client, WRONG_PASSWORD);
}

static void reply_hello(struct client *client) {
    reply_map(client, 9);
    reply_text(client, "server");
    reply_text(client, "redis");
    reply_text(client, "version");
    reply_text(client, REDIS_VERSION);
    reply_text(client, "proto");
    reply_integer(client, 2);
    reply_text(client, "id");
    reply_integer(client, (int64_t)client->id);
    reply_text(client, "mode");
    reply_text(client, "standalone");
    reply_text(client, "role");
    reply_text(client, "master");
    reply_text(client, "modules");
    reply_array(client, 0);
    reply_text(client, "implementation");
    reply_text(client, SERVER_NAME);
    reply_text(client, "implementation_version");
    reply_text(client, SERVER_VERSION);
}

/* HELLO [protover [AUTH username password] [SETNAME clientname]] */
static void cmd_hello(struct client *client, struct request *request) {
    struct slice *argv = request->argv;
    size_t argc = request->argc;
    const struct slice *user = NULL, *name = NULL;
    int64_t version = 2;
    if (argc > 1 && !parse_i64(argv[1].ptr, argv[1].len, &version)) {
        reply_error(client, "ERR Protocol version is not an integer or out of "
                            "range");
        return;
    }
    if (version != 2) {
        reply_error(client, "NOPROTO unsupported protocol version");
        return;
    }
    for (size_t i = 2; i < argc; i++) {
        if (slice_is(argv[i], "auth") && argc - i > 2) {
            user = &argv[i + 1];
            i += 2;
        } else if (slice_is(argv[i], "setname") && argc - i > 1) {
            name = &argv[++i];
            if (!client_valid_text(*name)) {
                reply_error(client, CLIENT_BAD_NAME);
                return;
            }
        } else {
            reply_errorf(client, "ERR Syntax error in HELLO option '%.*s'",
                         SLICE_WHOLE(argv[i]));
            return;
        }
    }
    if (user != NULL && !authenticate(client, user[0], user[1])) {
        reply_error(client, WRONG_PASSWORD);
        return;
    }
    if (!client->authenticated) {
        reply_error(client,
                    "NOAUTH HELLO must be called with the client already "
                    "authenticated, otherwise the HELLO <proto> AUTH <user> "
                    "<pass> option can be used to authenticate the client and "
                    "select the RESP protocol version at the same time");
        return;
    }
    if (name != NULL)
        client_set_text(&client->name, *name);
    reply_hello(client);
}

enum {
    HANDSHAKE = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_FAST |
                CMD_NO_AUTH | CMD_ALLOW_BUSY | CMD_CONNECTION
};

/* clang-format off */
const struct command connection_commands[] = {
    {"ping", cmd_ping, -1, CMD_FAST | CMD_CONNECTION,
     {{0}},
     "connection", "1.0.0", "O(1)",
     "Answers PONG, or the message if one is given.",
     "[message]", NULL,
     .tips = "request_policy:all_shards response_policy:all_succeeded"},
    {"echo", cmd_echo, 2, CMD_LOADING | CMD_STALE | CMD_FAST | CMD_CONNECTION,
     {{0}},
     "connection", "1.0.0", "O(1)",
     "Answers the message.",
     "message", NULL},
    {"quit", cmd_quit, -1, HANDSHAKE,
     {{0}},
     "connection", "1.0.0", "O(1)",
     "Closes the connection once all replies are sent.",
     "", NULL},
    {"reset", cmd_reset, 1, HANDSHAKE,
     {{0}},
     "connection", "6.2.0", "O(1)",
     "Makes the connection as it was when it was opened.",
     "", NULL},
    {"auth", cmd_auth, -2, HANDSHAKE,
     {{0}},
     "connection", "1.0.0", "O(1)",
     "Lets a client in that knows the password.",
     "[username] password", NULL},
    {"hello", cmd_hello, -1, HANDSHAKE,
     {{0}},
     "connection", "6.0.0", "O(1)",
     "Chooses the version of the protocol, and tells about the server.",
     "[protover [AUTH username password] [SETNAME clientname]]", NULL},
    {0},
};
/* clang-format on */
