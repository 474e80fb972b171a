/* The settings of the append-only file. */
#ifndef AOF_CONFIG_H
#define AOF_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

enum aof_fsync { APPENDFSYNC_EVERYSEC, APPENDFSYNC_ALWAYS, APPENDFSYNC_NO };

struct aof_config {
    bool appendonly;
    int64_t appendfsync; /* enum aof_fsync */
    char *appendfilename, *appenddirname;
    bool sync_rewrite; /* sync a base while it is written, too */
    bool no_appendfsync_on_rewrite;
    int64_t auto_rewrite_percentage;
    int64_t auto_rewrite_min_size; /* bytes */
    bool load_truncated;
    bool keep_history; /* do not delete files that are no longer needed */
};

extern struct aof_config aof_config;

#endif
