#include "repl_stream.h"

#include "propagate.h"

/* Even without replicas an effect moves the offset, so that of two servers the
 * one that has written more can be told. */
void repl_stream_append(struct slice bytes) {
    if (repl_backlog_active())
        repl_stream_relay(bytes);
    else
        history.offset++;
}

void repl_stream_relay(struct slice bytes) {
    history.offset += (int64_t)bytes.len;
    if (repl_backlog_active())
        repl_backlog_append(bytes);
}

void repl_stream_begin(void) {
    if (repl_backlog_active())
        return;
    repl_backlog_begin(history.offset);
    propagate_select_again();
}

void repl_stream_end(void) {
    repl_backlog_end();
}
