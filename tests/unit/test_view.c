#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/view.h"

static char *printed;
static size_t printed_length;

static struct screen open_screen(void)
{
	free(printed);
	printed = NULL;
	return (struct screen){
		.out = open_memstream(&printed, &printed_length), .now = 1714564924,   /* 12:02:04 */
	};
}

/* Rows as the daemon reports them; in JSON with ' for ". */
static struct json_object *parse(const char *text)
{
	char *copy = strdup(text);
	struct json_object *value;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_tokener_parse(copy);
	free(copy);
	assert_non_null(value);
	return value;
}

static void expect_table(const struct view *view, const char *rows_text, const char *expected)
{
	struct screen screen = open_screen();
	struct json_object *rows = parse(rows_text);
	struct columns *columns = columns_new(&view->table, &screen);

	for (size_t i = 0; i < json_object_array_length(rows); i++)
		columns_add(columns, json_object_array_get_idx(rows, i));
	columns_flush(columns);
	columns_free(columns);
	fclose(screen.out);
	assert_string_equal(printed, expected);
	json_object_put(rows);
}

static void expect_page(const struct view *view, const char *row_text, const char *expected)
{
	struct screen screen = open_screen();
	struct json_object *row = parse(row_text);

	view->page(&screen, row);
	fclose(screen.out);
	assert_string_equal(printed, expected);
	json_object_put(row);
}

#define ESTABLISHED \
	"{'name':'tun1','address':'169.254.10.1','local_address':'169.254.10.2','asn':64512," \
	"'local_asn':65010,'router_id':'169.254.10.1','state':'established','uptime_s':11520," \
	"'hold_time_s':30,'keepalive_s':8,'prefixes_received':1204,'prefixes_accepted':1200," \
	"'prefixes_sent':3,'prefixes_held_back':0,'budget':100,'messages_received':5012," \
	"'messages_sent':4987,'capabilities':['ipv4','route-refresh','as4'],'last_error':null," \
	"'tunnel':'tun1','group':'aws-seoul','role':'active','shutdown':false,'times_established':1}"

#define DOWN \
	"{'name':'tun2','address':'169.254.11.1','asn':64512,'state':'connect','uptime_s':0," \
	"'hold_time_s':0,'keepalive_s':0,'prefixes_received':0,'prefixes_accepted':0,'prefixes_sent':0," \
	"'messages_received':7,'messages_sent':9,'capabilities':[],'last_error':{'code':4,'subcode':0," \
	"'text':'hold timer expired','sent':true,'when':'2024-05-01T12:00:00.123Z'}," \
	"'role':'unusable','shutdown':false,'times_established':2}"

static void a_neighbor_that_is_down_says_why_right_under_it(void **unused)
{
	(void)unused;
	expect_table(&neighbors_view, "[" ESTABLISHED "," DOWN "]",
		"NEIGHBOR  ADDRESS          AS  STATE        UPTIME  HOLD/KEEP  RECEIVED  ACCEPTED  SENT  ROLE\n"
		"tun1      169.254.10.1  64512  established   3h12m       30/8     1,204     1,200     3  active\n"
		"tun2      169.254.11.1  64512  connect           -          -         -         -     -  unusable\n"
		"          2m04s ago: hold timer expired (sent 4/0)\n");
}

static void a_neighbor_shut_down_by_an_operator_is_shown_as_that(void **unused)
{
	(void)unused;
	expect_table(&neighbors_view,
		"[{'name':'core1','address':'10.60.0.2','asn':65010,'state':'idle','shutdown':true,"
		"'role':null,'last_error':{'code':0,'subcode':0,'text':'connection refused','sent':false,"
		"'when':null}}]",
		"NEIGHBOR  ADDRESS       AS  STATE      UPTIME  HOLD/KEEP  RECEIVED  ACCEPTED  SENT  ROLE\n"
		"core1     10.60.0.2  65010  shut down       -          -         -         -     -  -\n"
		"          connection refused\n");
}

static void the_page_of_a_neighbor_has_all_there_is(void **unused)
{
	(void)unused;
	expect_page(&neighbors_view, ESTABLISHED,
		"tun1\n"
		"  neighbor            169.254.10.1, AS 64512, router id 169.254.10.1\n"
		"  local side          169.254.10.2, AS 65010\n"
		"  tunnel              tun1 of aws-seoul, active\n"
		"  state               established for 3h12m\n"
		"  established         1 time\n"
		"  timers              hold 30 s, keepalive 8 s\n"
		"  prefixes            1,204 received, 1,200 accepted, 3 sent\n"
		"  budget              100 prefixes out, 0 held back\n"
		"  messages            5,012 received, 4,987 sent\n"
		"  capabilities        ipv4, route-refresh, as4\n"
		"  last error          none\n");
}

