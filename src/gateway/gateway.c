/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCXMPPTGW: the link on one side, SIP on the other, settings, the clock. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/address.h"
#include "gateway/sip/uas.h"

#define TICK_MS 1000
/* LIMIT: pairs looked at in one turn. */
#define SWEEP_MAX   1000
#define RECHECK_MAX 5000
/* A link that is away for so long closes what S sees of X [9.3]. */
#define LINK_DOWN_MS (5 * 60 * 1000)
/* LIMIT: a graceful end. */
#define STOP_MS 10000
/* One warning for a refused pair, then only the counter. */
#define WARN_AGAIN_MS (60 * 60 * 1000)

static const char *const sip_events[] = { "presence", NULL };
static const char *const sip_bodies[] = { PIDF_TYPE, NULL };

static const struct sip_caps caps = {
	.methods = SIP_CAP(SIP_MESSAGE) | SIP_CAP(SIP_SUBSCRIBE) |
	    SIP_CAP(SIP_NOTIFY) | SIP_CAP(SIP_OPTIONS),
	.events = sip_events,
};

int64_t
gateway_now(const struct gateway *g)
{
	return loop_now(g->loop);
}

int64_t
gateway_wall(const struct gateway *g)
{
	return loop_wall(g->loop) / 1000;
}

/* ---- the gates ---- */

static const enum counter gate_counters[ADMIT_GATES] = {
	[ADMIT_FEDERATION_OFF] = COUNTER_REFUSED_FEDERATION,
	[ADMIT_PARTNER] = COUNTER_REFUSED_PARTNER,
	[ADMIT_USER_UNKNOWN] = COUNTER_REFUSED_USER,
	[ADMIT_USER_FEDERATION] = COUNTER_REFUSED_POLICY,
	[ADMIT_USER_XMPP] = COUNTER_REFUSED_POLICY,
	[ADMIT_PARTNER_TYPE] = COUNTER_REFUSED_TYPE,
	[ADMIT_RATE] = COUNTER_REFUSED_RATE,
};

static const enum evlog_id gate_events[ADMIT_GATES] = {
	[ADMIT_FEDERATION_OFF] = EVLOG_GATE_FEDERATION_OFF,
	[ADMIT_PARTNER] = EVLOG_GATE_PARTNER,
	[ADMIT_USER_UNKNOWN] = EVLOG_GATE_USER,
	[ADMIT_USER_FEDERATION] = EVLOG_GATE_POLICY,
	[ADMIT_USER_XMPP] = EVLOG_GATE_POLICY_XMPP,
	[ADMIT_PARTNER_TYPE] = EVLOG_GATE_UNVERIFIED,
	[ADMIT_RATE] = EVLOG_GATE_RATE,
};

static void
note_refusal(struct gateway *g, const struct admit_request *rq,
    const struct admit_verdict *v, const char *session)
{
	struct buf key = { 0 };
	uint64_t hash;
	bool again;

	counter_add(&g->counters, gate_counters[v->gate]);
	buf_printf(&key, "%d %s %s", (int)v->gate, rq->local, rq->domain);
	hash = chain_hash(&g->contacts, key.data, key.len);
	buf_clear(&key);
	again = seen_get(&g->refused, hash, gateway_now(g), WARN_AGAIN_MS) >= 0;
	log_info("gateway",
	    "refused gate=%s local=%s remote=%s policy=%s session=%s",
	    admit_gate_name(v->gate), rq->local,
	    rq->remote[0] != '\0' ? rq->remote : rq->domain, v->policy,
	    session);
	if (again)
		return;
	seen_put(&g->refused, hash, 0, gateway_now(g));
	evlog_write(gate_events[v->gate],
	    "refused by %s: user %s, XMPP domain %s, %s%s%s",
	    admit_gate_name(v->gate), rq->local, rq->domain,
	    rq->inbound ? "from outside" : "from inside",
	    v->policy[0] != '\0' ? ", policy " : "", v->policy);
}

