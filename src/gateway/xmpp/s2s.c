/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream manager: configuration at run time, sending, shutdown, lists. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s_internal.h"
#include "net/hash.h"

#define SWEEP_MS    60000
#define SHUTDOWN_MS 10000 /* K-12 */

static void on_sweep(void *arg);
static void on_shutdown_time(void *arg);

void
s2s_tell(struct s2s *m, enum s2s_event_kind kind, const char *local,
    const char *remote, const char *address, uint64_t stream,
    const char *method, const char *condition, const char *fmt, ...)
{
	struct s2s_event e = { .kind = kind };
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	e.local = local;
	e.remote = remote;
	e.address = address;
	e.stream = stream;
	e.method = method;
	e.condition = condition;
	e.text = text;
	if (!m->closing)
		m->ops->on_event(m, &e, m->arg);
}

void
s2s_tell_end(struct s2s *m, enum s2s_event_kind kind, const char *local,
    const char *remote, const struct peer *p, const struct stream_end *end)
{
	struct s2s_event e = {
		.kind = kind, .local = local, .remote = remote,
		.address = p->address, .stream = p->number,
		.method = stream_method(p->st), .condition = end->condition,
		.text = end->text, .end = end->kind,
	};

	if (!m->closing)
		m->ops->on_event(m, &e, m->arg);
}

struct peer *
s2s_peer_find(const struct s2s *m, uint64_t number)
{
	struct peer *p;

	LIST_FOREACH(p, &m->peer_buckets[number % BUCKETS], bucket)
	{
		if (p->number == number)
			return p;
	}
	return NULL;
}

/* A valid chain and the name, or the partner's pinned key [C-15, C-16]. */
bool
s2s_cert_proves(
    const struct s2s *m, const struct conn *c, const char *domain)
{
	const struct tls_peer *tp = conn_tls_peer(c);
	const struct s2s_partner *partner;
	char *ascii;
	bool matches;

	if (tp == NULL || !tls_peer_presented(tp))
		return false;
	partner = s2s_config_partner(m->config, domain);
	if (partner != NULL && partner->pin != NULL)
		return strcmp(partner->pin, tls_peer_spki(tp)) == 0;
	if (!tls_peer_trusted(tp))
		return false;
	if (tls_peer_matches(tp, TLS_NAME_XMPP, domain))
		return true;
	if (jid_domain_ascii(domain, &ascii, NULL) < 0)
		return false;
	matches = tls_peer_matches(tp, TLS_NAME_XMPP, ascii);
	mem_free(ascii);
	return matches;
}

unsigned int
s2s_partner_streams(const struct s2s *m, const struct s2s_partner *partner)
{
	const struct peer *p;
	const char *remote;
	unsigned int n = 0;

	LIST_FOREACH(p, &m->peers, all)
	{
		if (stream_direction(p->st) == STREAM_OUT)
			remote = stream_remote(p->st);
		else if (p->opened && p->partner != NULL)
			remote = p->partner;
		else
			continue;
		n += s2s_config_partner(m->config, remote) == partner;
	}
	return n;
}

unsigned int
s2s_partner_limit(const struct s2s *m, const struct s2s_partner *partner)
{
	return partner->connection_limit != 0 ? partner->connection_limit :
						m->config->partner_limit;
}

struct s2s *
s2s_open(struct loop *l, struct resolver *resolver, const struct s2s_ops *ops,
    void *arg)
{
	struct s2s *m = mem_zalloc(sizeof(*m));
	char hex[65];

	m->loop = l;
	m->resolver = resolver;
	m->own_resolver = resolver == NULL;
	m->ops = ops;
	m->arg = arg;
	m->secret = mem_strdup(hash_random_hex(32, hex)); /* D-15 */
	mem_wipe(hex, sizeof(hex));
	m->config = s2s_config_new();
	s2s_config_seal(m->config);
	TAILQ_INIT(&m->done);
	m->t_sweep = loop_timer_new(l, on_sweep, m);
	m->t_shutdown = loop_timer_new(l, on_shutdown_time, m);
	loop_timer_set(m->t_sweep, SWEEP_MS);
	return m;
}

static void
close_listeners(struct s2s *m)
{
	while (m->n_listeners > 0)
		listener_close(m->listeners[--m->n_listeners]);
}

