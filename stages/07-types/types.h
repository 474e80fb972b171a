/* The types of values that this stage knows. */
#ifndef TYPES_H
#define TYPES_H

enum type {
    TYPE_STRING,
    TYPE_LIST,
    TYPE_SET,
    TYPE_ZSET,
    TYPE_HASH,
    TYPE_STREAM
};

#endif
