#include "acl_users.h"

#include <stdlib.h>

#include "xalloc.h"

/* Finds by bisection the first user whose name is not less than this one. */
static size_t place_of(const struct acl_users *users, struct slice name) {
    size_t low = 0, high = users->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(slice_of(users->list[middle]->name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct acl_user *acl_users_find(const struct acl_users *users,
                                struct slice name) {
    size_t place = place_of(users, name);
    return place < users->count &&
                   slice_equal(slice_of(users->list[place]->name), name)
               ? users->list[place]
               : NULL;
}

void acl_users_add(struct acl_users *users, struct acl_user *user) {
    size_t place = place_of(users, slice_of(user->name));
    users->list =
        xrealloc(users->list, (users->count + 1) * sizeof *users->list);
    memmove(users->list + place + 1, users->list + place,
            (users->count - place) * sizeof *users->list);
    users->list[place] = user;
    users->count++;
}

void acl_users_remove(struct acl_users *users, const struct acl_user *user) {
    size_t place = place_of(users, slice_of(user->name));
    users->count--;
    memmove(users->list + place, users->list + place + 1,
            (users->count - place) * sizeof *users->list);
}

void acl_users_free(struct acl_users *users) {
    for (size_t i = 0; i < users->count; i++)
        acl_user_free(users->list[i]);
    free(users->list);
    *users = (struct acl_users){0};
}
