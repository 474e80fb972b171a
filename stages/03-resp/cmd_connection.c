/* Commands about the connection itself: PING ECHO QUIT RESET. */
#include "command.h"

/* PING [message] */
static void cmd_ping(struct client *client, struct request *request) {
    if (request->argc > 2)
        reply_error(client, "ERR wrong number of arguments for 'ping' command");
    else
        reply_pong(client, request->argc == 2 ? &request->argv[1] : NULL);
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

/* RESET */
static void cmd_reset(struct client *client, struct request *request) {
    (void)request;
    stage_client_reset(client);
    reply_simple(client, "RESET");
}

enum {
    HANDSHAKE = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_FAST |
                CMD_NO_AUTH | CMD_ALLOW_BUSY
};

const struct command connection_commands[] = {
    {"ping", cmd_ping, -1, CMD_FAST},
    {"echo", cmd_echo, 2, CMD_LOADING | CMD_STALE | CMD_FAST},
    {"quit", cmd_quit, -1, HANDSHAKE},
    {"reset", cmd_reset, 1, HANDSHAKE},
    {0},
};
