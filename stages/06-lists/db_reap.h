/* Freeing the entries of a database beside the clients' work. */
#ifndef DB_REAP_H
#define DB_REAP_H

#include "db.h"

/* Hands the table of a database, with all its entries, to the reaper. After
 * this the database may only be freed. */
void db_reap(struct db *db);

#endif
