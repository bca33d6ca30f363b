/* bgpd/daemon/fill.h - Fills JSON objects, a line for each name.  Keys are literals. */
#ifndef BGPD_DAEMON_FILL_H
#define BGPD_DAEMON_FILL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/address.h"
#include "bgpd/base/clock.h"

void fill_with(struct json_object *row, const char *key, struct json_object *value); /* takes it */
void fill_text(struct json_object *row, const char *key, const char *text);     /* NULL: null */
/* Text that somebody else wrote: made safe to show. */
void fill_foreign_text(struct json_object *row, const char *key, const char *text);
void fill_number(struct json_object *row, const char *key, uint64_t value);
void fill_truth(struct json_object *row, const char *key, bool value);
void fill_address(struct json_object *row, const char *key, const struct address *address);
void fill_prefix(struct json_object *row, const char *key, const struct prefix *prefix);
void fill_time(struct json_object *row, const char *key, msec_t wall);
void fill_seconds(struct json_object *row, const char *key, msec_t duration);
void fill_texts(struct json_object *row, const char *key, const char *const *texts, size_t count);

#endif
