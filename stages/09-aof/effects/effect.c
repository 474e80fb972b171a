#include "effect.h"

#include "entry_object.h"

/* What tells the effect of a command, by the command's number; NULL where
 * nothing else is said than for other commands. */
static void (*tellers[COMMANDS_MAX])(const struct effect *effect);

void effect_start(void) {
    for (size_t f = 0; stage_effects[f] != NULL; f++)
        for (const struct effect_row *r = stage_effects[f]; r->command; r++)
            tellers[command_number(command_find(word(r->command)))] = r->tell;
}

void effect_as_asked(const struct effect *effect) {
    propagate(effect->database, effect->request->argv, effect->request->argc);
}

void effect_tell(const struct command *command, const struct effect *effect) {
    size_t number = command_number(command);
    if (tellers[number] != NULL)
        tellers[number](effect);
    else if (command->flags & CMD_WRITE)
        effect_as_asked(effect);
}

void effect_expired(const struct key *key) {
    if (!propagate_wanted())
        return;
    propagate(key->db->number, WORDS(word("DEL"), key->text));
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