#define TUNNEL_DOWN \
	"{'name':'tun1','group':'aws-seoul','interface':'ipsec1','inside':'169.254.10.2/30'," \
	"'peer':'169.254.10.1','role':'unusable','announced':'unusable','usable':false,'pinned':false," \
	"'held_s':null,'since_s':12,'rx_bytes':1200000,'tx_bytes':512,'flaps':1,'signals':{" \
	"'link':{'state':'up','since_s':400,'reason':'','required':true}," \
	"'ipsec':{'state':'unknown','since_s':400,'reason':''}," \
	"'ack':{'state':'down','since_s':12,'required':true," \
	"'reason':'no acknowledgement for 2.0 s'}," \
	"'bgp':{'state':'up','since_s':398,'reason':'established'}}}"

static void a_tunnel_shows_what_is_known_and_what_is_to_blame(void **unused)
{
	(void)unused;
	expect_table(&tunnels_view, "[" TUNNEL_DOWN ",{'name':'tun2','group':'aws-seoul',"
		"'interface':'ipsec2','role':'standby','announced':'active','usable':true,'pinned':true,"
		"'held_s':23,'since_s':4000,'rx_bytes':0,'tx_bytes':0,'flaps':0,'signals':{}}]",
		"TUNNEL  GROUP      INTERFACE  ROLE                                SINCE  USABLE      RX     TX  "
		"FLAPS  SIGNALS\n"
		"tun1    aws-seoul  ipsec1     unusable                              12s  no      1.2 MB  512 B  "
		"    1  link !ack bgp\n"
		"        ack down for 12s: no acknowledgement for 2.0 s\n"
		"tun2    aws-seoul  ipsec2     standby > active, pinned, held 23s  1h06m  yes        0 B    0 B  "
		"    0  -\n");
}

static void the_page_of_a_tunnel_has_every_signal(void **unused)
{
	(void)unused;
	expect_page(&tunnels_view, TUNNEL_DOWN,
		"tun1\n"
		"  group               aws-seoul\n"
		"  interface           ipsec1\n"
		"  inside link         169.254.10.2/30, peer 169.254.10.1\n"
		"  traffic             1.2 MB received, 512 B sent\n"
		"  role                unusable\n"
		"  since               12s\n"
		"  usable              no\n"
		"  flaps               1\n"
		"  link                up for 6m40s\n"
		"  ipsec               unknown for 6m40s\n"
		"  ack                 down for 12s: no acknowledgement for 2.0 s\n"
		"  bgp                 up for 6m38s: established\n");
}

static void an_asymmetric_group_says_what_causes_it(void **unused)
{
	(void)unused;
	expect_table(&groups_view,
		"[{'name':'aws-seoul','provider':'aws-vgw','mode':'active-standby','active':['tun1'],"
		"'symmetric':'no','expected_in':'tun1','observed_in':'tun2','observed_out':'tun1',"
		"'cause':'AS path length on tun2'}]",
		"GROUP      PROVIDER  MODE            ACTIVE  SYMMETRIC  EXPECTED IN  OBSERVED IN  OBSERVED OUT\n"
		"aws-seoul  aws-vgw   active-standby  tun1    no         tun1         tun2         tun1\n"
		"           AS path length on tun2\n");
}

static void a_route_is_marked_and_gives_its_reason(void **unused)
{
	(void)unused;
	expect_table(&routes_view,
		"[{'prefix':'10.50.0.0/16','neighbor':'tun1','next_hop':'169.254.10.1','origin':'igp',"
		"'as_path':'64512 65001','med':100,'local_pref':200,'best':true,'reason':'local preference',"
		"'accepted':true,'filtered_by':null,'stale':false},"
		"{'prefix':'0.0.0.0/0','neighbor':'tun2','next_hop':'169.254.11.1','origin':'incomplete',"
		"'as_path':'','med':null,'local_pref':null,'best':false,'reason':null,'accepted':false,"
		"'filtered_by':'default route','stale':false}]",
		"  PREFIX        NEXT HOP      NEIGHBOR  PREF  MED  AS PATH        REASON\n"
		"> 10.50.0.0/16  169.254.10.1  tun1       200  100  64512 65001 i  local preference\n"
		"x 0.0.0.0/0     169.254.11.1  tun2         -    -  ?              not accepted: default route\n");
}

static void a_kernel_route_shows_its_chain(void **unused)
{
	(void)unused;
	expect_table(&fib_view,
		"[{'prefix':'10.50.0.0/16','chain':['tun1','tun2'],'active':'tun2','kind':'chain','table':254,"
		"'metric':20,'installed':true},{'prefix':'10.51.0.0/16','chain':[],'active':null,"
		"'kind':'unreachable','table':254,'metric':4096,'installed':false}]",
		"PREFIX        CHAIN          ACTIVE  TABLE  METRIC  INSTALLED\n"
		"10.50.0.0/16  tun1 > tun2    tun2      254      20  yes\n"
		"10.51.0.0/16  (unreachable)  -         254    4096  no\n");
}

