/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The translator between a proxy (the link's other side) and a front end (a
 * SIP stack of our own), over real sockets on one loop with a clock we move.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/evlog.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway.h"
#include "gateway/link.h"
#include "gateway/sip/notifier.h"
#include "gateway/sip/subscriber.h"
#include "xml/xml_read.h"

#define KEEP 32

struct rig {
	struct loop *loop;
	struct gateway *gw;
	struct live *live;
	int dir;
	char dir_name[40];

	/* the proxy */
	struct link *proxy;
	char *stanzas[KEEP];
	size_t n_stanzas;
	enum stanza_condition say; /* what the proxy answers */
	char say_text[64];
	bool hold; /* it answers later */
	uint64_t held[KEEP];
	size_t n_held;
	enum stanza_condition result; /* of the last stanza sent inwards */
	int n_results;

	/* the front end */
	struct sip_stack *sip;
	struct sip_notifiers *agent; /* S's presence */
	struct sip_subscribers *client; /* S as a watcher */
	struct sip_subscriber *watcher;
	struct sip_target to_gw;
	char *messages[KEEP];
	size_t n_messages;
	int answer; /* to MESSAGE; 0: hold */
	struct sip_server *pending[KEEP];
	size_t n_pending;
	int n_subscribes;
	struct sip_notifier *dialog;
	const char *document; /* S's presence; NULL: pending */
	int refuse_subscribe;
	int status; /* final answer to what S sent */
	char reason[128];
	char state[32]; /* of the last NOTIFY to S */
	char ended[32];
	char *body;
	int n_notifies;
};

#define PIDF_AWAY                                                              \
	"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:ann@s'>"    \
	"<tuple id='t'><status><basic>open</basic><show "                      \
	"xmlns='jabber:client'>away</show></status></tuple></presence>"
#define PIDF_CLOSED                                                            \
	"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:ann@s'>"    \
	"<tuple id='t'><status><basic>closed</basic></status></tuple>"         \
	"</presence>"

/* ---- the snapshot ---- */

static void
add_user(struct usertable_writer *w, const char *address, bool xmpp)
{
	struct usertable_user u = { .address = address,
		.display_name = "Ann Example", .policy = "Tag:FedPic",
		.enabled = true, .federation = true, .xmpp = xmpp };
	size_t i, k;

	for (i = 0; i < USERTABLE_LOGINS; i++) {
		u.login[i] = "";
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u.ha1[i][k] = "";
	}
	assert_int_equal(usertable_writer_add(w, &u, NULL), 0);
}

static struct settings *
snapshot(bool ann_may)
{
	struct dict *d = dict_new(NULL), *edge = dict_new(NULL);
	struct dict *p = dict_new(NULL);
	struct list *partners = list_new(NULL, 2), *sip = list_new(NULL, 1);
	struct usertable_writer *w;
	struct settings *s;
	struct buf b = { 0 };
	struct fault f;
	int fd = usertable_memfd(&f);

	w = usertable_writer_new(fd, 7);
	add_user(w, "ann@sip.example", ann_may);
	add_user(w, "off@sip.example", false);
	assert_int_equal(usertable_writer_finish(w, &f), 0);
	usertable_writer_free(w);
	dict_set_str_take(p, "Domain", value_string("xmpp.example"));
	dict_set_str_take(p, "PartnerType", value_string("Federated"));
	list_add_take(partners, dict_value(p));
	list_add_take(sip, value_string("sip.example"));
	dict_set_str_take(edge, "AllowFederatedUsers", value_bool(true));
	dict_set_str_take(d, "SipDomains", list_value(sip));
	dict_set_str_take(d, "XmppPartners", list_value(partners));
	dict_set_str_take(d, "AccessEdge", dict_value(edge));
	assert_int_equal(codec_write(&b, dict_value(d), &f), 0);
	value_unref(dict_value(d));
	s = settings_read(b.data, b.len, fd, &f);
	assert_non_null(s);
	(void)close(fd);
	buf_clear(&b);
	return s;
}

