#include "rdb_use.h"

#include "key_delay.h"
#include "key_use.h"
#include "rdb_format.h"
#include "use.h"

/* Writes the idle time or the frequency, whichever the policy goes by. Each key
 * that is saved passes here. */
void rdb_use_write(struct rdb_writer *writer, const struct entry *entry) {
    if (key_save_delay != 0)
        key_delay(key_save_delay);
    /* As Redis, nothing if the policy does not go by use. */
    enum use_meaning meaning = use_means();
    if (meaning == USE_TICKS) {
        rdb_write_byte(writer, RDB_IDLE);
        rdb_write_length(writer, key_idle_seconds(entry));
    } else if (meaning == USE_FREQUENCY) {
        rdb_write_byte(writer, RDB_FREQ);
        rdb_write_byte(writer, use_frequency(entry));
    }
}

/* Takes what the policy can keep, whatever the file's writer went by. */
void rdb_use_begin(struct entry *entry, const struct rdb_use *use) {
    if (use_means() == USE_FREQUENCY) {
        if (use->frequency >= 0)
            use_begin_frequency(entry, (uint8_t)use->frequency);
    } else if (use->idle > 0) {
        key_use_begin(entry, (uint64_t)use->idle);
    }
}
