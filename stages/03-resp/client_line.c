#include "client_line.h"

#include "address.h"
#include "buf_text.h"
#include "command.h"

static void append_addresses(struct buf *out, int fd) {
    char peer[ADDRESS_MAX], own[ADDRESS_MAX];
    address_of_peer(fd, peer);
    address_of_socket(fd, own);
    buf_text_format(out, " addr=%s laddr=%s fd=%d", peer, own, fd);
}

/* The output that waits to be sent, divided as Redis does: the first block,
 * which its limits of output do not count, and the rest. */
static void append_output(struct buf *out, const struct conn *conn) {
    size_t waits = buf_len(&conn->out.buf);
    size_t first = waits < BUF_BLOCK ? waits : BUF_BLOCK;
    buf_text_format(out, " obl=%zu oll=%d omem=%zu", first, waits > first,
                    waits - first);
}

/* The request that runs counts as input: its bytes are not used up yet. If it
 * came in one piece it is not in the buffer, which is empty then. */
static void append_buffers(struct buf *out, const struct client *client,
                           const struct request *request) {
    const struct conn *conn = client->conn;
    size_t kept = buf_len(&conn->in), input = kept > 0 ? kept : request->size;
    size_t in_room = conn->in.room, out_room = conn->out.buf.room;
    size_t slices = client->request.room * sizeof *client->request.argv;
    size_t args = slices; /* and, as in Redis, the bytes they stand for */
    for (size_t i = 0; i < request->argc; i++)
        args += request->argv[i].len;
    buf_text_format(out,
                    " qbuf=%zu qbuf-free=%zu argv-mem=%zu multi-mem=0 rbs=%zu "
                    "rbp=%zu",
                    input, in_room - conn->in.end, args, out_room, out_room);
    append_output(out, conn);
    buf_text_format(out, " tot-mem=%zu events=%s",
                    sizeof *client + sizeof *conn + in_room + out_room + slices,
                    conn->watch.events & LOOP_WRITE ? "rw" : "r");
}

void client_line(struct buf *out, const struct client *client,
                 const struct request *request) {
    const struct conn *conn = client->conn;
    int64_t now_us = loop_now_us();
    buf_text_format(out, "id=%llu", (unsigned long long)client->id);
    append_addresses(out, conn->watch.fd);
    buf_text(out, " name=");
    buf_text(out, client->state.name);
    buf_text_format(out,
                    " age=%lld idle=%lld flags=%s db=%d sub=0 psub=0 ssub=0 "
                    "multi=-1",
                    (long long)((now_us - conn->opened_us) / 1000000),
                    (long long)((now_us - conn->active_us) / 1000000),
                    stage_client_flags(client), client->database);
    append_buffers(out, client, request);
    buf_text_format(out, " cmd=%s user=default redir=-1 resp=2 lib-name=",
                    client->last_command->name);
    buf_text(out, client->state.lib_name);
    buf_text(out, " lib-ver=");
    buf_text(out, client->state.lib_version);
    buf_text(out, "\n");
}
