#include "rdb_block_read.h"

#include <stdlib.h>

#include "xalloc.h"
#include "ziplist.h"
#include "zipmap.h"

/* The functions that walk over an old layout. */
struct old_form {
    const char *name;
    bool (*start)(struct block_walk *walk, const uint8_t *bytes, size_t len);
    bool (*next)(struct block_walk *walk, struct listpack_element *element);
};

static const struct old_form old_forms[] = {
    [RDB_BLOCK_ZIPLIST] = {"ziplist", ziplist_start, ziplist_next},
    [RDB_BLOCK_ZIPMAP] = {"zipmap", zipmap_start, zipmap_next},
};

/* Checks all of a block, and finds how many bytes it has as a listpack. */
static bool measure(const struct old_form *form, struct block_walk *walk,
                    struct slice text, size_t *bytes) {
    struct listpack_element element;
    *bytes = LISTPACK_EMPTY;
    if (!form->start(walk, (const uint8_t *)text.ptr, text.len))
        return false;
    while (form->next(walk, &element))
        *bytes += element.size;
    return walk->wrong == NULL;
}

static void convert(const struct old_form *form, struct slice text, uint8_t *lp,
                    size_t bytes) {
    struct block_walk walk;
    struct listpack_element element;
    uint8_t *at = listpack_first(lp);
    (void)form->start(&walk, (const uint8_t *)text.ptr, text.len);
    while (form->next(&walk, &element))
        at = listpack_write(at, &element);
    *at = LISTPACK_END;
    listpack_set_header(lp, bytes, walk.count);
}

static bool make(struct rdb_reader *reader, const struct old_form *form,
                 struct rdb_block *block) {
    struct block_walk walk;
    size_t bytes;
    if (!measure(form, &walk, block->string.text, &bytes))
        return rdb_wrong(reader, block->at, "byte %zu of a %s: %s", walk.at,
                         form->name, walk.wrong);
    if (bytes > block->room) {
        free(block->made);
        block->made = xmalloc(bytes);
        block->room = bytes;
    }
    convert(form, block->string.text, block->made, bytes);
    block->lp = block->made;
    return true;
}

bool rdb_read_block(struct rdb_reader *reader, enum rdb_block_form form,
                    struct rdb_block *block) {
    block->at = reader->at;
    if (!rdb_read_string(reader, &block->string))
        return false;
    if (form != RDB_BLOCK_LISTPACK)
        return make(reader, &old_forms[form], block);
    struct slice text = block->string.text;
    block->lp = (const uint8_t *)text.ptr;
    if (listpack_valid(block->lp, text.len))
        return true;
    return rdb_wrong(reader, block->at, "these %zu bytes are no listpack",
                     text.len);
}

void rdb_block_free(struct rdb_block *block) {
    rdb_string_free(&block->string);
    free(block->made);
    *block = (struct rdb_block){0};
}
