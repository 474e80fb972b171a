/* Stopping, asked for by a signal or by SHUTDOWN. Unsaved data are saved first,
 * if there are save points or the request says so. */
#ifndef SHUTDOWN_H
#define SHUTDOWN_H

#include <stdbool.h>

struct client;
struct request;

enum shutdown_save { SHUTDOWN_DEFAULT, SHUTDOWN_SAVE, SHUTDOWN_NOSAVE };

/* Returns true if the server will stop at the end of this turn. It will not if
 * saving failed, unless it is forced. */
bool shutdown_now(enum shutdown_save save, bool force);

bool shutdown_decided(void);

/* The options of SHUTDOWN. */
struct shutdown_options {
    enum shutdown_save save;
    bool force, abort, now;
};

/* Reads [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]. Returns false after the error
 * reply. */
bool shutdown_options(struct client *client, const struct request *request,
                      struct shutdown_options *options);

/* In stage.c, before the server stops: gives up what was begun, and brings the
 * data to disk, by a snapshot if that is wanted. Returns false if the server
 * must not stop, because something would be lost; if it is forced, it stops all
 * the same. */
bool stage_settle(bool snapshot, bool force);

#endif
