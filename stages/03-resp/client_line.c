#include "client_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "command.h"

static void append_text(struct buf *out, const char *text) {
    if (text != NULL)
        buf_append(out, text, strlen(text));
}

/* The text must be shorter than ROOM. Names may be longer, so they are appended
 * by append_text(). */
static void append_format(struct buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void append_format(struct buf *out, const char *format, ...) {
    enum { ROOM = 512 };
    char *space = buf_reserve(out, ROOM);
    va_list args;
    va_start(args, format);
    buf_commit(out, (size_t)vsnprintf(space, ROOM, format, args));
    va_end(args);
}

static void append_addresses(struct buf *out, int fd) {
    char peer[ADDRESS_MAX], own[ADDRESS_MAX];
    address_of_peer(fd, peer);
    address_of_socket(fd, own);
    append_format(out, " addr=%s laddr=%s fd=%d", peer, own, fd);
}

/* The output that waits to be sent, divided as Redis does: the first block,
 * which its limits of output do not count, and the rest. */
static void append_output(struct buf *out, const struct conn *conn) {
    size_t waits = buf_len(&conn->out.buf);
    size_t first = waits < BUF_BLOCK ? waits : BUF_BLOCK;
    append_format(out, " obl=%zu oll=%d omem=%zu", first, waits > first,
                  waits - first);
}

/* The request counts as input: its bytes have come and are not used up yet. */
static void append_buffers(struct buf *out, const struct client *client,
                           const struct request *request) {
    const struct conn *conn = client->conn;
    size_t in_room = conn->in.room, out_room = conn->out.buf.room;
    size_t slices = client->request.room * sizeof *client->request.argv;
    size_t args = slices;
    for (size_t i = 0; i < request->argc; i++)
        args += request->argv[i].len;
    append_format(out,
                  " qbuf=%zu qbuf-free=%zu argv-mem=%zu multi-mem=0 rbs=%zu "
                  "rbp=%zu",
                  buf_len(&conn->in) + request->size, in_room - conn->in.end,
                  args, out_room, out_room);
    append_output(out, conn);
    append_format(out, " tot-mem=%zu events=%s",
                  sizeof *client + sizeof *conn + in_room + out_room + slices,
                  conn->watch.events & LOOP_WRITE ? "rw" : "r");
}

void client_line(struct buf *out, const struct client *client,
                 const struct request *request) {
    const struct conn *conn = client->conn;
    int64_t now_us = loop_now_us();
    append_format(out, "id=%llu", (unsigned long long)client->id);
    append_addresses(out, conn->watch.fd);
    append_text(out, " name=");
    append_text(out, client->state.name);
    append_format(out,
                  " age=%lld idle=%lld flags=%s db=%d sub=0 psub=0 ssub=0 "
                  "multi=-1",
                  (long long)((now_us - conn->opened_us) / 1000000),
                  (long long)((now_us - conn->active_us) / 1000000),
                  stage_client_flags(client), client->database);
    append_buffers(out, client, request);
    append_format(out, " cmd=%s user=default redir=-1 resp=2 lib-name=",
                  client->last_command->name);
    append_text(out, client->state.lib_name);
    append_text(out, " lib-ver=");
    append_text(out, client->state.lib_version);
    append_text(out, "\n");
}
