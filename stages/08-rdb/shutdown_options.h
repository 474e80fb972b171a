/* The words behind SHUTDOWN: [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]. */
#ifndef SHUTDOWN_OPTIONS_H
#define SHUTDOWN_OPTIONS_H

#include <stdbool.h>

#include "shutdown.h"

struct client;
struct request;

struct shutdown_options {
    enum shutdown_save save;
    bool force, abort, now;
};

/* Returns false after the error reply. */
bool shutdown_options_read(struct client *client, const struct request *request,
                           struct shutdown_options *options);

#endif
