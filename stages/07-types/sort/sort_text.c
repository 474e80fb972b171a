#include "sort_text.h"

int sort_text_compare(struct slice a, struct slice b, bool stored) {
    (void)stored;
    return sort_text_bytes(a, b);
}
