/* Effects: what a command changed, as commands that can be repeated.
 *
 * Most commands are their own effect: RPUSH says all that there is to say. The
 * others have a row in a table here, with a function that tells it in other
 * words:
 *
 *     SPOP myset               ->  SREM myset "three"
 *     EXPIRE k 10              ->  PEXPIREAT k 1571000010000
 *     XADD s * a 1             ->  XADD s 1571000000000-0 a 1
 *     BLPOP q 0, much later    ->  LPOP q
 *
 * It learns what was asked from the function that parsed the arguments for the
 * command. A second parser would differ from the first one day, since options
 * stand in any order. It learns what came of it from the data, or else from the
 * reply. So the commands themselves know nothing of effects. */
#ifndef EFFECT_H
#define EFFECT_H

#include "command.h"
#include "keyspace.h"
#include "propagate.h"
#include "words.h"

/* A command that has run and changed something. */
struct effect {
    const struct command *command;
    const char *as;        /* as its row says */
    struct client *client; /* who asked; its arguments were good */
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

/* The families of this stage, each with a row of zeros behind the last, and
 * with NULL behind the last family: in stage.c. */
extern const struct effect_row *const stage_effects[];

void effect_start(void);

/* Tells what a command changed. */
void effect_tell(struct effect *effect);

/* For the tables. */

/* An argument that has a place of its own, as keys have. */
static inline struct slice effect_argument(const struct effect *effect,
                                           size_t number) {
    return effect->request->argv[number];
}

/* Tells a command that consists of these slices. */
#define effect_say(effect, ...) \
    propagate((effect)->database, WORDS(__VA_ARGS__))

/* The entry at a key now, due or not; NULL if there is none. */
struct entry *effect_entry(const struct effect *effect, struct slice key);

/* The value at a key, if it is of that type; else NULL. */
void *effect_object(const struct effect *effect, struct slice key,
                    enum type type);

/* The command as it was asked for. */
void effect_as_asked(const struct effect *effect);

#endif
