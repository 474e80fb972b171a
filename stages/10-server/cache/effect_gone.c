#include "effect_gone.h"

#include "settings.h"

static bool lazy_expire, lazy_eviction, lazy_server_del;

static void say_gone(int database, bool lazy, struct slice name) {
    propagate(database, WORDS(word(lazy ? "UNLINK" : "DEL"), name));
}

void effect_expired(const struct key *key) {
    if (propagate_wanted())
        say_gone(key->db->number, lazy_expire, key->text);
}

void effect_evicted(const struct key *key) {
    if (propagate_wanted())
        say_gone(key->db->number, lazy_eviction, key->text);
}

void effect_say_expired(const struct effect *effect, struct slice key) {
    say_gone(effect->database, lazy_expire, key);
}

void effect_say_emptied(const struct effect *effect, struct slice key) {
    say_gone(effect->database, lazy_server_del, key);
}

const struct setting lazyfree_settings[] = {
    {"lazyfree-lazy-eviction", SETTING_YES_NO(lazy_eviction)},
    {"lazyfree-lazy-expire", SETTING_YES_NO(lazy_expire)},
    {"lazyfree-lazy-server-del", SETTING_YES_NO(lazy_server_del)},
    {0},
};
