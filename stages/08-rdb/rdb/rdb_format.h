/* The bytes of an RDB file, as Redis writes and reads them.
 *
 *     "REDIS" "0010"                          magic and version, 9 bytes
 *     AUX key value ...                       what is told of the server
 *     SELECTDB n  RESIZEDB keys expires       for each database with keys
 *       [EXPIRE_MS t] [IDLE s | FREQ f] type key value
 *       ...
 *     EOF  crc64                              8 bytes; 0: none was computed
 *
 * An opcode, a type, is one byte. Numbers of fixed size are little-endian. A
 * length is
 *
 *     00xxxxxx                       up to 63
 *     01xxxxxx xxxxxxxx              up to 16383, high bits first
 *     0x80 + 4 bytes, 0x81 + 8       longer, big-endian
 *     11xxxxxx                       no length: a string in a form of its own
 *
 * and a string is a length with as many bytes, or 0xC0, 0xC1, 0xC2 with an
 * integer of 1, 2 or 4 bytes, which stands for its text, or 0xC3 with two
 * lengths, packed and unpacked, and bytes packed by LZF (lzf.h).
 * (Redis, rdb.h; https://rdb.fnordig.de/file_format.html) */
#ifndef RDB_FORMAT_H
#define RDB_FORMAT_H

enum {
    RDB_VERSION = 10,       /* written: what Redis 7.0 and later read */
    RDB_VERSION_MOST = 12,  /* read */
    RDB_VERSION_CHECKED = 5 /* the first with a CRC behind the end */
};

enum rdb_opcode {
    RDB_SLOT_INFO = 244,
    RDB_FUNCTION2 = 245,
    RDB_FUNCTION = 246, /* of 7.0's release candidates */
    RDB_MODULE_AUX = 247,
    RDB_IDLE = 248,
    RDB_FREQ = 249,
    RDB_AUX = 250,
    RDB_RESIZEDB = 251,
    RDB_EXPIRE_MS = 252,
    RDB_EXPIRE_S = 253,
    RDB_SELECTDB = 254,
    RDB_EOF = 255
};

enum rdb_type {
    RDB_STRING = 0,
    RDB_LIST = 1,
    RDB_SET = 2,
    RDB_ZSET = 3, /* scores as text */
    RDB_HASH = 4,
    RDB_ZSET_2 = 5, /* scores as doubles */
    RDB_MODULE = 6,
    RDB_MODULE_2 = 7,
    RDB_HASH_ZIPMAP = 9,
    RDB_LIST_ZIPLIST = 10,
    RDB_SET_INTSET = 11,
    RDB_ZSET_ZIPLIST = 12,
    RDB_HASH_ZIPLIST = 13,
    RDB_QUICKLIST = 14, /* of ziplists */
    RDB_STREAM = 15,
    RDB_HASH_LISTPACK = 16,
    RDB_ZSET_LISTPACK = 17,
    RDB_QUICKLIST_2 = 18, /* of listpacks and plain elements */
    RDB_STREAM_2 = 19,    /* first ID, deleted ID, entries added */
    RDB_SET_LISTPACK = 20,
    RDB_STREAM_3 = 21,         /* consumers' active time */
    RDB_HASH_METADATA_GA = 22, /* 22 to 25: hashes whose fields expire, 7.4 */
    RDB_HASH_LISTPACK_EX = 25
};

/* The forms of a string, in the six low bits of a byte that begins with 11. */
enum { RDB_STRING_I8, RDB_STRING_I16, RDB_STRING_I32, RDB_STRING_LZF };

/* The kinds of nodes of a QUICKLIST_2. */
enum { RDB_NODE_PLAIN = 1, RDB_NODE_LISTPACK = 2 };

#endif
