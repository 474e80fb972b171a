#include "heap.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "background_free.h"
#include "forbid.h"
#include "log.h"
#include "slab.h"
#include "spare.h"
#include "xalloc.h"

/* The head of each slab; the blocks follow it. */
struct slab {
    struct slab *next_open, **link_open; /* slabs of this size with room */
    struct slab *next, **link;           /* all slabs of the heap */
    void *freed;                         /* blocks that came back */
    uint32_t used, fresh;                /* blocks in use; never used: index */
    uint32_t block_size, blocks;
};

/* The head of each block that came from malloc. */
struct large {
    struct large *next, **link;
};

enum {
    SLAB_HEADER = 64,
    REGION_SIZE = 4 << 20, /* slabs are taken from the system by so much */
    WARM_SLABS = 64,       /* free slabs that keep their memory */
    FREE_BESIDE = 1 << 20  /* blocks so large are freed beside the loop */
};

/* The free slabs of the process, for all heaps and threads. Their addresses are
 * kept for ever. The last few that were freed are on top and keep their memory;
 * the memory of the first "cold" ones has gone back to the system. */
static struct {
    pthread_mutex_t lock;
    struct slab **free;
    size_t count, cold, room;
    char *region, *region_end; /* never used yet */
    size_t regions;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Reserves addresses for more slabs. The ends that are cut off to align the
 * rest are given back. */
static void pool_extend(void) {
    size_t size = REGION_SIZE + SLAB_SIZE;
    char *raw = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) {
        log_error("out of memory: no room for %d bytes more", REGION_SIZE);
        abort();
    }
    size_t before = (SLAB_SIZE - (uintptr_t)raw % SLAB_SIZE) % SLAB_SIZE;
    if (before > 0)
        munmap(raw, before);
    munmap(raw + before + REGION_SIZE, SLAB_SIZE - before);
    pool.region = raw + before;
    pool.region_end = pool.region + REGION_SIZE;
    pool.regions++;
}

static struct slab *pool_take(void) {
    pthread_mutex_lock(&pool.lock);
    struct slab *slab;
    if (pool.count > 0) {
        slab = pool.free[--pool.count];
        if (pool.cold > pool.count) /* it was a cold one */
            pool.cold = pool.count;
    } else {
        /* A fresh slab costs no memory before it is written to. */
        if (pool.region == pool.region_end)
            pool_extend();
        slab = (struct slab *)pool.region;
        pool.region += SLAB_SIZE;
    }
    pthread_mutex_unlock(&pool.lock);
    return slab;
}

/* Makes room for one more slab in the list. The caller holds the lock. */
static void pool_reserve(void) {
    if (pool.count < pool.room)
        return;
    pool.room = pool.room != 0 ? pool.room * 2 : 256;
    pool.free = xrealloc(pool.free, pool.room * sizeof *pool.free);
}

/* If too many slabs keep their memory, takes out the one that was freed first,
 * so that nobody gets it while its memory is given back. The caller holds the
 * lock. */
static struct slab *take_to_cool(void) {
    if (pool.count - pool.cold <= WARM_SLABS)
        return NULL;
    struct slab *slab = pool.free[pool.cold];
    pool.free[pool.cold] = pool.free[--pool.count]; /* order matters little */
    return slab;
}

static void put_cold(struct slab *slab) {
    /* The first warm one makes place, at the end of the list. */
    pool.free[pool.count++] = pool.free[pool.cold];
    pool.free[pool.cold++] = slab;
}

/* madvise() may take long, so it is called without the lock, for which another
 * thread may be waiting. */
static void pool_give(struct slab *slab) {
    ALLOW(slab, SLAB_SIZE);
    pthread_mutex_lock(&pool.lock);
    pool_reserve();
    pool.free[pool.count++] = slab;
    struct slab *cooling = take_to_cool();
    pthread_mutex_unlock(&pool.lock);
    if (cooling == NULL)
        return;
    /* If the call fails, the slab merely keeps its memory. */
    (void)madvise(cooling, SLAB_SIZE, MADV_DONTNEED);
    pthread_mutex_lock(&pool.lock);
    pool_reserve();
    put_cold(cooling);
    pthread_mutex_unlock(&pool.lock);
}

size_t slab_memory(void) {
    pthread_mutex_lock(&pool.lock);
    size_t fresh = (size_t)(pool.region_end - pool.region);
    size_t bytes = pool.regions * REGION_SIZE - fresh - pool.count * SLAB_SIZE;
    pthread_mutex_unlock(&pool.lock);
    return bytes;
}

/* The list of slabs with room, of one size. A slab that has just got room comes
 * first, so that it is filled again and the others have a chance to empty. */
static void open_list_add(struct heap *heap, struct slab *slab) {
    struct slab **head = &heap->open[slab->block_size / 8];
    slab->next_open = *head;
    slab->link_open = head;
    if (*head != NULL)
        (*head)->link_open = &slab->next_open;
    *head = slab;
}

static void open_list_remove(struct slab *slab) {
    *slab->link_open = slab->next_open;
    if (slab->next_open != NULL)
        slab->next_open->link_open = slab->link_open;
}

static struct slab *slab_new(struct heap *heap, size_t block_size) {
    struct slab *slab = pool_take();
    *slab = (struct slab){
        .next = heap->slabs,
        .link = &heap->slabs,
        .block_size = (uint32_t)block_size,
        .blocks = (uint32_t)((SLAB_SIZE - SLAB_HEADER) / block_size),
    };
    if (heap->slabs != NULL)
        heap->slabs->link = &slab->next;
    heap->slabs = slab;
    open_list_add(heap, slab);
    FORBID((char *)slab + SLAB_HEADER, SLAB_SIZE - SLAB_HEADER);
    return slab;
}

