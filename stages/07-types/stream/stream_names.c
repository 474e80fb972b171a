#include "stream_names.h"

#include "random.h"

void *stream_names_find(const struct stream_names *names, struct slice name) {
    struct stream_name *at = names->root;
    int order;
    while (at != NULL && (order = slice_compare(name, at->text)) != 0)
        at = order < 0 ? at->before : at->after;
    return at;
}

/* Cuts a tree in two, between the names before that one and those after it. */
static void cut(struct stream_name *tree, struct slice name,
                struct stream_name **before, struct stream_name **after) {
    while (tree != NULL)
        if (slice_compare(tree->text, name) < 0) {
            *before = tree;
            before = &tree->after;
            tree = tree->after;
        } else {
            *after = tree;
            after = &tree->before;
            tree = tree->before;
        }
    *before = *after = NULL;
}

void stream_names_add(struct stream_names *names, void *item) {
    struct stream_name *added = item, **link = &names->root;
    added->weight = random_bits();
    while (*link != NULL && (*link)->weight >= added->weight)
        link = slice_compare(added->text, (*link)->text) < 0 ? &(*link)->before
                                                             : &(*link)->after;
    /* What is below this place is lighter, and hangs from the new one now. */
    cut(*link, added->text, &added->before, &added->after);
    *link = added;
    names->used++;
}

void stream_names_remove(struct stream_names *names, const void *item) {
    const struct stream_name *removed = item;
    struct stream_name **link = &names->root;
    while (*link != removed)
        link = slice_compare(removed->text, (*link)->text) < 0
                   ? &(*link)->before
                   : &(*link)->after;
    /* The trees on both sides become one: the heavier root is the upper. */
    struct stream_name *before = removed->before, *after = removed->after;
    while (before != NULL && after != NULL)
        if (before->weight >= after->weight) {
            *link = before;
            link = &before->after;
            before = before->after;
        } else {
            *link = after;
            link = &after->before;
            after = after->before;
        }
    *link = before != NULL ? before : after;
    names->used--;
}

void *stream_names_next(const struct stream_names *names, const void *item) {
    const struct stream_name *from = item;
    struct stream_name *at = names->root, *next = NULL;
    while (at != NULL)
        if (from == NULL || slice_compare(at->text, from->text) > 0) {
            next = at;
            at = at->before;
        } else {
            at = at->after;
        }
    return next;
}

void *stream_names_last(const struct stream_names *names) {
    struct stream_name *at = names->root;
    while (at->after != NULL)
        at = at->after;
    return at;
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
