#include "config.h"
#include "load_disk.h"

enum load_status load_disk_open(void) {
    return load_disk_open_snapshot(config.dbfilename, false);
}
