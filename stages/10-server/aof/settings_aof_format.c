/* Settings of what the append-only file looks like. */
#include "aof_format.h"
#include "settings.h"

struct aof_format aof_format = {.use_rdb_preamble = true};

const struct setting format_settings[] = {
    {"aof-use-rdb-preamble", SETTING_YES_NO(aof_format.use_rdb_preamble),
     .help = "whether its base is an RDB, or commands"},
    {"aof-timestamp-enabled", SETTING_YES_NO(aof_format.timestamps),
     .help = "tell the time between commands, for redis-check-aof"},
    {"aof-checksums", SETTING_YES_NO(aof_format.checksums),
     .help =
         "put a line with a checksum in front of each write (not in Redis)"},
    {0},
};
