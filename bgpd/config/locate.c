#include "bgpd/config/locate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/path.h"

#define DEPTH 64                /* json-c gives up before */

/* A value: a member of the object or list `parent`, which is its place in the order of the text. */
struct entry {
	size_t id, parent;
	const char *key;                /* as written, without its quotes; NULL in a list */
	size_t key_length;              /* in a list: which element */
	struct spot spot;
};

struct locate {
	struct entry *entries;          /* in the order of the text; [0]: the root, its own parent */
	size_t count, room;
	const struct entry **sorted;    /* by parent, then key, then order */
	bool stopped;
	struct place where;
};

struct scan {
	struct locate *locate;
	const char *next, *end;
	struct place at;
	unsigned int depth;
};

/* ---- the text ---- */

static void step(struct scan *scan)
{
	unsigned char c = (unsigned char)*scan->next++;

	if (c == '\n') {
		scan->at.line++;
		scan->at.column = 1;
	} else if ((c & 0xc0) != 0x80) {        /* not the rest of a UTF-8 character */
		scan->at.column++;
	}
}

static bool at(const struct scan *scan, char c)
{
	return scan->next < scan->end && *scan->next == c;
}

static bool at_any(const struct scan *scan, const char *set)
{
	return scan->next < scan->end && *scan->next && strchr(set, *scan->next);
}

static bool take(struct scan *scan, char c)
{
	if (!at(scan, c))
		return false;
	step(scan);
	return true;
}

static bool at_pair(const struct scan *scan, const char *pair)
{
	return scan->end - scan->next >= 2 && memcmp(scan->next, pair, 2) == 0;
}

static void step_to(struct scan *scan, const char *next)
{
	while (scan->next < next)
		step(scan);
}

struct place locate_offset(const char *text, size_t offset)
{
	struct scan scan = { .next = text, .end = text + offset, .at = { 1, 1 } };

	step_to(&scan, scan.end);
	return scan.at;
}

/* A comment without its end is not skipped, so that the scan stops there. */
static bool skip_comment(struct scan *scan)
{
	size_t left = (size_t)(scan->end - scan->next);
	const char *end;

	if (at_pair(scan, "//")) {
		end = memchr(scan->next, '\n', left);
		step_to(scan, end ? end : scan->end);
		return true;
	}
	if (!at_pair(scan, "/*") || !(end = memmem(scan->next + 2, left - 2, "*/", 2)))
		return false;
	step_to(scan, end + 2);
	return true;
}

static void skip_blank(struct scan *scan)
{
	do {
		while (at_any(scan, " \t\r\n\v\f"))
			step(scan);
	} while (skip_comment(scan));
}

/* ---- values ---- */

static size_t add_entry(struct scan *scan, size_t parent, const char *key, size_t key_length)
{
	struct locate *locate = scan->locate;

	if (locate->count == locate->room) {
		locate->room = locate->room ? locate->room * 2 : 64;
		locate->entries = xrealloc(locate->entries,
					   locate->room * sizeof(*locate->entries));
	}
	locate->entries[locate->count] = (struct entry){
		.id = locate->count, .parent = parent, .key = key, .key_length = key_length,
		.spot = { .key = scan->at, .value = scan->at, .text = scan->next },
	};
	return locate->count++;
}

static bool scan_value(struct scan *scan, size_t id);

static bool scan_string(struct scan *scan)
{
	char quote = *scan->next;

	step(scan);
	while (scan->next < scan->end && *scan->next != quote) {
		if (*scan->next == '\\')
			step(scan);
		if (scan->next < scan->end)
			step(scan);
	}
	return take(scan, quote);
}

static bool scan_literal(struct scan *scan)
{
	const char *start = scan->next;

	while (scan->next < scan->end && !at_any(scan, ",:/[]{}\"' \t\r\n\v\f"))
		step(scan);
	return scan->next > start;
}

static bool scan_member(struct scan *scan, size_t parent)
{
	struct place key = scan->at;
	const char *start = scan->next;

	if (!at_any(scan, "\"'") || !scan_string(scan))
		return false;
	size_t length = (size_t)(scan->next - start) - 2;

	skip_blank(scan);
	if (!take(scan, ':'))
		return false;
	skip_blank(scan);
	size_t id = add_entry(scan, parent, start + 1, length);

	scan->locate->entries[id].spot.key = key;
	return scan_value(scan, id);
}

static bool scan_members(struct scan *scan, size_t parent, char close)
{
	step(scan);
	for (size_t i = 0;; i++) {
		skip_blank(scan);
		if (take(scan, close))
			return true;
		if (close == '}' ? !scan_member(scan, parent)
				 : !scan_value(scan, add_entry(scan, parent, NULL, i)))
			return false;
		skip_blank(scan);
		if (!take(scan, ',') && !at(scan, close))
			return false;
	}
}

