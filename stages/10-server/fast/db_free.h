/* What holds while databases lie in the heap that are not of the keyspace. */
#ifndef DB_FREE_H
#define DB_FREE_H

#include <stdbool.h>

/* As long as it is kept, the heap is not dropped as a whole, though the last
 * database of the keyspace goes. */
void db_free_keep_heap(bool keep);

#endif
