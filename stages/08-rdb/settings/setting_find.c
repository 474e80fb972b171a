#include "settings.h"

size_t setting_find_number(struct slice name) {
    const struct setting *setting;
    for (size_t i = 0; (setting = setting_number(i)) != NULL; i++)
        if (slice_is(name, setting->name) ||
            (setting->alias != NULL && slice_is(name, setting->alias)))
            return i;
    return SIZE_MAX;
}
