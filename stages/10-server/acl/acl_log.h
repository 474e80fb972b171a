/* ACL LOG: the refusals, newest first.
 *
 * If the same refusal comes again within a minute, the entry that is there
 * counts it and becomes the newest. Only the first few entries are searched for
 * it, so a client that is refused a thousand times a second costs little. At
 * most acllog-max-len entries are kept. */
#ifndef ACL_LOG_H
#define ACL_LOG_H

#include "acl_check.h"

/* The reason of an entry is a verdict, or this one: a wrong password. */
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

/* Records a refusal. The object is the name of the command, key or channel that
 * was refused. */
void acl_log_add(const struct client *client, int reason, struct slice object,
                 struct slice user);

/* Returns the newest entry, or NULL; entry->next is the next older one. */
const struct acl_log_entry *acl_log_newest(void);

/* Forgets all entries. */
void acl_log_reset(void);

/* The setting acllog-max-len. */
extern int64_t acl_log_max;

/* Appends to INFO how many refusals of each kind there were. */
void acl_log_info(struct buf *out);

#endif
