#include "bgpd/config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHERS (S_IRWXG | S_IRWXO)

static bool is_safe(int fd, char why[SECRET_WHY])
{
	struct stat status;

	if (fstat(fd, &status) < 0) {
		snprintf(why, SECRET_WHY, "%s", strerror(errno));
		return false;
	}
	if (!S_ISREG(status.st_mode)) {
		snprintf(why, SECRET_WHY, "is not a regular file");
		return false;
	}
	if (status.st_mode & OTHERS) {
		snprintf(why, SECRET_WHY, "is open to others (mode %04o): chmod 600 it",
			 (unsigned int)(status.st_mode & 07777));
		return false;
	}
	return true;
}

static bool read_line(int fd, char secret[SECRET_SIZE], char why[SECRET_WHY])
{
	char bytes[SECRET_SIZE + 1];            /* room for a CR, LF behind the longest */
	ssize_t length = read(fd, bytes, sizeof(bytes));

	if (length < 0) {
		snprintf(why, SECRET_WHY, "%s", strerror(errno));
		return false;
	}
	size_t line = 0;

	while (line < (size_t)length && bytes[line] && !strchr("\r\n", bytes[line]))
		line++;
	if (line == 0 || line >= SECRET_SIZE) {
		snprintf(why, SECRET_WHY, "must begin with a line of 1 to %d bytes, the password",
			 SECRET_SIZE - 1);
		return false;
	}
	memcpy(secret, bytes, line);
	secret[line] = '\0';
	return true;
}

bool secret_read(const char *path, char secret[SECRET_SIZE], char why[SECRET_WHY])
{
	/* O_NONBLOCK: a FIFO must not hold up a reload. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		snprintf(why, SECRET_WHY, "cannot be read: %s", strerror(errno));
		return false;
	}
	bool done = is_safe(fd, why) && read_line(fd, secret, why);

	close(fd);
	return done;
}
