#include "turn.h"

#include "aof.h"
#include "conn.h"
#include "loop.h"

/* What was changed is written, and on disk if that is asked for, before anybody
 * hears that it was changed. */
void turn_run(void) {
    do
        aof_turn();
    while (conn_flush_all());
    loop_turn();
}
