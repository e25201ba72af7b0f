/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The proxy: between s2s and link. It reads a stanza's head and no more; what
 * is allowed and what it means is decided inside.
 */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/proxy_internal.h"
#include "gateway/xmpp/iq.h"

/* LIMIT: a stanza of the translator's waits here for its partner; below the
 * link's own deadline, so that the answer is the true one. */
#define OUT_DEADLINE_MS 25000
/* LIMIT: an error on its way back holds up acknowledgements. */
#define BOUNCE_DEADLINE_MS 15000
/* LIMIT: an IQ's payload kept for its error. */
#define STUB_MAX 4096

/* A stanza of a partner's, until its result. */
struct inbound {
	LIST_ENTRY(inbound) entry;
	struct proxy *p;
	struct s2s_receipt receipt;
	char kept[PROXY_KEPT_KEY]; /* in the journal; "": it is not */
	struct xml *stub; /* head, and an IQ's payload: what an error needs */
};

/* A stanza of the translator's, until its result. */
struct outbound {
	LIST_ENTRY(outbound) entry;
	struct proxy *p;
	uint64_t token;
};

static struct xml *
make_stub(const struct xml *x)
{
	static const char *const names[] = { "from", "to", "id", "type" };
	struct xml *stub = xml_new(x->name, x->ns), *payload;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		xml_set(stub, names[i], xml_get(x, names[i]));
	if (stanza_kind(x) == STANZA_IQ && xml_size(x, NULL) <= STUB_MAX) {
		payload = stanza_iq_payload(x);
		if (payload != NULL)
			xml_add_take(stub, xml_copy(payload));
	}
	return stub;
}

/*
 * Presence is not bounced but for requests: its sender would take the error
 * for the contact's own, and Z-07 wants silence.
 */
static bool
deserves_error(const struct xml *x)
{
	return stanza_kind(x) != STANZA_PRESENCE ||
	    stanza_type(x) == STANZA_TYPE_SUBSCRIBE;
}

static struct inbound *
inbound_new(struct proxy *p, const struct xml *x, const struct s2s_receipt *r)
{
	struct inbound *in = mem_zalloc(sizeof(*in));

	in->p = p;
	in->receipt = *r;
	in->stub = make_stub(x);
	LIST_INSERT_HEAD(&p->inbound, in, entry);
	return in;
}

static void
inbound_free(struct inbound *in)
{
	LIST_REMOVE(in, entry);
	xml_free(in->stub);
	mem_free(in);
}

static void
outbound_free(struct outbound *out)
{
	LIST_REMOVE(out, entry);
	mem_free(out);
}

/* It was delivered, or its sender's server has its error. */
static void
inbound_done(struct inbound *in)
{
	proxy_forget(in->p, in->kept);
	s2s_result(in->p->s2s, &in->receipt);
	inbound_free(in);
}

static void
on_bounced(void *arg, enum stanza_condition c, const char *text)
{
	struct inbound *in = arg;

	if (c != CONDITION_NONE)
		log_warn("proxy", "an error could not be returned to %s: %s",
		    xml_get(in->stub, "from"), text != NULL ? text :
		    stanza_condition_name(c));
	inbound_done(in);
}

/*
 * A stanza is not acknowledged before what we say to it is over there. answer
 * may be NULL: nothing.
 */
static void
answer_take(struct inbound *in, struct xml *answer)
{
	if (answer == NULL)
		inbound_done(in);
	else
		s2s_send_take(in->p->s2s, answer, BOUNCE_DEADLINE_MS,
		    on_bounced, in);
}

static void
on_inbound_result(void *arg, enum stanza_condition c, const char *text)
{
	struct inbound *in = arg;
	struct xml *error = NULL;

	if (c != CONDITION_NONE && deserves_error(in->stub))
		error = stanza_error(in->stub, c, text);
	answer_take(in, error);
}

/* To the domain itself: IQs are answered here, the rest has no reader. */
static struct xml *
domain_answer(struct proxy *p, const struct xml *x)
{
	struct iq_facts facts = {
		.name = "fedsh", .version = PACKAGE_VERSION,
		.uptime_s = (loop_now(p->loop) - p->started) / 1000,
		.wall_ms = loop_wall(p->loop),
	};

	if (stanza_kind(x) == STANZA_IQ) {
		p->iq_answered++;
		return iq_answer(x, &facts);
	}
	if (stanza_kind(x) == STANZA_MESSAGE &&
	    stanza_type(x) != STANZA_TYPE_HEADLINE)
		return stanza_error(x, CONDITION_SERVICE_UNAVAILABLE, NULL);
	return NULL;
}

/*
 * The error comes from the domain: with the malformed address in its
 * from, the partner's server would have to end the stream.
 */
static struct xml *
malformed_answer(const struct xml *x)
{
	struct xml *error;
	char *domain;

	if (!deserves_error(x) ||
	    (error = stanza_error(x, CONDITION_JID_MALFORMED, NULL)) == NULL)
		return NULL;
	if (jid_domain_of(xml_get(x, "to"), &domain, NULL) == 0) {
		xml_set(error, "from", domain);
		mem_free(domain);
	}
	return error;
}