bool
gateway_admit(struct gateway *g, const char *local, const char *remote,
    const char *domain, enum admit_what what, bool inbound,
    const char *session, struct admit_verdict *v)
{
	struct contact *c = contact_find(g, local, remote);
	struct admit_request rq = { .local = local, .remote = remote,
		.domain = domain, .inbound = inbound, .what = what };

	rq.added = c != NULL && (presence_sees(c->rec.state) ||
	    presence_has_asked(c->rec.state));
	admit_check(g->settings, g->rates, gateway_now(g), &rq, v);
	if (v->gate == ADMIT_OPEN)
		return true;
	note_refusal(g, &rq, v, session);
	return false;
}

/* LIMIT: of a body in the log. */
#define LOGGED_MAX 4096

void
gateway_log_body(
    const struct gateway *g, const char *session, const struct buf *body)
{
	struct buf line = { 0 };
	size_t i;

	if (!g->settings->xmpp.log_bodies)
		return;
	buf_add(&line, body->data,
	    body->len < LOGGED_MAX ? body->len : LOGGED_MAX);
	for (i = 0; i < line.len; i++) { /* a line stays a line */
		if ((unsigned char)line.data[i] < ' ' || line.data[i] == 0x7f)
			line.data[i] = ' ';
	}
	log_info("gateway", "body session=%s text=\"%s\"", session,
	    buf_text(&line));
	buf_clear(&line);
}

/* ---- the link ---- */

void
gateway_ignore_result(void *arg, enum stanza_condition c, const char *text)
{
	(void)arg;
	(void)c;
	(void)text;
}

void
gateway_send_take(struct gateway *g, struct contact *c, struct xml *x,
    const char *session, link_fn fn, void *arg)
{
	char *key = mem_printf("%s>%s", c->local, c->remote);

	link_send_take(g->link, x, key, session,
	    fn != NULL ? fn : gateway_ignore_result, arg);
	mem_free(key);
}

static void
on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	enum stanza_condition why = CONDITION_NONE;
	struct gateway *g = arg;
	struct stanza st;
	struct fault f;

	if (stanza_read(s->x, &st, &why, &f) < 0) {
		log_info("gateway", "stanza refused session=%s: %s",
		    s->session, f.text);
		link_result(k, s->token, why, NULL);
		xml_free(s->x);
		return;
	}
	if (!st.has_from || !st.has_to ||
	    settings_hosts(g->settings, st.from.domain)) {
		link_result(k, s->token, CONDITION_JID_MALFORMED, NULL);
	} else if (!settings_hosts(g->settings, st.to.domain)) { /* Z-03 */
		link_result(k, s->token, CONDITION_ITEM_NOT_FOUND, NULL);
	} else if (st.kind == STANZA_MESSAGE) {
		gateway_message_from_xmpp(g, s, &st);
	} else if (st.kind == STANZA_PRESENCE) {
		gateway_presence_from_xmpp(g, s, &st);
	} else if (st.kind == STANZA_IQ) {
		gateway_iq_from_xmpp(g, s, &st);
	} else {
		link_result(k, s->token, CONDITION_BAD_REQUEST, NULL);
	}
	stanza_clear(&st);
	xml_free(s->x);
}

static void
on_up(struct link *k, void *arg)
{
	struct gateway *g = arg;
	struct contact *c;

	log_info("gateway", "link up neighbours=%zu", link_count(k));
	evlog_write(EVLOG_LINK_UP, "the translator is connected to a proxy");
	loop_timer_cancel(g->down);
	/* P-09: what the remote side changed while we were apart. */
	TAILQ_FOREACH(c, &g->all, entry) {
		c->resync = true;
		c->cache_at = 0;
	}
}