/* ---- the proxy ---- */

static void
proxy_on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	struct rig *r = arg;
	char *text = xml_write_text(s->x, NULL), *q;

	for (q = text; *q != '\0'; q++) { /* either quotes will do */
		if (*q == '\'')
			*q = '"';
	}
	assert_true(r->n_stanzas < KEEP);
	r->stanzas[r->n_stanzas++] = text;
	xml_free(s->x);
	if (r->hold)
		r->held[r->n_held++] = s->token;
	else
		link_result(k, s->token, r->say,
		    r->say_text[0] != '\0' ? r->say_text : NULL);
}

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	struct rig *r = arg;

	(void)text;
	r->result = c;
	r->n_results++;
}

static void
x_sends(struct rig *r, const char *text)
{
	struct fault f;
	struct xml *x = xml_parse(text, strlen(text), NULL, &f);

	if (x == NULL)
		fail_msg("%s: %s", text, f.text);
	link_send_take(r->proxy, x, "k", "t1", on_result, r);
}

#define MESSAGE(id, body)                                                      \
	"<message xmlns='jabber:server' type='chat' id='" id                   \
	"' from='x@xmpp.example/r' to='ann@sip.example'><body>" body           \
	"</body></message>"
#define PRESENCE(attrs, inside)                                                \
	"<presence xmlns='jabber:server' to='ann@sip.example' " attrs ">"      \
	inside "</presence>"
#define BARE "from='x@xmpp.example' "
#define FULL "from='x@xmpp.example/r' "

/* ---- the front end ---- */

static void
fe_on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct rig *r = arg;

	(void)peer;
	if (m->method == SIP_SUBSCRIBE) {
		r->n_subscribes++;
		sip_notifiers_subscribe(r->agent, t);
	} else if (m->method == SIP_NOTIFY) {
		sip_subscribers_notify(r->client, t);
	} else {
		assert_int_equal(m->method, SIP_MESSAGE);
		assert_true(r->n_messages < KEEP);
		r->messages[r->n_messages++] = sip_msg_text(m);
		if (r->answer != 0)
			sip_server_answer(t, r->answer, NULL);
		else
			r->pending[r->n_pending++] = t;
	}
}

static void
agent_on_subscribe(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, uint32_t expires, void *arg)
{
	struct rig *r = arg;

	(void)m;
	(void)peer;
	(void)expires;
	if (r->refuse_subscribe != 0) {
		sip_server_answer(t, r->refuse_subscribe, NULL);
		return;
	}
	r->dialog = sip_notifier_accept(r->agent, t,
	    r->document != NULL ? SIP_SUB_ACTIVE : SIP_SUB_PENDING,
	    r->document != NULL ? "application/pidf+xml" : NULL, r->document,
	    r->document != NULL ? strlen(r->document) : 0, r);
}

static void
agent_on_refresh(struct sip_notifier *n, void *arg)
{
	struct rig *r = arg;

	sip_notifier_notify(n, SIP_SUB_ACTIVE, NULL, "application/pidf+xml",
	    r->document, strlen(r->document), true);
}

static void
agent_on_end(struct sip_notifier *n, const char *reason, void *arg)
{
	struct rig *r = arg;

	(void)n;
	(void)reason;
	r->dialog = NULL;
}

static void
watcher_keep(struct rig *r, const struct sip_msg *m)
{
	mem_free(r->body);
	r->body = m != NULL ? sip_span_dup(sip_msg_body(m)) : mem_strdup("");
}

static void
watcher_on_notify(struct sip_subscriber *s, const struct sip_substate *state,
    const struct sip_msg *m, void *ctx)
{
	struct rig *r = ctx;

	(void)s;
	(void)snprintf(r->state, sizeof(r->state), "%.*s",
	    (int)state->state.n, state->state.p);
	watcher_keep(r, m);
	r->n_notifies++;
}

