/* The types of this stage. */
#include "blob.h"
#include "hash.h"
#include "list.h"
#include "set.h"
#include "stream.h"
#include "type.h"
#include "zset.h"

const struct type_row types[] = {
    [TYPE_STRING] = {"string", blob_encoding, blob_free, blob_copy, blob_move},
    [TYPE_LIST] = {"list", list_encoding, list_free, list_copy, list_move},
    [TYPE_SET] = {"set", set_encoding, set_free, set_copy, set_move},
    [TYPE_STREAM] = {"stream", stream_encoding, stream_free, stream_copy,
                     stream_move},
    [TYPE_HASH] = {"hash", hash_encoding, hash_free, hash_copy, hash_move},
    [TYPE_ZSET] = {"zset", zset_encoding, zset_free, zset_copy, zset_move},
};
