#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resp.h"
#include "settings.h"
#include "version.h"
#include "xalloc.h"

struct config config = {
    .port = 6379,
    .databases = 16,
    .rdbcompression = true,
    .rdb_save_incremental_fsync = true,
    .rdbchecksum = true,
    .stop_writes_on_bgsave_error = true,
};

static const char *program = "server";
static char *main_file; /* NULL: none, or the standard input */

/* Ends the process with one line that says what is wrong, and where. Line ends
 * in the text, which may come from the file, become blanks. */
static _Noreturn void __attribute__((format(printf, 1, 2)))
refuse(const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *at = text; (at = strpbrk(at, "\r\n")) != NULL;)
        *at = ' ';
    fprintf(stderr, "%s: %s (see %s --help)\n", program, text, program);
    exit(1);
}

/* This is called before any setting has been set, so the values are the
 * defaults. */
static _Noreturn void print_help(void) {
    printf("usage: %s [file.conf] [--option value]...\n", program);
    const struct setting *s;
    for (size_t i = 0; (s = setting_number(i)) != NULL; i++) {
        if (s->help == NULL)
            continue;
        struct buf value = {0};
        setting_get(s, &value);
        int used = printf("  --%s", s->name);
        printf("%*s%s", used < 32 ? 32 - used : 1, "", s->help);
        if (buf_len(&value) > 0)
            printf(" (default %.*s)", (int)buf_len(&value), buf_bytes(&value));
        printf("\n");
        buf_free(&value);
    }
    printf("  --help                        print this and stop\n");
    printf("  --version                     print the version and stop\n");
    exit(fflush(stdout) == 0 ? 0 : 1);
}

/* Programs that start a server of their own ask for its version first, and take
 * the number behind "v=", or the first number that they find. */
static _Noreturn void print_version(void) {
    printf("Redis server v=%s bits=%zu (%s %s)\n", REDIS_VERSION,
           8 * sizeof(void *), SERVER_NAME, SERVER_VERSION);
    exit(fflush(stdout) == 0 ? 0 : 1);
}

/* The command line: a setting with its words, as in a line of the file. An
 * argument may also hold several words.
 *
 *     --port 6380   "--port 6380"   --save   --logfile --odd--name
 *
 * An argument that begins with -- is the next setting, unless the one before
 * still needs a word. Only --save may have none, which means no save points. */

static bool is_option(const char *argument) {
    return argument[0] == '-' && argument[1] == '-';
}

/* Splits a line into words, which are then in the text, with the quotes of
 * typed requests. Returns false if quotes are not closed. */
static bool split(struct slice bytes, struct buf *text, struct request *line) {
    char error[RESP_ERROR_SIZE];
    buf_consume(text, buf_len(text));
    request_reset(line);
    buf_append(text, " ", 1); /* so that a * in front begins no array */
    buf_append(text, bytes.ptr, bytes.len);
    buf_append(text, "\n", 1); /* the last line of a file may lack its end */
    return resp_parse(line, buf_bytes(text), buf_len(text), error) == RESP_DONE;
}

/* Sets a setting from a line of the file or an option of the command line,
 * which are treated alike. Several words may also stand in one, in quotes, with
 * any blanks around them. Returns NULL, or a text that says what is wrong. */
static const char *take(const struct setting *setting,
                        const struct slice *words, size_t count) {
    struct buf text = {0};
    struct request line = {0};
    bool is_list = setting->line != NULL || setting->kind == SETTING_WORDS;
    if (is_list && count == 1 && words[0].len > 0 &&
        split(words[0], &text, &line) && line.argc > 0) {
        words = line.argv;
        count = line.argc;
    }
    const char *wrong = setting->line != NULL
                            ? setting->line(words, count)
                            : setting_set(setting, words, count);
    request_free(&line);
    buf_free(&text);
    return wrong;
}

/* Reads an argument as a line of the file, whose bytes are then in the text.
 * Returns the setting that it names, or NULL. */
