#include "dict_prefetch.h"
#include "key_delay.h"
#include "rdb_load.h"

/* Keys are read in groups and then added to their database, so that their
 * buckets have had time to arrive in the cache. */
enum { GROUP = 16 };

/* Reads up to most keys. Returns how many it read. */
static size_t read_group(struct rdb_load *load, struct rdb_loaded *group,
                         size_t most) {
    size_t count = 0;
    while (count < most && rdb_load_read(load, &group[count])) {
        const struct rdb_loaded *loaded = &group[count++];
        if (loaded->entry != NULL)
            dict_prefetch_bucket(&loaded->key.db->dict, loaded->key.hash);
    }
    return count;
}

bool rdb_load_some(struct rdb_load *load, size_t keys) {
    struct rdb_loaded group[GROUP];
    bool more = true;
    if (key_load_delay != 0) {
        key_delay(key_load_delay);
        keys = 1;
    }
    while (more && keys > 0) {
        size_t most = keys < GROUP ? keys : GROUP;
        size_t count = read_group(load, group, most);
        for (size_t i = 0; i < count; i++)
            rdb_load_add(load, &group[i]);
        more = count == most && !load->reader.wrong;
        keys -= count;
    }
    /* The end may have been read before it was seen that a key is there
     * twice. */
    if (load->reader.wrong)
        load->ended = false;
    if (!load->ended)
        rdb_load_sum_up(load);
    return !more || load->reader.wrong;
}
