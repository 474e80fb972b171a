/* Commands about the connection itself: PING ECHO QUIT RESET. */
#include "command.h"

/* PING [message] */
static void cmd_ping(struct client *client, struct request *request) {
    if (request->argc > 2)
        command_reply_arity(client);
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
    conn_end(client->conn); /* which sends the OK, and all before it, first */
}

/* RESET */
static void cmd_reset(struct client *client, struct request *request) {
    (void)request;
    stage_client_reset(client);
    reply_simple(client, "RESET");
}

const struct command connection_commands[] = {
    {"ping", cmd_ping, -1, CMD_FAST},
    {"echo", cmd_echo, 2, CMD_LOADING | CMD_STALE | CMD_FAST},
    {"quit", cmd_quit, -1, CMD_HANDSHAKE},
    {"reset", cmd_reset, 1, CMD_HANDSHAKE},
    {0},
};
