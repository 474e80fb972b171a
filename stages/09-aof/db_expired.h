/* Keys whose time has come: see db_expired() in db.h. */
#ifndef DB_EXPIRED_H
#define DB_EXPIRED_H

#include <stdint.h>

/* How many there were since the start. Each was counted as a change. */
uint64_t db_expired_count(void);

#endif
