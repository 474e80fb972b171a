/* Look-ups in two steps. The same steps of other look-ups are done in between,
 * so that the waits for memory overlap. */
#ifndef DICT_PREFETCH_H
#define DICT_PREFETCH_H

#include "dict.h"

/* Prefetch what a look-up will read: first the bucket and, when that has had
 * time to arrive, the item. */
void dict_prefetch_bucket(const struct dict *dict, uint64_t hash);
void dict_prefetch_item(const struct dict *dict, uint64_t hash);

#endif
