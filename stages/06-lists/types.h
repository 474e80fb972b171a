/* The types of values that this stage knows. */
#ifndef TYPES_H
#define TYPES_H

enum type { TYPE_STRING, TYPE_LIST };

#endif
