#include "acl_log.h"

#include <inttypes.h>
#include <stdlib.h>

#include "client_line.h"
#include "clock.h"
#include "info.h"
#include "multi.h"
#include "xalloc.h"

enum { LOOKED_THROUGH = 10, TOGETHER_MS = 60000 };

int64_t acl_log_max = 128;

static struct acl_log_entry *newest, *oldest;
static int64_t entries;
static uint64_t last_id;
static uint64_t refused[ACL_NO_AUTH + 1]; /* by the reason, since the start */

static void link_newest(struct acl_log_entry *entry) {
    entry->previous = NULL;
    entry->next = newest;
    if (newest != NULL)
        newest->previous = entry;
    else
        oldest = entry;
    newest = entry;
    entries++;
}

static void unlink_entry(struct acl_log_entry *entry) {
    if (entry->previous != NULL)
        entry->previous->next = entry->next;
    else
        newest = entry->next;
    if (entry->next != NULL)
        entry->next->previous = entry->previous;
    else
        oldest = entry->previous;
    entries--;
}

static void drop(struct acl_log_entry *entry) {
    unlink_entry(entry);
    buf_free(&entry->client);
    free(entry);
}

static struct acl_log_entry *new_entry(int reason, bool in_multi,
                                       struct slice object, struct slice user,
                                       int64_t now_ms) {
    struct acl_log_entry *entry =
        xcalloc(1, sizeof *entry + object.len + user.len);
    entry->id = last_id++;
    entry->reason = reason;
    entry->in_multi = in_multi;
    entry->created_ms = now_ms;
    entry->object = (struct slice){entry->bytes, object.len};
    entry->user = (struct slice){entry->bytes + object.len, user.len};
    if (object.len > 0)
        memcpy(entry->object.ptr, object.ptr, object.len);
    if (user.len > 0)
        memcpy(entry->user.ptr, user.ptr, user.len);
    return entry;
}

static bool is_same(const struct acl_log_entry *entry, int reason,
                    bool in_multi, struct slice object, struct slice user,
                    int64_t now_ms) {
    /* The clock on the wall may have been set back. */
    int64_t passed = now_ms - entry->updated_ms;
    return entry->reason == reason && entry->in_multi == in_multi &&
           passed <= TOGETHER_MS && passed >= -TOGETHER_MS &&
           slice_equal(entry->object, object) && slice_equal(entry->user, user);
}

/* Takes out the entry that already counts this refusal, or makes a new one. */
static struct acl_log_entry *take_entry(int reason, bool in_multi,
                                        struct slice object, struct slice user,
                                        int64_t now_ms) {
    struct acl_log_entry *at = newest;
    for (int i = 0; at != NULL && i < LOOKED_THROUGH; i++, at = at->next) {
        if (!is_same(at, reason, in_multi, object, user, now_ms))
            continue;
        unlink_entry(at);
        return at;
    }
    return new_entry(reason, in_multi, object, user, now_ms);
}

void acl_log_add(const struct client *client, int reason, struct slice object,
                 struct slice user) {
    int64_t now_ms = clock_wall_us() / 1000;
    refused[reason]++;
    struct acl_log_entry *entry =
        take_entry(reason, multi_open(client), object, user, now_ms);
    entry->count++;
    entry->updated_ms = now_ms;
    /* An entry that counts again shows the client as it is now. */
    buf_free(&entry->client);
    client_line(&entry->client, client, NULL);
    entry->client.end--; /* without its line end */
    link_newest(entry);
    /* The setting may have become smaller, so several may have to go. As in
     * Redis, they wait for a refusal that is new, unless none is to stay. */
    bool makes_room = entry->count == 1 || acl_log_max == 0;
    while (makes_room && entries > acl_log_max)
        drop(oldest);
}

const struct acl_log_entry *acl_log_newest(void) {
    return newest;
}

void acl_log_reset(void) {
    while (newest != NULL)
        drop(newest);
}

void acl_log_info(struct buf *out) {
    info_line(out, "acl_access_denied_auth:%" PRIu64, refused[ACL_NO_AUTH]);
    info_line(out, "acl_access_denied_cmd:%" PRIu64, refused[ACL_NO_COMMAND]);
    info_line(out, "acl_access_denied_key:%" PRIu64, refused[ACL_NO_KEY]);
    info_line(out, "acl_access_denied_channel:%" PRIu64,
              refused[ACL_NO_CHANNEL]);
}
