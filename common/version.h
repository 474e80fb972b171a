/* Who we are. Clients look at the version of the Redis that a server is
 * compatible with and switch features by it, so that is what they are told
 * first; our own name and version stand in fields of their own. */
#ifndef VERSION_H
#define VERSION_H

#define REDIS_VERSION "7.2.5"
#define SERVER_NAME "redis-in-ten-stages"
#define SERVER_VERSION "0.4.0"

#endif
