#include "flushed.h"

#include "keyspace.h"
#include "reply.h"

void flushed(struct client *client, const struct request *request, bool all) {
    (void)request;
    keyspace_emptied(all);
    reply_ok(client);
}
