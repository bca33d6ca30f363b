#include "bgpd/daemon/control_socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG    16
#define GROUPS_MAX 1024                 /* of a process; one with more is not looked at */

static int fail(char why[CONTROL_FAILURE], const char *what)
{
	snprintf(why, CONTROL_FAILURE, "%s: %s", what, strerror(errno));
	return -1;
}

/* The folder in /run is gone after a boot, and no one but systemd would make it. */
static void make_folder(const char *path)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	mkdir(folder, 0755);
}

/* 0: the path is free now. */
static int clear_path(const struct sockaddr_un *address, char why[CONTROL_FAILURE])
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;
	struct stat status;

	if (fd < 0)
		return fail(why, "cannot make a socket");
	error = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? errno : 0;
	close(fd);
	if (error == 0) {
		snprintf(why, CONTROL_FAILURE, "another bgpd answers there");
		return -1;
	}
	if (error == ECONNREFUSED && stat(address->sun_path, &status) == 0 &&
	    S_ISSOCK(status.st_mode))
		unlink(address->sun_path);
	return 0;
}

static int bind_closed(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0177);
	int result = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	umask(mask);
	return result;
}

static int open_to_group(const char *path, gid_t group)
{
	if (group != CONTROL_NO_GROUP && chown(path, (uid_t)-1, group))
		return -1;
	return chmod(path, 0660);
}

int control_socket_open(const char *path, gid_t group, char why[CONTROL_FAILURE])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(why, CONTROL_FAILURE, "the path is longer than %zu bytes",
			 sizeof(address.sun_path) - 1);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	make_folder(path);
	if (clear_path(&address, why))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(why, "cannot make a socket");
	if (bind_closed(fd, &address))
		fail(why, "cannot bind");
	else if (open_to_group(path, group))
		fail(why, "cannot give it to its group");
	else if (listen(fd, BACKLOG))
		fail(why, "cannot listen");
	else
		return fd;
	close(fd);
	return -1;
}

bool control_socket_group(const char *name, gid_t *group)
{
	const struct group *found = getgrnam(name);

	if (found)
		*group = found->gr_gid;
	return found != NULL;
}

static bool is_member(int fd, gid_t primary, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (primary == group)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size))
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool control_socket_trusts(int fd, gid_t group)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return false;
	if (peer.uid == 0 || peer.uid == geteuid())
		return true;
	return group != CONTROL_NO_GROUP && is_member(fd, peer.gid, group);
}
