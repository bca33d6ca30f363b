/* print_keys - Prints what is made from the rows of keys.c; `make reference` calls it.
 *
 *	print_keys schema               the JSON Schema
 *	print_keys manual < PAGE        the page with its list of keys made anew */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/config/reference.h"

#define PAGE_MAX (256 * 1024)

static char *manual(void)
{
	static char page[PAGE_MAX];
	size_t length = fread(page, 1, sizeof(page) - 1, stdin);

	page[length] = '\0';
	return reference_manual(page);
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	char *text = strcmp(what, "schema") == 0 ? reference_schema() :
		     strcmp(what, "manual") == 0 ? manual() : NULL;

	if (!text) {
		fputs("usage: print_keys schema | print_keys manual < PAGE\n", stderr);
		return 2;
	}
	fputs(text, stdout);
	free(text);
	return 0;
}
