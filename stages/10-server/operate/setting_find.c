/* A setting is found by halving, since there are many, and CONFIG GET is asked
 * for a few names again and again. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "xalloc.h"

/* Each name and alias with the number of its setting, in the order of the
 * names. */
static struct name {
    const char *text;
    size_t number;
} * names;
static size_t name_count;
static size_t sorted; /* settings of which these are the names */

static void add_name(const char *text, size_t number) {
    if (text != NULL)
        names[name_count++] = (struct name){text, number};
}

static int compare_names(const void *one, const void *other) {
    const struct name *a = one, *b = other;
    return strcmp(a->text, b->text);
}

static void sort_names(void) {
    sorted = setting_count();
    name_count = 0;
    names = xrealloc(names, 2 * sorted * sizeof *names);
    for (size_t i = 0; i < sorted; i++) {
        add_name(setting_number(i)->name, i);
        add_name(setting_number(i)->alias, i);
    }
    if (name_count > 0)
        qsort(names, name_count, sizeof *names, compare_names);
}

/* Compares a text, which may have a NUL anywhere, with a name. */
static int compare_name(const void *text, const void *name) {
    const struct slice *slice = text;
    const char *at = ((const struct name *)name)->text;
    for (size_t i = 0; i < slice->len; i++, at++) {
        int difference = tolower((unsigned char)slice->ptr[i]) - *at;
        if (difference != 0 || *at == '\0')
            return difference != 0 ? difference : 1;
    }
    return *at == '\0' ? 0 : -1;
}

size_t setting_find_number(struct slice name) {
    /* They come once, before any is looked for, and go at the end. */
    if (sorted != setting_count())
        sort_names();
    if (name_count == 0)
        return SIZE_MAX;
    const struct name *found =
        bsearch(&name, names, name_count, sizeof *names, compare_name);
    return found != NULL ? found->number : SIZE_MAX;
}
