/* Settings of the append-only file. */
#include "aof.h"
#include "aof_config.h"
#include "settings.h"

struct aof_config aof_config = {
    .sync_rewrite = true,
    .auto_rewrite_percentage = 100,
    .auto_rewrite_min_size = 64 << 20,
    .load_truncated = true,
};

static const char *const fsync_words[] = {"everysec", "always", "no", NULL};

const struct setting aof_settings[] = {
    {"appendonly", SETTING_BOOL, SETTING_STEADY, &aof_config.appendonly,
     .changed = aof_switched,
     .help = "whether all that changes is logged in an append-only file"},
    {"appendfsync", SETTING_CHOICE, 0, &aof_config.appendfsync,
     .words = fsync_words,
     .help = "when the log is on disk: always, everysec or no (as it comes)"},
    {"appendfilename", SETTING_FILE, SETTING_FIXED, &aof_config.appendfilename,
     .text = "appendonly.aof", .min = 1,
     .help = "how the names of its files begin"},
    {"appenddirname", SETTING_FILE, SETTING_FIXED, &aof_config.appenddirname,
     .text = "appendonlydir", .min = 1,
     .help = "the folder of its files, within dir"},
    {"aof-rewrite-incremental-fsync", SETTING_YES_NO(aof_config.sync_rewrite),
     .help = "sync its base while it is written, each 4 MB"},
    {"no-appendfsync-on-rewrite",
     SETTING_YES_NO(aof_config.no_appendfsync_on_rewrite),
     .help = "do not sync while a child writes to disk"},
    {"auto-aof-rewrite-percentage",
     SETTING_INT64(aof_config.auto_rewrite_percentage, 0, INT32_MAX),
     .help = "write it anew when it has grown by so much; 0: never"},
    {"auto-aof-rewrite-min-size", SETTING_MEMORY, 0,
     &aof_config.auto_rewrite_min_size, .min = 0, .max = INT64_MAX,
     .help = "but not while it is smaller than this"},
    {"aof-load-truncated", SETTING_YES_NO(aof_config.load_truncated),
     .help = "cut off a last command that is not complete, and start"},
    {"aof-disable-auto-gc", SETTING_BOOL, SETTING_HIDDEN,
     &aof_config.keep_history},
    {0},
};
