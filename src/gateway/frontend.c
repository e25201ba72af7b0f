/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCSRV: what it is made of, and what changes while it runs. */
#include "config.h"

#include <string.h>

#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/frontend_internal.h"

#define TICK_MS 1000

static void
on_flow_closed(uint64_t flow, void *arg)
{
	struct frontend *fe = arg;

	if (fe->registrar != NULL)
		registrar_flow_closed(fe->registrar, flow);
}

static void
on_bindings(const char *aor, unsigned bindings, void *arg)
{
	struct frontend *fe = arg;

	presence_agent_registered(fe->presence, aor, bindings);
}

/*
 * E-09. Colleagues may watch each other; somebody outside may while
 * federation is on and the user's policy in effect allows XMPP (the
 * translator has asked its own gates before).
 */
static int
may_watch(const char *aor, const char *watcher, bool trusted, void *arg)
{
	struct frontend *fe = arg;
	struct usertable_user u, w;

	if (!frontend_user(fe, aor, &u))
		return 404;
	if (!trusted)
		return frontend_user(fe, watcher, &w) ? 0 : 403;
	return fe->settings->edge_policy.allow_federated && u.federation &&
		       u.xmpp
		   ? 0
		   : 403;
}

static const struct sip_stack_ops stack_ops = {
	.on_request = frontend_on_request,
	.on_flow_closed = on_flow_closed,
};
static const struct registrar_ops registrar_ops = {
	.on_change = on_bindings,
};
static const struct presence_agent_ops presence_ops = {
	.may_watch = may_watch,
};

/* -- settings ------------------------------------------------------------- */

/* The translator sits beside us, on the registrar's address (snapshot.md). */
static void
translator_find(struct frontend *fe)
{
	const struct settings *s = fe->settings;
	const char *ip = "127.0.0.1";
	struct addr a;

	if (fe->translator_fixed)
		return;
	memset(&fe->translator, 0, sizeof(fe->translator));
	if (s->registrar.addresses.n != 0)
		ip = s->registrar.addresses.items[0];
	if (s->registrar.gateway_port == 0 ||
	    addr_from_ip(ip, s->registrar.gateway_port, &a, NULL) != 0)
		return;
	if (addr_is_any(&a))
		(void)addr_from_ip(
		    addr_family(&a) == AF_INET6 ? "::1" : "127.0.0.1",
		    s->registrar.gateway_port, &a, NULL);
	fe->translator.transport = SIP_TLS;
	fe->translator.internal = true;
	fe->translator.addr = a;
}

struct gone {
	struct frontend *fe;
	struct buf aors; /* NUL after each */
};

static void
note_gone(const char *aor, void *arg)
{
	struct gone *g = arg;
	struct usertable_user u;

	if (!frontend_user(g->fe, aor, &u))
		buf_add(&g->aors, aor, strlen(aor) + 1);
}

/* Users that are disabled or gone lose their contacts at once. */
static void
users_recheck(struct frontend *fe)
{
	struct gone g = { .fe = fe };
	size_t at;

	registrar_each(fe->registrar, note_gone, &g);
	for (at = 0; at < g.aors.len; at += strlen(g.aors.data + at) + 1) {
		log_info("sip", "user may no longer sign in user=%s",
		    g.aors.data + at);
		presence_agent_forget(fe->presence, g.aors.data + at);
		registrar_forget(fe->registrar, g.aors.data + at);
	}
	buf_clear(&g.aors);
}

void
frontend_set_settings(struct frontend *fe, struct settings *settings)
{
	struct settings *old = fe->settings;
	bool users = old == NULL || old->user_number != settings->user_number;

	fe->settings = settings_ref(settings);
	digest_set_realm(fe->digest, settings->realm);
	translator_find(fe);
	presence_agent_set_next_hop(fe->presence, &fe->translator);
	if (users)
		users_recheck(fe);
	presence_agent_recheck(fe->presence);
	settings_unref(old);
}

/* -- life ----------------------------------------------------------------- */

/* Whether there is more to write soon. */
static bool
save_journal(struct frontend *fe)
{
	struct fault f;
	int rc;

	if (fe->journal == NULL)
		return false;
	rc = live_step(fe->journal, &f);
	if (fe->on_journal != NULL)
		fe->on_journal(rc < 0 ? &f : NULL, fe->arg);
	else if (rc < 0)
		evlog_write(EVLOG_STATE_WRITE_FAILED, "RTCSRV: %s", f.text);
	return rc > 0;
}

/* Once a second: the journal goes to disk, overload becomes an event. */
static void
on_tick(void *arg)
{
	struct frontend *fe = arg;
	struct sip_stack_counts counts;
	bool more = save_journal(fe);

	sip_stack_count(fe->stack, &counts);
	if (counts.refused_overload != fe->overload_told) {
		fe->overload_told = counts.refused_overload;
		evlog_write(EVLOG_SIP_OVERLOAD,
		    "RTCSRV refuses requests: too many are open");
	}
	loop_timer_set(fe->tick, more ? 10 : TICK_MS);
}

void
frontend_translator_seen(struct frontend *fe, bool reachable)
{
	if (reachable != fe->translator_lost)
		return;
	fe->translator_lost = !reachable;
	if (fe->on_translator != NULL)
		fe->on_translator(reachable, fe->arg);
}