static void
on_down(struct link *k, const struct fault *why, void *arg)
{
	struct gateway *g = arg;

	(void)k;
	log_warn("gateway", "link down: %s",
	    why != NULL ? why->text : "it said goodbye");
	evlog_write(EVLOG_LINK_DOWN, "the translator has no proxy: %s",
	    why != NULL ? why->text : "the connection ended");
	loop_timer_set(g->down, LINK_DOWN_MS);
}

/* Nobody has been there for a while: what S sees of X is not true. */
static void
on_long_down(void *arg)
{
	struct gateway *g = arg;
	struct contact *c;

	TAILQ_FOREACH(c, &g->all, entry) {
		if (c->cache.n > 0) {
			pidf_clear(&c->cache);
			c->cache_at = 0;
			contact_notify(c, true);
		}
	}
}

/* ---- SIP ---- */

void
gateway_note_hop(struct gateway *g, bool reached)
{
	char at[ADDR_TEXT_SIZE];

	if (reached != g->hop_lost)
		return;
	g->hop_lost = !reached;
	(void)addr_text(&g->next_hop.addr, at);
	if (reached)
		evlog_write(EVLOG_SIP_TARGET_REACHABLE,
		    "the front end at %s answers again", at);
	else
		evlog_write(EVLOG_SIP_TARGET_UNREACHABLE,
		    "the front end at %s cannot be reached", at);
}

/* The local user who stands behind a request: what RTCSRV asserts counts. */
static int
sender_uri(const struct sip_msg *m, struct sip_uri *u)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_P_ASSERTED_IDENTITY);
	struct sip_span value;
	struct sip_addr a;

	while (sip_values_next(&it, &value)) {
		if (sip_addr_read(value, &a) == 0 &&
		    a.uri.scheme == SIP_SCHEME_SIP) {
			*u = a.uri;
			return 0;
		}
	}
	if (sip_msg_from(m, &a) < 0)
		return -1;
	*u = a.uri;
	return 0;
}

int
gateway_pair(struct gateway *g, const struct sip_msg *m, struct jid *local,
    struct jid *remote, const char **reasonp)
{
	struct sip_uri u;
	struct fault f;

	memset(local, 0, sizeof(*local));
	memset(remote, 0, sizeof(*remote));
	*reasonp = NULL;
	if (sip_uri_parse(sip_msg_uri(m), &u, NULL) < 0)
		return 400;
	if (u.scheme == SIP_SCHEME_SIPS) { /* [A3] */
		*reasonp = "sips is not translated";
		return 480;
	}
	if (address_from_uri(&u, remote, &f) < 0)
		return f.code == FAULT_INVALID ? 400 : 404; /* [B1] */
	if (settings_hosts(g->settings, remote->domain)) { /* [A4] */
		jid_clear(remote);
		*reasonp = "Loop: the domain is our own";
		return 482;
	}
	if (sender_uri(m, &u) < 0 || address_from_uri(&u, local, &f) < 0 ||
	    !settings_hosts(g->settings, local->domain)) {
		jid_clear(remote);
		jid_clear(local);
		*reasonp = "The sender is not one of ours";
		return 403;
	}
	return 0;
}

static void
on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct gateway *g = arg;
	struct sip_msg *r;
	int status;

	if (!peer->trusted && !g->plain) {
		sip_server_answer(t, 403, "Not a front end of ours");
		return;
	}
	status = sip_uas_check(m, &caps);
	if (status != 0 || m->method == SIP_OPTIONS) {
		r = sip_server_response(t, status != 0 ? status : 200, NULL);
		sip_uas_dress(r, m, &caps);
		sip_server_respond_take(t, r);
		return;
	}
	if (g->stopping && m->method != SIP_NOTIFY) {
		r = sip_server_response(t, 503, "Shutting down");
		sip_msg_add_str(r, SIP_HDR_RETRY_AFTER, "10");
		sip_server_respond_take(t, r);
		return;
	}
	if (m->method == SIP_MESSAGE)
		gateway_message_from_sip(g, t);
	else if (m->method == SIP_SUBSCRIBE)
		sip_notifiers_subscribe(g->notifs, t);
	else
		sip_subscribers_notify(g->subs, t);
}