static void
free_later(void *arg)
{
	struct s2s *m = arg;
	struct item *i;

	while ((i = TAILQ_FIRST(&m->done)) != NULL) {
		TAILQ_REMOVE(&m->done, i, entry);
		xml_free(i->x);
		mem_free(i);
	}
	mem_free(m);
}

void
s2s_close(struct s2s *m)
{
	struct session *ss;
	struct peer *p;

	if (m == NULL)
		return;
	m->closing = true;
	close_listeners(m);
	while (m->n_inherited > 0)
		listener_close(m->inherited[--m->n_inherited]);
	while ((p = LIST_FIRST(&m->peers)) != NULL) {
		if (p->session != NULL)
			p->session->out = NULL;
		peer_free(p);
	}
	while ((ss = LIST_FIRST(&m->sessions)) != NULL)
		s2s_session_free(ss);
	address_sweep(m);
	loop_timer_free(m->t_sweep);
	loop_timer_free(m->t_shutdown);
	tls_ctx_unref(m->server_ctx);
	tls_ctx_unref(m->client_ctx);
	if (m->own_resolver)
		resolver_free(m->resolver);
	s2s_config_unref(m->config);
	mem_free(m->listeners);
	mem_free(m->inherited);
	mem_free(m->resolver_dns);
	mem_free_secret(m->secret);
	/* After what item_done has put off, which knows it is closing. */
	loop_defer(m->loop, free_later, m);
}

static const struct listener_ops listener_ops = {
	.on_accept = s2s_on_accept,
};

static int
open_listeners(struct s2s *m, const struct s2s_config *c, struct fault *f)
{
	struct listener **list, *ls;
	char text[ADDR_TEXT_SIZE];
	size_t i, j, n = 0;
	struct fault why;
	int rc = 0;

	list = mem_array(c->n_listen + 1, sizeof(*list));
	for (i = 0; i < c->n_listen; i++) {
		ls = NULL;
		for (j = 0; j < m->n_listeners; j++) {
			if (m->listeners[j] != NULL && addr_equal(
			    listener_addr(m->listeners[j]), &c->listen[i])) {
				ls = m->listeners[j];
				m->listeners[j] = NULL;
				break;
			}
		}
		if (ls == NULL)
			ls = listener_open(m->loop, &c->listen[i],
			    &listener_ops, m, &why);
		if (ls != NULL) {
			list[n++] = ls;
			continue;
		}
		s2s_tell(m, S2S_LISTEN_FAILED, "", "",
		    addr_text(&c->listen[i], text), 0, "", "", "%s",
		    why.text);
		if (rc == 0 && f != NULL)
			*f = why;
		rc = -1;
	}
	for (j = 0; j < m->n_listeners; j++) {
		if (m->listeners[j] != NULL)
			listener_close(m->listeners[j]);
	}
	mem_free(m->listeners);
	m->listeners = list;
	m->n_listeners = n;
	return rc;
}

static int
make_contexts(struct s2s *m, const struct s2s_config *c, struct fault *f)
{
	struct tls_setup t = {
		.identities = c->identities,
		.n_identities = c->n_identities,
		.trust = c->trust,
		.verify = TLS_VERIFY_RECORD,
		.purpose = TLS_PURPOSE_SERVER, /* C-07 */
	};
	struct tls_ctx *server, *client;

	server = tls_ctx_new_server(&t, f);
	if (server == NULL)
		return -1;
	client = tls_ctx_new_client(&t, f);
	if (client == NULL) {
		tls_ctx_unref(server);
		return -1;
	}
	tls_ctx_unref(m->server_ctx);
	tls_ctx_unref(m->client_ctx);
	m->server_ctx = server;
	m->client_ctx = client;
	return 0;
}

static int
make_resolver(struct s2s *m, const struct s2s_config *c, struct fault *f)
{
	struct resolver_setup rs = { .forward = c->dns };
	struct resolver *r;

	if (!m->own_resolver)
		return 0;
	if (m->resolver != NULL && strcmp(m->resolver_dns,
	    c->dns != NULL ? c->dns : "") == 0)
		return 0;
	r = resolver_new(m->loop, &rs, f);
	if (r == NULL)
		return -1;
	if (m->resolver != NULL) {
		struct session *ss;

		/* Dials hold questions of the old one: begin them anew. */
		LIST_FOREACH(ss, &m->sessions, all)
		{
			if (ss->dial == NULL)
				continue;
			dial_cancel(ss->dial);
			ss->dial = NULL;
			if (ss->verify_only)
				m->n_verify_dials--;
			ss->verify_only = false;
			loop_timer_set(ss->t_retry, 0);
		}
		resolver_free(m->resolver);
	}
	m->resolver = r;
	mem_free(m->resolver_dns);
	m->resolver_dns = mem_strdup(c->dns != NULL ? c->dns : "");
	return 0;
}

