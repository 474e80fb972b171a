/* Commands for the servers of a cluster. This server is not in a cluster, and
 * says so to client libraries, which ask these commands to find out. */
#include "command.h"

static void cmd_disabled(struct client *client, struct request *request) {
    (void)request;
    reply_error(client, "ERR This instance has cluster support disabled");
}

enum {
    LOOKS = CMD_STALE,
    ALWAYS = CMD_STALE | CMD_LOADING,
    ADMINISTERS = CMD_ADMIN | CMD_STALE,
    CHANGES = ADMINISTERS | CMD_NO_ASYNC_LOADING
};

/* clang-format off */
const struct command cluster_commands[] = {
    {"asking", cmd_disabled, 1, CMD_FAST},
    {"cluster", NULL, -2, CMD_CONTAINER},
    {"cluster|addslots", cmd_disabled, -3, CHANGES},
    {"cluster|addslotsrange", cmd_disabled, -4, CHANGES},
    {"cluster|bumpepoch", cmd_disabled, 2, CHANGES},
    {"cluster|count-failure-reports", cmd_disabled, 3, ADMINISTERS},
    {"cluster|countkeysinslot", cmd_disabled, 3, LOOKS},
    {"cluster|delslots", cmd_disabled, -3, CHANGES},
    {"cluster|delslotsrange", cmd_disabled, -4, CHANGES},
    {"cluster|failover", cmd_disabled, -2, CHANGES},
    {"cluster|flushslots", cmd_disabled, 2, CHANGES},
    {"cluster|forget", cmd_disabled, 3, CHANGES},
    {"cluster|getkeysinslot", cmd_disabled, 4, LOOKS},
    {"cluster|help", cmd_disabled, 2, ALWAYS},
    {"cluster|info", cmd_disabled, 2, LOOKS},
    {"cluster|keyslot", cmd_disabled, 3, LOOKS},
    {"cluster|links", cmd_disabled, 2, LOOKS},
    {"cluster|meet", cmd_disabled, -4, CHANGES},
    {"cluster|myid", cmd_disabled, 2, LOOKS},
    {"cluster|myshardid", cmd_disabled, 2, LOOKS},
    {"cluster|nodes", cmd_disabled, 2, LOOKS},
    {"cluster|replicas", cmd_disabled, 3, ADMINISTERS},
    {"cluster|replicate", cmd_disabled, 3, CHANGES},
    {"cluster|reset", cmd_disabled, -2, ADMINISTERS | CMD_NOSCRIPT},
    {"cluster|saveconfig", cmd_disabled, 2, CHANGES},
    {"cluster|set-config-epoch", cmd_disabled, 3, CHANGES},
    {"cluster|setslot", cmd_disabled, -4, CHANGES},
    {"cluster|shards", cmd_disabled, 2, ALWAYS},
    {"cluster|slaves", cmd_disabled, 3, ADMINISTERS},
    {"cluster|slots", cmd_disabled, 2, ALWAYS},
    {"readonly", cmd_disabled, 1, ALWAYS | CMD_FAST},
    {"readwrite", cmd_disabled, 1, ALWAYS | CMD_FAST},
    {0},
};
/* clang-format on */
