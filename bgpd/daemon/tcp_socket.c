#include "bgpd/daemon/tcp_socket.h"

#include <ctype.h>
#include <errno.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TTL_MAX  255
#define BACKLOG  64
#define KEY_MAX  80                     /* TCP_MD5SIG_MAXKEYLEN */

struct option {
	const char *what;
	int level, name, value;
	bool wanted;
};

static int set_options(int fd, const struct option *options, size_t count, char why[TCP_FAILURE])
{
	char words[TCP_FAILURE];

	for (const struct option *o = options; o < options + count; o++) {
		if (!o->wanted)
			continue;
		if (setsockopt(fd, o->level, o->name, &o->value, sizeof(o->value)) == 0)
			continue;
		snprintf(why, TCP_FAILURE, "cannot set %s: %.80s", o->what,
			 tcp_socket_words(errno, words));
		return -1;
	}
	return 0;
}

/* Control traffic is CS6 (RFC 4594 3.2), TTL and its check are RFC 4271 and RFC 5082. */
static int set_neighbor_options(int fd, const struct session_params *params, char why[TCP_FAILURE])
{
	bool v6 = params->address.family == FAMILY_IPV6;
	int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP, ttl = params->gtsm ? TTL_MAX : params->ttl;
	const struct option options[] = {
		{ "TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1, true },
		{ "traffic class", level, v6 ? IPV6_TCLASS : IP_TOS, IPTOS_CLASS_CS6, true },
		{ "TTL", level, v6 ? IPV6_UNICAST_HOPS : IP_TTL, ttl, true },
		{ "least TTL", level, v6 ? IPV6_MINHOPCOUNT : IP_MINTTL, TTL_MAX, params->gtsm },
	};

	return set_options(fd, options, sizeof(options) / sizeof(options[0]), why);
}

static int bind_device(int fd, const char *interface, char why[TCP_FAILURE])
{
	char words[TCP_FAILURE];

	if (!interface || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				     (socklen_t)strlen(interface)) == 0)
		return 0;
	snprintf(why, TCP_FAILURE, "cannot bind to device %s: %.80s", interface,
		 tcp_socket_words(errno, words));
	return -1;
}

/* An IPv6 link-local address means something on its interface only. */
socklen_t tcp_socket_endpoint(const struct address *address, uint16_t port, const char *interface,
			      struct sockaddr_storage *to)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *in = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	if (address->family == FAMILY_IPV6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, address->bytes, sizeof(in6->sin6_addr));
		if (interface && address_is_link_local(address))
			in6->sin6_scope_id = if_nametoindex(interface);
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	memcpy(&in->sin_addr, address->bytes, sizeof(in->sin_addr));
	return sizeof(*in);
}

struct address tcp_socket_address(const struct sockaddr_storage *from)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;

	if (from->ss_family == AF_INET6)
		return address_ipv6(in6->sin6_addr.s6_addr);
	if (from->ss_family == AF_INET)
		return address_ipv4(ntohl(in->sin_addr.s_addr));
	return (struct address){ 0 };
}

int tcp_socket_set_key(int fd, const struct address *peer, const char *key)
{
	struct tcp_md5sig signature = { 0 };
	struct sockaddr_storage endpoint;
	size_t length = key ? strlen(key) : 0;

	if (length > KEY_MAX)
		return -EINVAL;
	tcp_socket_endpoint(peer, 0, NULL, &endpoint);
	memcpy(&signature.tcpm_addr, &endpoint, sizeof(endpoint));
	signature.tcpm_keylen = (uint16_t)length;
	if (key)
		memcpy(signature.tcpm_key, key, length);
	return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &signature, sizeof(signature)) ? -errno : 0;
}

/* Linux 6.7 has it, the headers of Debian 12 have not. */
#define AO_ADD_KEY 38
#define AO_DEL_KEY 39

struct ao_add {
	struct sockaddr_storage peer;
	char algorithm[64];
	int32_t ifindex;
	uint32_t flags;
	uint16_t reserved;
	uint8_t prefix, send_id, receive_id, mac_length, key_flags, key_length;
	uint8_t key[KEY_MAX];
} __attribute__((aligned(8)));

struct ao_del {
	struct sockaddr_storage peer;
	int32_t ifindex;
	uint32_t flags;
	uint16_t reserved;
	uint8_t prefix, send_id, receive_id, current, next, key_flags;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct ao_add) == 288 && sizeof(struct ao_del) == 144, "as in the kernel");

int tcp_socket_set_ao(int fd, const struct address *peer, const struct tcp_ao *ao)
{
	static const char *const algorithms[] = {
		[TCP_AO_HMAC_SHA1] = "hmac(sha1)", [TCP_AO_AES_CMAC] = "cmac(aes128)",
	};
	size_t length = strlen(ao->key);
	struct ao_add add = { .prefix = (uint8_t)family_bits(peer->family), .send_id = ao->id,
			      .receive_id = ao->id, .key_length = (uint8_t)length };

	if (length > KEY_MAX)
		return -EINVAL;
	tcp_socket_endpoint(peer, 0, NULL, &add.peer);
	snprintf(add.algorithm, sizeof(add.algorithm), "%s", algorithms[ao->algorithm]);
	memcpy(add.key, ao->key, length);
	return setsockopt(fd, IPPROTO_TCP, AO_ADD_KEY, &add, sizeof(add)) ? -errno : 0;
}