/* Says what is missing, once a change [a name without certificate]. */
static void
report_certificates(struct s2s *m)
{
	const struct s2s_config *c = m->config;
	size_t i, j;
	char *ascii;

	for (i = 0; i < c->n_hosted; i++) {
		if (jid_domain_ascii(c->hosted[i], &ascii, NULL) < 0)
			continue;
		for (j = 0; j < c->n_identities; j++) {
			if (tls_identity_is_for(c->identities[j], ascii))
				break;
		}
		mem_free(ascii);
		if (j == c->n_identities)
			s2s_tell(m, S2S_NO_CERTIFICATE, c->hosted[i], "", "",
			    0, "", "", "%s", c->n_identities == 0 ?
			    "no certificate for XmppServer" :
			    "no certificate names this domain");
	}
}

static bool
same_policy(const struct s2s_partner *a, const struct s2s_partner *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->policy.tls == b->policy.tls &&
	    a->policy.sasl == b->policy.sasl &&
	    a->policy.dialback == b->policy.dialback;
}

/* Streams that the new configuration would not have let come about. */
static void
recheck_peers(struct s2s *m, const struct s2s_config *old)
{
	const char *local, *remote;
	struct peer *p, *next;

	for (p = LIST_FIRST(&m->peers); p != NULL; p = next) {
		next = LIST_NEXT(p, all);
		local = stream_local(p->st);
		remote = stream_remote(p->st);
		if (*local != '\0' && !s2s_config_hosts(m->config, local))
			stream_fail(p->st, "host-gone", NULL);
		else if (*remote != '\0' && !same_policy(
		    s2s_config_partner(old, remote),
		    s2s_config_partner(m->config, remote)))
			stream_fail(p->st, s2s_config_partner(m->config,
			    remote) == NULL ? "policy-violation" : "reset",
			    NULL);
	}
}

int
s2s_configure(struct s2s *m, struct s2s_config *c, struct fault *f)
{
	struct s2s_config *old = m->config;
	int rc = 0;

	if (make_contexts(m, c, f) < 0 || make_resolver(m, c, f) < 0)
		rc = -1;
	m->config = s2s_config_ref(c);
	if (c->secret != NULL && *c->secret != '\0') {
		mem_free_secret(m->secret);
		m->secret = mem_strdup(c->secret);
	}
	recheck_peers(m, old);
	s2s_config_unref(old);
	if (!m->shutting_down && open_listeners(m, c, f) < 0)
		rc = -1;
	report_certificates(m);
	return rc;
}

int
s2s_listen_fd_take(struct s2s *m, int fd, struct fault *f)
{
	struct listener *ls = listener_from_fd_take(m->loop, fd,
	    &listener_ops, m, f);

	if (ls == NULL)
		return -1;
	m->inherited = mem_array_grow(m->inherited, m->n_inherited + 1,
	    sizeof(*m->inherited));
	m->inherited[m->n_inherited++] = ls;
	return 0;
}

void
s2s_unlisten(struct s2s *m, const struct addr *at)
{
	size_t i;

	for (i = 0; i < m->n_inherited; i++) {
		if (!addr_equal(listener_addr(m->inherited[i]), at))
			continue;
		listener_close(m->inherited[i]);
		m->inherited[i] = m->inherited[--m->n_inherited];
		return;
	}
}

const struct addr *
s2s_listen_addr(const struct s2s *m, size_t i)
{
	if (i < m->n_listeners)
		return listener_addr(m->listeners[i]);
	i -= m->n_listeners;
	return i < m->n_inherited ? listener_addr(m->inherited[i]) : NULL;
}

