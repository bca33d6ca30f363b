/* bgpd/control/request.h - Names, arguments and framing of the control socket.
 *
 * A unix stream socket carries one JSON object a line, the same in bgpd and bgpctl:
 *
 *   > {"schema":1,"command":"show routes","arguments":{"from":"tun1","received":true}}
 *   < {"schema":1,"ok":true,"more":true,"routes":[...]}
 *   < {"schema":1,"ok":true,"routes":[...]}
 *   > {"schema":1,"command":"tunnel drain","arguments":{"name":"tun9"}}
 *   < {"schema":1,"ok":false,"error":{"text":"no tunnel \"tun9\"","hint":"tunnels: tun1 tun2"}}
 *
 * A reply of several lines has "more" in all but the last; its rows are those of all lines.  What
 * changes something answers with "text", what was done in words.
 *
 * Names in the rows; they are only ever added to.  Times of day are UTC, "2024-05-01T12:00:00.123Z";
 * what is not known or does not apply is null or left out.
 *
 *   neighbors[]  name address local_address asn local_asn state uptime_s hold_time_s keepalive_s
 *                prefixes_received prefixes_accepted prefixes_sent messages_received messages_sent
 *                capabilities[] last_error{code subcode text sent when} tunnel group role
 *                peer_silence_ms peer_keepalive_slow
 *                prefixes_held_back budget shutdown times_established flaws router_id
 *   tunnels[]    name group interface role announced usable since_s flaps rx_bytes tx_bytes pinned
 *                held_s standing inside peer signals{link ipsec ack ping bfd bgp admin peer}, each
 *                {state since_s reason}
 *   groups[]     name provider mode active[] symmetric expected_in observed_in observed_out cause
 *                settling; symmetric is yes, no or undetermined
 *   symmetry[]   group symmetric active[] expected_in observed_in observed_out cause
 *   routes[]     prefix neighbor next_hop origin as_path med local_pref communities[]
 *                large_communities[] otc best reason accepted filtered_by stale age_s; otc where there
 *                is one (RFC 9234)
 *   fib[]        prefix chain[] active kind table metric installed
 *   events[]     time kind subject text from to reason duration_ms, and what belongs to the kind:
 *                failover  first_signal first_seen_ms far_side_ms from_rx_packets from_tx_packets
 *                          to_rx_packets to_tx_packets
 *                drain     rx_packets tx_packets
 *                drill     away_out_ms away_in_ms back_out_ms back_in_ms lost_ms rx_bytes tx_bytes
 *                          rx_packets tx_packets, and others_ before the last four
 *   explain{}    asked prefix text why candidates[] kernel[] group tunnels[] next[]; candidates as routes[],
 *                kernel as fib[], group and tunnels as above
 *   what_if{}    tunnel group text prefixes_offered prefixes_moved prefixes_lost examples[] when_down
 *                tunnels[]{name role_now role_then med_now med_then prepend_now prepend_then}
 *   memory{}     rss_bytes prefixes prefix_bytes paths path_bytes attribute_sets attribute_bytes
 *                chains egresses fib_pending fib_divergence fib_restored
 *   version{}    bgpd fib kernel pid uptime_s
 *   metrics{}    text, as Prometheus reads it
 *   config{}     the configuration in force */
#ifndef BGPD_CONTROL_REQUEST_H
#define BGPD_CONTROL_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_SCHEMA 1
#define REQUEST_SOCKET "/run/bgpd/bgpd.sock"
#define REQUEST_MAX    65536            /* bytes of a request line, its newline included */

enum argument_kind {
	ARGUMENT_OPTIONAL,
	ARGUMENT_REQUIRED,
	ARGUMENT_NAMED,                 /* optional; on a command line its name goes before it */
	ARGUMENT_FLAG,                  /* true or absent */
};

struct request_argument {
	const char *name;
	enum argument_kind kind;
	const char *choices;                    /* "up|down|unknown"; NULL: any text */
};

#define REQUEST_ARGUMENTS 6

struct request_command {
	const char *name;                       /* "show routes" */
	bool changes;                           /* for root and the group named in `control` */
	const char *result;                     /* the reply has it under "routes"; NULL: text */
	struct request_argument arguments[REQUEST_ARGUMENTS + 1];       /* the last has no name */
};

const struct request_command *request_find(const char *name);          /* NULL: unknown */
const struct request_command *request_at(size_t index);                /* NULL behind the last */

/* A request that was read and found valid: known command, known arguments, none missing. */
struct request {
	const struct request_command *command;
	struct json_object *message;            /* owned */
};

/* Each: NULL, or why not as the error reply that is due, for the caller to send and put. */
struct json_object *request_check(const struct request_command *command,
				  struct json_object *arguments);
struct json_object *request_parse(const char *line, size_t length, struct request *request);
void request_clear(struct request *request);
const char *request_text(const struct request *request, const char *argument);  /* NULL: not given */
bool request_flag(const struct request *request, const char *argument);
/* "90", "90s", "5m", "1h"; *seconds is left alone where nothing is said.  False: it is no time. */
bool request_seconds(const struct request *request, const char *argument, uint32_t *seconds);

/* Each is owned by the caller and grows by json_object_object_add. */
/* Takes the arguments. */
struct json_object *request_build(const char *command, struct json_object *arguments);
struct json_object *request_ok(void);
struct json_object *request_done(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Takes rows; `more` says that another line follows. */
struct json_object *request_rows(const struct request_command *command, struct json_object *rows,
				 bool more);
/* hint: NULL for none. */
struct json_object *request_error(const char *hint, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One line with its newline, to be freed. */
char *request_line(struct json_object *message, size_t *length);

#endif
