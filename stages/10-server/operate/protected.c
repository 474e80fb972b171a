#include "protected.h"

#include "auth.h"
#include "config.h"
#include "local.h"

bool protected_from(int fd) {
    return config.protected_mode && auth_password == NULL && !local_peer(fd);
}