static void
watcher_on_end(struct sip_subscriber *s, enum sip_subscriber_end how,
    int status, const struct sip_substate *state, const struct sip_msg *m,
    void *ctx)
{
	struct rig *r = ctx;

	(void)s;
	r->watcher = NULL;
	if (how == SIP_SUB_END_TERMINATED)
		(void)snprintf(r->ended, sizeof(r->ended), "%.*s",
		    (int)state->reason.n, state->reason.p);
	else
		(void)snprintf(r->ended, sizeof(r->ended), "%d", status);
	watcher_keep(r, m);
}

static void
on_answer(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct rig *r = arg;

	(void)c;
	(void)outcome;
	if (m->status < 200)
		return;
	r->status = m->status;
	(void)snprintf(r->reason, sizeof(r->reason), "%.*s",
	    (int)sip_msg_reason(m).n, sip_msg_reason(m).p);
}

static void
s_writes(struct rig *r, const char *from, const char *to, const char *text)
{
	char *f = mem_printf("<sip:%s>", from), *uri = mem_printf("sip:%s", to);
	char *t = mem_printf("<%s>", uri);
	struct sip_msg *m = sip_request_make(SIP_MESSAGE, sip_span_of(uri), f,
	    t, NULL, 1);

	sip_msg_set_body(m, "text/plain", text, strlen(text));
	r->status = 0;
	(void)sip_stack_request(r->sip, m, &r->to_gw, on_answer, r);
	sip_msg_unref(m);
	mem_free(f);
	mem_free(uri);
	mem_free(t);
}

static void
s_watches(struct rig *r)
{
	struct sip_subscribe w = { .uri = "sip:x@xmpp.example",
		.from = "<sip:ann@sip.example>",
		.to = "<sip:x@xmpp.example>", .contact_user = "ann",
		.event = "presence", .accept = "application/pidf+xml",
		.expires = 3600, .target = r->to_gw };

	r->ended[0] = r->state[0] = '\0';
	r->watcher = sip_subscriber_new(r->client, &w, r);
}

/* ---- the rig ---- */

static void
turn(struct rig *r)
{
	(void)loop_turn(r->loop, 1);
	loop_clock_advance(r->loop, 20);
}

