/* Settings of snapshots, and the folder of all files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "save_points.h"
#include "settings.h"
#include "snapshot.h"
#include "xalloc.h"

/* The folder of the files is the working folder of the process. */
static const char *dir_set(const struct slice *words, size_t count) {
    if (count != 1)
        return "wrong number of arguments";
    char *path = xstrndup(words[0].ptr, words[0].len);
    int failed = chdir(path);
    free(path);
    return failed == 0 ? NULL : strerror(errno);
}

static void dir_get(struct buf *out) {
    char *path = getcwd(NULL, 0);
    if (path != NULL)
        buf_append(out, path, strlen(path));
    free(path);
}

static const char *save_set(const struct slice *words, size_t count) {
    const char *wrong = save_points_set(words, count, false);
    if (wrong == NULL)
        snapshot_reschedule();
    return wrong;
}

/* The first line of the file replaces the defaults, and each further line adds
 * to it. An empty one removes all save points. */
static const char *save_line(const struct slice *words, size_t count) {
    static bool is_later;
    bool add = is_later && !(count == 1 && words[0].len == 0);
    is_later = true;
    return save_points_set(words, count, add);
}

/* clang-format off */
const struct setting snapshot_settings[] = {
    {"dir", SETTING_OWN, SETTING_PROTECTED | SETTING_STEADY, .set = dir_set,
     .get = dir_get,
     .help = "the folder of the files"},
    {"dbfilename", SETTING_FILE, SETTING_PROTECTED, &config.dbfilename,
     .text = "dump.rdb",
     .help = "the name of the snapshot"},
    {"save", SETTING_OWN, .set = save_set, .get = save_points_get,
     .line = save_line,
     .help = "seconds and changes after which a snapshot is made"},
    {"rdbcompression", SETTING_YES_NO(config.rdbcompression),
     .help = "whether strings are packed in a snapshot"},
    {"rdbchecksum", SETTING_BOOL, SETTING_FIXED, &config.rdbchecksum,
     .help = "whether a snapshot is summed up, and the sum is checked"},
    {"rdb-save-incremental-fsync",
     SETTING_YES_NO(config.rdb_save_incremental_fsync),
     .help = "sync a snapshot while it is written, each 4 MB"},
    {"stop-writes-on-bgsave-error",
     SETTING_YES_NO(config.stop_writes_on_bgsave_error),
     .help = "refuse writes after a snapshot has failed"},
    {0},
};
/* clang-format on */
