#include "bgpd/daemon/resident.h"

#include <stdio.h>
#include <unistd.h>

/* proc(5): the second number of statm is the resident set, in pages. */
size_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}
