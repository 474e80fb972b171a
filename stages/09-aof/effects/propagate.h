/* What commands changed, told to whoever keeps a copy of the data, such as
 * the append-only file: stage.c lists them. It is told as commands that have
 * the same effect whenever they run: with moments instead of time-outs, and
 * with what chance chose. */
#ifndef PROPAGATE_H
#define PROPAGATE_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

/* Whether anybody listens: nobody does while data is loaded. */
bool propagate_wanted(void);

/* Tells a command. */
void propagate(int database, const struct slice *argv, size_t argc);

/* What is told between these two happened at once: it is told as a
 * transaction, of which a reader takes all or nothing. */
void propagate_begin(int database);
void propagate_end(int database);

/* In stage.c: whether there is anybody who keeps a copy, and telling them. */
bool stage_keeps_copies(void);
void stage_propagated(int database, const struct slice *argv, size_t argc);

#endif
