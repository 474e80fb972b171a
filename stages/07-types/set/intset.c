#include "intset.h"

#include <assert.h>
#include <string.h>

static uint32_t read_u32(const uint8_t *from) {
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 |
           (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void write_u32(uint8_t *to, size_t value) {
    /* limits.packed_max_bytes keeps the count far below that. */
    assert(value <= UINT32_MAX);
    for (size_t i = 0; i < 4; i++, value >>= 8)
        to[i] = (uint8_t)value;
}

static size_t width_of(const struct intset *set) {
    return read_u32(set->width);
}

size_t intset_count(const struct intset *set) {
    return read_u32(set->count);
}

/* One integer. */

/* The casts to a narrower type extend the sign. Each memcpy() has a length that
 * the compiler knows, so that it is one instruction and no call. */
static inline int64_t read_integer(const uint8_t *from, size_t width) {
    uint64_t value = 0;
    switch (width) {
    case 2: memcpy(&value, from, 2); break;
    case 4: memcpy(&value, from, 4); break;
    default: memcpy(&value, from, 8); break;
    }
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    if (width == 2)
        return (int16_t)value;
    return width == 4 ? (int32_t)value : (int64_t)value;
}

static void write_integer(uint8_t *to, size_t width, int64_t value) {
    uint64_t bits = (uint64_t)value;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    memcpy(to, &bits, width);
}

static size_t width_for(int64_t value) {
    if (value >= INT16_MIN && value <= INT16_MAX)
        return 2;
    return value >= INT32_MIN && value <= INT32_MAX ? 4 : 8;
}

int64_t intset_at(const struct intset *set, size_t index) {
    size_t width = width_of(set);
    return read_integer(set->integers + index * width, width);
}

/* Blocks. The size of a block follows from its content: for a small one the
 * heap's next size, for a larger one a step of at most an eighth. So most
 * additions need no larger block, and the size need not be stored. */

static size_t block_size(size_t width, size_t count) {
    size_t bytes = INTSET_HEADER + width * count, step = 64;
    if (bytes <= HEAP_SMALL)
        return heap_round(bytes);
    while (step * 16 <= bytes)
        step *= 2;
    return (bytes + step - 1) & ~(step - 1);
}

size_t intset_memory(const struct intset *set) {
    return block_size(width_of(set), intset_count(set));
}

size_t intset_bytes(const struct intset *set) {
    return INTSET_HEADER + width_of(set) * intset_count(set);
}

struct intset *intset_new(struct heap *heap) {
    struct intset *set = heap_alloc(heap, block_size(2, 0));
    write_u32(set->width, 2);
    write_u32(set->count, 0);
    return set;
}

struct intset *intset_from(struct heap *heap, const uint8_t *bytes) {
    const struct intset *from = (const struct intset *)bytes;
    struct intset *set = heap_alloc(heap, intset_memory(from));
    memcpy(set, from, intset_bytes(from));
    return set;
}

void intset_free(struct heap *heap, struct intset *set) {
    heap_free(heap, set, intset_memory(set));
}

/* Makes it a block for that many integers. It reads the size of the present one
 * from the header, so the caller writes width and count after this. */
static struct intset *resize(struct heap *heap, struct intset *set,
                             size_t width, size_t count) {
    size_t is = intset_memory(set), due = block_size(width, count);
    return is == due ? set : heap_resize(heap, set, is, due);
}

/* The place of the first integer from low on that is not below the value; high
 * if all up to there are. */
static size_t lower_bound(const struct intset *set, int64_t value, size_t low,
                          size_t high) {
    size_t width = width_of(set);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (read_integer(set->integers + middle * width, width) < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct intset *set, int64_t value, size_t index) {
    return index < intset_count(set) && intset_at(set, index) == value;
}

/* The place of a value, or the place where it would go; *found says which. */
static size_t find(const struct intset *set, int64_t value, bool *found) {
    size_t index = lower_bound(set, value, 0, intset_count(set));
    *found = is_at(set, value, index);
    return index;
}

/* The step doubles until it would pass the value, which is then searched for in
 * the last step alone. (J. Bentley, A. Yao, An almost optimal algorithm for
 * unbounded searching, 1976) */
bool intset_seek(const struct intset *set, int64_t value, size_t *index) {
    size_t count = intset_count(set), low = *index, step = 1;
    while (step <= count - low && intset_at(set, low + step - 1) < value) {
        low += step;
        step *= 2;
    }
    size_t high = step <= count - low ? low + step - 1 : count;
    *index = lower_bound(set, value, low, high);
    return is_at(set, value, *index);
}

bool intset_has(const struct intset *set, int64_t value) {
    bool found = false;
    /* A value that is too wide for the set is not in it. Which place it would
     * have does not matter here. */
    if (width_for(value) <= width_of(set))
        (void)find(set, value, &found);
    return found;
}

/* Adds a value that is too wide for the present width, so it is smaller or
 * greater than all others. The others are rewritten from the last to the first,
 * since each moves up. */
static struct intset *add_wide(struct heap *heap, struct intset *set,
                               int64_t value) {
    size_t old = width_of(set), width = width_for(value);
    /* A value below all others goes in front, and each of them one place up. */
    size_t count = intset_count(set), before = value < 0;
    set = resize(heap, set, width, count + 1);
    for (size_t i = count; i-- > 0;)
        write_integer(set->integers + (i + before) * width, width,
                      read_integer(set->integers + i * old, old));
    write_integer(set->integers + (before ? 0 : count) * width, width, value);
    write_u32(set->width, width);
    write_u32(set->count, count + 1);
    return set;
}

bool intset_add(struct heap *heap, struct intset **set, int64_t value) {
    size_t count = intset_count(*set), width = width_of(*set);
    if (width_for(value) > width) {
        *set = add_wide(heap, *set, value);
        return true;
    }
    bool found;
    size_t index = find(*set, value, &found);
    if (found)
        return false;
    *set = resize(heap, *set, width, count + 1);
    uint8_t *at = (*set)->integers + index * width;
    memmove(at + width, at, (count - index) * width);
    write_integer(at, width, value);
    write_u32((*set)->count, count + 1);
    return true;
}

bool intset_remove(struct heap *heap, struct intset **set, int64_t value) {
    size_t count = intset_count(*set), width = width_of(*set);
    bool found = false;
    size_t index = 0;
    if (width_for(value) <= width)
        index = find(*set, value, &found);
    if (!found)
        return false;
    uint8_t *at = (*set)->integers + index * width;
    /* First the integers, then the block, which may lose its end. */
    memmove(at, at + width, (count - index - 1) * width);
    *set = resize(heap, *set, width, count - 1);
    write_u32((*set)->count, count - 1);
    return true;
}
