/* The time that the keys live in. It can be stopped for them: while an
 * append-only file is loaded, what has expired since is there until the file
 * says that it was deleted. */
#include "clock.h"
#include "db.h"
#include "db_hold.h"
#include "loop.h"

static bool held;

int64_t db_now_ms(void) {
    static int64_t turn_us = -1, now_ms;
    if (turn_us != loop_now_us()) {
        turn_us = loop_now_us();
        now_ms = clock_wall_us() / 1000;
    }
    return now_ms;
}

int64_t db_judge_ms(void) {
    return held ? 0 : db_now_ms();
}

void db_hold(bool hold) {
    held = hold;
}
