#include "value_blocks.h"

#include "entry_object.h"
#include "list.h"

size_t value_blocks(const struct entry *entry) {
    return entry_type(entry) == TYPE_LIST ? list_blocks(entry_object(entry))
                                          : 0;
}

const uint8_t *value_block(const struct entry *entry, size_t number) {
    return list_block(entry_object(entry), number);
}
