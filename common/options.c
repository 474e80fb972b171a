#include "options.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

/* Ends the program with one line that says what is wrong and where help is. */
static _Noreturn void __attribute__((format(printf, 2, 3)))
refuse(const char *program, const char *format, ...) {
    va_list args;
    fprintf(stderr, "%s: ", program);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, " (see %s --help)\n", program);
    exit(1);
}

static _Noreturn void print_help(const char *program,
                                 const struct option_row *rows, size_t count) {
    printf("usage: %s [--option value]...\n", program);
    for (size_t i = 0; i < count; i++) {
        int used = printf("  --%s %s", rows[i].name, rows[i].argument);
        printf("%*s%s", used < 24 ? 24 - used : 1, "", rows[i].help);
        if (rows[i].number != NULL)
            printf(" (default %" PRId64 ")", *rows[i].number);
        else if (*rows[i].text != NULL) /* NULL: it has no default */
            printf(" (default %s)", *rows[i].text);
        printf("\n");
    }
    printf("  --help%*sprint this and stop\n", 24 - (int)strlen("  --help"),
           "");
    /* Help that nobody could print, on a full disk say, has failed. */
    exit(fflush(stdout) == 0 ? 0 : 1);
}

static const struct option_row *
find_row(const char *argument, const struct option_row *rows, size_t count) {
    if (strncmp(argument, "--", 2) != 0)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(argument + 2, rows[i].name) == 0)
            return &rows[i];
    }
    return NULL;
}

static void set_value(const char *program, const struct option_row *row,
                      const char *value) {
    if (row->text != NULL) {
        if (*value == '\0')
            refuse(program, "--%s needs a value that is not empty", row->name);
        *row->text = value;
        return;
    }
    int64_t number;
    bool good = parse_i64(value, strlen(value), &number) &&
                number >= row->min && number <= row->max;
    if (!good)
        refuse(program,
               "--%s must be a number from %" PRId64 " to %" PRId64
               ", not \"%s\"",
               row->name, row->min, row->max, value);
    *row->number = number;
}

void options_parse(int argc, char **argv, const struct option_row *rows,
                   size_t count) {
    const char *program = argc > 0 ? argv[0] : "server";
    /* Every option but this one takes a value, so they come in twos. */
    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--help") == 0)
            print_help(program, rows, count);
        const struct option_row *row = find_row(argv[i], rows, count);
        if (row == NULL)
            refuse(program, "no such option: %s", argv[i]);
        if (i + 1 == argc)
            refuse(program, "--%s needs a value", row->name);
        set_value(program, row, argv[i + 1]);
    }
}
