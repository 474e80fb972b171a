#include "rdb_block_read.h"

#include "block_walk.h"
#include "listpack_valid.h"

/* A block of an old format. */
struct old_form {
    const char *name;
    size_t header;
    bool (*next)(struct block_walk *walk, struct listpack_element *element);
};

static const struct old_form old_forms[] = {
    [RDB_BLOCK_ZIPLIST] = {"ziplist", ZIPLIST_HEADER, ziplist_next},
    [RDB_BLOCK_ZIPMAP] = {"zipmap", ZIPMAP_HEADER, zipmap_next},
};

/* Writes the elements of a block as a listpack. Returns false at the first
 * error. */
static bool convert(const struct old_form *form, struct slice text,
                    struct block_walk *walk, struct buf *lp) {
    struct listpack_element element;
    buf_consume(lp, buf_len(lp));
    (void)buf_reserve(lp, LISTPACK_HEADER);
    buf_commit(lp, LISTPACK_HEADER);
    if (!block_walk_start(walk, (const uint8_t *)text.ptr, text.len,
                          form->header))
        return false;
    while (form->next(walk, &element)) {
        listpack_write((uint8_t *)buf_reserve(lp, element.size), &element);
        buf_commit(lp, element.size);
    }
    buf_append(lp, &(uint8_t){LISTPACK_END}, 1);
    listpack_set_header((uint8_t *)buf_bytes(lp), buf_len(lp), walk->count);
    return walk->wrong == NULL;
}

bool rdb_read_block(struct rdb_reader *reader, enum rdb_block_form form,
                    struct rdb_block *block) {
    struct block_walk walk;
    block->at = reader->at;
    if (!rdb_read_string(reader, &block->string))
        return false;
    struct slice text = block->string.text;
    block->lp = (const uint8_t *)text.ptr;
    if (form == RDB_BLOCK_LISTPACK)
        return listpack_valid(block->lp, text.len) ||
               rdb_wrong(reader, block->at, "these %zu bytes are no listpack",
                         text.len);
    if (!convert(&old_forms[form], text, &walk, &block->made))
        return rdb_wrong(reader, block->at, "byte %zu of a %s: %s", walk.at,
                         old_forms[form].name, walk.wrong);
    block->lp = (const uint8_t *)buf_bytes(&block->made);
    return true;
}

void rdb_block_free(struct rdb_block *block) {
    rdb_string_free(&block->string);
    buf_free(&block->made);
    *block = (struct rdb_block){0};
}
