#include "protected.h"

#include "config.h"
#include "local.h"

bool protected_from(int fd) {
    return config.protected_mode && !local_peer(fd);
}
