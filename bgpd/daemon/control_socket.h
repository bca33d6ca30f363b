/* bgpd/daemon/control_socket.h - A unix socket in the file system, and who is at its other end. */
#ifndef BGPD_DAEMON_CONTROL_SOCKET_H
#define BGPD_DAEMON_CONTROL_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

#define CONTROL_FAILURE 160
#define CONTROL_NO_GROUP ((gid_t)-1)

/* A listening socket at path, of mode 0660 and that group, or -1 and why not.  A socket that is
 * left over is replaced; one that somebody answers is not. */
int control_socket_open(const char *path, gid_t group, char why[CONTROL_FAILURE]);
/* The group of that name; false: there is none. */
bool control_socket_group(const char *name, gid_t *group);
/* Whether the process at the other end is root, of our own user, or a member of the group. */
bool control_socket_trusts(int fd, gid_t group);

#endif