int tcp_socket_remove_ao(int fd, const struct address *peer, uint8_t id)
{
	struct ao_del del = { .prefix = (uint8_t)family_bits(peer->family), .send_id = id,
			      .receive_id = id };

	tcp_socket_endpoint(peer, 0, NULL, &del.peer);
	return setsockopt(fd, IPPROTO_TCP, AO_DEL_KEY, &del, sizeof(del)) ? -errno : 0;
}

static int refuse_unsigned(const char *what, int error, char why[TCP_FAILURE])
{
	char words[TCP_FAILURE];

	snprintf(why, TCP_FAILURE, "cannot set the %s key: %.60s%s", what,
		 tcp_socket_words(-error, words),
		 error == -ENOPROTOOPT ? ": this kernel does not have it" : "");
	return -1;
}

/* What was accepted has its keys from the listener.  They are set once more: should it not have
 * them, then the connection dies here instead of running unsigned. */
static int set_keys(int fd, const struct session_params *params, char why[TCP_FAILURE])
{
	int error = 0;

	if (params->password)
		error = tcp_socket_set_key(fd, &params->address, params->password);
	if (error)
		return refuse_unsigned("TCP MD5", error, why);
	if (params->tcp_ao.key)
		error = tcp_socket_set_ao(fd, &params->address, &params->tcp_ao);
	if (error && error != -EEXIST)
		return refuse_unsigned("TCP-AO", error, why);
	return 0;
}

int tcp_socket_prepare(int fd, const struct session_params *params, char why[TCP_FAILURE])
{
	if (set_neighbor_options(fd, params, why) || bind_device(fd, params->interface, why))
		return -1;
	return set_keys(fd, params, why);
}

static int begin(int fd, const struct session_params *params, uint16_t port, char why[TCP_FAILURE])
{
	struct sockaddr_storage endpoint;
	socklen_t length;
	char words[TCP_FAILURE];

	if (tcp_socket_prepare(fd, params, why))
		return -1;
	length = tcp_socket_endpoint(&params->local_address, 0, params->interface, &endpoint);
	if (address_is_set(&params->local_address) &&
	    bind(fd, (struct sockaddr *)&endpoint, length)) {
		snprintf(why, TCP_FAILURE, "cannot use the local address: %.80s",
			 tcp_socket_words(errno, words));
		return -1;
	}
	length = tcp_socket_endpoint(&params->address, port, params->interface, &endpoint);
	if (connect(fd, (struct sockaddr *)&endpoint, length) && errno != EINPROGRESS) {
		tcp_socket_words(errno, why);
		return -1;
	}
	return 0;
}

static int open_socket(enum family family, char why[TCP_FAILURE])
{
	int fd = socket(family == FAMILY_IPV6 ? AF_INET6 : AF_INET,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		tcp_socket_words(errno, why);
	return fd;
}

int tcp_socket_connect(const struct session_params *params, uint16_t port, char why[TCP_FAILURE])
{
	int fd = open_socket(params->address.family, why);

	if (fd >= 0 && begin(fd, params, port, why)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The answer to a SYN leaves before we know whose it is: TTL 255 suits a neighbor that checks it
 * (RFC 5082) and no neighbor minds. */
static int set_listener_options(int fd, enum family family, char why[TCP_FAILURE])
{
	bool v6 = family == FAMILY_IPV6;
	int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	const struct option options[] = {
		{ "SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1, true },
		{ "IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, 1, v6 },
		{ "traffic class", level, v6 ? IPV6_TCLASS : IP_TOS, IPTOS_CLASS_CS6, true },
		{ "TTL", level, v6 ? IPV6_UNICAST_HOPS : IP_TTL, TTL_MAX, true },
	};

	return set_options(fd, options, sizeof(options) / sizeof(options[0]), why);
}

static const char *advice(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "; another BGP daemon? (ss -ltnp shows it)";
	case EACCES:
		return "; start as root, or with CAP_NET_BIND_SERVICE";
	default:
		return "";
	}
}

int tcp_socket_listen(enum family family, uint16_t port, char why[TCP_FAILURE])
{
	const struct address any = { .family = (uint8_t)family };
	struct sockaddr_storage endpoint;
	socklen_t length = tcp_socket_endpoint(&any, port, NULL, &endpoint);
	char words[TCP_FAILURE];
	int fd = open_socket(family, why), error;

	if (fd < 0)
		return -errno;
	if (set_listener_options(fd, family, why)) {
		close(fd);
		return -EOPNOTSUPP;
	}
	if (bind(fd, (struct sockaddr *)&endpoint, length) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	snprintf(why, TCP_FAILURE, "%.60s%s", tcp_socket_words(error, words), advice(error));
	close(fd);
	return -error;
}

const char *tcp_socket_words(int error, char text[TCP_FAILURE])
{
	int kept = errno;

	snprintf(text, TCP_FAILURE, "%s", strerror(error));
	text[0] = (char)tolower((unsigned char)text[0]);
	errno = kept;
	return text;
}
