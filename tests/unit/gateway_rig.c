/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rig of the translator's tests: see gateway_rig.h. */
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
#include "gateway_rig.h"
#include "xml/xml_read.h"

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

struct settings *
snapshot(bool ann_may)
{
	struct dict *d = dict_new(NULL), *edge = dict_new(NULL);
	struct dict *p = dict_new(NULL), *gateway = dict_new(NULL);
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
	dict_set_str_take(gateway, "SubscriptionRefreshInterval",
	    value_int(RIG_REFRESH_S));
	dict_set_str_take(d, "XmppGateway", dict_value(gateway));
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

void
x_sends(struct rig *r, const char *text)
{
	struct fault f;
	struct xml *x = xml_parse(text, strlen(text), NULL, &f);

	if (x == NULL)
		fail_msg("%s: %s", text, f.text);
	link_send_take(r->proxy, x, "k", "t1", on_result, r);
}

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

void
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

void
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

void
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

void
turn(struct rig *r)
{
	(void)loop_turn(r->loop, 1);
	loop_clock_advance(r->loop, 20);
}

void
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

int
rig_setup(void **state)
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

int
rig_teardown(void **state)
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

void
forget(struct rig *r)
{
	while (r->n_stanzas > 0)
		mem_free(r->stanzas[--r->n_stanzas]);
	while (r->n_messages > 0)
		mem_free(r->messages[--r->n_messages]);
	r->n_results = 0;
}

const char *
stanza_with(struct rig *r, const char *text)
{
	size_t i;

	for (i = 0; i < r->n_stanzas; i++) {
		if (strstr(r->stanzas[i], text) != NULL)
			return r->stanzas[i];
	}
	return NULL;
}

void
killed(struct rig *r)
{
	struct fault f;

	gateway_close(r->gw);
	r->gw = NULL;
	live_close(r->live);
	assert_int_equal(live_open(r->dir, "j", &r->live, &f), 0);
	UNTIL(r, !link_is_up(r->proxy));
}

void
killed_and_started(struct rig *r)
{
	killed(r);
	gateway_up(r, true);
}

void
x_subscribes(struct rig *r)
{
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"subscribed\"") != NULL);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
}

void
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
no_event(unsigned int id, const char *text, void *arg)
{
	(void)id;
	(void)text;
	(void)arg;
}

void
rig_quiet(void)
{
	log_open_fd(getenv("FEDSH_TEST_LOG") != NULL ? 2 : -1,
	    LOG_LEVEL_DEBUG);
	evlog_set_sink(no_event, NULL);
}
