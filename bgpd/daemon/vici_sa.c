#include "bgpd/daemon/vici_sa.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/daemon/vici_message.h"

/* connection { key = value ... child-sas { child-7 { key = value ... } } } */
enum { OUTSIDE, IN_IKE, IN_CHILDREN, IN_CHILD };

/* Names of strongSwan's enums ike_sa_state_t and child_sa_state_t.  A CHILD_SA carries traffic also
 * while its successor is negotiated (REKEYING) or its addresses change (UPDATING); one that has a
 * successor (REKEYED) does not count, nor does any state that is not named here. */
static const struct state_name {
	const char *name;
	enum sa_state state;
} ike_states[] = {
	{ "CREATED", SA_NEGOTIATING },
	{ "CONNECTING", SA_NEGOTIATING },
}, child_states[] = {
	{ "CREATED", SA_NEGOTIATING },
	{ "INSTALLING", SA_NEGOTIATING },
	{ "RETRYING", SA_NEGOTIATING },
	{ "INSTALLED", SA_INSTALLED },
	{ "UPDATING", SA_INSTALLED },
	{ "REKEYING", SA_INSTALLED },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum sa_state parse_state(struct span name, const struct state_name *states, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (vici_message_is(name, states[i].name))
			return states[i].state;
	return SA_USELESS;
}

/* Hexadecimal in vici, without a prefix. */
static uint32_t parse_if_id(struct span value)
{
	char text[16];

	vici_message_copy(text, sizeof(text), value);
	return (uint32_t)strtoul(text, NULL, 16);
}

static struct address parse_address(struct span value)
{
	char text[ADDRESS_TEXT];
	struct address address;

	vici_message_copy(text, sizeof(text), value);
	return address_parse(text, &address) ? address : (struct address){ 0 };
}

static void take_ike_value(struct sa *ike, const struct vici_element *element)
{
	if (vici_message_is(element->name, "state"))
		ike->state = parse_state(element->value, ike_states, COUNT(ike_states));
	else if (vici_message_is(element->name, "remote-host"))
		ike->far = parse_address(element->value);
	else if (vici_message_is(element->name, "if-id-out"))
		ike->if_id = parse_if_id(element->value);
}

static void take_child_value(struct sa *child, const struct vici_element *element)
{
	if (vici_message_is(element->name, "name"))
		vici_message_copy(child->child, sizeof(child->child), element->value);
	else if (vici_message_is(element->name, "state"))
		child->state = parse_state(element->value, child_states, COUNT(child_states));
	else if (vici_message_is(element->name, "if-id-out"))
		child->if_id = parse_if_id(element->value);
}

/* An IKE_SA's own values stand before its children. */
static void take(struct sa *ike, struct sa *child, const struct vici_element *element)
{
	if (element->kind == VICI_SECTION_START && element->depth == IN_IKE) {
		*ike = (struct sa){ .state = SA_USELESS };
		vici_message_copy(ike->connection, sizeof(ike->connection), element->name);
	} else if (element->kind == VICI_SECTION_START && element->depth == IN_CHILD) {
		*child = *ike;
		child->state = SA_USELESS;
	} else if (element->kind == VICI_KEY_VALUE && element->depth == IN_IKE) {
		take_ike_value(ike, element);
	} else if (element->kind == VICI_KEY_VALUE && element->depth == IN_CHILD) {
		take_child_value(child, element);
	}
}

bool vici_sa_parse(struct span message, vici_sa_visit *visit, void *arg)
{
	struct vici_walk walk = vici_message_walk(message);
	struct sa ike = { .state = SA_USELESS }, child = ike;
	struct vici_element element;

	while (vici_message_next(&walk, &element)) {
		take(&ike, &child, &element);
		if (element.kind != VICI_SECTION_END)
			continue;
		if (element.depth == IN_CHILD)
			visit(arg, &child);
		else if (element.depth == IN_IKE)
			visit(arg, &ike);
	}
	return !walk.is_malformed;
}
