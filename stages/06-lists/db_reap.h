/* Freeing the entries of a database beside the clients' work. */
#ifndef DB_REAP_H
#define DB_REAP_H

#include "db.h"

/* Hands the table of a database, with all its entries, to the reaper. The
 * database must not be used any more, but for being freed. */
void db_reap(struct db *db);

#endif