/* Order is kept for each pair of bare addresses [Z-04]. */
static char *
order_key(const struct xml *x, const struct jid *to)
{
	const char *from = xml_get(x, "from");
	char *bare = jid_bare_text(to), *key;

	key = mem_printf("%.*s %s", (int)strcspn(from, "/"), from, bare);
	mem_free(bare);
	return key;
}

static void
on_partner_stanza(struct s2s *m, struct xml *x, const struct s2s_receipt *r,
    const char *session, void *arg)
{
	struct proxy *p = arg;
	struct inbound *in = inbound_new(p, x, r);
	struct jid to;
	char *key;

	(void)m;
	if (jid_parse(xml_get(x, "to"), &to, NULL) < 0) {
		answer_take(in, malformed_answer(x));
		xml_free(x);
		return;
	}
	if (to.local == NULL) {
		answer_take(in, domain_answer(p, x));
		xml_free(x);
		jid_clear(&to);
		return;
	}
	if (!r->acknowledged && stanza_kind(x) == STANZA_MESSAGE &&
	    xml_child(x, "body", NULL) != NULL)
		proxy_keep(p, in->stub, in->kept);
	key = order_key(x, &to);
	p->link_stanzas_in++;
	link_send_take(p->link, x, key, session, on_inbound_result, in);
	mem_free(key);
	jid_clear(&to);
}

static void
on_outbound_result(void *arg, enum stanza_condition c, const char *text)
{
	struct outbound *out = arg;

	link_result(out->p->link, out->token, c, text);
	outbound_free(out);
}

static void
on_inside_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	struct outbound *out = mem_zalloc(sizeof(*out));
	struct proxy *p = arg;

	(void)k;
	out->p = p;
	out->token = s->token;
	LIST_INSERT_HEAD(&p->outbound, out, entry);
	p->link_stanzas_out++;
	s2s_send_take(p->s2s, s->x, OUT_DEADLINE_MS, on_outbound_result, out);
}

static void
on_link_up(struct link *k, void *arg)
{
	(void)arg;
	evlog_write(EVLOG_LINK_UP, "connected to %zu translator%s",
	    link_count(k), link_count(k) == 1 ? "" : "s");
}

static void
on_link_down(struct link *k, const struct fault *why, void *arg)
{
	struct proxy *p = arg;

	(void)k;
	if (!p->stopping)
		evlog_write(EVLOG_LINK_DOWN, "no translator is connected: %s",
		    why != NULL ? why->text : "it said goodbye");
}

static void
on_shutdown(struct s2s *m, void *arg)
{
	struct proxy *p = arg;

	(void)m;
	if (p->stopped != NULL)
		p->stopped(p->stopped_arg);
	p->stopped = NULL;
}

static const struct s2s_ops s2s_ops = {
	.on_stanza = on_partner_stanza,
	.on_event = proxy_on_event,
	.on_shutdown = on_shutdown,
};

static const struct link_ops link_ops = {
	.on_up = on_link_up,
	.on_down = on_link_down,
	.on_stanza = on_inside_stanza,
};

struct proxy *
proxy_open(const struct proxy_opts *o)
{
	struct proxy *p = mem_zalloc(sizeof(*p));

	p->opts = *o;
	p->loop = o->loop;
	p->started = loop_now(o->loop);
	p->s2s = s2s_open(o->loop, o->resolver, &s2s_ops, p);
	p->link = link_open(o->loop, o->link_limits, &link_ops, p);
	if (o->live != NULL) {
		p->kept_timer = loop_timer_new(o->loop, proxy_on_kept_timer,
		    p);
		loop_timer_set(p->kept_timer, 1000);
	}
	return p;
}

static void
free_later(void *arg)
{
	struct proxy *p = arg;

	s2s_config_unref(p->config);
	mem_free(p->without_certificate);
	mem_free(p);
}

void
proxy_close(struct proxy *p)
{
	if (p == NULL)
		return;
	p->stopping = true;
	p->stopped = NULL;
	loop_timer_free(p->kept_timer);
	s2s_close(p->s2s);
	link_close(p->link);
	/* Neither of the two calls back any more. */
	while (!LIST_EMPTY(&p->inbound))
		inbound_free(LIST_FIRST(&p->inbound));
	while (!LIST_EMPTY(&p->outbound))
		outbound_free(LIST_FIRST(&p->outbound));
	proxy_kept_clear(p);
	loop_defer(p->loop, free_later, p);
}

static enum stream_need
need_of(enum settings_negotiation n)
{
	switch (n) {
	case SETTINGS_REQUIRED:
		return STREAM_REQUIRED;
	case SETTINGS_OPTIONAL:
		return STREAM_OPTIONAL;
	case SETTINGS_NOT_SUPPORTED:
		return STREAM_NOT_SUPPORTED;
	}
	return STREAM_REQUIRED;
}