#define UNTIL(r, cond)                                                         \
	do {                                                                   \
		int left_ = 3000;                                              \
		while (!(cond) && left_-- > 0)                                 \
			turn(r);                                               \
		if (!(cond))                                                   \
			fail_msg("line %d: never: %s", __LINE__, #cond);       \
	} while (0)

static void
wait_ms(struct rig *r, int ms)
{
	for (; ms > 0; ms -= 20)
		turn(r);
}

static void
gateway_up(struct rig *r, bool ann_may)
{
	struct settings *s = snapshot(ann_may);
	struct gateway_opts o = { .loop = r->loop, .settings = s,
		.live = r->live, .plain = true };
	enum sip_transport transport;
	struct sip_target hop = { .transport = SIP_TCP };
	struct addr any;
	struct fault f;

	hop.addr = *sip_stack_listener(r->sip, 0, &transport);
	o.next_hop = &hop;
	r->gw = gateway_open(&o);
	settings_unref(s);
	assert_int_equal(addr_from_ip("127.0.0.1", 0, &any, &f), 0);
	assert_int_equal(gateway_listen(r->gw, SIP_TCP, &any, &f), 0);
	r->to_gw.transport = SIP_TCP;
	r->to_gw.addr = *gateway_listen_addr(r->gw);
	gateway_connect(r->gw, link_listen_addr(r->proxy), 1);
	UNTIL(r, link_is_up(r->proxy));
}

static int
setup(void **state)
{
	static const struct link_ops lops = { .on_stanza = proxy_on_stanza };
	static const struct sip_stack_ops sops = {
		.on_request = fe_on_request };
	static const char *const events[] = { "presence", NULL };
	static const char *const bodies[] = { "application/pidf+xml", NULL };
	static const struct sip_notifiers_opts nopts = { .events = events,
		.accept = bodies, .contact_user = "pa", .pace_ms = 100 };
	static const struct sip_notifiers_ops nops = {
		.on_subscribe = agent_on_subscribe,
		.on_refresh = agent_on_refresh, .on_end = agent_on_end };
	static const struct sip_subscribers_ops wops = {
		.on_notify = watcher_on_notify, .on_end = watcher_on_end };
	struct sip_stack_opts so = { 0 };
	struct rig *r = mem_zalloc(sizeof(*r));
	struct addr any;
	struct fault f;

	r->loop = loop_new(&f);
	loop_clock_fake(r->loop, 1000000, INT64_C(1700000000000));
	(void)snprintf(r->dir_name, sizeof(r->dir_name),
	    "/tmp/fedsh-gw-XXXXXX");
	if (mkdtemp(r->dir_name) == NULL)
		return -1;
	r->dir = open(r->dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (live_open(r->dir, "j", &r->live, &f) < 0)
		return -1;
	assert_int_equal(addr_from_ip("127.0.0.1", 0, &any, &f), 0);
	r->proxy = link_open(r->loop, NULL, &lops, r);
	if (link_listen(r->proxy, &any, &f) < 0)
		return -1;
	r->sip = sip_stack_new(r->loop, &so, &sops, r);
	if (sip_stack_listen(r->sip, SIP_TCP, &any, NULL, &f) < 0)
		return -1;
	r->agent = sip_notifiers_new(r->sip, &nopts, &nops, r);
	r->client = sip_subscribers_new(r->sip, &wops);
	r->answer = 200;
	r->document = PIDF_AWAY;
	gateway_up(r, true);
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	size_t i;

	gateway_close(r->gw);
	sip_subscribers_free(r->client);
	sip_notifiers_free(r->agent);
	sip_stack_free(r->sip);
	link_close(r->proxy);
	live_close(r->live);
	(void)loop_turn(r->loop, 0);
	loop_free(r->loop);
	for (i = 0; i < r->n_stanzas; i++)
		mem_free(r->stanzas[i]);
	for (i = 0; i < r->n_messages; i++)
		mem_free(r->messages[i]);
	mem_free(r->body);
	(void)unlinkat(r->dir, "j", 0);
	(void)close(r->dir);
	(void)rmdir(r->dir_name);
	mem_free(r);
	return 0;
}

static void
forget(struct rig *r)
{
	while (r->n_stanzas > 0)
		mem_free(r->stanzas[--r->n_stanzas]);
	while (r->n_messages > 0)
		mem_free(r->messages[--r->n_messages]);
	r->n_results = 0;
}

static const char *
stanza_with(struct rig *r, const char *text)
{
	size_t i;

	for (i = 0; i < r->n_stanzas; i++) {
		if (strstr(r->stanzas[i], text) != NULL)
			return r->stanzas[i];
	}
	return NULL;
}

/* Ends without a word, as kill -9 does, and comes back with the journal. */
static void
killed_and_started(struct rig *r)
{
	struct fault f;

	gateway_close(r->gw);
	live_close(r->live);
	assert_int_equal(live_open(r->dir, "j", &r->live, &f), 0);
	UNTIL(r, !link_is_up(r->proxy));
	gateway_up(r, true);
}

/* ---- messages ---- */

static void
a_message_of_x_is_answered_when_sip_has_answered(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0],
	    "From: <sip:x@xmpp.example;gr=r>;tag="));
	assert_non_null(strstr(r->messages[0], "MESSAGE sip:ann@sip.example"));
	assert_non_null(strstr(r->messages[0], "\r\n\r\nhi"));
	wait_ms(r, 1000);
	assert_int_equal(r->n_results, 0);
	sip_server_answer(r->pending[0], 200, NULL);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_NONE);
}

