#include "client_line.h"

struct client_facts client_facts(const struct client *client) {
    return (struct client_facts){.protocol = 2,
                                 .command = client->last_command,
                                 .multi_count = -1,
                                 .user = "default",
                                 .redirect = -1};
}
