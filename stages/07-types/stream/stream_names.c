#include "stream_names.h"

#include <stdbool.h>

static size_t array_size(size_t room) {
    return room * sizeof(void *);
}

/* The place of a name, or the place where it would go. */
static size_t find(const struct stream_names *names, struct slice name,
                   bool *found) {
    /* All items below low come before the name, and all from high on after. */
    size_t low = 0, high = names->used;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct slice *at = names->items[middle];
        int order = slice_compare(*at, name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *stream_names_find(const struct stream_names *names, struct slice name) {
    bool found;
    size_t at = find(names, name, &found);
    return found ? names->items[at] : NULL;
}

static void set_room(struct heap *heap, struct stream_names *names,
                     size_t room) {
    if (names->items == NULL)
        names->items = heap_alloc(heap, array_size(room));
    else
        names->items = heap_resize(heap, names->items, array_size(names->room),
                                   array_size(room));
    names->room = (uint32_t)room;
}

void stream_names_add(struct heap *heap, struct stream_names *names,
                      void *item) {
    /* Growing by half keeps the cost of moving pointers in proportion. */
    if (names->used == names->room)
        set_room(heap, names, names->room + (size_t)names->room / 2 + 1);
    bool found;
    size_t at = find(names, *(const struct slice *)item, &found);
    memmove(names->items + at + 1, names->items + at,
            array_size(names->used - at));
    names->items[at] = item;
    names->used++;
}

void stream_names_remove(struct heap *heap, struct stream_names *names,
                         const void *item) {
    bool found;
    size_t at = find(names, *(const struct slice *)item, &found);
    names->used--;
    memmove(names->items + at, names->items + at + 1,
            array_size(names->used - at));
    /* Room is given back only with the last one: names seldom go. */
    if (names->used == 0) {
        heap_free(heap, names->items, array_size(names->room));
        *names = (struct stream_names){0};
    }
}

struct slice stream_name_new(struct heap *heap, struct slice name) {
    struct slice copy = {heap_alloc(heap, name.len), name.len};
    if (name.len > 0)
        memcpy(copy.ptr, name.ptr, name.len);
    return copy;
}

void stream_name_free(struct heap *heap, struct slice name) {
    heap_free(heap, name.ptr, name.len);
}

size_t stream_names_memory(const struct stream_names *names) {
    return names->room > 0 ? heap_round(array_size(names->room)) : 0;
}