/* [E5] */
static void
a_refusal_of_sip_hides_who_exists(void **state)
{
	struct rig *r = *state;

	r->answer = 404;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	r->answer = 415;
	x_sends(r, MESSAGE("2", "hi"));
	UNTIL(r, r->n_results == 2);
	assert_int_equal(r->result, CONDITION_NOT_ACCEPTABLE);
}

/* [O1] */
static void
messages_of_a_pair_go_one_by_one(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "one"));
	x_sends(r, MESSAGE("2", "two"));
	x_sends(r, MESSAGE("3", "three"));
	UNTIL(r, r->n_messages == 1);
	wait_ms(r, 500);
	assert_int_equal(r->n_messages, 1);
	sip_server_answer(r->pending[0], 200, NULL);
	UNTIL(r, r->n_messages == 2);
	assert_non_null(strstr(r->messages[1], "\r\n\r\ntwo"));
	/* One that fails is returned, those behind it go on. */
	sip_server_answer(r->pending[1], 500, NULL);
	UNTIL(r, r->n_messages == 3);
	sip_server_answer(r->pending[2], 200, NULL);
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_NONE);
}

/* [O3] */
static void
a_repeated_message_is_delivered_once(void **state)
{
	struct rig *r = *state;

	x_sends(r, MESSAGE("1", "hi"));
	x_sends(r, MESSAGE("1", "hi"));
	x_sends(r, MESSAGE("1", "other text"));
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_NONE);
	assert_int_equal(r->n_messages, 2);
}

static void
a_silent_front_end_bounces_before_the_links_deadline(void **state)
{
	struct rig *r = *state;

	r->answer = 0;
	x_sends(r, MESSAGE("1", "hi"));
	UNTIL(r, r->n_messages == 1);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_REMOTE_SERVER_TIMEOUT);
	sip_server_answer(r->pending[0], 200, NULL);
}

static void
a_message_of_s_is_answered_when_xmpp_has_answered(void **state)
{
	struct rig *r = *state;

	r->hold = true;
	s_writes(r, "ann@sip.example", "x@xmpp.example;gr=home", "a\r\nb");
	UNTIL(r, r->n_stanzas == 1);
	assert_non_null(stanza_with(r, "from=\"ann@sip.example/sip\""));
	assert_non_null(stanza_with(r, "to=\"x@xmpp.example/home\""));
	assert_non_null(stanza_with(r, "<body>a\nb</body>"));
	assert_non_null(stanza_with(r, "type=\"chat\""));
	wait_ms(r, 5000);
	assert_int_equal(r->status, 0);
	link_result(r->proxy, r->held[0], CONDITION_NONE, NULL);
	UNTIL(r, r->status == 202);
}

static void
a_failure_of_xmpp_becomes_a_status_with_its_reason(void **state)
{
	struct rig *r = *state;

	r->say = CONDITION_ITEM_NOT_FOUND;
	(void)snprintf(r->say_text, sizeof(r->say_text), "nobody here");
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 404);
	assert_string_equal(r->reason, "nobody here");
}

/* [M1], [M2] */
static void
a_late_failure_becomes_a_message_from_the_contact(void **state)
{
	struct rig *r = *state;

	r->hold = true;
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->n_held == 1);
	UNTIL(r, r->status == 202);
	link_result(r->proxy, r->held[0], CONDITION_REMOTE_SERVER_NOT_FOUND,
	    "no such domain");
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0], "From: <sip:x@xmpp.example>"));
	assert_non_null(strstr(r->messages[0],
	    "not delivered: no such domain"));
}

