/* bgpd/daemon/row.h - Fills JSON objects, a line for each name.  Keys are literals and not copied. */
#ifndef BGPD_DAEMON_ROW_H
#define BGPD_DAEMON_ROW_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/address.h"
#include "bgpd/base/clock.h"

void row_add(struct json_object *row, const char *key, struct json_object *value);      /* takes it */
void row_text(struct json_object *row, const char *key, const char *text);      /* NULL: null */
/* Text that somebody else wrote: made safe to show. */
void row_foreign_text(struct json_object *row, const char *key, const char *text);
void row_number(struct json_object *row, const char *key, uint64_t value);
void row_truth(struct json_object *row, const char *key, bool value);
void row_address(struct json_object *row, const char *key, const struct address *address);
void row_prefix(struct json_object *row, const char *key, const struct prefix *prefix);
void row_time(struct json_object *row, const char *key, msec_t wall);
void row_seconds(struct json_object *row, const char *key, msec_t duration);
void row_texts(struct json_object *row, const char *key, const char *const *texts, size_t count);

#endif
