/* What the owner has chosen on the command line. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdint.h>

struct config {
    int64_t port;
    const char *bind; /* addresses, or NULL for this machine alone */
    int64_t timeout;  /* seconds that a client may be silent; 0: no limit */
};

extern struct config config;

/* Reads the command line into config, or ends the process with a message. */
void config_parse(int argc, char **argv);

#endif
