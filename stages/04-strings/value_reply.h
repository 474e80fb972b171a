/* The value of a key as a reply. */
#ifndef VALUE_REPLY_H
#define VALUE_REPLY_H

#include "client.h"
#include "entry.h"
#include "reply.h"

/* The value, or null for a key that is not there. */
static inline void reply_value(struct client *client,
                               const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (entry != NULL)
        reply_slice(client, entry_value(entry, scratch));
    else
        reply_null(client);
}

#endif
