#include "history.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct history history;

static void forget_second(void) {
    memset(history.second_id, '0', IDENTITY_LEN);
    history.second_id[IDENTITY_LEN] = '\0';
    history.second_offset = -1;
}

static void set_id(const char *id) {
    snprintf(history.id, sizeof history.id, "%s", id);
}

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
    forget_second();
}

void history_rename(const char *id) {
    keep_as_second();
    set_id(id);
}

void history_branch(void) {
    keep_as_second();
    identity_draw(history.id);
}

bool history_holds(const char *id, int64_t offset) {
    return strcasecmp(id, history.id) == 0 ||
           (strcasecmp(id, history.second_id) == 0 &&
            offset <= history.second_offset);
}
