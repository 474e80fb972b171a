#include "command_slots.h"

#include "bytes.h"

/* Sets the bit of each byte in which a small letter differs from a capital. No
 * other byte becomes a letter by that. */
static inline uint64_t fold(uint64_t word) {
    return word | 0x2020202020202020;
}

static inline struct command_head head_of(struct slice name) {
    const unsigned char *bytes = (const unsigned char *)name.ptr;
    struct command_head head = {.len = name.len};
    /* A name of more than 16 bytes is looked up by its first 16 and its length,
     * and then compared as a whole. */
    size_t left = name.len;
    if (left > 8) {
        left = left < sizeof head.words ? left - 8 : 8;
        head.words[1] = fold(bytes_load(bytes + 8, left));
        left = 8;
    }
    head.words[0] = fold(bytes_load(bytes, left));
    return head;
}

/* Multiplying spreads the bytes over the upper half. Names come from the
 * program and from its owner, so nobody can choose them to collide. */
static size_t hash_of(const struct command_head *head) {
    uint64_t words = head->words[0] + 31 * head->words[1];
    return (words * 0x9e3779b97f4a7c15) >> 32;
}

static inline bool slot_has(const struct command_slot *slot,
                            const struct command_head *head,
                            struct slice name) {
    return slot->head.words[0] == head->words[0] &&
           slot->head.words[1] == head->words[1] &&
           slot->head.len == head->len &&
           (slot->is_told || slice_is(name, slot->name));
}

/* Returns true if the head says all of the name: it is short, and has only
 * letters. */
static bool is_told(const struct command_head *head, struct slice name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < 'a' || name.ptr[i] > 'z')
            return false;
    return name.len <= sizeof head->words;
}

/* The number of the slot with that name, or of the free one where it would go.
 */
static size_t place(const struct command_slot slots[static COMMAND_SLOTS],
                    const struct command_head *head, struct slice name) {
    /* Half of the slots are free at least, so the search has an end. */
    size_t at = hash_of(head) % COMMAND_SLOTS;
    while (slots[at].command != NULL && !slot_has(&slots[at], head, name))
        at = (at + 1) % COMMAND_SLOTS;
    return at;
}

void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command) {
    struct slice text = slice_of(name);
    struct command_head head = head_of(text);
    slots[place(slots, &head, text)] =
        (struct command_slot){head, name, command, is_told(&head, text)};
}

const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name) {
    struct command_head head = head_of(name);
    return slots[place(slots, &head, name)].command;
}
