/* INFO, or as much of it as clients look for before they begin. */
#include "command.h"
#include "version.h"

/* INFO [section [section ...]] */
static void cmd_info(struct client *client, struct request *request) {
    (void)request;
    static const char text[] = "# Server\r\n"
                               "redis_version:" REDIS_VERSION "\r\n"
                               "server_name:" SERVER_NAME "\r\n"
                               "server_version:" SERVER_VERSION "\r\n"
                               "redis_mode:standalone\r\n";
    reply_verbatim(client, text, sizeof text - 1); /* not the NUL */
}

const struct command info_commands[] = {
    {"info", cmd_info, -1, CMD_LOADING | CMD_STALE},
    {0},
};
