/* Settings of access control. */
#ifndef ACL_SETTINGS_H
#define ACL_SETTINGS_H

#include <stdint.h>

/* acl-pubsub-default: the channels that a new selector allows. */
enum acl_channels_default { ACL_ALL_CHANNELS, ACL_NO_CHANNELS };
extern int64_t acl_channels_default;

/* aclfile: NULL for none. */
extern char *acl_file;

/* requirepass is another way to give "default" its password. */
void acl_apply_requirepass(void);

#endif
