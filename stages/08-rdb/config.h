/* The owner's choices, by the command line, by a configuration file, or later
 * by CONFIG SET. settings.h knows each of them by its name. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>

struct config {
    int64_t port;
    char *bind;      /* addresses, or NULL for this machine alone */
    int64_t timeout; /* seconds that a client may be silent; 0: no limit */
    int64_t databases;
    int64_t debug_commands;    /* who may use DEBUG */
    int64_t protected_configs; /* who may set what is protected */

    char *dbfilename;
    bool rdbcompression, rdbchecksum, rdb_save_incremental_fsync;
    bool stop_writes_on_bgsave_error;
};

/* For whom something is switched on. */
enum config_allowed { ALLOWED_NO, ALLOWED_YES, ALLOWED_LOCAL };

extern struct config config;

/* Reads the command line, and the file that it names, into the settings, which
 * have their defaults already (settings_start()). Ends the process with a
 * message if something is wrong. */
void config_parse(int argc, char **argv);

/* Reads a file into the settings, or with "-" the standard input. Ends the
 * process if something is wrong, as above. */
void config_read(const char *path);

/* Returns the full path of the command line's file, or NULL. */
const char *config_file(void);

/* Frees what the settings own, at the end of the program. */
void config_free(void);

#endif
