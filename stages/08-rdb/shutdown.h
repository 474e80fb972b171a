/* Stopping: asked for by a signal or by SHUTDOWN. What is unsaved is saved
 * first, if there are save points or that is asked for. */
#ifndef SHUTDOWN_H
#define SHUTDOWN_H

#include <stdbool.h>

struct client;
struct request;

enum shutdown_save { SHUTDOWN_DEFAULT, SHUTDOWN_SAVE, SHUTDOWN_NOSAVE };

/* Returns whether the server will stop when this turn of the loop ends. It will
 * not when saving failed, unless it is forced to. */
bool shutdown_now(enum shutdown_save save, bool force);

bool shutdown_decided(void);

/* The words behind SHUTDOWN. */
struct shutdown_options {
    enum shutdown_save save;
    bool force, abort, now;
};

/* Reads [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]. Returns false after the error
 * reply. */
bool shutdown_options(struct client *client, const struct request *request,
                      struct shutdown_options *options);

/* Before the server stops: gives up what was begun, and brings to disk what is
 * not there, by a snapshot if that is wanted. Returns whether the server may
 * stop: it may not when something would be lost, unless it is forced to. In
 * stage.c. */
bool stage_settle(bool snapshot, bool force);

#endif
