#include "bgpd/daemon/vici_message.h"

#include <string.h>

static bool has_name(enum vici_type type)
{
	return type == VICI_REQUEST || type == VICI_REGISTER || type == VICI_UNREGISTER ||
	       type == VICI_EVENT;
}

enum vici_framing vici_message_frame(struct span bytes, struct vici_frame *frame, size_t *length)
{
	struct reader all = reader_of_span(bytes);
	uint32_t size = read_u32(&all);

	if (all.truncated)
		return VICI_PARTIAL;
	if (size == 0 || size > VICI_FRAME_MAX)
		return VICI_MALFORMED;
	struct reader body = read_slice(&all, size);
	if (all.truncated)
		return VICI_PARTIAL;
	uint8_t type = read_u8(&body);
	if (type >= VICI_TYPES)
		return VICI_MALFORMED;
	frame->type = (enum vici_type)type;
	frame->name = read_span(&body, has_name(frame->type) ? read_u8(&body) : 0);
	frame->message = read_span(&body, read_left(&body));
	*length = VICI_LENGTH + size;
	return body.truncated ? VICI_MALFORMED : VICI_WHOLE;
}

void vici_message_ask(struct writer *writer, enum vici_type type, const char *name)
{
	size_t length = strlen(name);

	write_u32(writer, (uint32_t)(2 + length));
	write_u8(writer, (uint8_t)type);
	write_u8(writer, (uint8_t)length);
	write_bytes(writer, name, length);
}

static void write_element(struct writer *writer, const struct vici_pair *pair)
{
	size_t key_length = strlen(pair->key), value_length = strlen(pair->value);

	write_u8(writer, VICI_KEY_VALUE);
	write_u8(writer, (uint8_t)key_length);
	write_bytes(writer, pair->key, key_length);
	write_u16(writer, (uint16_t)value_length);
	write_bytes(writer, pair->value, value_length);
}

void vici_message_request(struct writer *writer, const char *name, const struct vici_pair *pairs,
			  size_t count)
{
	size_t length = 2 + strlen(name);

	for (size_t i = 0; i < count; i++)
		length += 4 + strlen(pairs[i].key) + strlen(pairs[i].value);
	write_u32(writer, (uint32_t)length);
	write_u8(writer, VICI_REQUEST);
	write_u8(writer, (uint8_t)strlen(name));
	write_bytes(writer, name, strlen(name));
	for (size_t i = 0; i < count; i++)
		write_element(writer, &pairs[i]);
}

struct vici_walk vici_message_walk(struct span message)
{
	return (struct vici_walk){ .left = reader_of_span(message) };
}

/* What may stand in a list, and what only outside of one. */
static bool is_out_of_place(const struct vici_walk *walk, enum vici_kind kind)
{
	bool belongs_to_list = kind == VICI_LIST_ITEM || kind == VICI_LIST_END;

	return belongs_to_list != walk->is_in_list ||
	       (kind == VICI_SECTION_END && walk->depth == 0);
}

static void read_element(struct vici_walk *walk, struct vici_element *element)
{
	struct reader *left = &walk->left;
	uint8_t kind = read_u8(left);

	*element = (struct vici_element){ .kind = (enum vici_kind)kind, .depth = walk->depth };
	if (kind == VICI_SECTION_START || kind == VICI_KEY_VALUE || kind == VICI_LIST_START)
		element->name = read_span(left, read_u8(left));
	if (kind == VICI_KEY_VALUE || kind == VICI_LIST_ITEM)
		element->value = read_span(left, read_u16(left));
	walk->is_malformed = left->truncated || kind < VICI_SECTION_START || kind > VICI_LIST_END ||
			     is_out_of_place(walk, element->kind);
}

bool vici_message_next(struct vici_walk *walk, struct vici_element *element)
{
	if (walk->is_malformed)
		return false;
	if (read_left(&walk->left) == 0) {
		walk->is_malformed = walk->depth > 0 || walk->is_in_list;
		return false;
	}
	read_element(walk, element);
	if (walk->is_malformed)
		return false;
	if (element->kind == VICI_SECTION_START)
		element->depth = ++walk->depth;
	else if (element->kind == VICI_SECTION_END)
		walk->depth--;
	else if (element->kind == VICI_LIST_START || element->kind == VICI_LIST_END)
		walk->is_in_list = element->kind == VICI_LIST_START;
	return true;
}

bool vici_message_is(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.bytes, text, span.length) == 0;
}

void vici_message_copy(char *to, size_t size, struct span text)
{
	size_t length = text.length < size ? text.length : size - 1;

	memcpy(to, text.bytes, length);
	to[length] = '\0';
}
