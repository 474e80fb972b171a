#include "output.h"

#include <errno.h>
#include <sys/socket.h>

ssize_t output_send(struct output *out, int fd) {
    size_t len = output_len(out);
    if (len == 0)
        return 0;
    ssize_t sent = send(fd, buf_bytes(&out->buf), len, MSG_NOSIGNAL);
    /* EAGAIN: the peer has to read first, and the loop will say when it did. */
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    buf_consume(&out->buf, (size_t)sent);
    return sent;
}

void output_free(struct output *out) {
    buf_free(&out->buf);
}
