#include "effect.h"

#include "entry_object.h"

static const struct effect_row *const families[] = {
    string_effects, list_effects, set_effects, stream_effects};
enum { FAMILIES = sizeof families / sizeof families[0] };

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
    for (size_t f = 0; f < FAMILIES; f++) {
        for (const struct effect_row *r = families[f]; r->command; r++) {
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

struct entry *effect_entry(const struct effect *effect, struct slice name) {
    struct key key = keyspace_key(name);
    return keyspace_peek(keyspace_db(effect->database), &key);
}

void *effect_object(const struct effect *effect, struct slice key,
                    enum type type) {
    const struct entry *entry = effect_entry(effect, key);
    return entry != NULL && entry_type(entry) == type ? entry_object(entry)
                                                      : NULL;
}
