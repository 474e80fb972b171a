#include "glob.h"

static char lower(char c, bool ignore_case) {
    return ignore_case && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Returns true if byte lies between the two ends of a range, given in any
 * order. Redis compares bytes of 128 and above as negative numbers, and so do
 * we. */
static bool in_range(char from, char to, char byte, bool ignore_case) {
    if (from > to) {
        char swap = from;
        from = to;
        to = swap;
    }
    signed char low = (signed char)lower(from, ignore_case);
    signed char high = (signed char)lower(to, ignore_case);
    signed char at = (signed char)lower(byte, ignore_case);
    return low <= at && at <= high;
}

/* Matches byte against the class whose [ precedes *at, and moves *at past its
 * ]. In an empty class, [], there is no byte. */
static bool match_class(const char **at, const char *end, char byte,
                        bool ignore_case) {
    const char *p = *at;
    bool negated = p < end && *p == '^';
    bool found = false;
    /* It goes on when a byte was found, to learn where the class ends. */
    for (p += negated; p < end && *p != ']'; p++) {
        if (*p == '\\' && end - p >= 2) {
            /* Redis heeds the case of an escaped byte even when it ignores all
             * others. */
            found |= *++p == byte;
        } else if (end - p >= 3 && p[1] == '-') {
            found |= in_range(p[0], p[2], byte, ignore_case);
            p += 2;
        } else {
            found |= lower(*p, ignore_case) == lower(byte, ignore_case);
        }
    }
    *at = p < end ? p + 1 : end;
    return found != negated;
}

/* Matches byte against the element at *at, which is not a star, and moves *at
 * past it. */
static bool match_one(const char **at, const char *end, char byte,
                      bool ignore_case) {
    char c = *(*at)++;
    if (c == '?')
        return true;
    if (c == '[')
        return match_class(at, end, byte, ignore_case);
    if (c == '\\' && *at < end)
        c = *(*at)++;
    return lower(c, ignore_case) == lower(byte, ignore_case);
}

/* When the rest does not fit, only the last star need take one byte more: an
 * earlier star that took more could leave nothing that the last one cannot
 * reach. That is why no pattern is exponential here. */
bool glob_match(struct slice pattern, struct slice text, bool ignore_case) {
    const char *p = pattern.ptr, *p_end = p + pattern.len;
    const char *t = text.ptr, *t_end = t + text.len;
    const char *star = NULL;  /* behind the last star seen, */
    const char *taken = NULL; /* and behind the bytes it has taken */
    while (t < t_end) {
        if (p < p_end && *p == '*') {
            star = ++p;
            taken = t;
        } else if (p < p_end && match_one(&p, p_end, *t, ignore_case)) {
            t++;
        } else if (star != NULL) {
            p = star;
            t = ++taken;
        } else {
            return false;
        }
    }
    /* Redis matches an empty text with one star, which its commands take for
     * "no pattern", but not with two. */
    if (text.len == 0 && pattern.len > 1)
        return false;
    /* Stars that are left over match nothing, and that is enough. */
    while (p < p_end && *p == '*')
        p++;
    return p == p_end;
}