static const struct setting *read_name(const char *argument, struct buf *text,
                                       struct request *line) {
    const char *name = is_option(argument) ? argument + 2 : argument;
    bool is_line = split(slice_of(name), text, line) &&
                   line->size == buf_len(text) && line->argc > 0;
    return is_line ? setting_find(line->argv[0]) : NULL;
}

/* Adds the words of an option that are arguments of their own. Returns the
 * number of arguments that it has used. */
static int gather(struct request *line, int left, char **argv) {
    bool may_lack = slice_is(line->argv[0], "save");
    int used = 1;
    for (; used < left; used++) {
        if (is_option(argv[used]) && (line->argc > 1 || may_lack))
            break;
        request_add(line, argv[used], strlen(argv[used]));
    }
    if (line->argc == 1 && may_lack)
        request_add(line, "", 0);
    return used;
}

static _Noreturn void refuse_option(const struct request *line,
                                    const char *wrong) {
    struct buf shown = {0};
    for (size_t i = 0; i < line->argc; i++) {
        buf_append(&shown, i > 0 ? " \"" : "--", 2);
        buf_append(&shown, line->argv[i].ptr, line->argv[i].len);
        buf_append(&shown, "\"", i > 0);
    }
    refuse("%.*s: %s", (int)buf_len(&shown), buf_bytes(&shown), wrong);
}

/* Reads one option and its words. Returns the number of arguments that it
 * used. */
static int parse_option(int left, char **argv) {
    struct buf text = {0};
    struct request line = {0};
    const struct setting *setting = read_name(argv[0], &text, &line);
    if (setting == NULL)
        refuse("no such option: %s", argv[0]);
    int used = gather(&line, left, argv);
    if (line.argc == 1)
        refuse("%s needs a value", argv[0]);
    const char *wrong = take(setting, line.argv + 1, line.argc - 1);
    if (wrong != NULL)
        refuse_option(&line, wrong);
    request_free(&line);
    buf_free(&text);
    return used;
}

/* The configuration file has one setting per line. Empty lines and lines that
 * begin with # are skipped. */

static void parse_line(const char *path, int number,
                       const struct request *line) {
    const struct setting *setting = setting_find(line->argv[0]);
    if (setting == NULL)
        refuse("%s:%d: no such setting: %.*s", path, number,
               SLICE_SHOWN(line->argv[0]));
    const char *wrong = take(setting, line->argv + 1, line->argc - 1);
    if (wrong != NULL)
        refuse("%s:%d: %s: %s", path, number, setting->name, wrong);
}

static void parse_lines(const char *path, FILE *file) {
    struct request words = {0};
    struct buf text = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    for (int number = 1; (len = getline(&line, &room, file)) > 0; number++) {
        char first = line[strspn(line, " \t\r\n")];
        if (first == '#' || first == '\0')
            continue;
        if (!split((struct slice){line, (size_t)len}, &text, &words))
            refuse("%s:%d: quotes that are not closed", path, number);
        if (words.argc > 0) /* split() knows more blanks than the above */
            parse_line(path, number, &words);
    }
    request_free(&words);
    buf_free(&text);
    free(line);
}

void config_read(const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (file == NULL)
        refuse("%s: %s", path, strerror(errno));
    parse_lines(path, file);
    if (ferror(file))
        refuse("%s: %s", path, strerror(errno));
    if (file != stdin)
        fclose(file);
}

const char *config_file(void) {
    return main_file;
}

void config_free(void) {
    free(main_file);
    settings_free();
}

void config_parse(int argc, char **argv) {
    if (argc > 0)
        program = argv[0];
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            print_help();
    if (argc == 2 &&
        (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0))
        print_version();
    /* The file comes first, so that options win over it. */
    int at = 1;
    if (argc > 1 && !is_option(argv[1])) {
        /* The path is made absolute, since the working folder may change
         * later. */
        main_file = realpath(argv[at], NULL);
        config_read(argv[at++]);
    }
    /* A - at the end reads the standard input after the file and before the
     * options, as in Redis, so that options win over both. */
    if (argc > 2 && strcmp(argv[argc - 1], "-") == 0)
        config_read(argv[--argc]);
    while (at < argc)
        at += parse_option(argc - at, argv + at);
}
