/* The types of a stage's values, for a test that is linked without the stage:
 * its stage.c would bring the whole server. */
#ifndef STAGE_TYPES_H
#define STAGE_TYPES_H

#include "blob.h"
#include "entry.h"
#if __has_include("list.h")
#include "list.h"
#endif
#if __has_include("zset.h")
#include "hash.h"
#include "set.h"
#include "stream.h"
#include "zset.h"
#endif

#define STAGE_TYPE(name, type) \
    { name, type##_encoding, type##_free, type##_copy }

const struct type_row stage_types[] = {
    [TYPE_STRING] = STAGE_TYPE("string", blob),
#if __has_include("list.h")
    [TYPE_LIST] = STAGE_TYPE("list", list),
#endif
#if __has_include("zset.h")
    [TYPE_SET] = STAGE_TYPE("set", set),
    [TYPE_STREAM] = STAGE_TYPE("stream", stream),
    [TYPE_HASH] = STAGE_TYPE("hash", hash),
    [TYPE_ZSET] = STAGE_TYPE("zset", zset),
#endif
};

#endif