struct frontend *
frontend_open(const struct frontend_opts *o, struct settings *settings)
{
	struct frontend *fe = mem_zalloc(sizeof(*fe));
	struct sip_stack_opts so = { .product = o->product,
		.trusted_role = "RTCXMPPTGW",
		.caps = &frontend_caps };

	fe->loop = o->loop;
	fe->journal = o->live;
	fe->on_translator = o->on_translator;
	fe->on_journal = o->on_journal;
	fe->arg = o->arg;
	TAILQ_INIT(&fe->relays);
	fe->host =
	    mem_strdup(o->host != NULL ? o->host : settings->registrar.fqdn);
	so.host = fe->host;
	fe->translator = o->translator;
	fe->translator_fixed = o->translator.addr.len != 0;
	fe->stack = sip_stack_new(o->loop, &so, &stack_ops, fe);
	fe->digest = digest_new(o->loop);
	fe->registrar =
	    registrar_new(fe->stack, fe->journal, &registrar_ops, fe);
	fe->presence =
	    presence_agent_new(fe->stack, fe->journal, &presence_ops, fe);
	fe->tick = loop_timer_new(fe->loop, on_tick, fe);
	loop_timer_set(fe->tick, TICK_MS);
	frontend_set_settings(fe, settings);
	return fe;
}

void
frontend_close(struct frontend *fe)
{
	if (fe == NULL)
		return;
	relay_free_all(fe);
	presence_agent_free(fe->presence);
	registrar_free(fe->registrar);
	fe->registrar = NULL;
	digest_free(fe->digest);
	sip_stack_free(fe->stack);
	loop_timer_free(fe->tick);
	tls_ctx_unref(fe->server_tls);
	tls_ctx_unref(fe->client_tls);
	settings_unref(fe->settings);
	mem_free(fe->host);
	mem_free(fe);
}

int
frontend_set_tls(struct frontend *fe, struct tls_identity *identity,
    struct tls_identity *internal, struct tls_trust *trust, struct fault *f)
{
	struct tls_identity *shown[2] = { identity, internal };
	/* Clients show no certificate; the translator does. */
	struct tls_setup server = {
		.identities = identity != NULL ? shown : shown + 1,
		.n_identities = (identity != NULL) + (internal != NULL),
		/* The translator knows us by role: it names nobody and sees
		 * the internal one, whatever Default was replaced with. */
		.unnamed_last = true,
		.trust = trust,
		.verify = TLS_VERIFY_RECORD,
		.purpose = TLS_PURPOSE_ANY,
	};
	struct tls_setup client = {
		.identities = &internal,
		.n_identities = internal != NULL,
		.trust = trust,
		.verify = TLS_VERIFY_REQUIRE,
		.purpose = TLS_PURPOSE_ANY,
	};
	struct tls_ctx *s, *c;

	if ((s = tls_ctx_new_server(&server, f)) == NULL)
		return -1;
	if ((c = tls_ctx_new_client(&client, f)) == NULL) {
		tls_ctx_unref(s);
		return -1;
	}
	tls_ctx_unref(fe->server_tls);
	tls_ctx_unref(fe->client_tls);
	fe->server_tls = s;
	fe->client_tls = c;
	sip_stack_set_server_tls(fe->stack, s);
	sip_stack_set_client_tls(fe->stack, c);
	return 0;
}

int
frontend_listen(struct frontend *fe, enum sip_transport transport,
    const struct addr *at, struct fault *f)
{
	return sip_stack_listen(fe->stack, transport, at, fe->server_tls, f);
}

int
frontend_listen_fd_take(
    struct frontend *fe, enum sip_transport transport, int fd, struct fault *f)
{
	return sip_stack_listen_fd_take(
	    fe->stack, transport, fd, fe->server_tls, f);
}

void
frontend_unlisten(
    struct frontend *fe, enum sip_transport transport, const struct addr *at)
{
	sip_stack_unlisten(fe->stack, transport, at);
}

const struct addr *
frontend_listener(
    const struct frontend *fe, unsigned i, enum sip_transport *transportp)
{
	return sip_stack_listener(fe->stack, i, transportp);
}

void
frontend_restore(struct frontend *fe)
{
	registrar_restore(fe->registrar);
	users_recheck(fe);
	presence_agent_restore(fe->presence);
	presence_agent_recheck(fe->presence);
}

void
frontend_drain(struct frontend *fe, void (*done)(void *arg), void *arg)
{
	fe->draining = true;
	fe->drained_arg = arg;
	if (fe->n_relays == 0)
		loop_defer(fe->loop, done, arg);
	else
		fe->drained = done;
}

void
frontend_count(const struct frontend *fe, struct frontend_counts *c)
{
	memset(c, 0, sizeof(*c));
	sip_stack_count(fe->stack, &c->sip);
	c->registered = registrar_total(fe->registrar);
	c->watchers = presence_agent_watchers(fe->presence);
	c->publications = presence_agent_publications(fe->presence);
	c->pending = fe->n_relays;
	c->messages = fe->messages;
	c->messages_failed = fe->messages_failed;
	c->unauthorized = fe->unauthorized;
}
