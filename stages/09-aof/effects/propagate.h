/* Effects on their way to those who keep a copy of the data, such as the
 * append-only file: stage.c lists them. An effect is a command that changes the
 * data in the same way whenever it runs: it names moments, not time-outs, and
 * what chance chose.
 *
 * The effects between propagate_begin() and propagate_end() are a unit: they
 * happened at once. The two nest, and the outermost pair counts. When that one
 * ends, the unit is handed on, as the bytes of requests:
 *
 *     no effect         nothing
 *     one               *3\r\n$3\r\nSET\r\n...
 *     two or more       MULTI, the effects, EXEC: a reader takes all or nothing
 *
 * Each call of a command is a unit; so is a key that expires when no command is
 * running. SELECT stands in front of an effect whose database is not that of
 * the effect before it. */
#ifndef PROPAGATE_H
#define PROPAGATE_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

/* Returns true if anybody listens: nobody does while data is loaded. */
bool propagate_wanted(void);

void propagate_begin(void);
void propagate_end(void);

/* Tells an effect. Outside of all units it is one by itself. */
void propagate(int database, const struct slice *argv, size_t argc);

/* SELECT stands in front of the next effect, whatever its database: a listener
 * begins there, such as a new file, that has not heard the SELECT before. Not
 * within a unit that has told something. */
void propagate_select_again(void);

/* In stage.c: returns true if anybody keeps a copy; and hands on a unit. */
bool stage_keeps_copies(void);
void stage_propagated(struct slice bytes);

#endif
