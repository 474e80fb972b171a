/* The time by which keys are judged. It can be stopped: while an append-only
 * file is loaded, what has expired since is there until the file says that it
 * was deleted. */
#include "db.h"
#include "db_hold.h"

static bool held;

int64_t db_judge_ms(void) {
    return held ? 0 : db_now_ms();
}

void db_hold(bool hold) {
    held = hold;
}
