#include "effect.h"

#include <assert.h>

#include "entry_object.h"

/* The row of each command, by its number; NULL if it has none. */
static const struct effect_row *rows[COMMANDS_MAX];

void effect_start(void) {
    for (size_t f = 0; stage_effects[f] != NULL; f++)
        for (const struct effect_row *r = stage_effects[f]; r->command; r++) {
            const struct command *command = command_find(word(r->command));
            assert(command != NULL);
            rows[command_number(command)] = r;
        }
}

void effect_as_asked(const struct effect *effect) {
    propagate(effect->database, effect->request->argv, effect->request->argc);
}

void effect_tell(struct effect *effect) {
    effect->row = rows[command_number(effect->command)];
    if (effect->row != NULL)
        effect->row->tell(effect);
    else if (effect->command->flags & CMD_WRITE)
        effect_as_asked(effect);
}

struct entry *effect_entry(const struct effect *effect, struct slice name) {
    struct key key = db_key(keyspace_db(effect->database), name);
    return keyspace_peek(&key);
}

void *effect_object(const struct effect *effect, struct slice key,
                    enum type type) {
    const struct entry *entry = effect_entry(effect, key);
    return entry != NULL && entry_type(entry) == type ? entry_object(entry)
                                                      : NULL;
}
