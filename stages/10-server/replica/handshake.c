#include "handshake.h"

#include <assert.h>
#include <string.h>

#include "history.h"
#include "number.h"
#include "words.h"

static bool begins_with(struct slice line, const char *text) {
    size_t len = strlen(text);
    return line.len >= len && memcmp(line.ptr, text, len) == 0;
}

void handshake_start(struct handshake *handshake, struct buf *out) {
    *handshake = (struct handshake){.step = HANDSHAKE_PING};
    words_write(out, WORDS(word("PING")));
}

/* The requests of each step. */

/* An AUTH without a name is for the default user. */
static void ask_auth(const struct handshake_wishes *wishes, struct buf *out) {
    if (wishes->user != NULL)
        words_write(out,
                    WORDS(word("AUTH"), word(wishes->user), wishes->password));
    else
        words_write(out, WORDS(word("AUTH"), wishes->password));
}

static void ask(const struct handshake_wishes *wishes, enum handshake_step step,
                struct buf *out) {
    char digits[NUMBER_I64_MAX_TEXT];
    if (step == HANDSHAKE_AUTH)
        ask_auth(wishes, out);
    else if (step == HANDSHAKE_PORT)
        words_write(out, WORDS(word("REPLCONF"), word("listening-port"),
                               word_number(wishes->port, digits)));
    else if (step == HANDSHAKE_IP) {
        assert(wishes->ip != NULL); /* without one the step is left out */
        words_write(
            out, WORDS(word("REPLCONF"), word("ip-address"), word(wishes->ip)));
    } else
        words_write(out, WORDS(word("REPLCONF"), word("capa"), word("eof"),
                               word("capa"), word("psync2")));
}

/* Returns the next step that is not left out. */
static enum handshake_step step_behind(const struct handshake *handshake,
                                       enum handshake_step step) {
    step++;
    while (handshake->left_out[step])
        step++;
    return step;
}

/* Sends all requests before PSYNC in one go. Their replies come in the same
 * order, so the step says to which of them a line belongs; what was left out is
 * remembered, because the wishes may change before they come. */
static void ask_all(struct handshake *handshake,
                    const struct handshake_wishes *wishes, struct buf *out) {
    enum handshake_step step = handshake->step;
    handshake->left_out[HANDSHAKE_AUTH] = wishes->password.ptr == NULL;
    handshake->left_out[HANDSHAKE_IP] = wishes->ip == NULL;
    while ((step = step_behind(handshake, step)) != HANDSHAKE_PSYNC)
        ask(wishes, step, out);
}

/* Asks for the first byte that is missing here. It may be one that does not
 * exist yet: then nothing is missing. */
static void ask_psync(const struct handshake_wishes *wishes, struct buf *out) {
    char digits[NUMBER_I64_MAX_TEXT];
    if (wishes->id != NULL && wishes->failover)
        words_write(out, WORDS(word("PSYNC"), word(wishes->id),
                               word_number(wishes->offset + 1, digits),
                               word("FAILOVER")));
    else if (wishes->id == NULL)
        words_write(out, WORDS(word("PSYNC"), word("?"), word("-1")));
    else
        words_write(out, WORDS(word("PSYNC"), word(wishes->id),
                               word_number(wishes->offset + 1, digits)));
}

/* The replies. */

/* A primary is alive even if it wants a password, or if the user may not use
 * PING. The last text is that of old versions of Redis. */
static bool is_alive(struct slice line) {
    return begins_with(line, "+") || begins_with(line, "-NOAUTH") ||
           begins_with(line, "-NOPERM") ||
           begins_with(line, "-ERR operation not permitted");
}

/* Takes the first word off the line, with the blanks before it. It is empty if
 * there is none. */
static struct slice next_word(struct slice *line) {
    struct slice found = {0};
    while (line->len > 0 && *line->ptr == ' ') {
        line->ptr++;
        line->len--;
    }
    found.ptr = line->ptr;
    while (line->len > 0 && *line->ptr != ' ') {
        line->ptr++;
        line->len--;
        found.len++;
    }
    return found;
}

static bool take_id(struct handshake *handshake, struct slice text) {
    if (text.len != IDENTITY_LEN)
        return false;
    memcpy(handshake->id, text.ptr, IDENTITY_LEN);
    handshake->id[IDENTITY_LEN] = '\0';
    return true;
}

/* "+FULLRESYNC id offset". Even without a valid id and offset the data are
 * taken, but then no partial resynchronization is possible later. */
static enum handshake_outcome take_full(struct handshake *handshake,
                                        struct slice line) {
    (void)next_word(&line);
    struct slice id = next_word(&line), offset = next_word(&line);
    if (!parse_i64(offset.ptr, offset.len, &handshake->offset) ||
        handshake->offset < 0 || handshake->offset > HISTORY_OFFSET_MOST ||
        !take_id(handshake, id))
        handshake->id[0] = '\0';
    return HANDSHAKE_FULL;
}

/* "+CONTINUE [id]". Without an id the history keeps the one that we named. */
static enum handshake_outcome take_continue(struct handshake *handshake,
                                            struct slice line) {
    (void)next_word(&line);
    (void)take_id(handshake, next_word(&line));
    return HANDSHAKE_CONTINUE;
}

static enum handshake_outcome take_psync(struct handshake *handshake,
                                         const struct handshake_wishes *wishes,
                                         struct slice line, struct buf *out) {
    if (begins_with(line, "+FULLRESYNC"))
        return take_full(handshake, line);
    if (begins_with(line, "+CONTINUE"))
        return take_continue(handshake, line);
    if (begins_with(line, "-NOMASTERLINK") || begins_with(line, "-LOADING"))
        return HANDSHAKE_LATER;
    /* SYNC cannot say that the other one is to be the primary. To take its data
     * would lose ours. */
    if (wishes->failover)
        return HANDSHAKE_FAILED;
    buf_append(out, "SYNC\r\n", 6);
    return HANDSHAKE_UNKNOWN;
}

enum handshake_outcome handshake_line(struct handshake *handshake,
                                      const struct handshake_wishes *wishes,
                                      struct slice line, struct buf *out) {
    if (line.len == 0)
        return HANDSHAKE_GOES_ON;
    if (handshake->step == HANDSHAKE_PSYNC)
        return take_psync(handshake, wishes, line, out);
    if (handshake->step == HANDSHAKE_PING) {
        if (!is_alive(line))
            return HANDSHAKE_FAILED;
        ask_all(handshake, wishes, out);
    } else if (handshake->step == HANDSHAKE_AUTH && *line.ptr == '-') {
        return HANDSHAKE_FAILED;
    }
    /* An error in answer to REPLCONF only means that it is not known there. */
    handshake->step = step_behind(handshake, handshake->step);
    if (handshake->step == HANDSHAKE_PSYNC)
        ask_psync(wishes, out);
    return HANDSHAKE_GOES_ON;
}
