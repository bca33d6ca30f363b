#include "fib/route_batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

void route_batch_init(struct route_batch *batch, struct rtnl_socket *socket)
{
	*batch = (struct route_batch){ .socket = socket };
}

void route_batch_clear(struct route_batch *batch)
{
	free(batch->failures);
	batch->failures = NULL;
}

static void remember_failure(struct route_batch *batch, size_t index, int error, const char *text)
{
	if (batch->failure_count == batch->failure_size) {
		batch->failure_size = 2 * batch->failure_size + 16;
		batch->failures = xrealloc(batch->failures, batch->failure_size *
							    sizeof(*batch->failures));
	}
	struct route_failure *failure = &batch->failures[batch->failure_count++];

	failure->route = batch->routes[index];
	failure->error = error;
	snprintf(failure->text, sizeof(failure->text), "%s", text);
}

static void take_answer(struct route_batch *batch, const struct nlmsghdr *message)
{
	size_t index = message->nlmsg_seq - batch->first_seq;
	char text[RTNL_TEXT];
	int error;

	if (message->nlmsg_type != NLMSG_ERROR || index >= batch->count)
		return;
	error = rtnl_error(message, text);
	if (error == -ESRCH && batch->is_removal[index])
		return;                         /* gone already: as wanted */
	if (error == -EEXIST)
		snprintf(text, sizeof(text), "a route that is not ours has this prefix and metric");
	if (error)
		remember_failure(batch, index, error, text);
}

/* The acknowledgement of the last message comes last.  Where it is missing, so may others be. */
static void read_answers(struct route_batch *batch)
{
	uint32_t last_seq = batch->first_seq + (uint32_t)batch->count - 1;
	bool is_done = false;

	while (!is_done) {
		int left = rtnl_receive(batch->socket);

		if (left < 0)
			batch->lost = left == -EAGAIN ? -ENOBUFS : left;
		if (left == -ENOBUFS)
			continue;
		if (left < 0)
			return;
		for (struct nlmsghdr *message = &batch->socket->received.header;
		     nlmsg_ok(message, left); message = nlmsg_next(message, &left)) {
			take_answer(batch, message);
			is_done |= message->nlmsg_seq == last_seq;
		}
	}
}

void route_batch_send(struct route_batch *batch)
{
	struct nlmsghdr last;
	int error;

	if (!batch->count)
		return;
	memcpy(&last, batch->bytes + batch->last, sizeof(last));
	last.nlmsg_flags |= NLM_F_ACK;
	memcpy(batch->bytes + batch->last, &last, sizeof(last));
	error = rtnl_send(batch->socket, batch->bytes, batch->length);
	if (error)
		batch->lost = error;
	else
		read_answers(batch);
	batch->count = batch->length = 0;
}

void route_batch_add(struct route_batch *batch, const struct fib_route *route, bool is_removal,
		     struct nl_msg *message)
{
	struct nlmsghdr *header = nlmsg_hdr(message);

	if (batch->count == ROUTE_BATCH ||
	    batch->length + NLMSG_ALIGN(header->nlmsg_len) > ROUTE_BATCH_BYTES)
		route_batch_send(batch);
	header->nlmsg_seq = batch->socket->next_seq++;
	if (!batch->count)
		batch->first_seq = header->nlmsg_seq;
	batch->routes[batch->count] = *route;
	batch->is_removal[batch->count++] = is_removal;
	batch->last = batch->length;
	memcpy(batch->bytes + batch->length, header, header->nlmsg_len);
	batch->length += NLMSG_ALIGN(header->nlmsg_len);
	nlmsg_free(message);
}

int route_batch_report(struct route_batch *batch, fib_failed *failed, void *arg)
{
	struct route_failure *failures = batch->failures;
	size_t count = batch->failure_count;
	int lost = batch->lost;

	batch->failures = NULL;
	batch->failure_count = batch->failure_size = 0;
	batch->lost = 0;
	for (size_t i = 0; failed && i < count; i++)
		failed(arg, &failures[i].route, failures[i].error, failures[i].text);
	free(failures);
	return lost;
}
