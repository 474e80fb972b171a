/* Look-ups that are announced. Each has two steps, and the same steps of other
 * look-ups go between them, so that the waits for memory overlap. */
#ifndef DICT_PREFETCH_H
#define DICT_PREFETCH_H

#include "dict.h"

/* Begin to bring what a look-up will read into the cache: first the bucket and,
 * when that has had time to come, the item. */
void dict_prefetch_bucket(const struct dict *dict, uint64_t hash);
void dict_prefetch_item(const struct dict *dict, uint64_t hash);

#endif