/* ---- the clock ---- */

/* Asks the gates again for a pair that has something to take back. */
static void
check_gate(struct contact *c)
{
	struct admit_request rq = { .local = c->local, .remote = c->remote,
		.domain = c->domain, .what = ADMIT_PRESENCE };
	struct admit_verdict v;

	admit_check(c->g->settings, NULL, 0, &rq, &v);
	if (v.gate != ADMIT_OPEN && !c->closed) {
		log_info("gateway", "withdrawn gate=%s local=%s remote=%s",
		    admit_gate_name(v.gate), c->local, c->remote);
		contact_close_gate(c, v.gate);
	} else if (v.gate == ADMIT_OPEN && c->closed) {
		contact_open_gate(c);
	}
}

/* [P4]: what a start or a new link has to ask, a few each second. */
static bool
resync(struct contact *c)
{
	c->resync = false;
	if (c->closed)
		return false;
	if (presence_is_seen(c->rec.state) || presence_is_asked(c->rec.state))
		contact_watch_event(c, PRESENCE_EV_SUBSCRIBE, 0);
	if (presence_sees(c->rec.state) && c->cache_at == 0) {
		contact_probe(c);
		return true;
	}
	return c->sub != NULL;
}

static void
sweep(struct gateway *g)
{
	struct contact *c = g->sweep, *next;
	unsigned int looked, paced = 0;

	if (c == NULL)
		c = TAILQ_FIRST(&g->all);
	for (looked = 0; c != NULL && looked < SWEEP_MAX; looked++, c = next) {
		next = TAILQ_NEXT(c, entry);
		if (c->resync && link_is_up(g->link)) {
			if (paced >= PACE_A_SECOND)
				break;
			if (resync(c))
				paced++;
		}
		if (link_is_up(g->link) && paced < PACE_A_SECOND &&
		    contact_is_silent(c)) {
			contact_test_life(c);
			paced++;
		}
		if (contact_is_idle(c)) {
			contact_save(c);
			contact_free(c);
		}
	}
	g->sweep = c;
}

/* A part of all pairs; true: there are more. */
static bool
recheck(struct gateway *g)
{
	struct contact *c;
	unsigned int n;

	for (n = 0; n < RECHECK_MAX && g->recheck != NULL; n++) {
		c = g->recheck;
		g->recheck = TAILQ_NEXT(c, entry);
		check_gate(c);
	}
	return g->recheck != NULL;
}

static void
stop_if_done(struct gateway *g)
{
	void (*fn)(void *arg) = g->stopped;

	if (!g->stopping || fn == NULL)
		return;
	if ((g->held_to_sip > 0 || g->held_to_xmpp > 0 ||
	    link_held(g->link) > 0) && gateway_now(g) < g->stop_by)
		return;
	g->stopped = NULL;
	fn(g->stopped_arg);
}

static void
save_journal(struct gateway *g)
{
	struct fault f;
	int rc;

	if (g->live == NULL)
		return;
	rc = live_step(g->live, &f);
	if (g->on_journal != NULL)
		g->on_journal(rc < 0 ? &f : NULL, g->arg);
	else if (rc < 0)
		evlog_write(EVLOG_STATE_WRITE_FAILED, "RTCXMPPTGW: %s", f.text);
}

static void
on_tick(void *arg)
{
	struct gateway *g = arg;

	loop_timer_set(g->tick, g->stopping ? 50 : TICK_MS);
	if (g->recheck != NULL && recheck(g)) {
		loop_timer_set(g->tick, 1);
		return;
	}
	save_journal(g);
	if (!g->stopping)
		sweep(g);
	stop_if_done(g);
}

/* ---- life ---- */

