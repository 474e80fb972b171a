/* Look-ups that are told ahead. Two steps, some time apart, with as many others
 * in between as there are: so the waits for memory overlap. */
#ifndef DICT_PREFETCH_H
#define DICT_PREFETCH_H

#include "dict.h"

/* Begins to bring what a look-up will read into the cache: first the bucket,
 * then, some time later, the item. */
void dict_prefetch_bucket(const struct dict *dict, uint64_t hash);
void dict_prefetch_item(const struct dict *dict, uint64_t hash);

#endif