static void
an_error_stanza_for_a_written_message_is_told_once(void **state)
{
	struct rig *r = *state;
	char *id, *error;

	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 202);
	id = strstr(r->stanzas[0], " id=\"");
	assert_non_null(id);
	error = mem_printf("<message xmlns='jabber:server' type='error' "
	    "id='%.16s' from='x@xmpp.example' to='ann@sip.example/sip'>"
	    "<error type='cancel'><service-unavailable xmlns="
	    "'urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
	    id + 5);
	x_sends(r, error);
	UNTIL(r, r->n_messages == 1);
	assert_non_null(strstr(r->messages[0], "service-unavailable"));
	x_sends(r, error);
	UNTIL(r, r->n_results == 2);
	wait_ms(r, 500);
	assert_int_equal(r->n_messages, 1);
	mem_free(error);
}

/* ---- gates ---- */

static void
closed_gates_answer_each_side_as_it_may_know(void **state)
{
	struct rig *r = *state;

	s_writes(r, "ann@sip.example", "x@other.example", "hi");
	UNTIL(r, r->status == 403);
	assert_non_null(strstr(r->reason, "partner"));
	s_writes(r, "off@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 403);
	assert_non_null(strstr(r->reason, "policy"));
	x_sends(r, "<message xmlns='jabber:server' from='x@xmpp.example/r' "
	    "to='off@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_sends(r, "<message xmlns='jabber:server' from='x@xmpp.example/r' "
	    "to='nobody@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 2);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_sends(r, "<message xmlns='jabber:server' from='x@other.example/r' "
	    "to='ann@sip.example'><body>hi</body></message>");
	UNTIL(r, r->n_results == 3);
	assert_int_equal(r->result, CONDITION_POLICY_VIOLATION);
	assert_int_equal(r->n_messages, 0);
	assert_int_equal(r->n_stanzas, 0);
}

/* [A4], [A3], [B1] */
static void
requests_that_cannot_be_translated_are_refused(void **state)
{
	struct rig *r = *state;

	s_writes(r, "ann@sip.example", "bob@sip.example", "hi");
	UNTIL(r, r->status == 482);
	s_writes(r, "ann@elsewhere.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 403);
	s_writes(r, "ann@sip.example", "n%00ull@xmpp.example", "hi");
	UNTIL(r, r->status == 404);
}

/* ---- X watches S: worked flow 1 ---- */

static void
x_subscribes(struct rig *r)
{
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"subscribed\"") != NULL);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
}

