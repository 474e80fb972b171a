#include "command_slots.h"

#include "bytes.h"

/* Makes lower case of eight bytes. The sums carry into the highest bit of a
 * byte that is at least 'A', and of one that is greater than 'Z'. */
static uint64_t lower(uint64_t word) {
    const uint64_t ones = 0x0101010101010101;
    uint64_t low = word & ones * 0x7f;
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t behind_z = low + ones * (0x7f - 'Z');
    uint64_t upper = from_a & ~behind_z & ~word & ones * 0x80;
    return word | upper >> 2;
}

static struct command_head head_of(struct slice name) {
    const unsigned char *bytes = (const unsigned char *)name.ptr;
    struct command_head head = {.len = name.len};
    size_t left = name.len < sizeof head.words ? name.len : sizeof head.words;
    if (left > 8) {
        head.words[1] = lower(bytes_load(bytes + 8, left - 8));
        left = 8;
    }
    head.words[0] = lower(bytes_load(bytes, left));
    return head;
}

/* Multiplying spreads the bytes over the upper half. Names come from the
 * program and from its owner, so nobody can choose them to collide. */
static size_t hash_of(const struct command_head *head) {
    uint64_t words = head->words[0] + 31 * head->words[1];
    return (words * 0x9e3779b97f4a7c15) >> 32;
}

static bool slot_has(const struct command_slot *slot,
                     const struct command_head *head, struct slice name) {
    return slot->head.words[0] == head->words[0] &&
           slot->head.words[1] == head->words[1] &&
           slot->head.len == head->len &&
           (name.len <= sizeof head->words || slice_is(name, slot->name));
}

/* The number of the slot with that name, or of the free one where it would go.
 */
static size_t place(const struct command_slot slots[static COMMAND_SLOTS],
                    const struct command_head *head, struct slice name) {
    size_t at = hash_of(head) % COMMAND_SLOTS;
    while (slots[at].command != NULL && !slot_has(&slots[at], head, name))
        at = (at + 1) % COMMAND_SLOTS;
    return at;
}

void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command) {
    struct slice text = {(char *)name, strlen(name)};
    struct command_head head = head_of(text);
    slots[place(slots, &head, text)] =
        (struct command_slot){head, name, command};
}

const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name) {
    struct command_head head = head_of(name);
    return slots[place(slots, &head, name)].command;
}
