/* fib/rtnl_socket.h - A rtnetlink socket for requests: one question, its answers, and the reason
 * where the kernel says no.
 *
 * It never blocks: rtnetlink has handled a request when the send returns, and continues a dump in
 * the receive.  An answer that is not there then was lost to a full buffer: -ENOBUFS, which says
 * nothing about what became of the request. */
#ifndef FIB_RTNL_SOCKET_H
#define FIB_RTNL_SOCKET_H

#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdint.h>

#define RTNL_TEXT    128
#define RTNL_RECEIVE 65536

struct rtnl_socket {
	struct nl_sock *nl;
	uint32_t next_seq;
	union {
		struct nlmsghdr header;         /* aligns the bytes */
		uint8_t bytes[RTNL_RECEIVE];
	} received;
};

int rtnl_open(struct rtnl_socket *socket);              /* 0 or -errno */
/* Of another family of netlink, which answers requests in the same way. */
int rtnl_open_family(struct rtnl_socket *socket, int family);
void rtnl_close(struct rtnl_socket *socket);
uint32_t rtnl_port(const struct rtnl_socket *socket);

typedef void rtnl_visit(void *arg, struct nlmsghdr *message);

/* Sends and frees the message.  What comes back before the acknowledgement goes to visit (NULL:
 * none is wanted).  0 or -errno, with the kernel's words in `text`.  -EAGAIN: a dump during
 * which things changed, to be asked for again. */
int rtnl_ask(struct rtnl_socket *socket, struct nl_msg *message, rtnl_visit *visit, void *arg,
	     char text[RTNL_TEXT]);

/* A dump that is too long to be read at once.  `ask` sends and frees the message; each `read_on` takes
 * one buffer of answers, some hundred.  1: there are more.  What changes meanwhile may be in it or not.
 * The socket is good for nothing else until the end; to give up earlier, close it. */
int rtnl_ask_long(struct rtnl_socket *socket, struct nl_msg *message, char text[RTNL_TEXT]);
int rtnl_read_on(struct rtnl_socket *socket, rtnl_visit *visit, void *arg, char text[RTNL_TEXT]);

/* For those who queue their own: */
int rtnl_send(struct rtnl_socket *socket, const void *bytes, size_t length);
/* Bytes in socket->received; -EAGAIN: no more; -ENOBUFS: some were lost. */
int rtnl_receive(struct rtnl_socket *socket);
/* The errno (negative, or 0) of a NLMSG_ERROR, and its extended ack or else the errno in words. */
int rtnl_error(const struct nlmsghdr *message, char text[RTNL_TEXT]);

#endif