static void
choose_next_hop(struct gateway *g)
{
	const struct settings *s = g->settings;
	const char *ip = "127.0.0.1";
	struct addr a;

	if (g->has_next_hop)
		return;
	if (s->registrar.addresses.n > 0)
		ip = s->registrar.addresses.items[0];
	if (addr_from_ip(ip, s->registrar.tls_port, &a, NULL) < 0)
		return;
	if (addr_is_any(&a)) /* ours as well as everybody's */
		(void)addr_from_ip(addr_family(&a) == AF_INET6 ? "::1" :
		    "127.0.0.1", s->registrar.tls_port, &a, NULL);
	memset(&g->next_hop, 0, sizeof(g->next_hop));
	g->next_hop.transport = SIP_TLS;
	g->next_hop.addr = a;
	g->next_hop.internal = true;
}

static void
open_sip(struct gateway *g, const char *product)
{
	static const struct sip_stack_ops ops = { .on_request = on_request };
	struct sip_stack_opts so = { .product = product,
		.trusted_role = "RTCSRV", .caps = &caps };
	struct sip_notifiers_opts no = { .events = sip_events,
		.accept = sip_bodies, .contact_user = "xmppgw",
		.pace_ms = 5000 }; /* [P9] */
	struct sip_subscribers_ops watch;
	struct sip_notifiers_ops notify;

	gateway_watch_ops(&watch);
	gateway_notifier_ops(&notify);
	g->sip = sip_stack_new(g->loop, &so, &ops, g);
	g->subs = sip_subscribers_new(g->sip, &watch);
	g->notifs = sip_notifiers_new(g->sip, &no, &notify, g);
}

struct gateway *
gateway_open(const struct gateway_opts *o)
{
	static const struct link_ops ops = { .on_up = on_up,
		.on_down = on_down, .on_stanza = on_stanza };
	struct gateway *g = mem_zalloc(sizeof(*g));
	uint64_t seed[2];

	g->loop = o->loop;
	g->settings = settings_ref(o->settings);
	g->live = o->live;
	g->plain = o->plain;
	g->on_journal = o->on_journal;
	g->arg = o->arg;
	TAILQ_INIT(&g->all);
	TAILQ_INIT(&g->to_xmpp);
	TAILQ_INIT(&g->probes);
	loop_random(g->loop, seed, sizeof(seed));
	chain_init(&g->contacts, seed);
	g->rates = admit_rates_new(seed[0]);
	seen_init(&g->from_xmpp, SEEN_MAX);
	seen_init(&g->from_sip, SEEN_MAX);
	seen_init(&g->failed, FAILED_MAX);
	seen_init(&g->refused, 1024);
	if (o->next_hop != NULL) {
		g->next_hop = *o->next_hop;
		g->has_next_hop = true;
	}
	choose_next_hop(g);
	g->link = link_open(g->loop, NULL, &ops, g);
	open_sip(g, o->product);
	g->down = loop_timer_new(g->loop, on_long_down, g);
	g->tick = loop_timer_new(g->loop, on_tick, g);
	loop_timer_set(g->tick, TICK_MS);
	gateway_load(g);
	return g;
}

int
gateway_set_tls(struct gateway *g, struct tls_identity *identity,
    struct tls_trust *trust, struct fault *f)
{
	struct tls_setup s = { .identities = &identity,
		.n_identities = identity != NULL ? 1 : 0, .trust = trust,
		.verify = TLS_VERIFY_REQUIRE, .purpose = TLS_PURPOSE_ANY };
	struct tls_ctx *server = tls_ctx_new_server(&s, f), *client;

	if (server == NULL)
		return -1;
	if ((client = tls_ctx_new_client(&s, f)) == NULL ||
	    link_set_tls(g->link, identity, trust, "RTCXMPPTGWPX", f) < 0) {
		tls_ctx_unref(server);
		tls_ctx_unref(client);
		return -1;
	}
	tls_ctx_unref(g->server_tls);
	tls_ctx_unref(g->client_tls);
	g->server_tls = server;
	g->client_tls = client;
	sip_stack_set_server_tls(g->sip, server);
	sip_stack_set_client_tls(g->sip, client);
	return 0;
}

