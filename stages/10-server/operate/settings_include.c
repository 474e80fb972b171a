/* include file, in the configuration file: the lines of another one stand in
 * place of this one. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "settings.h"
#include "xalloc.h"

/* A pattern stands for all files that match it, in the order of their names; it
 * is no error if none does. */
static void read_all(const char *pattern) {
    glob_t found;
    if (strpbrk(pattern, "*?[") == NULL) {
        config_read(pattern);
    } else if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            config_read(found.gl_pathv[i]);
        globfree(&found);
    }
}

static const char *include_set(const struct slice *words, size_t count) {
    enum { DEEP_MOST = 16 };
    static int deep; /* files that include each other */
    if (count != 1)
        return "Bad directive or wrong number of arguments";
    if (deep == DEEP_MOST)
        return "files include each other without an end";
    char *pattern = xstrndup(words[0].ptr, words[0].len);
    deep++;
    read_all(pattern);
    deep--;
    free(pattern);
    return NULL;
}

/* It has no value: what the other file sets is shown as if it stood here. */
static void include_get(struct buf *out) {
    (void)out;
}

const struct setting include_settings[] = {
    {"include", SETTING_OWN, SETTING_LINES, .set = include_set,
     .get = include_get},
    {0},
};
