/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SIP endpoint: what it is made of, and where a message goes first. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/stack_internal.h"

static const char *const transport_names[] = {
	[SIP_UDP] = "UDP",
	[SIP_TCP] = "TCP",
	[SIP_TLS] = "TLS",
};

const char *
sip_transport_name(enum sip_transport t)
{
	return transport_names[t];
}

int
sip_transport_find(struct sip_span name, enum sip_transport *tp)
{
	enum sip_transport t;

	for (t = SIP_UDP; t <= SIP_TLS; t++) {
		if (sip_span_is_nocase(name, transport_names[t])) {
			*tp = t;
			return 0;
		}
	}
	return -1;
}

int
sip_target_from_uri(const struct sip_uri *u, struct sip_target *t)
{
	struct sip_span value;
	char ip[64];

	memset(t, 0, sizeof(*t));
	t->transport = u->scheme == SIP_SCHEME_SIPS ? SIP_TLS : SIP_UDP;
	if (sip_uri_param(u, "transport", &value) &&
	    sip_transport_find(value, &t->transport) != 0)
		return -1;
	if (u->scheme == SIP_SCHEME_SIPS && t->transport == SIP_TCP)
		t->transport = SIP_TLS; /* RFC 5630: tcp under sips is TLS */
	if (u->host.n == 0 || u->host.n >= sizeof(ip))
		return -1;
	memcpy(ip, u->host.p, u->host.n);
	ip[u->host.n] = '\0';
	return addr_from_ip(ip,
	    u->port != 0              ? u->port
	    : t->transport == SIP_TLS ? 5061
				      : 5060,
	    &t->addr, NULL);
}

void
sip_target_from_peer(const struct sip_peer *p, struct sip_target *t)
{
	memset(t, 0, sizeof(*t));
	t->transport = p->transport;
	t->addr = p->remote;
	t->flow = p->flow;
	t->flow_only = p->transport != SIP_UDP;
}

static char *
dup_or_null(const char *text)
{
	return text == NULL ? NULL : mem_strdup(text);
}

static void
opts_fill(struct sip_stack *s, const struct sip_stack_opts *opts)
{
	if (opts != NULL)
		s->opts = *opts;
	s->product = dup_or_null(s->opts.product);
	s->host = dup_or_null(s->opts.host);
	s->trusted_role = dup_or_null(s->opts.trusted_role);
	if (s->opts.max_transactions == 0)
		s->opts.max_transactions = 65536;
	if (s->opts.max_connections == 0)
		s->opts.max_connections = 16384;
	if (s->opts.max_connections_per_ip == 0)
		s->opts.max_connections_per_ip = 256;
	if (s->opts.max_request_bytes == 0)
		s->opts.max_request_bytes = 64u << 20;
	if (s->opts.idle_ms == 0)
		s->opts.idle_ms = 900000;
	if (s->opts.ping_ms == 0)
		s->opts.ping_ms = 60000;
}

struct sip_stack *
sip_stack_new(struct loop *l, const struct sip_stack_opts *opts,
    const struct sip_stack_ops *ops, void *arg)
{
	struct sip_stack *s = mem_zalloc(sizeof(*s));
	uint64_t seed[2];

	s->loop = l;
	s->ops = *ops;
	s->arg = arg;
	opts_fill(s, opts);
	TAILQ_INIT(&s->listeners);
	TAILQ_INIT(&s->flows);
	/* Numbers that an earlier process gave out must not come again. */
	loop_random(l, &s->last_flow, sizeof(s->last_flow));
	s->last_flow >>= 1;
	loop_random(l, seed, sizeof(seed));
	chain_init(&s->flows_by_id, seed);
	chain_init(&s->flows_by_target, seed);
	chain_init(&s->flows_by_peer, seed);
	chain_init(&s->servers, seed);
	chain_init(&s->calls, seed);
	chain_init(&s->clients, seed);
	return s;
}

void
sip_stack_free(struct sip_stack *s)
{
	struct chain_link *l;
	struct sip_listener *ls;
	struct sip_flow *fl;

	if (s == NULL)
		return;
	s->closing = true;
	while ((l = chain_any(&s->clients)) != NULL)
		sip_client_free(CHAIN_OF(l, struct sip_client, by_branch));
	while ((l = chain_any(&s->servers)) != NULL)
		sip_server_free(CHAIN_OF(l, struct sip_server, by_key));
	while ((fl = TAILQ_FIRST(&s->flows)) != NULL)
		sip_flow_close(fl);
	while ((ls = TAILQ_FIRST(&s->listeners)) != NULL)
		sip_listener_close(ls);
	chain_clear(&s->flows_by_id);
	chain_clear(&s->flows_by_target);
	chain_clear(&s->flows_by_peer);
	chain_clear(&s->servers);
	chain_clear(&s->calls);
	chain_clear(&s->clients);
	tls_ctx_unref(s->client_tls);
	tls_ctx_unref(s->server_tls);
	mem_free(s->product);
	mem_free(s->host);
	mem_free(s->trusted_role);
	mem_free(s);
}

struct loop *
sip_stack_loop(const struct sip_stack *s)
{
	return s->loop;
}

static void
ctx_replace(struct tls_ctx **at, struct tls_ctx *tls)
{
	struct tls_ctx *old = *at;

	*at = tls == NULL ? NULL : tls_ctx_ref(tls);
	tls_ctx_unref(old);
}

