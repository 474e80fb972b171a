#include "client_facts.h"

struct client_facts client_facts(const struct client *client) {
    (void)client;
    return (struct client_facts){.multi_count = -1};
}
