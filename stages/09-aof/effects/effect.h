/* Effects: what a command changed, as commands that can be repeated.
 *
 * Most commands are their own effect: RPUSH says everything. The others have a
 * row in a table here, with a function that says it in other words:
 *
 *     SPOP myset               ->  SREM myset "three"
 *     EXPIRE k 10              ->  PEXPIREAT k 1571000010000
 *     XADD s * a 1             ->  XADD s 1571000000000-0 a 1
 *     BLPOP q 0, much later    ->  LPOP q
 *
 * That function learns what was asked from the function that parsed the
 * arguments for the command, because a second parser would differ from the
 * first one some day: options stand in any order. It learns what happened from
 * the data, or else from the reply. So the commands themselves know nothing of
 * effects. */
#ifndef EFFECT_H
#define EFFECT_H

#include "command.h"
#include "keyspace.h"
#include "propagate.h"
#include "words.h"

/* A command that has run and changed something. */
struct effect {
    const struct command *command;
    const struct effect_row *row; /* that of the command */
    struct client *client;        /* who asked; its arguments were good */
    int database;
    const struct request *request;
    struct slice reply; /* for reply_read(), also when the client wanted none;
                           empty while the client waits for it */
};

struct effect_row {
    const char *command;
    void (*tell)(const struct effect *effect);
    const char *as; /* the command that tells it, if that is always the same */
};

/* In stage.c: the families of this stage. A row of zeros ends each of them, and
 * NULL ends the list. */
extern const struct effect_row *const stage_effects[];

void effect_start(void);

/* Propagates what a command changed. */
void effect_tell(struct effect *effect);

/* For the functions of the tables. */

/* Returns an argument that has a fixed place, as keys have. */
static inline struct slice effect_argument(const struct effect *effect,
                                           size_t number) {
    return effect->request->argv[number];
}

/* Propagates a command that consists of these slices. */
#define effect_say(effect, ...) \
    propagate((effect)->database, WORDS(__VA_ARGS__))

/* Returns the entry at a key, even if its time has come; NULL if there is
 * none. */
struct entry *effect_entry(const struct effect *effect, struct slice key);

/* Returns the value at a key if it is of this type, else NULL. */
void *effect_object(const struct effect *effect, struct slice key,
                    enum type type);

/* Propagates the command as it was requested. */
void effect_as_asked(const struct effect *effect);

#endif
