/* Long replies: a command that writes one may stop when nobody wants the rest
 * of it. In this stage somebody always does. */
#ifndef REPLY_WANTED_H
#define REPLY_WANTED_H

#include "client.h"

static inline bool reply_wanted(const struct client *client) {
    (void)client;
    return true;
}

#endif