int
gateway_listen(struct gateway *g, enum sip_transport transport,
    const struct addr *at, struct fault *f)
{
	return sip_stack_listen(g->sip, transport, at, g->server_tls, f);
}

int
gateway_listen_fd_take(
    struct gateway *g, enum sip_transport transport, int fd, struct fault *f)
{
	return sip_stack_listen_fd_take(
	    g->sip, transport, fd, g->server_tls, f);
}

void
gateway_unlisten(struct gateway *g, const struct addr *at)
{
	sip_stack_unlisten(g->sip, SIP_TLS, at);
}

const struct addr *
gateway_listen_addr(const struct gateway *g)
{
	enum sip_transport transport;

	return sip_stack_listener(g->sip, 0, &transport);
}

void
gateway_connect(struct gateway *g, const struct addr *at, size_t n)
{
	link_connect(g->link, at, n);
}

void
gateway_connect_from(struct gateway *g, const struct addr *from)
{
	link_set_source(g->link, from);
}

void
gateway_configure(struct gateway *g, struct settings *s)
{
	(void)settings_ref(s);
	settings_unref(g->settings);
	g->settings = s;
	choose_next_hop(g);
	/* Between two events, not inside whatever runs now. */
	g->recheck = TAILQ_FIRST(&g->all);
	loop_timer_set(g->tick, 0);
	log_info("gateway", "settings taken number=%llu",
	    (unsigned long long)s->number);
}

void
gateway_stop(struct gateway *g, void (*done)(void *arg), void *arg)
{
	struct contact *c;

	if (g->stopping)
		return;
	log_info("gateway", "stopping contacts=%zu held=%zu",
	    g->contacts.count, g->held_to_sip + g->held_to_xmpp);
	g->stopping = true;
	g->stopped = done;
	g->stopped_arg = arg;
	g->stop_by = gateway_now(g) + STOP_MS;
	link_drain(g->link);
	TAILQ_FOREACH(c, &g->all, entry) {
		contact_unshow(c);
		if (c->cache.n > 0) { /* the records of S's dialogs stay */
			pidf_clear(&c->cache);
			contact_notify(c, true);
		}
	}
	loop_timer_set(g->tick, 50);
}

void
gateway_close(struct gateway *g)
{
	struct contact *c;

	if (g == NULL)
		return;
	link_close(g->link);
	gateway_messages_clear(g);
	gateway_probes_clear(g);
	while ((c = TAILQ_FIRST(&g->all)) != NULL)
		contact_free(c);
	sip_subscribers_free(g->subs);
	sip_notifiers_free(g->notifs);
	sip_stack_free(g->sip);
	tls_ctx_unref(g->server_tls);
	tls_ctx_unref(g->client_tls);
	loop_timer_free(g->tick);
	loop_timer_free(g->down);
	chain_clear(&g->contacts);
	admit_rates_free(g->rates);
	seen_clear(&g->from_xmpp);
	seen_clear(&g->from_sip);
	seen_clear(&g->failed);
	seen_clear(&g->refused);
	settings_unref(g->settings);
	mem_wipe(&g->id_key, sizeof(g->id_key));
	mem_free(g);
}

void
gateway_count(const struct gateway *g, struct gateway_counts *n)
{
	const struct contact *c;

	memset(n, 0, sizeof(*n));
	n->contacts = g->contacts.count;
	n->held_to_sip = g->held_to_sip;
	n->held_to_xmpp = g->held_to_xmpp;
	n->link_up = link_is_up(g->link);
	TAILQ_FOREACH(c, &g->all, entry) {
		n->watches += c->sub != NULL;
		n->watchers += c->n_watchers;
	}
}

const struct counters *
gateway_counters(const struct gateway *g)
{
	return &g->counters;
}
