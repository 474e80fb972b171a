#include "acl_users.h"

#include <stdlib.h>

#include "xalloc.h"

static int compare(const char *user, struct slice name) {
    size_t len = strlen(user), common = len < name.len ? len : name.len;
    int order = common > 0 ? memcmp(user, name.ptr, common) : 0;
    return order != 0 ? order : (len > name.len) - (len < name.len);
}

/* Finds by bisection the first user whose name is not less than this one. */
static size_t place_of(const struct acl_users *users, struct slice name) {
    size_t low = 0, high = users->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(users->list[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct acl_user *acl_users_find(const struct acl_users *users,
                                struct slice name) {
    size_t place = place_of(users, name);
    return place < users->count && compare(users->list[place]->name, name) == 0
               ? users->list[place]
               : NULL;
}

void acl_users_add(struct acl_users *users, struct acl_user *user) {
    size_t place =
        place_of(users, (struct slice){user->name, strlen(user->name)});
    users->list =
        xrealloc(users->list, (users->count + 1) * sizeof *users->list);
    memmove(users->list + place + 1, users->list + place,
            (users->count - place) * sizeof *users->list);
    users->list[place] = user;
    users->count++;
}

void acl_users_remove(struct acl_users *users, const struct acl_user *user) {
    size_t place =
        place_of(users, (struct slice){user->name, strlen(user->name)});
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