static bool scan_nested(struct scan *scan, size_t id)
{
	if (scan->depth == DEPTH)
		return false;
	scan->depth++;
	bool whole = scan_members(scan, id, at(scan, '{') ? '}' : ']');

	scan->depth--;
	return whole;
}

static bool scan_value(struct scan *scan, size_t id)
{
	bool whole = at_any(scan, "{[") ? scan_nested(scan, id) :
		     at_any(scan, "\"'") ? scan_string(scan) : scan_literal(scan);
	struct spot *spot = &scan->locate->entries[id].spot;

	spot->length = (size_t)(scan->next - spot->text);
	return whole;
}

/* ---- finding them again ---- */

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_keys(const struct entry *a, const struct entry *b)
{
	int order = compare_numbers(a->parent, b->parent);

	if (!order)
		order = compare_numbers(a->key != NULL, b->key != NULL);
	if (!order)
		order = compare_numbers(a->key_length, b->key_length);
	if (!order && a->key && b->key)
		order = memcmp(a->key, b->key, a->key_length);
	return order;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *const *one = a, *const *other = b;
	int order = compare_keys(*one, *other);

	return order ? order : compare_numbers((*one)->id, (*other)->id);
}

static void sort_entries(struct locate *locate)
{
	locate->sorted = xcalloc(locate->count, sizeof(*locate->sorted));
	for (size_t i = 0; i < locate->count; i++)
		locate->sorted[i] = &locate->entries[i];
	/* The root would be found as a child of itself. */
	qsort(locate->sorted + 1, locate->count - 1, sizeof(*locate->sorted), compare_entries);
}

struct locate *locate_new(const char *text, size_t length)
{
	struct locate *locate = xcalloc(1, sizeof(*locate));
	struct scan scan = { locate, text, text + length, { 1, 1 }, 0 };

	skip_blank(&scan);
	bool whole = scan_value(&scan, add_entry(&scan, 0, NULL, 0));

	if (whole)
		skip_blank(&scan);
	locate->stopped = !whole || scan.next < scan.end;
	locate->where = scan.at;
	sort_entries(locate);
	return locate;
}

void locate_free(struct locate *locate)
{
	if (!locate)
		return;
	free(locate->entries);
	free(locate->sorted);
	free(locate);
}

bool locate_stopped(const struct locate *locate, struct place *where)
{
	*where = locate->where;
	return locate->stopped;
}

static const struct entry *find(const struct locate *locate, const struct entry *parent,
				const char *key, size_t key_length)
{
	struct entry wanted = { .parent = parent->id, .key = key, .key_length = key_length };
	size_t from = 1, to = locate->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_keys(locate->sorted[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == locate->count || compare_keys(locate->sorted[from], &wanted) != 0)
		return NULL;
	return locate->sorted[from];
}

/* Takes ".name", "name" or "[3]" off the front of a path. */
static const struct entry *find_next(const struct locate *locate, const struct entry *parent,
				     const char **path)
{
	if (**path == '[') {
		char *rest;
		size_t index = strtoul(*path + 1, &rest, 10);

		*path = *rest == ']' ? rest + 1 : rest;
		return find(locate, parent, NULL, index);
	}
	const char *name = *path + (**path == '.');
	size_t length = strcspn(name, ".[");

	*path = name + length;
	return find(locate, parent, name, length);
}

static const struct entry *walk(const struct locate *locate, const char *path)
{
	const struct entry *found = &locate->entries[0], *next;

	while (*path && (next = find_next(locate, found, &path)))
		found = next;
	return found;
}

const struct spot *locate_path(const struct locate *locate, const char *path)
{
	return &walk(locate, path)->spot;
}

const struct spot *locate_key(const struct locate *locate, const char *path, const char *key)
{
	const struct entry *found = find(locate, walk(locate, path), key, strlen(key));

	return found ? &found->spot : NULL;
}

/* ---- flaws ---- */

static const char *path_of(const struct locate *locate, const struct entry *entry,
			   struct arena *arena)
{
	if (entry->id == 0)
		return "";
	const char *parent = path_of(locate, &locate->entries[entry->parent], arena);

	if (!entry->key)
		return path_element(arena, parent, entry->key_length);
	return path_key(arena, parent,
			arena_printf(arena, "%.*s", (int)entry->key_length, entry->key));
}

void locate_flaws(const struct locate *locate, locate_visit *visit, void *arg)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 1; i < locate->count; i++) {
		const struct entry *entry = locate->sorted[i];
		bool is_duplicate = i > 1 && compare_keys(locate->sorted[i - 1], entry) == 0;
		bool is_escaped = entry->key && memchr(entry->key, '\\', entry->key_length);

		if (is_duplicate || is_escaped)
			visit(arg, is_escaped ? FLAW_ESCAPED : FLAW_DUPLICATE,
			      path_of(locate, entry, &arena), entry->spot.key);
		arena_reset(&arena);
	}
	arena_clear(&arena);
}
