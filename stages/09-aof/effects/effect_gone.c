#include "effect_gone.h"

static void say_gone(int database, struct slice name) {
    propagate(database, WORDS(word("DEL"), name));
}

void effect_expired(const struct key *key) {
    if (propagate_wanted())
        say_gone(key->db->number, key->text);
}

void effect_say_expired(const struct effect *effect, struct slice name) {
    say_gone(effect->database, name);
}

void effect_say_emptied(const struct effect *effect, struct slice name) {
    say_gone(effect->database, name);
}
