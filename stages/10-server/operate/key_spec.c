#include "key_spec.h"

#include <stdint.h>

#include "number.h"

const char *const key_flag_names[] = {"RO",      "RW",         "OW",
                                      "RM",      "access",     "update",
                                      "insert",  "delete",     "variable_flags",
                                      "not_key", "incomplete", NULL};

/* Sets the range of keys. Returns false if the request is too short. */
static bool set_range(struct key_range *range, int64_t first, int64_t last,
                      int64_t step, size_t argc) {
    if (last < first || last >= (int64_t)argc)
        return false;
    *range = (struct key_range){.first = (size_t)first,
                                .last = (size_t)last,
                                .step = (size_t)step,
                                .count = (size_t)((last - first) / step + 1)};
    return true;
}

static bool find_counted(const struct key_spec *spec, const struct slice *argv,
                         size_t argc, struct key_range *range) {
    int64_t first = spec->first, count;
    if (first >= (int64_t)argc ||
        !parse_i64(argv[first].ptr, argv[first].len, &count) || count < 1 ||
        count >= (int64_t)argc)
        return false;
    /* The count is less than the number of arguments, so this does not
     * overflow. */
    return set_range(range, first + 1, first + count * spec->step, spec->step,
                     argc);
}

/* Compares with a word of a specification, which is in upper case. */
static bool is_word(struct slice text, const char *word) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        /* The word ends where the text has more bytes; a NUL in the text is no
         * match. */
        if (c != word[i] || c == '\0')
            return false;
    }
    return word[text.len] == '\0';
}

/* Returns the index of the argument after the keyword; 0 if the keyword is not
 * there, or nothing follows it. */
static int64_t behind_keyword(const struct key_spec *spec,
                              const struct slice *argv, size_t argc) {
    int64_t found = 0;
    /* A negative place occurs only with find_range(), which does not come
     * here. */
    for (size_t i = (size_t)spec->first; i + 1 < argc; i++)
        if (is_word(argv[i], spec->keyword) &&
            (found == 0 || spec->last_keyword))
            found = (int64_t)i + 1;
    return found;
}

static bool find_unknown(const struct key_spec *spec, const struct slice *argv,
                         size_t argc, struct key_range *range) {
    size_t place = spec->find != NULL ? spec->find(argv, argc) : 0;
    /* If there is no such key, the request is valid and has one key less. */
    return place == 0 ||
           set_range(range, (int64_t)place, (int64_t)place, 1, argc);
}

unsigned key_spec_flags(const struct key_spec *spec, const struct slice *argv,
                        size_t argc) {
    return spec->flags_for != NULL ? spec->flags_for(argv, argc) : spec->flags;
}

bool key_spec_find(const struct key_spec *spec, const struct slice *argv,
                   size_t argc, struct key_range *range) {
    *range = (struct key_range){0};
    if (spec->flags & KEY_NOT_KEY)
        return true;
    if (spec->find_range != NULL)
        return spec->find_range(argv, argc, range);
    if (spec->unknown)
        return find_unknown(spec, argv, argc, range);
    if (spec->counted)
        return find_counted(spec, argv, argc, range);
    int64_t first = spec->first;
    if (spec->keyword != NULL) {
        first = behind_keyword(spec, argv, argc);
        /* Without the keyword the request has no such keys, which is no
         * mistake. */
        if (first == 0)
            return true;
    }
    int64_t last =
        spec->range < 0 ? (int64_t)argc + spec->range : first + spec->range;
    /* XREAD has as many ids as keys behind them: only the first half is
     * keys. */
    if (spec->limit > 1)
        last = first + (last - first + 1) / spec->limit - 1;
    return set_range(range, first, last, spec->step, argc);
}
