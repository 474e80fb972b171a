#include "value_blocks.h"

#include "debug_look.h"
#include "entry_object.h"
#include "list.h"

size_t value_blocks(const struct entry *entry) {
    if (entry_type(entry) == TYPE_LIST)
        return list_blocks(entry_object(entry));
    return debug_listpack(entry) != NULL;
}

const uint8_t *value_block(const struct entry *entry, size_t number) {
    if (entry_type(entry) == TYPE_LIST)
        return list_block(entry_object(entry), number);
    return debug_listpack(entry);
}
