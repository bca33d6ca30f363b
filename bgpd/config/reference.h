/* bgpd/config/reference.h - What editors and people read of the rows in keys.c.
 *
 * Both texts are the caller's to free.  They are committed as contrib/bgpd.schema.json and inside
 * bgpd/bgpd.json.5; a unit test compares, `make reference` writes them anew. */
#ifndef BGPD_CONFIG_REFERENCE_H
#define BGPD_CONFIG_REFERENCE_H

/* A line of its own in the manual before and behind what is printed from the rows. */
#define REFERENCE_BEGIN ".\\\" Printed by print_keys from here on\n"
#define REFERENCE_END   ".\\\" to here\n"

char *reference_schema(void);                   /* JSON Schema, draft 7 */
char *reference_manual(const char *page);       /* with its list replaced; NULL: it has none */

#endif
