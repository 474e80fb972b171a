/* The settings of a replica, named as the settings are without "replica-".
 * User and password are those that it gives to its primary: masteruser,
 * masterauth. */
#ifndef REPLICA_CONFIG_H
#define REPLICA_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* repl-diskless-load: how data from the primary are loaded. */
enum diskless_load {
    LOAD_BY_FILE,  /* through a file, which stays as the snapshot */
    LOAD_IF_EMPTY, /* from memory, if there is nothing to lose */
    LOAD_ASIDE     /* from memory, beside the old data */
};

struct replica_config {
    bool serve_stale_data, read_only, announced;
    bool ignore_maxmemory, ignore_disk_write_errors;
    int64_t priority;
    char *announce_ip;
    int64_t announce_port; /* 0: the one that it listens on */
    char *user;
    struct buf password;
    char *source_address; /* bind-source-addr: that a link comes from */
    int64_t diskless_load;
    bool del_sync_files; /* rdb-del-sync-files */
};

extern struct replica_config replica_config;

#endif