static void
x_sees_s_come_and_go(void **state)
{
	struct rig *r = *state;

	r->document = NULL; /* S's side has not decided */
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, r->n_subscribes == 1);
	wait_ms(r, 1000);
	assert_int_equal(r->n_stanzas, 0);
	r->document = PIDF_AWAY;
	agent_on_refresh(r->dialog, r);
	UNTIL(r, r->n_stanzas == 2);
	assert_non_null(strstr(r->stanzas[0], "type=\"subscribed\""));
	assert_non_null(strstr(r->stanzas[1], "<show>away</show>"));
	assert_non_null(strstr(r->stanzas[1],
	    "from=\"ann@sip.example/sip\""));
	r->document = PIDF_CLOSED;
	agent_on_refresh(r->dialog, r);
	UNTIL(r, r->n_stanzas == 3);
	assert_non_null(strstr(r->stanzas[2], "type=\"unavailable\""));
	x_sends(r, PRESENCE(BARE "type='unsubscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	UNTIL(r, r->dialog == NULL);
}

static void
a_refused_subscription_is_remembered(void **state)
{
	struct rig *r = *state;

	r->refuse_subscribe = 403;
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	forget(r);
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	assert_int_equal(r->n_subscribes, 1);
}

static void
probes_are_answered_for_those_who_may_see(void **state)
{
	struct rig *r = *state;

	x_sends(r, PRESENCE(BARE "type='probe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	forget(r);
	x_subscribes(r);
	forget(r);
	x_sends(r, PRESENCE(BARE "type='probe'", ""));
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	/* P-02: asked again, it is simply confirmed. */
	forget(r);
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"subscribed\"") != NULL);
	assert_int_equal(r->n_subscribes, 1);
}

/* ---- S watches X: worked flows 3 and 4 ---- */

static void
s_is_let_in(struct rig *r)
{
	s_watches(r);
	UNTIL(r, strcmp(r->state, "pending") == 0);
	UNTIL(r, stanza_with(r, "type=\"subscribe\"") != NULL);
	x_sends(r, PRESENCE(BARE "type='subscribed'", ""));
	UNTIL(r, strcmp(r->state, "active") == 0);
	UNTIL(r, stanza_with(r, "type=\"probe\"") != NULL);
}

static void
s_sees_all_devices_of_x_in_one_document(void **state)
{
	struct rig *r = *state;

	s_is_let_in(r);
	assert_non_null(strstr(r->body, "closed"));
	x_sends(r, PRESENCE(FULL, "<show>dnd</show>"));
	UNTIL(r, strstr(r->body, "<rpid:busy/>") != NULL);
	x_sends(r, PRESENCE("from='x@xmpp.example/two'", ""));
	UNTIL(r, strstr(r->body, "ID-two") != NULL);
	assert_non_null(strstr(r->body, "ID-r\""));
	x_sends(r, PRESENCE("from='x@xmpp.example/two' type='unavailable'",
	    ""));
	UNTIL(r, strstr(r->body, "ID-two") == NULL);
	x_sends(r, PRESENCE(FULL "type='unavailable'", ""));
	UNTIL(r, strstr(r->body, "closed") != NULL);
	/* [P8]: the next login asks X for nothing. */
	sip_subscriber_stop(r->watcher);
	UNTIL(r, r->ended[0] != '\0');
	forget(r);
	s_watches(r);
	UNTIL(r, strcmp(r->state, "active") == 0);
	wait_ms(r, 1000);
	assert_null(stanza_with(r, "type=\"subscribe\""));
}

static void
a_contact_that_refuses_is_not_asked_again_for_a_day(void **state)
{
	struct rig *r = *state;

	s_watches(r);
	UNTIL(r, stanza_with(r, "type=\"subscribe\"") != NULL);
	x_sends(r, PRESENCE(BARE "type='unsubscribed'", ""));
	UNTIL(r, strcmp(r->ended, "rejected") == 0);
	forget(r);
	s_watches(r);
	UNTIL(r, strcmp(r->ended, "403") == 0);
	assert_int_equal(r->n_stanzas, 0);
}

/* ---- restarts: worked flow 6 ---- */

static void
subscriptions_survive_a_kill(void **state)
{
	struct rig *r = *state;
	int n;

	x_subscribes(r);
	s_is_let_in(r);
	x_sends(r, PRESENCE(FULL, ""));
	UNTIL(r, strstr(r->body, "ID-r\"") != NULL);
	forget(r);
	r->n_subscribes = 0;
	n = r->n_notifies;
	killed_and_started(r);
	UNTIL(r, r->n_subscribes == 1);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	UNTIL(r, stanza_with(r, "type=\"probe\"") != NULL);
	assert_null(stanza_with(r, "type=\"subscribe"));
	x_sends(r, PRESENCE(FULL, "<show>xa</show>"));
	UNTIL(r, r->n_notifies > n && strstr(r->body, "xa<") != NULL);
}

static void
what_was_seen_before_a_kill_is_taken_back(void **state)
{
	struct rig *r = *state;

	x_subscribes(r);
	forget(r);
	r->document = PIDF_CLOSED;
	killed_and_started(r);
	UNTIL(r, stanza_with(r, "type=\"unavailable\"") != NULL);
}

/* [A5] */
static void
a_gate_that_closes_withdraws_presence_and_opens_again(void **state)
{
	struct rig *r = *state;
	struct settings *off = snapshot(false), *on = snapshot(true);

	x_subscribes(r);
	s_is_let_in(r);
	x_sends(r, PRESENCE(FULL, ""));
	UNTIL(r, strstr(r->body, "ID-r\"") != NULL);
	forget(r);
	gateway_configure(r->gw, off);
	UNTIL(r, stanza_with(r, "type=\"unavailable\"") != NULL);
	UNTIL(r, strstr(r->body, "closed") != NULL);
	UNTIL(r, r->dialog == NULL);
	x_sends(r, PRESENCE(FULL, "<show>dnd</show>"));
	UNTIL(r, r->n_results == 1);
	forget(r);
	gateway_configure(r->gw, on);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	UNTIL(r, stanza_with(r, "type=\"probe\"") != NULL);
	assert_null(stanza_with(r, "type=\"subscribed\""));
	settings_unref(off);
	settings_unref(on);
}

static void
count_stop(void *arg)
{
	int *n = arg;

	(*n)++;
}

/* P-09 */
static void
an_orderly_end_says_goodbye(void **state)
{
	struct rig *r = *state;
	int stopped = 0;

	x_subscribes(r);
	forget(r);
	gateway_stop(r->gw, count_stop, &stopped);
	UNTIL(r, stopped == 1);
	assert_non_null(stanza_with(r, "type=\"unavailable\""));
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 503);
}

