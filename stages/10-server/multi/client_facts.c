#include "client_facts.h"

#include "multi.h"

struct client_facts client_facts(const struct client *client) {
    if (!multi_open(client))
        return (struct client_facts){.multi_count = -1};
    return (struct client_facts){.multi_count = (long long)multi_count(client),
                                 .multi_bytes = multi_bytes(client)};
}
