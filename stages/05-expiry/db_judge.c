/* The time by which keys are judged. */
#include "db.h"

int64_t db_judge_ms(void) {
    return db_now_ms();
}