/* Why a stanza cannot even be queued; CONDITION_NONE: it can. */
static enum stanza_condition
check_send(struct s2s *m, const struct xml *x, struct session **sessionp,
    const char **textp)
{
	const char *from = xml_get(x, "from"), *to = xml_get(x, "to");
	char *local = NULL, *remote = NULL;
	enum stanza_condition c = CONDITION_NONE;

	*sessionp = NULL;
	*textp = NULL;
	if (m->shutting_down) {
		*textp = "shutting down";
		return CONDITION_REMOTE_SERVER_TIMEOUT;
	}
	if (from == NULL || jid_domain_of(from, &local, NULL) < 0 ||
	    !s2s_config_hosts(m->config, local)) {
		*textp = "the sender is not in a domain of ours";
		c = CONDITION_INTERNAL_SERVER_ERROR;
	} else if (to == NULL || jid_domain_of(to, &remote, NULL) < 0 ||
	    jid_domain_is_ip(remote)) {
		c = CONDITION_JID_MALFORMED;
	} else if (s2s_config_hosts(m->config, remote)) { /* Z-03 */
		*textp = "the recipient is in a domain of ours";
		c = CONDITION_INTERNAL_SERVER_ERROR;
	} else if (s2s_config_partner(m->config, remote) == NULL &&
	    !in_has_proven(m, remote)) {
		*textp = "federation with this domain is not enabled";
		c = CONDITION_POLICY_VIOLATION;
	} else {
		*sessionp = session_get(m, local, remote);
		if (*sessionp == NULL)
			c = CONDITION_RESOURCE_CONSTRAINT;
	}
	mem_free(local);
	mem_free(remote);
	return c;
}

void
s2s_send_take(struct s2s *m, struct xml *x, int deadline_ms, s2s_fn fn,
    void *arg)
{
	struct item *i = mem_zalloc(sizeof(*i));
	enum stanza_condition c;
	struct session *ss;
	const char *text;

	i->x = x;
	i->fn = fn;
	i->arg = arg;
	i->size = xml_size(x, NULL);
	if (deadline_ms <= 0 || deadline_ms > m->config->queue_age_s * 1000)
		deadline_ms = m->config->queue_age_s * 1000;
	i->deadline = loop_now(m->loop) + deadline_ms;
	c = check_send(m, x, &ss, &text);
	if (c == CONDITION_NONE && (ss->n_queue >= m->config->queue_count ||
	    ss->bytes + i->size > m->config->queue_bytes)) { /* G-05 */
		c = CONDITION_RESOURCE_CONSTRAINT;
		text = "the queue for this domain is full";
	}
	if (c != CONDITION_NONE) {
		item_done(m, i, c, text);
		return;
	}
	TAILQ_INSERT_TAIL(&ss->queue, i, entry);
	ss->n_queue++;
	ss->bytes += i->size;
	if (!loop_timer_is_set(ss->t_age) ||
	    loop_timer_left(ss->t_age) > deadline_ms)
		loop_timer_set(ss->t_age, deadline_ms);
	session_go(ss);
}

void
s2s_result(struct s2s *m, const struct s2s_receipt *r)
{
	struct peer *p = s2s_peer_find(m, r->stream);

	if (p != NULL)
		stream_stanza_done(p->st, r->seq);
}

/* Once a minute: what nobody needs any more; certificates that ran out. */
static void
on_sweep(void *arg)
{
	struct s2s *m = arg;
	int64_t now = loop_wall(m->loop) / 1000, until;
	struct session *ss, *next_ss;
	struct peer *p, *next;

	loop_timer_set(m->t_sweep, SWEEP_MS);
	for (p = LIST_FIRST(&m->peers); p != NULL; p = next) {
		next = LIST_NEXT(p, all);
		if (p->c == NULL || conn_tls_peer(p->c) == NULL)
			continue;
		until = tls_peer_not_after(conn_tls_peer(p->c));
		if (until != 0 && until < now && /* T-10 */
		    strcmp(stream_method(p->st), "EXTERNAL") == 0)
			stream_fail(p->st, "reset", "certificate expired");
	}
	for (ss = LIST_FIRST(&m->sessions); ss != NULL; ss = next_ss) {
		next_ss = LIST_NEXT(ss, all);
		if (ss->out == NULL && session_is_idle(ss) &&
		    !loop_timer_is_set(ss->t_retry) && ss->last_attempt >= 0 &&
		    loop_now(m->loop) - ss->last_attempt > 60 * SWEEP_MS)
			s2s_session_free(ss);
	}
	address_sweep(m);
}