static void an_event_is_a_sentence_with_its_time(void **unused)
{
	(void)unused;
	setenv("TZ", "UTC0", 1);
	expect_table(&events_view,
		"[{'time':'2024-05-01T12:00:00.123Z','kind':'role','subject':'tun2','text':'tunnel role changed',"
		"'from':'standby','to':'active','reason':'tun1: hold timer expired','duration_ms':412},"
		"{'time':'2024-05-01T12:00:01.000Z','kind':'fib','subject':'aws','text':'traffic moved',"
		"'from':null,'to':null,'reason':null,'duration_ms':null}]",
		"TIME                     KIND  SUBJECT  EVENT\n"
		"2024-05-01 12:00:00.123  role  tun2     tunnel role changed: standby -> active, tun1: hold timer "
		"expired (412 ms)\n"
		"2024-05-01 12:00:01.000  fib   aws      traffic moved\n");
}

static int clear(void **unused)
{
	(void)unused;
	free(printed);
	return 0;
}

static void an_explanation_is_the_tables_about_one_prefix(void **unused)
{
	(void)unused;
	expect_page(&explain_view,
		"{'asked':'10.50.0.7','prefix':'10.50.0.0/16','text':'10.50.0.0/16 leaves by tun1',"
		"'candidates':[{'prefix':'10.50.0.0/16','neighbor':'tun1','next_hop':'169.254.10.1',"
		"'origin':'igp','as_path':'64512','local_pref':200,'best':true,'reason':'only path',"
		"'accepted':true}],'kernel':[{'prefix':'10.50.0.0/16','chain':['tun1','tun2'],"
		"'active':'tun1','kind':'chain','table':254,'metric':20,'installed':true}],"
		"'next':['if tun1 fails, no tunnel is left: unreachable']}",
		"10.50.0.7: 10.50.0.0/16 leaves by tun1\n"
		"\npaths\n"
		"  PREFIX        NEXT HOP      NEIGHBOR  PREF  MED  AS PATH  REASON\n"
		"> 10.50.0.0/16  169.254.10.1  tun1       200    -  64512 i  only path\n"
		"\nin the kernel\n"
		"PREFIX        CHAIN        ACTIVE  TABLE  METRIC  INSTALLED\n"
		"10.50.0.0/16  tun1 > tun2  tun1      254      20  yes\n"
		"\nwhat comes next\n"
		"  if tun1 fails, no tunnel is left: unreachable\n");
}

static void what_if_tells_what_is_lost_and_what_is_said(void **unused)
{
	(void)unused;
	expect_page(&what_if_view,
		"{'tunnel':'tun1','group':'cloud','text':'without tun1 the traffic of cloud leaves by "
		"tun2','prefixes_offered':12,'prefixes_moved':3,'prefixes_lost':9,"
		"'examples':['10.51.0.0/16'],'when_down':'unreachable','tunnels':["
		"{'name':'tun1','role_now':'active','role_then':'unusable','med_now':null,"
		"'med_then':null,'prepend_now':0,'prepend_then':6},"
		"{'name':'tun3','role_now':'standby','role_then':'standby','med_now':null,"
		"'med_then':null,'prepend_now':4,'prepend_then':4}]}",
		"without tun1 the traffic of cloud leaves by tun2\n"
		"  prefixes that move  3\n"
		"  left without a path 9 prefixes, then unreachable: 10.51.0.0/16 ...\n"
		"\nroles, and what the far side is told\n"
		"TUNNEL  ROLE                MED  PREPEND\n"
		"tun1    active -> unusable    -   0 -> 6\n"
		"tun3    standby               -        4\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbor_that_is_down_says_why_right_under_it),
		cmocka_unit_test(a_neighbor_shut_down_by_an_operator_is_shown_as_that),
		cmocka_unit_test(the_page_of_a_neighbor_has_all_there_is),
		cmocka_unit_test(a_tunnel_shows_what_is_known_and_what_is_to_blame),
		cmocka_unit_test(the_page_of_a_tunnel_has_every_signal),
		cmocka_unit_test(an_asymmetric_group_says_what_causes_it),
		cmocka_unit_test(a_route_is_marked_and_gives_its_reason),
		cmocka_unit_test(a_kernel_route_shows_its_chain),
		cmocka_unit_test(an_event_is_a_sentence_with_its_time),
		cmocka_unit_test(an_explanation_is_the_tables_about_one_prefix),
		cmocka_unit_test(what_if_tells_what_is_lost_and_what_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, clear);
}
