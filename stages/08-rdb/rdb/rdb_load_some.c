#include "rdb_load.h"

bool rdb_load_some(struct rdb_load *load, size_t keys) {
    struct rdb_loaded loaded;
    bool more = true;
    for (; more && keys > 0; keys--) {
        more = rdb_load_read(load, &loaded);
        if (more)
            rdb_load_add(load, &loaded);
    }
    if (!load->ended)
        rdb_load_sum_up(load);
    return !more || load->reader.wrong;
}