static void
shutdown_step(void *arg)
{
	struct s2s *m = arg;
	struct peer *p, *next;

	for (p = LIST_FIRST(&m->peers); p != NULL; p = next) {
		next = LIST_NEXT(p, all);
		if (stream_direction(p->st) == STREAM_OUT &&
		    stream_state(p->st) != STREAM_CLOSING &&
		    (p->session == NULL || p->session->n_sent == 0 ||
		    loop_now(m->loop) >= m->shutdown_until))
			stream_close(p->st);
	}
	if (!LIST_EMPTY(&m->peers) && loop_now(m->loop) < m->shutdown_until) {
		loop_timer_set(m->t_shutdown, 100);
		return;
	}
	if (m->ops->on_shutdown != NULL)
		m->ops->on_shutdown(m, m->arg);
}

static void
on_shutdown_time(void *arg)
{
	shutdown_step(arg);
}

void
s2s_shutdown(struct s2s *m)
{
	struct peer *p, *next;
	struct session *ss;

	if (m->shutting_down)
		return;
	m->shutting_down = true;
	m->shutdown_until = loop_now(m->loop) + SHUTDOWN_MS;
	close_listeners(m);
	LIST_FOREACH(ss, &m->sessions, all)
	{
		session_bounce(ss, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "shutting down");
	}
	for (p = LIST_FIRST(&m->peers); p != NULL; p = next) {
		next = LIST_NEXT(p, all);
		if (stream_direction(p->st) == STREAM_IN)
			stream_fail(p->st, "system-shutdown", NULL);
	}
	loop_timer_set(m->t_shutdown, 0);
}

size_t
s2s_held(const struct s2s *m)
{
	const struct session *ss;
	size_t n = 0;

	LIST_FOREACH(ss, &m->sessions, all)
	{
		n += ss->n_queue + ss->n_sent;
	}
	return n;
}

size_t
s2s_stream_count(const struct s2s *m, enum stream_direction d)
{
	const struct peer *p;
	size_t n = 0;

	LIST_FOREACH(p, &m->peers, all)
	{
		n += p->opened && stream_direction(p->st) == d;
	}
	return n;
}

const struct s2s_counters *
s2s_counters(const struct s2s *m)
{
	return &m->counters;
}

void
s2s_each_stream(const struct s2s *m,
    void (*fn)(const struct s2s_stream_info *i, void *arg), void *arg)
{
	const struct tls_peer *tp;
	struct s2s_stream_info i;
	const struct peer *p;
	char tls[128];

	LIST_FOREACH(p, &m->peers, all)
	{
		memset(&i, 0, sizeof(i));
		tp = p->c != NULL ? conn_tls_peer(p->c) : NULL;
		tls[0] = '\0';
		if (tp != NULL)
			(void)snprintf(tls, sizeof(tls), "%s %s",
			    tls_peer_protocol(tp), tls_peer_cipher(tp));
		i.number = p->number;
		i.direction = stream_direction(p->st) == STREAM_IN ? "in" :
								     "out";
		i.state = stream_state_name(stream_state(p->st));
		i.local = stream_local(p->st);
		i.remote = stream_remote(p->st);
		i.address = p->address;
		i.method = stream_method(p->st);
		i.tls = tls;
		i.certificate = tp != NULL ? tls_peer_subject(tp) : "";
		i.certificate_reason = tp != NULL ? tls_peer_reason(tp) : "";
		i.acknowledges = stream_has_sm(p->st);
		i.stanzas = stream_stanzas_in(p->st) +
		    stream_stanzas_out(p->st);
		i.age_ms = loop_now(m->loop) - p->since;
		fn(&i, arg);
	}
}

void
s2s_each_pair(const struct s2s *m,
    void (*fn)(const struct s2s_pair_info *i, void *arg), void *arg)
{
	const struct session *ss;
	struct s2s_pair_info i;

	LIST_FOREACH(ss, &m->sessions, all)
	{
		i.local = ss->local;
		i.remote = ss->remote;
		i.state = ss->out != NULL ?
		    stream_state_name(stream_state(ss->out->st)) :
		    ss->dial != NULL ? "connecting" :
		    loop_timer_is_set(ss->t_retry) ? "backoff" : "idle";
		i.last_result = ss->last_result;
		i.address = ss->address;
		i.queued = ss->n_queue;
		i.unacknowledged = ss->n_sent;
		i.last_attempt_ms = ss->last_attempt < 0 ? -1 :
		    loop_now(m->loop) - ss->last_attempt;
		fn(&i, arg);
	}
}
