#include "propagate.h"

#include <assert.h>

#include "loading.h"
#include "words.h"

static size_t depth;      /* units that have begun */
static struct buf unit;   /* MULTI, and the effects of the outermost unit */
static size_t effects;    /* effects in it */
static int selected = -1; /* the listeners' database; -1: unknown */

static const char multi[] = "*1\r\n$5\r\nMULTI\r\n";

bool propagate_wanted(void) {
    return stage_keeps_copies() && !loading();
}

void propagate_select_again(void) {
    selected = -1;
}

int propagate_database(void) {
    return selected >= 0 ? selected : 0;
}

void propagate_begin(void) {
    depth++;
}

/* Each unit is collected with MULTI in front, which is skipped if the unit
 * turned out to be a single effect. */
void propagate_end(void) {
    assert(depth > 0);
    if (--depth > 0 || effects == 0)
        return;
    size_t skipped = effects == 1 ? sizeof multi - 1 : 0;
    if (effects > 1)
        words_write(&unit, WORDS(word("EXEC")));
    stage_propagated(
        (struct slice){buf_bytes(&unit) + skipped, buf_len(&unit) - skipped});
    buf_free(&unit);
    effects = 0;
}

static void select_database(int database) {
    /* Not counted as an effect: SELECT and one effect need no MULTI, since
     * SELECT alone, at a torn tail, changes nothing. */
    char digits[NUMBER_I64_MAX_TEXT];
    words_write(&unit, WORDS(word("SELECT"), word_number(database, digits)));
    selected = database;
}

void propagate(int database, const struct slice *argv, size_t argc) {
    propagate_begin();
    if (effects++ == 0)
        buf_append(&unit, multi, sizeof multi - 1);
    if (database != selected)
        select_database(database);
    words_write(&unit, argv, argc);
    propagate_end();
}
