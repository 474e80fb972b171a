#include "history.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct history history;

/* INFO shows these zeros, as that of Redis does. Whoever asks for them finds
 * nothing, since no byte has a number up to -1. */
static void forget_second(void) {
    memset(history.second_id, '0', IDENTITY_LEN);
    history.second_id[IDENTITY_LEN] = '\0';
    history.second_offset = -1;
}

static void set_id(const char *id) {
    snprintf(history.id, sizeof history.id, "%s", id);
}

/* The history until now is part of the old one as well. Its next byte is the
 * first that may differ: what others add to the old history from here on never
 * comes to us. */
static void keep_as_second(void) {
    memcpy(history.second_id, history.id, sizeof history.id);
    history.second_offset = history.offset + 1;
}

void history_start(void) {
    history.offset = 0;
    history_begin_anew();
}

void history_begin_anew(void) {
    identity_draw(history.id);
    forget_second();
}

void history_adopt(const char *id, int64_t offset) {
    set_id(id);
    history.offset = offset;
    /* It was a part of the data that have gone, not of these. */
    forget_second();
}

/* The offset stays: only the name of the same bytes changes. */
void history_rename(const char *id) {
    keep_as_second();
    set_id(id);
}

void history_branch(void) {
    /* Before the new id is drawn, because it keeps the present one. */
    keep_as_second();
    identity_draw(history.id);
}

/* Of the second history the byte at second_offset may be asked for as well:
 * whoever lacks it has all bytes that we share, and none beyond. How far our
 * own history reaches is for the backlog to say. */
bool history_holds(const char *id, int64_t offset) {
    return strcasecmp(id, history.id) == 0 ||
           (strcasecmp(id, history.second_id) == 0 &&
            offset <= history.second_offset);
}
