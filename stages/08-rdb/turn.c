#include "turn.h"

#include "conn.h"
#include "loop.h"

void turn_run(void) {
    while (conn_flush_all())
        continue;
    loop_turn();
}
