#include "bgpd/config/check_session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_SIZE 160

static void write_path(const struct check *check, enum subject subject, const char *key,
		       char path[PATH_SIZE])
{
	switch (subject) {
	case OF_ALL:
		snprintf(path, PATH_SIZE, "%s", key);
		return;
	case OF_GROUP:
		snprintf(path, PATH_SIZE, "groups[%zu].%s", check->group, key);
		return;
	case OF_TUNNEL:
		snprintf(path, PATH_SIZE, "groups[%zu].tunnels[%zu].%s", check->group, check->tunnel,
			 key);
		return;
	case OF_NEIGHBOR:
		snprintf(path, PATH_SIZE, "neighbors[%zu].%s", check->neighbor, key);
		return;
	}
}

void blame(struct check *check, enum subject subject, const char *key, const char *format, ...)
{
	char path[PATH_SIZE], text[CHECK_TEXT];
	va_list args;

	write_path(check, subject, key, path);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	check->findings++;
	check->report(check->arg, path, text);
}

const char *name_or_unknown(const char *name)
{
	return name ? name : "(unknown)";
}

bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void check_opener(struct check *check, enum subject subject,
			 const struct session_params *session)
{
	if (session->passive && check->config->listen_port == 0)
		blame(check, subject, "passive", "true would wait for ever: listen_port is 0");
}

static void check_secrets(struct check *check, enum subject subject,
			  const struct session_params *session)
{
	if (session->password && session->tcp_ao.key)
		blame(check, subject, "tcp_ao", "stands beside a password: a connection is signed in "
		      "one way, keep one of the two");
}

static void check_timers(struct check *check, enum subject subject,
			 const struct session_params *session)
{
	unsigned int third = session->hold_time_s / 3;

	if (session->hold_time_s > 0 && session->keepalive_s > third)
		blame(check, subject, "keepalive",
		      "%u is too long for a hold time of %u seconds: use at most a third of it, %u",
		      session->keepalive_s, session->hold_time_s, third);
}

static void check_families(struct check *check, enum subject subject, const char *key,
			   const struct session_params *session)
{
	char peer[ADDRESS_TEXT], local[ADDRESS_TEXT];

	if (address_is_set(&session->local_address) &&
	    session->address.family != session->local_address.family)
		blame(check, subject, key, "%s is not of the family of our own end, %s: use two of one "
		      "family", address_format(&session->address, peer),
		      address_format(&session->local_address, local));
}

static void check_peer(struct check *check, enum subject subject, const char *key,
		       const struct session_params *session)
{
	const struct address *peer = &session->address;
	char text[ADDRESS_TEXT];

	if (!address_is_set(peer))
		return;
	if (address_is_zero(peer) || address_is_multicast(peer))
		blame(check, subject, key, "%s is no address of a single machine",
		      address_format(peer, text));
	else if (address_equal(peer, &session->local_address))
		blame(check, subject, key, "%s is our own address: name the far end's",
		      address_format(peer, text));
	check_families(check, subject, key, session);
}

void check_session(struct check *check, enum subject subject, const char *key,
		   const struct session_params *session)
{
	check_peer(check, subject, key, session);
	check_timers(check, subject, session);
	check_secrets(check, subject, session);
	check_opener(check, subject, session);
}

static bool same_interface(const struct session_params *a, const struct session_params *b)
{
	return !a->interface || !b->interface || strcmp(a->interface, b->interface) == 0;
}

/* Replies, commands and the listener tell sessions apart by name, and by address and interface. */
void check_twin(struct check *check, enum subject subject, const char *key,
		const struct session_params *session, const struct session_params *earlier,
		const char *what)
{
	char text[ADDRESS_TEXT];

	if (same_text(session->name, earlier->name))
		blame(check, subject, "name", "%s is also the name of a %s above: each needs its own",
		      session->name, what);
	if (address_is_set(&session->address) && address_equal(&session->address, &earlier->address) &&
	    same_interface(session, earlier))
		blame(check, subject, key,
		      "%s is also the address of the %s %s: one session to a peer",
		      address_format(&session->address, text), what,
		      name_or_unknown(earlier->name));
}
