/* Stopping the time for all keys. */
#ifndef DB_HOLD_H
#define DB_HOLD_H

#include <stdbool.h>

/* While it is held, no key is gone because its time has come. */
void db_hold(bool hold);

#endif