static void slab_release(struct slab *slab) {
    open_list_remove(slab);
    *slab->link = slab->next;
    if (slab->next != NULL)
        slab->next->link = slab->link;
    pool_give(slab);
}

/* malloc's blocks are multiples of 16 bytes, of which it needs 8 itself, and
 * struct large takes 16. */
size_t heap_round(size_t size) {
    if (size > HEAP_SMALL)
        return ((size + 7) & ~(size_t)15) + 8;
    if (size > HEAP_FINE)
        return (size + 15) & ~(size_t)15;
    return size > 8 ? (size + 7) & ~(size_t)7 : 8;
}

static void *large_alloc(struct heap *heap, size_t size) {
    size_t bytes = sizeof(struct large) + size;
    struct large *large = spare_take(bytes, bytes + bytes / 8);
    if (large == NULL)
        large = xmalloc(bytes);
    large->next = heap->larges;
    large->link = &heap->larges;
    if (heap->larges != NULL)
        heap->larges->link = &large->next;
    heap->larges = large;
    heap->large_bytes += size;
    return large + 1;
}

static void large_unlink(struct large *large) {
    *large->link = large->next;
    if (large->next != NULL)
        large->next->link = large->link;
}

static void large_free(struct large *large, size_t size) {
    if (size >= SPARE_LEAST && spare_keep(large))
        return;
    if (size < FREE_BESIDE)
        free(large);
    else
        background_free(free, large, size, size);
}

static void large_relink(struct large *large) {
    *large->link = large;
    if (large->next != NULL)
        large->next->link = &large->next;
}

/* Gives a large block more room. A spare block has its pages already, but all
 * bytes must be copied; realloc() moves the pages of a block, and the kernel
 * clears the new ones. So a spare one pays where at least half as much is new
 * as is there: a string that grows doubles, up to a mebibyte. */
static struct large *large_grow(struct large *large, size_t size,
                                size_t wanted) {
    size_t bytes = sizeof *large + wanted;
    struct large *spare = NULL;
    if (wanted >= size + size / 2)
        spare = spare_take(bytes, bytes + bytes / 8);
    if (spare == NULL)
        return xrealloc(large, bytes);
    memcpy(spare, large, sizeof *large + size);
    large_free(large, size);
    return spare;
}

void *heap_alloc(struct heap *heap, size_t size) {
    size_t rounded = heap_round(size);
    heap->bytes += rounded;
    if (rounded > HEAP_SMALL)
        return large_alloc(heap, rounded);
    struct slab *slab = heap->open[rounded / 8];
    if (slab == NULL)
        slab = slab_new(heap, rounded);
    /* The block that was freed last is the likeliest to be in the cache. */
    void *block = slab->freed;
    if (block == NULL)
        block = (char *)slab + SLAB_HEADER + rounded * slab->fresh++;
    ALLOW(block, rounded);
    /* A block that came back holds the address of the one freed before it. */
    if (slab->freed != NULL)
        memcpy(&slab->freed, block, sizeof slab->freed);
    if (++slab->used == slab->blocks)
        open_list_remove(slab);
    return block;
}

void heap_free(struct heap *heap, void *block, size_t size) {
    size_t rounded = heap_round(size);
    heap->bytes -= rounded;
    if (rounded > HEAP_SMALL) {
        struct large *large = (struct large *)block - 1;
        large_unlink(large);
        heap->large_bytes -= rounded;
        large_free(large, rounded);
        return;
    }
    /* Slabs are aligned to their size, so the address tells the slab. */
    struct slab *slab =
        (struct slab *)((uintptr_t)block & ~(uintptr_t)(SLAB_SIZE - 1));
    assert(slab->block_size == rounded);
    ALLOW(block, sizeof slab->freed);
    memcpy(block, &slab->freed, sizeof slab->freed);
    slab->freed = block;
    FORBID(block, rounded);
    if (slab->used-- == slab->blocks) /* it was full */
        open_list_add(heap, slab);
    /* Blocks of any size may have it next. Going to and fro costs no system
     * call, as the pool keeps the last few warm. */
    if (slab->used == 0)
        slab_release(slab);
}

void *heap_resize(struct heap *heap, void *block, size_t size, size_t wanted) {
    if (heap_round(size) == heap_round(wanted))
        return block;
    if (size > HEAP_SMALL && wanted > HEAP_SMALL) {
        struct large *large = (struct large *)block - 1;
        large = large_grow(large, heap_round(size), heap_round(wanted));
        /* Its neighbours in the list must learn the new address. */
        large_relink(large);
        heap->bytes += heap_round(wanted) - heap_round(size);
        heap->large_bytes += heap_round(wanted) - heap_round(size);
        return large + 1;
    }
    void *moved = heap_alloc(heap, wanted);
    memcpy(moved, block, size < wanted ? size : wanted);
    heap_free(heap, block, size);
    return moved;
}

/* O(slabs + large blocks), however many small blocks there are. */
void heap_drop(struct heap *heap) {
    while (heap->larges != NULL) {
        struct large *large = heap->larges;
        heap->larges = large->next;
        free(large);
    }
    while (heap->slabs != NULL) {
        struct slab *slab = heap->slabs;
        heap->slabs = slab->next;
        pool_give(slab);
    }
    *heap = (struct heap){0};
}
