/* The command line: a table of long options.
 *
 *     int64_t port = 6379;
 *     const char *bind = NULL;
 *     const struct option_row rows[] = {
 *         {"port", "N", "the TCP port", OPTION_NUMBER(&port, 1, 65535)},
 *         {"bind", "ADDR", "the address", OPTION_TEXT(&bind)},
 *     };
 *     options_parse(argc, argv, rows, sizeof rows / sizeof rows[0]);
 *
 * The initial value of a variable is the option's default. If an option is
 * given twice, the last one counts. A text points into argv. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

/* Exactly one of text and number is set: that is the option's kind. */
struct option_row {
    const char *name;     /* without the dashes: "port" */
    const char *argument; /* what --help calls the value: "N" */
    const char *help;     /* what it does, in a few words */
    const char **text;
    int64_t *number;
    int64_t min, max; /* both are allowed values of a number */
};

/* The last fields of a row, by kind. A text must not be empty. */
#define OPTION_TEXT(variable) (variable), NULL, 0, 0
#define OPTION_NUMBER(variable, min, max) NULL, (variable), (min), (max)

/* Reads the whole command line into the variables of the rows. Returns only if
 * all of it was good: --help prints the table on stdout and exits with 0. An
 * unknown option, or one with a bad or missing value, prints one line on stderr
 * and exits with 1. */
void options_parse(int argc, char **argv, const struct option_row *rows,
                   size_t count);

#endif
