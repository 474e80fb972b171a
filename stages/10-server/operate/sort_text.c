#include "sort_text.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "settings.h"
#include "sort_locale.h"

static char *locale; /* NULL: the one that the environment names */

/* A replica may have another locale, so what is stored must not depend on
 * it. As in Redis, a text that is not stored ends at its first NUL: strcoll()
 * knows no other end. */
int sort_text_compare(struct slice a, struct slice b, bool stored) {
    return stored ? slice_compare(a, b) : strcoll(a.ptr, b.ptr);
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
