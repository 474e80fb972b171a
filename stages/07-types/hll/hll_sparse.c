#include "hll_sparse.h"

/* The place of a register. */
struct found {
    char *at, *before; /* its run, and the one before it or NULL */
    struct hll_run run;
    size_t first; /* the run's first register */
};

/* Finds the run that holds a register. Returns false if the runs are cut short
 * or end before it. */
static bool find(const struct hll *hll, size_t index, struct found *found) {
    char *end = hll->bytes + hll->len;
    *found = (struct found){.at = hll->bytes + HLL_HEADER};
    while (found->at < end) {
        if (!hll_sparse_run(found->at, end, &found->run))
            return false;
        if (index < found->first + found->run.count)
            return true;
        found->before = found->at;
        found->at += found->run.size;
        found->first += found->run.count;
    }
    return false;
}

/* Writes a run of registers, unless it is empty, and returns its end. A run
 * with a value has at most 4 registers, since it comes from one that had. */
static char *put(char *out, unsigned value, size_t count) {
    if (count == 0)
        return out;
    size_t number = count - 1;
    if (value > 0) {
        *out++ = (char)(0x80 | (value - 1) << 2 | number);
    } else if (number < 64) {
        *out++ = (char)number;
    } else {
        *out++ = (char)(0x40 | number >> 8);
        *out++ = (char)(number & 0xff);
    }
    return out;
}

/* Replaces a run by other bytes. */
static void replace(struct hll *hll, const struct found *found,
                    const char *bytes, size_t size) {
    char *rest = found->at + found->run.size;
    memmove(found->at + size, rest, (size_t)(hll->bytes + hll->len - rest));
    memcpy(found->at, bytes, size);
    hll->len = hll->len - found->run.size + size;
}

/* Joins adjacent runs of the same value, as long as one run can hold them. It
 * takes five steps from the run before the changed one, as Redis does, since
 * the bytes must be the same. */
static void join(struct hll *hll, char *at) {
    for (int step = 0; step < 5 && at < hll->bytes + hll->len; step++) {
        const char *end = hll->bytes + hll->len;
        struct hll_run run, next;
        if (!hll_sparse_run(at, end, &run))
            return;
        const char *behind = at + run.size;
        /* Runs of zeros are not joined, as in Redis. */
        if (run.value > 0 && behind < end &&
            hll_sparse_run(behind, end, &next) && next.value == run.value &&
            run.count + next.count <= 4) {
            (void)put(at, run.value, run.count + next.count); /* one byte */
            memmove(at + 1, behind + 1, (size_t)(end - behind) - 1);
            hll->len--;
        } else {
            at += run.size;
        }
    }
}

enum hll_result hll_sparse_raise(struct hll *hll, size_t index, unsigned value,
                                 bool *dense) {
    struct found found;
    /* The run may become three: two bytes, one and two. */
    char bytes[5];
    *dense = value > HLL_SPARSE_VALUE_MAX;
    if (*dense)
        return HLL_SAME;
    if (!find(hll, index, &found))
        return HLL_CORRUPT;
    /* A register keeps the greatest value it has seen. */
    if (found.run.value >= value)
        return HLL_SAME;
    /* The run is split into the registers before this one, this one, and those
     * behind it. */
    size_t before = index - found.first;
    char *end = put(bytes, found.run.value, before);
    end = put(end, value, 1);
    end = put(end, found.run.value, found.run.count - before - 1);
    size_t size = (size_t)(end - bytes);
    /* Nothing is changed yet. A string that is too long already, since the
     * limit was lowered, may still change if it gets no longer. */
    *dense = size > found.run.size &&
             hll->len + size - found.run.size > hll_sparse_most();
    if (*dense)
        return HLL_SAME;
    replace(hll, &found, bytes, size);
    join(hll, found.before != NULL ? found.before : hll->bytes + HLL_HEADER);
    return HLL_CHANGED;
}