/* ---- IQ ---- */

static void
questions_about_s_need_to_be_allowed_to_see_s(void **state)
{
	struct rig *r = *state;

#define DISCO                                                                  \
	"<iq xmlns='jabber:server' type='get' id='q' from='x@xmpp.example/r' " \
	"to='ann@sip.example'><query xmlns="                                   \
	"'http://jabber.org/protocol/disco#info'/></iq>"
	x_sends(r, DISCO);
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_SERVICE_UNAVAILABLE);
	x_subscribes(r);
	forget(r);
	x_sends(r, DISCO);
	UNTIL(r, stanza_with(r, "registered") != NULL);
	assert_non_null(stanza_with(r, "id=\"q\""));
	x_sends(r, "<iq xmlns='jabber:server' type='get' id='v' "
	    "from='x@xmpp.example/r' to='ann@sip.example'>"
	    "<vCard xmlns='vcard-temp'/></iq>");
	UNTIL(r, stanza_with(r, "<FN>Ann Example</FN>") != NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void
no_event(unsigned int id, const char *text, void *arg)
{
	(void)id;
	(void)text;
	(void)arg;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_of_x_is_answered_when_sip_has_answered),
		TEST(a_refusal_of_sip_hides_who_exists),
		TEST(messages_of_a_pair_go_one_by_one),
		TEST(a_repeated_message_is_delivered_once),
		TEST(a_silent_front_end_bounces_before_the_links_deadline),
		TEST(a_message_of_s_is_answered_when_xmpp_has_answered),
		TEST(a_failure_of_xmpp_becomes_a_status_with_its_reason),
		TEST(a_late_failure_becomes_a_message_from_the_contact),
		TEST(an_error_stanza_for_a_written_message_is_told_once),
		TEST(closed_gates_answer_each_side_as_it_may_know),
		TEST(requests_that_cannot_be_translated_are_refused),
		TEST(x_sees_s_come_and_go),
		TEST(a_refused_subscription_is_remembered),
		TEST(probes_are_answered_for_those_who_may_see),
		TEST(s_sees_all_devices_of_x_in_one_document),
		TEST(a_contact_that_refuses_is_not_asked_again_for_a_day),
		TEST(subscriptions_survive_a_kill),
		TEST(what_was_seen_before_a_kill_is_taken_back),
		TEST(a_gate_that_closes_withdraws_presence_and_opens_again),
		TEST(an_orderly_end_says_goodbye),
		TEST(questions_about_s_need_to_be_allowed_to_see_s),
	};

	log_open_fd(getenv("FEDSH_TEST_LOG") != NULL ? 2 : -1,
	    LOG_LEVEL_DEBUG);
	evlog_set_sink(no_event, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
