#include "blocking.h"
#include "reply.h"

/* In stage 10 there are clients that wait for something other than a key, and
 * some that do not want every reply. */

void stage_begin_reply(struct client *client) {
    client->out = conn_out(client->conn);
}

void stage_answer_late(struct client *client, const struct request *request,
                       const char *error) {
    (void)request;
    if (error != NULL)
        reply_error(client, error);
    else
        reply_null_array(client);
}

bool stage_may_time_out(const struct client *client) {
    return blocking_waits(client);
}