static void
add_partner(struct s2s_config *c, const struct settings_partner *sp)
{
	struct s2s_partner *p = s2s_config_add_partner(c, sp->domain);
	size_t i;

	p->policy.tls = need_of(sp->tls);
	p->policy.sasl = need_of(sp->sasl);
	p->policy.dialback = sp->dialback;
	p->keepalive = sp->keepalive;
	p->connection_limit = sp->connection_limit;
	if (*sp->proxy_fqdn != '\0')
		p->proxy_fqdn = mem_strdup(sp->proxy_fqdn);
	for (i = 0; i < sp->additional.n; i++)
		s2s_partner_add_domain(p, sp->additional.items[i]);
}

/*
 * Partners see us come from the address they know us by: the Edge's external
 * one, where it has one of the family and not all the machine's.
 */
static void
set_source(struct s2s_config *c, const struct settings *s)
{
	struct addr a, *at;
	size_t i;

	for (i = 0; i < s->edge.external.n; i++) {
		if (addr_from_ip(s->edge.external.items[i], 0, &a, NULL) < 0 ||
		    addr_is_any(&a))
			continue;
		at = addr_family(&a) == AF_INET6 ? &c->source6 : &c->source4;
		if (at->len == 0)
			*at = a;
	}
}

struct s2s_config *
proxy_config(const struct settings *s, struct tls_identity *identity,
    struct tls_trust *trust)
{
	struct s2s_config *c = s2s_config_new();
	size_t i;

	for (i = 0; i < s->sip_domains.n; i++)
		s2s_config_add_hosted(c, s->sip_domains.items[i]);
	for (i = 0; i < s->n_partners; i++)
		add_partner(c, &s->partners[i]);
	if (*s->xmpp.dialback_secret != '\0')
		c->secret = mem_strdup(s->xmpp.dialback_secret);
	if (identity != NULL)
		s2s_config_add_identity(c, identity);
	if (trust != NULL)
		c->trust = tls_trust_ref(trust);
	if (s->edge.dns.n > 0)
		c->dns = mem_strdup(s->edge.dns.items[0]);
	set_source(c, s);
	c->keepalive_s = (int)s->xmpp.keepalive_s;
	c->establish_s = (int)s->xmpp.establish_s;
	c->inactivity_s = (int)s->xmpp.inactivity_s;
	c->connection_limit = s->xmpp.connection_limit;
	c->partner_limit = s->xmpp.partner_connection_limit;
	s2s_config_seal(c);
	return c;
}

static void
tell_certificate(struct proxy *p)
{
	const char *domain = p->without_certificate;
	char *text = NULL;

	if (domain != NULL && p->config->n_identities == 0)
		text = mem_printf("no certificate is assigned to XmppServer; "
		    "partners that require TLS are not reached");
	else if (domain != NULL)
		text = mem_printf("the certificate of XmppServer does not "
		    "name %s", domain);
	if (p->opts.problem != NULL)
		p->opts.problem(p->opts.arg, "certificate",
		    p->config->n_identities == 0 ? EVLOG_CERTIFICATE_MISSING :
		    EVLOG_CERTIFICATE_NAME_MISSING, text);
	mem_free(text);
}

int
proxy_configure(struct proxy *p, struct s2s_config *c, struct fault *f)
{
	struct s2s_config *old = p->config;
	int rc;

	p->config = s2s_config_ref(c);
	mem_free(p->without_certificate);
	p->without_certificate = NULL;
	rc = s2s_configure(p->s2s, c, f); /* events name what is missing */
	s2s_config_unref(old);
	tell_certificate(p);
	proxy_return_kept(p);
	return rc;
}

int
proxy_set_link_tls(struct proxy *p, struct tls_identity *identity,
    struct tls_trust *trust, struct fault *f)
{
	return link_set_tls(p->link, identity, trust, "RTCXMPPTGW", f);
}

int
proxy_listen_fd_take(
    struct proxy *p, const char *name, int fd, struct fault *f)
{
	if (strcmp(name, "link") == 0)
		return link_listen_fd_take(p->link, fd, f);
	return s2s_listen_fd_take(p->s2s, fd, f);
}

void
proxy_unlisten(struct proxy *p, const char *name, const struct addr *at)
{
	if (strcmp(name, "link") == 0)
		link_unlisten(p->link, at);
	else
		s2s_unlisten(p->s2s, at);
}

int
proxy_listen_link(struct proxy *p, const struct addr *at, struct fault *f)
{
	return link_listen(p->link, at, f);
}

const struct addr *
proxy_xmpp_addr(const struct proxy *p)
{
	return s2s_listen_addr(p->s2s, 0);
}

const struct addr *
proxy_link_addr(const struct proxy *p)
{
	return link_listen_addr(p->link);
}

void
proxy_stop(struct proxy *p, void (*done)(void *arg), void *arg)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->stopped = done;
	p->stopped_arg = arg;
	link_drain(p->link);
	s2s_shutdown(p->s2s);
}

bool
proxy_link_is_up(const struct proxy *p)
{
	return link_is_up(p->link);
}

const struct s2s_counters *
proxy_counters(const struct proxy *p)
{
	return s2s_counters(p->s2s);
}
