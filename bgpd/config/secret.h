/* bgpd/config/secret.h - A password out of a file that only its owner may read. */
#ifndef BGPD_CONFIG_SECRET_H
#define BGPD_CONFIG_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_SIZE 81          /* TCP_MD5SIG_MAXKEYLEN and a NUL */
#define SECRET_WHY  128

/* The first line of the file.  False: why says what is wrong and what would be right. */
bool secret_read(const char *path, char secret[SECRET_SIZE], char why[SECRET_WHY]);

#endif
