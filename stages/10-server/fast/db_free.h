/* Freeing a database when several of them share one heap. */
#ifndef DB_FREE_H
#define DB_FREE_H

#include <stdbool.h>

/* In stage.c: returns true while the heap also holds databases that are not in
 * the keyspace. Then it must not be dropped when the last database of the
 * keyspace goes. */
bool stage_keeps_heap(void);

#endif
