#include "event_classes.h"

#include <assert.h>
#include <string.h>

/* The letters in the order in which they are shown: those that "A" stands for,
 * the one that "A" hides, and the others. */
static const char letters[] = "g$lshzxetdnKEm";
enum { ALL_LETTERS = 10, HIDDEN_LETTERS = 11 };
static const unsigned all = (1u << ALL_LETTERS) - 1; /* "A" */

/* Returns 0 for any other letter. */
static unsigned bit_of(char letter) {
    const char *at = memchr(letters, letter, sizeof letters - 1);
    return at != NULL ? 1u << (at - letters) : 0;
}

unsigned event_class(char letter) {
    unsigned bit = bit_of(letter);
    assert(bit != 0);
    return bit;
}

bool event_classes_parse(struct slice text, unsigned *classes) {
    unsigned found = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned bits = text.ptr[i] == 'A' ? all : bit_of(text.ptr[i]);
        if (bits == 0)
            return false;
        found |= bits;
    }
    *classes = found;
    return true;
}

void event_classes_text(unsigned classes, char text[EVENT_CLASSES_TEXT]) {
    size_t i = 0;
    if ((classes & all) == all) {
        *text++ = 'A';
        i = HIDDEN_LETTERS; /* go on behind the letters that A covers or hides
                             */
    }
    for (; letters[i] != '\0'; i++)
        if (classes & 1u << i)
            *text++ = letters[i];
    *text = '\0';
}
