#include "sort_text.h"

int sort_text_compare(struct slice a, struct slice b, bool stored) {
    (void)stored;
    return slice_compare(a, b);
}
