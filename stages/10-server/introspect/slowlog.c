#include "slowlog.h"

#include <stdio.h>
#include <stdlib.h>

#include "client_address.h"
#include "clock.h"
#include "redact.h"
#include "settings.h"
#include "xalloc.h"

static struct slowlog_entry *newest, *oldest;
static size_t count;
static uint64_t next_id;

/* Settings. */

int64_t slowlog_limit_us = 10000;
static int64_t max_len = 128; /* never negative */

/* Removes all entries but the newest. */
static void keep_newest(size_t most) {
    for (; oldest != NULL && count > most; count--) {
        struct slowlog_entry *entry = oldest;
        oldest = entry->newer;
        *(oldest != NULL ? &oldest->older : &newest) = NULL;
        free(entry);
    }
}

/* As in Redis, which looks at the length behind each command, a log that is
 * switched off keeps what it has. */
static const char *setting_changed(void) {
    if (slowlog_limit_us >= 0)
        keep_newest((size_t)max_len);
    return NULL;
}

const struct setting slowlog_settings[] = {
    {"slowlog-log-slower-than", SETTING_INT64(slowlog_limit_us, -1, INT64_MAX),
     .changed = setting_changed},
    {"slowlog-max-len", SETTING_INT64(max_len, 0, INT64_MAX),
     .changed = setting_changed},
    {0},
};

/* Entries. An entry is one block of memory, with all texts at its end. */

/* "abc... (17 more bytes)" */
static size_t cut_argument(char out[static SLOWLOG_BYTES + 32],
                           struct slice argument) {
    size_t len = argument.len;
    if (len > SLOWLOG_BYTES)
        len = SLOWLOG_BYTES;
    if (len > 0)
        memcpy(out, argument.ptr, len);
    if (argument.len > len)
        len += (size_t)snprintf(out + len, 32, "... (%zu more bytes)",
                                argument.len - len);
    return len;
}

static struct slice shown_argument(char out[static SLOWLOG_BYTES + 32],
                                   const struct command *command,
                                   const struct request *request, size_t at) {
    size_t len;
    /* The last place tells how many arguments are missing, its own included. */
    if (at == SLOWLOG_ARGUMENTS - 1 && request->argc > SLOWLOG_ARGUMENTS)
        len = (size_t)snprintf(out, SLOWLOG_BYTES, "... (%zu more arguments)",
                               request->argc - at);
    else
        len = cut_argument(out, redact_argument(command, request, at));
    return (struct slice){out, len};
}

static char *put(char **at, const void *bytes, size_t len) {
    char *start = *at;
    if (len > 0)
        memcpy(start, bytes, len);
    start[len] = '\0';
    *at += len + 1;
    return start;
}

static struct slowlog_entry *new_entry(const struct client *client,
                                       const struct command *command,
                                       const struct request *request) {
    char text[SLOWLOG_BYTES + 32];
    const char *peer = client_address(client)->peer;
    const char *name = client->state.name != NULL ? client->state.name : "";
    size_t argc =
        request->argc < SLOWLOG_ARGUMENTS ? request->argc : SLOWLOG_ARGUMENTS;
    size_t size = strlen(peer) + 1 + strlen(name) + 1;
    for (size_t i = 0; i < argc; i++)
        /* Each text is made twice, first for its length: that is cheap beside a
         * command that was slow. */
        size += shown_argument(text, command, request, i).len + 1;
    struct slowlog_entry *entry =
        xmalloc(sizeof *entry + argc * sizeof entry->argv[0] + size);
    *entry = (struct slowlog_entry){.argc = argc};
    char *at = (char *)&entry->argv[argc];
    entry->peer = put(&at, peer, strlen(peer));
    entry->name = put(&at, name, strlen(name));
    for (size_t i = 0; i < argc; i++) {
        struct slice shown = shown_argument(text, command, request, i);
        entry->argv[i] =
            (struct slice){put(&at, shown.ptr, shown.len), shown.len};
    }
    return entry;
}

void slowlog_add(const struct client *client, const struct command *command,
                 const struct request *request, uint64_t ns) {
    struct slowlog_entry *entry = new_entry(client, command, request);
    entry->id = next_id++;
    entry->time_s = clock_wall_us() / 1000000;
    entry->duration_us = ns / 1000;
    entry->older = newest;
    *(newest != NULL ? &newest->newer : &oldest) = entry;
    newest = entry;
    count++;
    keep_newest((size_t)max_len);
}

const struct slowlog_entry *slowlog_newest(void) {
    return newest;
}

size_t slowlog_count(void) {
    return count;
}

void slowlog_reset(void) {
    keep_newest(0);
}
