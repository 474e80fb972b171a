#include "client_facts.h"

#include "multi.h"

struct client_facts client_facts(const struct client *client) {
    bool open = multi_open(client);
    return (struct client_facts){
        .protocol = client->state.resp3 ? 3 : 2,
        .multi_count = open ? (long long)multi_count(client) : -1,
        .multi_bytes = open ? multi_bytes(client) : 0,
    };
}
