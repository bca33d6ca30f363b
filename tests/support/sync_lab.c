#include "tests/support/sync_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const struct route_style sync_lab_style = { .table = 254, .metric = 20 };

static struct sync_lab *counting;

static int count_chain(struct fib *fib, chain_number number, const struct fib_chain *chain)
{
	counting->chain_messages++;
	return counting->set_chain(fib, number, chain);
}

static void note(struct journal *journal, const struct note *note, msec_t now)
{
	struct sync_lab *lab = (struct sync_lab *)journal;
	size_t length = strlen(lab->notes);

	(void)now;
	snprintf(lab->notes + length, sizeof(lab->notes) - length, "%s: %s\n",
		 note->subject ? note->subject : "-", note->text);
}

/* Nobody else needs the nets here. */
static void released(void *arg, struct net *net)
{
	struct sync_lab *lab = arg;

	if (!net->routes && sync_is_done_with(&lab->sync, net))
		table_remove(&lab->table, net);
}

static bool avoids_nothing(void *arg, int ifindex)
{
	(void)arg, (void)ifindex;
	return false;
}

static struct fib_egress at(int ifindex)
{
	return (struct fib_egress){ FAMILY_IPV4, ifindex,
				    address_ipv4(0xa9fe0001u + ((uint32_t)ifindex << 8)) };
}

static egress_id add_tunnel(struct sync_lab *lab, const char *name, size_t number)
{
	struct chains *chains = &lab->sync.chains;
	struct fib_egress place = at(11 + (int)number);
	egress_id id = chains_tunnel(chains, name, number, &place);

	fake_fib_name(lab->kernel, id, name);
	chains_place(chains, id, &place);
	chains_stand(chains, id, STANDING_READY, 1);
	return id;
}

static void add_tunnels(struct sync_lab *lab)
{
	lab->tun1 = add_tunnel(lab, "tun1", 0);
	lab->tun2 = add_tunnel(lab, "tun2", 1);
	fake_fib_trace(lab->kernel);
}

static void start(struct sync_lab *lab)
{
	table_init(&lab->table);
	sync_init(&lab->sync, &lab->kernel->fib, &lab->table, &lab->journal, released, lab);
	guard_init(&lab->guard, avoids_nothing, NULL);
	foreign_init(&lab->foreign);
	audit_init(&lab->audit, &lab->sync, &lab->guard, &lab->foreign);
}

void sync_lab_begin(struct sync_lab *lab)
{
	*lab = (struct sync_lab){ .journal.note = note, .kernel = fake_fib_new() };
	counting = lab;
	lab->set_chain = lab->kernel->fib.set_chain;
	lab->kernel->fib.set_chain = count_chain;
	start(lab);
	add_tunnels(lab);
}

static void stop(struct sync_lab *lab)
{
	audit_clear(&lab->audit);
	guard_clear(&lab->guard);
	foreign_clear(&lab->foreign);
	sync_clear(&lab->sync);
	table_clear(&lab->table, &lab->sets);
}

void sync_lab_end(struct sync_lab *lab)
{
	stop(lab);
	fake_fib_free(lab->kernel);
}

/* A new daemon that finds what the old one left. */
void sync_lab_restart(struct sync_lab *lab)
{
	stop(lab);
	start(lab);
	assert_int_equal(sync_adopt(&lab->sync, 0), 0);
	fake_fib_trace(lab->kernel);
	add_tunnels(lab);
	chains_heard(&lab->sync.chains, lab->tun1);
	chains_heard(&lab->sync.chains, lab->tun2);
}

/* In slices, as the daemon does it. */
void sync_lab_work(struct sync_lab *lab)
{
	while (sync_has_work(&lab->sync) || audit_has_work(&lab->audit)) {
		sync_work(&lab->sync, 100, 0);
		audit_work(&lab->audit, 100, 0);
	}
}

void sync_lab_audit(struct sync_lab *lab)
{
	audit_begin(&lab->audit, 0);
	sync_lab_work(lab);
}

const char *sync_lab_trace(struct sync_lab *lab)
{
	sync_lab_work(lab);
	return fake_fib_trace(lab->kernel);
}

const char *sync_lab_notes(struct sync_lab *lab)
{
	static char notes[sizeof(lab->notes)];

	memcpy(notes, lab->notes, sizeof(notes));
	lab->notes[0] = '\0';
	return notes;
}

static void want(struct sync_lab *lab, const char *text, const struct route_style *style,
		 egress_id first, egress_id second)
{
	struct chain_wish wish = { .members = { first, second }, .family = FAMILY_IPV4,
				   .style = style };
	struct prefix prefix;

	wish.count = (uint8_t)((first != 0) + (second != 0));
	assert_true(prefix_parse(text, &prefix));
	sync_want(&lab->sync, table_add(&lab->table, &prefix), &wish, 0);
}

void sync_lab_want(struct sync_lab *lab, const char *prefix, egress_id first, egress_id second)
{
	want(lab, prefix, &sync_lab_style, first, second);
}

void sync_lab_want_pair(struct sync_lab *lab, const char *prefix)
{
	want(lab, prefix, &sync_lab_style, lab->tun1, lab->tun2);
}

void sync_lab_want_styled(struct sync_lab *lab, const char *prefix, const struct route_style *style)
{
	want(lab, prefix, style, lab->tun1, lab->tun2);
}

void sync_lab_want_fixed(struct sync_lab *lab, const char *prefix)
{
	struct fib_route route = { .table = 254, .metric = 10020, .kind = FIB_UNREACHABLE };

	sync_statics_begin(&lab->sync);
	if (prefix_parse(prefix, &route.prefix))
		sync_static(&lab->sync, &route, 0);
	sync_statics_end(&lab->sync);
}

void sync_lab_stand(struct sync_lab *lab, egress_id id, enum standing standing)
{
	chains_stand(&lab->sync.chains, id, standing, 1);
	sync_move(&lab->sync, 0);
}

void sync_lab_lose_device(struct sync_lab *lab, egress_id id, int ifindex)
{
	struct fib_egress nowhere = at(ifindex);

	nowhere.ifindex = 0;
	fake_fib_link_down(lab->kernel, ifindex);
	chains_place(&lab->sync.chains, id, &nowhere);
	sync_lab_stand(lab, id, STANDING_DOWN);
}

void sync_lab_regain_device(struct sync_lab *lab, egress_id id, int ifindex)
{
	struct fib_egress place = at(ifindex);

	chains_place(&lab->sync.chains, id, &place);
	sync_lab_stand(lab, id, STANDING_READY);
}
