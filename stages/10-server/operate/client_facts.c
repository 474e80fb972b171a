#include "client_line.h"

#include "auth.h"
#include "broadcast.h"
#include "multi.h"
#include "pubsub.h"
#include "tracking.h"
#include "watched.h"

struct client_facts client_facts(const struct client *client) {
    bool open = multi_open(client);
    const struct command *exec = open ? multi_exec(client) : NULL;
    return (struct client_facts){
        .protocol = client->state.resp3 ? 3 : 2,
        .command = exec != NULL ? exec : client->last_command,
        .channels = pubsub_count(client, TOPIC_CHANNEL),
        .patterns = pubsub_count(client, TOPIC_PATTERN),
        .shard_channels = pubsub_count(client, TOPIC_SHARD),
        .shared_count = output_shared_count(&client->conn->out),
        .shared_bytes = output_shared_len(&client->conn->out),
        .multi_count = open ? (long long)multi_count(client) : -1,
        .multi_bytes = (open ? multi_bytes(client) : 0) + watched_bytes(client),
        .topic_bytes = pubsub_bytes(client) + broadcast_bytes(client),
        .user = auth_user(client),
        .redirect = tracking_redirect(client),
    };
}
