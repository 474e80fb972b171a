/* Compressed blocks of long lists: the setting list-compress-depth. */
#ifndef LIST_COMPRESS_H
#define LIST_COMPRESS_H

#include <stdint.h>

/* The number of blocks at each end of a long list that are never compressed; 0
 * if none is. It counts for all lists, but a block is only compressed, or no
 * longer, when its list changes near it. (In Redis it counts for lists that
 * come later, and for the whole of each.) In deque.c. */
extern int64_t list_compress_depth;

#endif
