#include "tests/support/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"

#define LONGEST 32768

static bool is_title(const char *line, const char *title)
{
	return strncmp(line, "# ", 2) == 0 && strncmp(line + 2, title, strlen(title)) == 0 &&
	       line[2 + strlen(title)] == '\n';
}

struct span recorded(const char *path, const char *title)
{
	static char dump[LONGEST];
	char line[256];
	size_t length = 0;
	bool is_found = false;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#')
			is_found = is_title(line, title);
		if (line[0] == '#' || !is_found)
			continue;
		line[strcspn(line, "\n")] = ' ';
		assert_true(length + strlen(line) < sizeof(dump));
		memcpy(dump + length, line, strlen(line));
		length += strlen(line);
	}
	fclose(file);
	dump[length] = '\0';
	assert_true(length > 0);
	return hex(dump);
}
