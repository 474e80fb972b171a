/* Our names and versions. Clients switch features by the version of Redis that
 * a server claims, so the first field names the version that we are compatible
 * with; our own name and version have fields of their own. */
#ifndef VERSION_H
#define VERSION_H

#define REDIS_VERSION "7.2.5"
#define SERVER_NAME "redis-in-ten-stages"
#define SERVER_VERSION "0.4.0"

#endif
