/* ACL LOG: the refusals, newest first.
 *
 * The same thing again within a minute counts with the entry that is there,
 * which then is the newest. Only a few entries are looked through for it, so a
 * client that is refused a thousand times a second costs little. At most
 * acllog-max-len entries are kept. */
#ifndef ACL_LOG_H
#define ACL_LOG_H

#include "acl_check.h"

/* A verdict, or this: a password was wrong. */
enum { ACL_NO_AUTH = ACL_NO_CHANNEL + 1 };

struct acl_log_entry {
    struct acl_log_entry *previous, *next; /* the newer, the older */
    uint64_t id, count;
    int reason; /* enum acl_verdict, or ACL_NO_AUTH */
    bool in_multi;
    struct slice object, user; /* both are in bytes */
    int64_t created_ms, updated_ms;
    struct buf client; /* its line */
    char bytes[];
};

/* Notes that a client was refused an object: the name of a command, a key or a
 * channel. */
void acl_log_add(const struct client *client, int reason, struct slice object,
                 struct slice user);

/* The newest entry, or NULL; entry->next goes on. */
const struct acl_log_entry *acl_log_newest(void);

/* Forgets all entries. */
void acl_log_reset(void);

/* The setting acllog-max-len. */
extern int64_t acl_log_max;

/* Appends to INFO how often each thing was refused. */
void acl_log_info(struct buf *out);

#endif
