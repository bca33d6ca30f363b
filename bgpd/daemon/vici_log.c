#include "bgpd/daemon/vici_log.h"

#include <string.h>

#include "bgpd/daemon/vici_message.h"

/* Also where IKEv1 says it in other words. */
static const char *const beginnings[] = { "retransmit ", "sending retransmit " };

static bool is_silence(const char *text, bool *is_first)
{
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		size_t length = strlen(beginnings[i]);

		if (strncmp(text, beginnings[i], length) == 0) {
			*is_first = strncmp(text + length, "1 ", 2) == 0;
			return true;
		}
	}
	return false;
}

bool vici_log_parse(struct span message, struct vici_silence *silence)
{
	struct vici_walk walk = vici_message_walk(message);
	struct vici_element element;
	bool is_ike = false;

	*silence = (struct vici_silence){ 0 };
	while (vici_message_next(&walk, &element)) {
		if (element.kind != VICI_KEY_VALUE || element.depth > 0)
			continue;
		if (vici_message_is(element.name, "group"))
			is_ike = vici_message_is(element.value, "IKE");
		else if (vici_message_is(element.name, "ikesa-name"))
			vici_message_copy(silence->connection, sizeof(silence->connection),
					  element.value);
		else if (vici_message_is(element.name, "msg"))
			vici_message_copy(silence->text, sizeof(silence->text), element.value);
	}
	return !walk.is_malformed && is_ike && silence->connection[0] &&
	       is_silence(silence->text, &silence->is_first);
}
