#include "fib/notice_filter.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#define TYPE     offsetof(struct nlmsghdr, nlmsg_type)
#define PORT     offsetof(struct nlmsghdr, nlmsg_pid)
#define PROTOCOL (NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol))

#define IF_EQUAL(value, then, or_else) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, or_else)

#define PASS 0xffffffffu
#define DROP 0u

/* The filter loads in network byte order, netlink headers are in that of the host.  The port is that
 * of the socket which asked for the change: what we did ourselves is no news. */
size_t notice_filter_build(const struct table_ours *ours, struct sock_filter code[NOTICE_FILTER_MAX])
{
	enum { IS_TYPE, NEW_ROUTE = 6, PORTS = 8, IS_PASS = 11, IS_DROP = 12, LENGTH = 13 };
#define TO(label, at) (uint8_t)((label) - (at) - 1)
	const struct sock_filter program[LENGTH] = {
		[IS_TYPE] = BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE),
		[1] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), TO(NEW_ROUTE, 1), 0),
		[2] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), TO(PORTS, 2), 0),
		[3] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEXTHOP), TO(PORTS, 3), 0),
		[4] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELNEXTHOP), TO(PORTS, 4), 0),
		[5] = BPF_STMT(BPF_RET | BPF_K, PASS),
		[NEW_ROUTE] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PROTOCOL),
		[7] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ours->protocol, TO(IS_DROP, 7),
			       TO(IS_PASS, 7)),
		[PORTS] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, PORT),
		[9] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(ours->ports[0]), TO(IS_DROP, 9), 0),
		[10] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(ours->ports[1]), TO(IS_DROP, 10), 0),
		[IS_PASS] = BPF_STMT(BPF_RET | BPF_K, PASS),
		[IS_DROP] = BPF_STMT(BPF_RET | BPF_K, DROP),
	};
#undef TO

	for (size_t i = 0; i < LENGTH; i++)
		code[i] = program[i];
	return LENGTH;
}
