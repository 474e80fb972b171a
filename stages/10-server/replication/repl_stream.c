#include "repl_stream.h"

#include "propagate.h"

/* Without a backlog nobody follows, so nobody counts bytes: an effect, which
 * then is for the log alone, moves the offset by one, as in Redis 7.2. A
 * history whose bytes are counted begins with the first replica, under another
 * id. */
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
    /* The SELECT for the present database was not kept. */
    propagate_select_again();
}

void repl_stream_end(void) {
    repl_backlog_end();
}
