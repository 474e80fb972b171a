#include "client_line.h"

#include <malloc.h>

#include "auth.h"
#include "broadcast.h"
#include "buf_text.h"
#include "client_address.h"
#include "command.h"
#include "multi.h"
#include "pubsub.h"
#include "tracking.h"
#include "watched.h"

struct client_facts client_facts(const struct client *client) {
    bool open = multi_open(client);
    const struct command *exec = open ? multi_exec(client) : NULL;
    return (struct client_facts){
        .protocol = client->state.resp3 ? 3 : 2,
        /* While EXEC runs the queue, the client is shown with EXEC. */
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

/* Returns how many bytes its wait takes, most of them for the copy of its
 * request. */
static size_t waiter_bytes(const struct client *client) {
    struct waiter *waiter = client->state.waiter;
    return waiter != NULL ? malloc_usable_size(waiter) : 0;
}

size_t client_memory(const struct client *client,
                     const struct client_facts *facts) {
    const struct conn *conn = client->conn;
    /* Rooms and not lengths count: the memory is taken whether it is used or
     * not. */
    return sizeof *client + sizeof *conn + conn->in.room + conn->out.buf.room +
           client->request.room * sizeof *client->request.argv +
           waiter_bytes(client) + facts->multi_bytes + facts->topic_bytes +
           facts->shared_bytes;
}

/* The output that waits to be sent, divided as Redis does: the first block,
 * which its limits of output do not count, and the rest. */
static void append_output(struct buf *out, const struct client *client,
                          const struct client_facts *facts) {
    size_t waits = buf_len(&client->conn->out.buf) + facts->shared_bytes;
    size_t first = waits < BUF_BLOCK ? waits : BUF_BLOCK;
    size_t blocks = facts->shared_count > 0 ? facts->shared_count : 1;
    buf_text_format(out, " obl=%zu oll=%zu omem=%zu", first,
                    waits > first ? blocks : 0, waits - first);
}

/* The request that runs counts as input: its bytes have come and are not used
 * up yet. If it came in parts it is still in the buffer, which is empty if it
 * came in one piece. */
static void append_buffers(struct buf *out, const struct client *client,
                           const struct client_facts *facts,
                           const struct request *running) {
    const struct conn *conn = client->conn;
    size_t input = buf_len(&conn->in);
    size_t args = client->request.room * sizeof *client->request.argv +
                  waiter_bytes(client);
    for (size_t i = 0; running != NULL && i < running->argc; i++)
        args += running->argv[i].len;
    if (running != NULL && input == 0)
        input = running->size;
    buf_text_format(
        out,
        " qbuf=%zu qbuf-free=%zu argv-mem=%zu multi-mem=%zu rbs=%zu "
        "rbp=%zu",
        input, conn->in.room - conn->in.end, args, facts->multi_bytes,
        conn->out.buf.room, output_peak(&conn->out));
    append_output(out, client, facts);
    buf_text_format(out, " tot-mem=%zu events=%s", client_memory(client, facts),
                    conn->watch.events & LOOP_WRITE ? "rw" : "r");
}

void client_line(struct buf *out, const struct client *client,
                 const struct request *running) {
    const struct conn *conn = client->conn;
    struct client_facts facts = client_facts(client);
    int64_t now_us = loop_now_us();
    const struct client_address *address = client_address(client);
    buf_text_format(out, "id=%llu addr=%s laddr=%s fd=%d name=",
                    (unsigned long long)client->id, address->peer, address->own,
                    conn->watch.fd);
    buf_text(out, client->state.name);
    buf_text_format(out,
                    " age=%lld idle=%lld flags=%s db=%d sub=%zu psub=%zu "
                    "ssub=%zu multi=%lld",
                    (long long)((now_us - conn->opened_us) / 1000000),
                    (long long)((now_us - conn->active_us) / 1000000),
                    stage_client_flags(client), client->database,
                    facts.channels, facts.patterns, facts.shard_channels,
                    facts.multi_count);
    append_buffers(out, client, &facts, running);
    buf_text(out, " cmd=");
    buf_text(out, facts.command != NULL ? facts.command->name : "NULL");
    buf_text(out, " user=");
    buf_text(out, facts.user);
    buf_text_format(out, " redir=%lld resp=%d lib-name=", facts.redirect,
                    facts.protocol);
    buf_text(out, client->state.lib_name);
    buf_text(out, " lib-ver=");
    buf_text(out, client->state.lib_version);
    buf_text(out, "\n");
}
