#include "effect.h"

#include "entry_object.h"

/* The rows by their commands, in a hash table with linear probing. */
enum { SLOTS = 256 };
static struct {
    const struct command *command;
    const struct effect_row *row;
} slots[SLOTS];

static size_t slot_of(const struct command *command) {
    size_t slot = (uintptr_t)command / sizeof *command % SLOTS;
    while (slots[slot].command != NULL && slots[slot].command != command)
        slot = (slot + 1) % SLOTS;
    return slot;
}

void effect_start(void) {
    for (size_t f = 0; stage_effects[f] != NULL; f++) {
        for (const struct effect_row *r = stage_effects[f]; r->command; r++) {
            const struct command *command =
                command_find(effect_word(r->command));
            size_t slot = slot_of(command);
            slots[slot].command = command;
            slots[slot].row = r;
        }
    }
}

void effect_as_asked(const struct effect *effect) {
    propagate(effect->database, effect->request->argv, effect->request->argc);
}

void effect_tell(const struct command *command, const struct effect *effect) {
    size_t slot = slot_of(command);
    if (slots[slot].command != NULL)
        slots[slot].row->tell(effect);
    else if (command->flags & CMD_WRITE)
        effect_as_asked(effect);
}

void effect_expired(const struct key *key) {
    if (!propagate_wanted())
        return;
    struct slice del[] = {effect_word("DEL"), key->text};
    propagate(key->db->number, del, 2);
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
