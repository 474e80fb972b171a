#include "config.h"

#include "options.h"

struct config config = {.port = 6379};

void config_parse(int argc, char **argv) {
    const struct option_row rows[] = {
        {"port", "N", "the TCP port (6379)",
         OPTION_NUMBER(&config.port, 1, 65535)},
        {"bind", "ADDR", "addresses to listen at, * for all (this machine)",
         OPTION_TEXT(&config.bind)},
        {"timeout", "S", "close clients that are silent for S seconds (0: no)",
         OPTION_NUMBER(&config.timeout, 0, INT32_MAX)},
    };
    options_parse(argc, argv, rows, sizeof rows / sizeof rows[0]);
}
