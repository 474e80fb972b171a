/* From bytes to commands: runs each request that has arrived whole, in order.
 *
 * A client need not wait for a reply before it sends the next request, so one
 * read may bring many requests, or only part of one. */
#include "app.h"
#include "client.h"
#include "reply.h"

size_t app_input(struct conn *conn, char *bytes, size_t len) {
    struct client *client = conn->app;
    struct request *request = &client->request;
    client->out = conn_out(conn);
    size_t used = 0;
    while (used < len && stage_may_run(client)) {
        char error[RESP_ERROR_SIZE];
        enum resp_status status =
            resp_parse(request, bytes + used, len - used, error);
        if (status == RESP_MORE)
            break;
        if (status == RESP_WRONG) {
            reply_error(client, error);
            conn_end(conn);
            return len;
        }
        if (request->argc > 0)
            stage_run(client, request);
        if (conn->ending)
            return len;
        used += request->size;
        request_reset(request);
    }
    return used;
}
