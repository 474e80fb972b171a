/* Effects: what a command changed, as commands that can be repeated.
 *
 * Most commands are their own effect: RPUSH says all that there is to say. The
 * others have a row in a table here, with a function that looks at what was
 * asked, what was answered and what the data is now, and tells it in other
 * words:
 *
 *     SPOP myset               ->  SREM myset "three"
 *     EXPIRE k 10              ->  PEXPIREAT k 1571000010000
 *     XADD s * a 1             ->  XADD s 1571000000000-0 a 1
 *     BLPOP q 0, much later    ->  LPOP q
 *
 * So commands themselves know nothing of it. */
#ifndef EFFECT_H
#define EFFECT_H

#include "command.h"
#include "keyspace.h"
#include "number.h"
#include "propagate.h"

/* A command that has run and changed something. */
struct effect {
    int database;
    const struct slice *argv;
    size_t argc;
    struct slice reply;
};

struct effect_row {
    const char *command;
    void (*tell)(const struct effect *effect);
};

/* The families of rows, each with a row of zeros behind the last. */
extern const struct effect_row string_effects[], list_effects[], set_effects[],
    stream_effects[];

void effect_start(void);

/* Tells what a command changed. */
void effect_tell(const struct command *command, const struct effect *effect);

/* For the tables. */

static inline struct slice effect_word(const char *word) {
    return (struct slice){(char *)word, strlen(word)};
}

static inline struct slice
effect_number(int64_t value, char scratch[static NUMBER_I64_MAX_TEXT]) {
    return (struct slice){scratch, format_i64(scratch, value)};
}

/* Tells a command that consists of these slices. */
#define effect_say(effect, ...)                                  \
    propagate((effect)->database, (struct slice[]){__VA_ARGS__}, \
              sizeof((struct slice[]){__VA_ARGS__}) / sizeof(struct slice))

/* The entry at a key now, due or not; NULL if there is none. */
struct entry *effect_entry(const struct effect *effect, struct slice key);

/* The command as it was asked for. */
void effect_as_asked(const struct effect *effect);

#endif
