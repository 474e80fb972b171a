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
    /* A client that does not read its replies has to wait. The rest of its
     * requests is offered again when there is room. */
    while (used < len && stage_may_run(client)) {
        char error[RESP_ERROR_SIZE];
        enum resp_status status =
            resp_parse(request, bytes + used, len - used, error);
        if (status == RESP_MORE)
            break;
        if (status == RESP_WRONG) {
            /* Where the next request begins is anybody's guess. */
            reply_error(client, error);
            conn_end(conn);
            return len;
        }
        if (request->argc > 0)
            stage_run(client, request);
        /* After QUIT, whatever else the client has sent is dropped. */
        if (conn->ending)
            return len;
        used += request->size;
        request_reset(request);
    }
    return used;
}
