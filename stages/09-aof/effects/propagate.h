/* Effects on their way to those who keep a copy of the data, such as the
 * append-only file; stage.c lists them. An effect is a command that changes the
 * data in the same way whenever it runs: it names points in time instead of
 * time-outs, and the results of random choices.
 *
 * The effects between propagate_begin() and propagate_end() are a unit, because
 * they happened at once. The calls nest, and the outermost pair counts. At its
 * end the unit is handed on, as the bytes of requests:
 *
 *     no effect         nothing
 *     one               *3\r\n$3\r\nSET\r\n...
 *     two or more       MULTI, the effects, EXEC: a reader takes all or nothing
 *
 * Each call of a command is a unit, and so is a key that expires while no
 * command is running. SELECT comes before an effect whose database is not that
 * of the previous effect. */
#ifndef PROPAGATE_H
#define PROPAGATE_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

/* Returns true if anybody listens. While data are being loaded, nobody does. */
bool propagate_wanted(void);

void propagate_begin(void);
void propagate_end(void);

/* Propagates an effect. Outside of a unit it is a unit of its own. */
void propagate(int database, const struct slice *argv, size_t argc);

/* Puts SELECT before the next effect, whatever its database, because a listener
 * begins there that does not know which one is selected, such as a new file.
 * Not to be called within a unit that has effects already. */
void propagate_select_again(void);

/* Returns the database that is selected for a listener who has heard everything
 * so far; 0 if a SELECT comes before the next effect anyway. */
int propagate_database(void);

/* In stage.c. Returns true if anybody keeps a copy; hands on a unit. */
bool stage_keeps_copies(void);
void stage_propagated(struct slice bytes);

#endif
