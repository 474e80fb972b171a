#include "sort_text.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "settings.h"
#include "sort_locale.h"
#include "xalloc.h"

static char *locale; /* NULL: the one that the environment names */

enum { ROOM = 256 };

/* Returns the text with a NUL behind it: in room, if that is enough. */
static char *terminated(struct slice text, char room[static ROOM]) {
    char *copy = text.len < ROOM ? room : xmalloc(text.len + 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

/* As in Redis, a text ends at its first NUL here: strcoll() knows no other
 * end. */
static int compare_by_locale(struct slice a, struct slice b) {
    char room[ROOM], other[ROOM];
    char *one = terminated(a, room), *two = terminated(b, other);
    int order = strcoll(one, two);
    if (one != room)
        free(one);
    if (two != other)
        free(two);
    return order;
}

/* A replica may have another locale, so what is stored must not depend on
 * it. */
int sort_text_compare(struct slice a, struct slice b, bool stored) {
    return stored ? slice_compare(a, b) : compare_by_locale(a, b);
}

static const char *locale_changed(void) {
    return setlocale(LC_COLLATE, locale != NULL ? locale : "") != NULL
               ? NULL
               : "Invalid locale name";
}

void sort_locale_start(void) {
    if (locale_changed() == NULL)
        return;
    log_error("there is no locale %s", locale != NULL ? locale : "");
    log_exit();
}

const struct setting sort_settings[] = {
    {"locale-collate", SETTING_TEXT, 0, &locale, .changed = locale_changed,
     .help = "the locale by which SORT ALPHA orders texts"},
    {0},
};
