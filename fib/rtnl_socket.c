#include "fib/rtnl_socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define RECEIVE_BUFFER (16 << 20)
#define SEND_BUFFER    (256 << 10)

static void set_option(int fd, int level, int option, int value)
{
	/* A kernel without one of these still works, with less said. */
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

/* Past rmem_max where we may, which not even root may in a user namespace. */
static void set_buffers(int fd)
{
	int size = RECEIVE_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		set_option(fd, SOL_SOCKET, SO_RCVBUF, size);
	set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
}

int rtnl_open(struct rtnl_socket *socket)
{
	return rtnl_open_family(socket, NETLINK_ROUTE);
}

int rtnl_open_family(struct rtnl_socket *socket, int family)
{
	int error, fd;

	socket->nl = nl_socket_alloc();
	if (!socket->nl)
		return -ENOMEM;
	error = nl_connect(socket->nl, family);
	if (error < 0) {
		error = errno;
		rtnl_close(socket);
		return error ? -error : -EIO;
	}
	fd = nl_socket_get_fd(socket->nl);
	set_buffers(fd);
	set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	set_option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	socket->next_seq = 1;
	return 0;
}

void rtnl_close(struct rtnl_socket *socket)
{
	nl_socket_free(socket->nl);
	socket->nl = NULL;
}

uint32_t rtnl_port(const struct rtnl_socket *socket)
{
	return nl_socket_get_local_port(socket->nl);
}

int rtnl_send(struct rtnl_socket *socket, const void *bytes, size_t length)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;

	do
		sent = sendto(nl_socket_get_fd(socket->nl), bytes, length, 0,
			      (struct sockaddr *)&kernel, sizeof(kernel));
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

int rtnl_receive(struct rtnl_socket *socket)
{
	ssize_t length;

	do
		length = recv(nl_socket_get_fd(socket->nl), socket->received.bytes,
			      sizeof(socket->received), MSG_DONTWAIT | MSG_TRUNC);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	return (size_t)length > sizeof(socket->received) ? -ENOBUFS : (int)length;
}

/* The attributes of an extended ack follow the message that it answers, or its header alone. */
static const char *extended_ack(const struct nlmsghdr *message, const struct nlmsgerr *error)
{
	size_t head = sizeof(*error), all = message->nlmsg_len - NLMSG_HDRLEN;
	struct nlattr *text;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		head += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (head >= all)
		return NULL;
	text = nla_find((const struct nlattr *)(const void *)((const char *)error + head),
			(int)(all - head), NLMSGERR_ATTR_MSG);
	return text && nla_len(text) > 0 && !((char *)nla_data(text))[nla_len(text) - 1]
		? nla_data(text) : NULL;
}

#define ERRNO_MOST 4095                 /* MAX_ERRNO of the kernel */

int rtnl_error(const struct nlmsghdr *message, char text[RTNL_TEXT])
{
	const struct nlmsgerr *error = nlmsg_data(message);
	const char *said;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*error))) {
		snprintf(text, RTNL_TEXT, "short answer from the kernel");
		return -EPROTO;
	}
	if (error->error > 0 || error->error < -ERRNO_MOST) {
		snprintf(text, RTNL_TEXT, "answer from the kernel without an errno");
		return -EPROTO;
	}
	said = extended_ack(message, error);
	if (!error->error)
		text[0] = '\0';
	else if (error->error == -EPERM)
		snprintf(text, RTNL_TEXT, "not permitted: needs CAP_NET_ADMIN (run as root, or "
			 "with AmbientCapabilities=CAP_NET_ADMIN)");
	else
		snprintf(text, RTNL_TEXT, "%s", said ? said : strerror(-error->error));
	return error->error;
}

struct question {
	uint32_t seq;
	rtnl_visit *visit;
	void *arg;
	bool is_answered, has_changed;
	int error;
	char *text;
};

static void take_answer(struct question *question, struct nlmsghdr *message)
{
	if (message->nlmsg_seq != question->seq)
		return;                         /* late, of one whose end was lost */
	question->has_changed |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	switch (message->nlmsg_type) {
	case NLMSG_ERROR:
		question->error = rtnl_error(message, question->text);
		question->is_answered = true;
		break;
	case NLMSG_DONE:
		question->is_answered = true;
		if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(int)))
			memcpy(&question->error, nlmsg_data(message), sizeof(int));
		if (question->error)
			snprintf(question->text, RTNL_TEXT, "%s", strerror(-question->error));
		break;
	default:
		if (question->visit)
			question->visit(question->arg, message);
	}
}

static int read_some(struct rtnl_socket *socket, struct question *question)
{
	int left = rtnl_receive(socket);

	if (left == -ENOBUFS)
		return 0;                       /* ours may still be among what is left */
	if (left < 0) {
		snprintf(question->text, RTNL_TEXT, "the kernel's answer was lost");
		return left == -EAGAIN ? -ENOBUFS : left;
	}
	for (struct nlmsghdr *message = &socket->received.header; nlmsg_ok(message, left);
	     message = nlmsg_next(message, &left))
		take_answer(question, message);
	return 0;
}

static int read_answers(struct rtnl_socket *socket, struct question *question)
{
	while (!question->is_answered) {
		int error = read_some(socket, question);

		if (error)
			return error;
	}
	if (!question->error && question->has_changed) {
		snprintf(question->text, RTNL_TEXT, "changed while it was read");
		return -EAGAIN;
	}
	return question->error;
}

int rtnl_ask_long(struct rtnl_socket *socket, struct nl_msg *message, char text[RTNL_TEXT])
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	int error;

	header->nlmsg_seq = socket->next_seq++;
	header->nlmsg_flags |= NLM_F_ACK;
	text[0] = '\0';
	error = rtnl_send(socket, header, header->nlmsg_len);
	if (error)
		snprintf(text, RTNL_TEXT, "send: %s", strerror(-error));
	nlmsg_free(message);
	return error;
}

static struct question last_question(const struct rtnl_socket *socket, rtnl_visit *visit, void *arg,
				     char text[RTNL_TEXT])
{
	return (struct question){
		.seq = socket->next_seq - 1, .visit = visit, .arg = arg, .text = text,
	};
}

int rtnl_read_on(struct rtnl_socket *socket, rtnl_visit *visit, void *arg, char text[RTNL_TEXT])
{
	struct question question = last_question(socket, visit, arg, text);
	int error = read_some(socket, &question);

	if (error || question.is_answered)
		return error ? error : question.error;
	return 1;
}

int rtnl_ask(struct rtnl_socket *socket, struct nl_msg *message, rtnl_visit *visit, void *arg,
	     char text[RTNL_TEXT])
{
	int error = rtnl_ask_long(socket, message, text);
	struct question question = last_question(socket, visit, arg, text);

	return error ? error : read_answers(socket, &question);
}