void
sip_stack_set_client_tls(struct sip_stack *s, struct tls_ctx *tls)
{
	ctx_replace(&s->client_tls, tls);
}

void
sip_stack_set_server_tls(struct sip_stack *s, struct tls_ctx *tls)
{
	ctx_replace(&s->server_tls, tls);
}

int
sip_stack_listen(struct sip_stack *s, enum sip_transport transport,
    const struct addr *at, struct tls_ctx *tls, struct fault *f)
{
	if (tls != NULL)
		sip_stack_set_server_tls(s, tls);
	return sip_listener_open(s, transport, at, -1, f);
}

int
sip_stack_listen_fd_take(struct sip_stack *s, enum sip_transport transport,
    int fd, struct tls_ctx *tls, struct fault *f)
{
	if (tls != NULL)
		sip_stack_set_server_tls(s, tls);
	return sip_listener_open(s, transport, NULL, fd, f);
}

const struct addr *
sip_stack_listener(
    const struct sip_stack *s, unsigned i, enum sip_transport *transportp)
{
	const struct sip_listener *l;

	TAILQ_FOREACH (l, &s->listeners, entry) {
		if (i-- != 0)
			continue;
		if (transportp != NULL)
			*transportp = l->transport;
		return &l->addr;
	}
	return NULL;
}

void
sip_stack_sent_by(const struct sip_stack *s, enum sip_transport transport,
    const struct addr *local, struct buf *out)
{
	const struct sip_listener *l = sip_listener_for(
	    s, transport, local == NULL ? AF_UNSPEC : addr_family(local));
	char ip[ADDR_TEXT_SIZE];

	if (s->host != NULL)
		buf_add_str(out, s->host);
	else if (l != NULL && !addr_is_any(&l->addr))
		local = &l->addr;
	if (s->host == NULL && local != NULL && local->len != 0) {
		(void)addr_ip_text(local, ip);
		buf_printf(out, strchr(ip, ':') != NULL ? "[%s]" : "%s", ip);
	} else if (s->host == NULL) {
		buf_add_str(out, "localhost");
	}
	if (l != NULL)
		buf_printf(out, ":%u", addr_port(&l->addr));
}

void
sip_stack_contact(const struct sip_stack *s, enum sip_transport transport,
    const char *user, struct buf *out)
{
	buf_add_str(out, "<sip:");
	if (user != NULL)
		buf_printf(out, "%s@", user);
	sip_stack_sent_by(s, transport, NULL, out);
	if (transport != SIP_UDP)
		buf_printf(
		    out, ";transport=%s", transport == SIP_TLS ? "tls" : "tcp");
	buf_add_byte(out, '>');
}

void
sip_stack_contact_at(const struct sip_stack *s, const struct sip_peer *peer,
    const char *user, struct buf *out)
{
	const struct sip_listener *l =
	    sip_listener_for(s, peer->transport, addr_family(&peer->local));
	char ip[ADDR_TEXT_SIZE];

	if (l == NULL || peer->local.len == 0 || addr_is_any(&peer->local)) {
		sip_stack_contact(s, peer->transport, user, out);
		return;
	}
	(void)addr_ip_text(&peer->local, ip);
	buf_add_str(out, "<sip:");
	if (user != NULL)
		buf_printf(out, "%s@", user);
	buf_printf(out, strchr(ip, ':') != NULL ? "[%s]:%u" : "%s:%u", ip,
	    addr_port(&l->addr));
	if (peer->transport != SIP_UDP)
		buf_printf(out, ";transport=%s",
		    peer->transport == SIP_TLS ? "tls" : "tcp");
	buf_add_byte(out, '>');
}

void
sip_stack_unlisten(
    struct sip_stack *s, enum sip_transport transport, const struct addr *at)
{
	struct sip_listener *l, *next;

	for (l = TAILQ_FIRST(&s->listeners); l != NULL; l = next) {
		next = TAILQ_NEXT(l, entry);
		if (l->transport == transport && addr_equal(&l->addr, at))
			sip_listener_close(l);
	}
}

void
sip_stack_count(const struct sip_stack *s, struct sip_stack_counts *c)
{
	*c = s->counts;
	c->servers = (unsigned)s->servers.count;
	c->clients = (unsigned)s->clients.count;
	c->connections = (unsigned)s->flows_by_id.count;
}

void
sip_stack_input(struct sip_stack *s, const char *p, size_t n,
    enum sip_carrier carrier, const struct sip_peer *peer,
    struct sip_listener *listener)
{
	char text[ADDR_TEXT_SIZE];
	struct fault f;
	struct sip_msg *m = sip_msg_read(p, n, carrier, &f);

	if (m == NULL) {
		s->counts.dropped++;
		log_debug("sip", "message dropped peer=%s: %s",
		    addr_text(&peer->remote, text), f.text);
		return;
	}
	if (!m->is_request) {
		s->counts.responses_in++;
		sip_clients_response(s, m);
	} else {
		s->counts.requests_in++;
		sip_via_note_source(m, &peer->remote);
		if (m->defect != 0) {
			s->counts.bad_messages++;
			log_info("sip", "bad request peer=%s status=%d: %s",
			    addr_text(&peer->remote, text), m->defect,
			    m->defect_text);
			sip_stateless_answer(
			    s, m, m->defect, NULL, peer, listener);
		} else {
			sip_servers_request(s, m, peer, listener);
		}
	}
	sip_msg_unref(m);
}
