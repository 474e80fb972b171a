/* Freeing a database where several of them lie in one heap. */
#ifndef DB_FREE_H
#define DB_FREE_H

#include <stdbool.h>

/* In stage.c: returns true while databases lie in the heap that are not of the
 * keyspace. Then it is not dropped as a whole, though the last database of the
 * keyspace goes. */
bool stage_keeps_heap(void);

#endif
