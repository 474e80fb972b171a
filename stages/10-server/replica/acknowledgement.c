#include "acknowledgement.h"

#include <stdint.h>

#include "aof.h"
#include "aof_first.h"
#include "aof_log.h"
#include "history.h"
#include "words.h"

/* The log counts its own bytes. So the length of the log and the offset are
 * recorded together at some moment. When that much of the log is on disk, that
 * much of the history is, and the next moment is recorded. So the offset that
 * is told may lag, by a second with the usual policy, but never promises too
 * much: what counts for the offset is in the log already (apply_some). */
static struct { int64_t offset, log; } noted;
static int64_t on_disk;

static void note(void) {
    noted.offset = history.offset;
    noted.log = aof_log_appended();
}

void acknowledgement_begin(void) {
    on_disk = 0;
    note();
}

static void look_at_disk(void) {
    int64_t synced = aof_log_synced();
    if (synced < noted.log)
        return;
    on_disk = noted.offset;
    note();
    /* If all of the log is on disk, the present moment is, too. */
    if (synced >= noted.log)
        on_disk = noted.offset;
}

void acknowledgement_write(struct buf *out) {
    char applied[NUMBER_I64_MAX_TEXT], kept[NUMBER_I64_MAX_TEXT];
    struct slice ack = word_number(history.offset, applied);
    /* A log whose first base is still being written could not be loaded. */
    if (!aof_wanted() || aof_is_incomplete()) {
        words_write(out, WORDS(word("REPLCONF"), word("ACK"), ack));
        return;
    }
    look_at_disk();
    words_write(out, WORDS(word("REPLCONF"), word("ACK"), ack, word("FACK"),
                           word_number(on_disk, kept)));
}
