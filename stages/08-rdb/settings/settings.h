/* Settings: values that CONFIG, the command line and the configuration file
 * know by a name. A row of a table says what a setting is and where its value
 * is kept. Each family of settings has a table, and stage.c lists the tables.
 *
 *     dbfilename dump.rdb        a line of the file
 *     --dbfilename dump.rdb      on the command line
 *     CONFIG SET dbfilename dump.rdb
 *
 * A value consists of words; most settings take one. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

/* The longest name of a file; temp-PID. and the like still fit around it. */
enum { SETTING_NAME_MAX = 200 };

enum setting_kind {
    SETTING_NUMBER, /* int64_t */
    SETTING_MEMORY, /* int64_t; "100", "4kb", "1gb" */
    SETTING_BOOL,   /* bool; yes or no */
    SETTING_CHOICE, /* int64_t; the number of one of some words */
    SETTING_TEXT,   /* char *, owned; NULL for nothing */
    SETTING_WORDS,  /* the same: any number of words, with spaces between */
    SETTING_FILE,   /* the same: the name of a file or folder, no path */
    SETTING_OWN     /* by its own functions */
};

enum setting_flags {
    SETTING_FIXED = 1,     /* not to be changed while the server runs */
    SETTING_PROTECTED = 2, /* only if enable-protected-configs allows it */
    SETTING_LINES = 4,  /* CONFIG does not know it: it is lines of the file, and
                           its value has a line for each */
    SETTING_HIDDEN = 8, /* CONFIG GET shows it by its whole name only */
    SETTING_STEADY = 16 /* not to be changed while data is being loaded */
};

struct setting {
    const char *name;
    enum setting_kind kind;
    unsigned flags;
    void *variable;
    const char *alias;        /* another name for it; or NULL */
    const char *text;         /* the default of a text, or NULL for nothing */
    int64_t min, max;         /* of numbers, both are allowed; min also of the
                                 length of a file's name */
    const char *const *words; /* of a choice, with NULL behind the last */

    /* Called after CONFIG SET has set the value. Returns NULL, or why that is
     * impossible; then the old value is restored. */
    const char *(*changed)(void);
    /* For SETTING_OWN. set returns NULL, or says what is wrong and changes
     * nothing; get appends the value. */
    const char *(*set)(const struct slice *words, size_t count);
    void (*get)(struct buf *out);
    /* For settings whose lines in the file add up: takes a line instead of set;
     * or NULL. */
    const char *(*line)(const struct slice *words, size_t count);

    const char *help; /* a few words; NULL: --help leaves it out */
};

/* In stage.c: the tables of this stage. A row of zeros ends each of them, and
 * NULL ends the list. */
extern const struct setting *const stage_settings[];

/* Fields of a row, by kind: a number, or yes and no, which may be set at any
 * time. */
#define SETTING_INT64(variable, least, most) \
    SETTING_NUMBER, 0, &(variable), .min = (least), .max = (most)
#define SETTING_YES_NO(variable) SETTING_BOOL, 0, &(variable)

/* Collects the settings, and gives those that are texts their defaults. To be
 * called before anything is found or set. */
void settings_start(void);
/* Frees the texts, at the end of the program; then no setting is found. */
void settings_free(void);

/* Returns the setting with that number, from 0; NULL after the last. */
const struct setting *setting_number(size_t number);
size_t setting_count(void);

/* Finds a setting by its name or alias, in upper or lower case. Returns NULL if
 * there is none. */
const struct setting *setting_find(struct slice name);
/* The same, but returns the setting's number; SIZE_MAX if there is none. In
 * setting_find.c. */
size_t setting_find_number(struct slice name);
/* Returns that of its two names by which it was found. */
const char *setting_called(const struct setting *setting, struct slice name);

/* The words of a setting that takes several. In a line of the file they are
 * several arguments, and in CONFIG SET one argument with a blank between them.
 * This reads both in the same way. Two blanks in a row have an empty word
 * between them, and an empty argument is an empty word. */
struct setting_words {
    const struct slice *arguments;
    size_t count;
    size_t argument, at; /* where the next word is looked for */
};

/* Takes the next word. Returns false after the last. */
bool setting_words_next(struct setting_words *words, struct slice *word);

/* Returns the word up to its first NUL, where it ends in Redis, unless it must
 * be a plain number. */
struct slice setting_word(struct slice word);
/* Sets it. Returns NULL, or what is wrong; then nothing has changed. */
const char *setting_set(const struct setting *setting,
                        const struct slice *words, size_t count);

/* Appends its value, as CONFIG GET shows it. */
void setting_get(const struct setting *setting, struct buf *out);

#endif
