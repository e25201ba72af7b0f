/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inbound: who may connect, how often, from which domain; where keys go to be
 * verified. The list of partners is asked before DNS or dialback work.
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s_internal.h"

#define MINUTE_MS 60000

static struct address *
address_get(struct s2s *m, uint64_t key)
{
	struct addresses *bucket = &m->address_buckets[key % BUCKETS];
	struct address *a;

	LIST_FOREACH(a, bucket, bucket)
	{
		if (a->key == key)
			return a;
	}
	if (m->n_addresses >= ADDRESSES_MAX)
		address_sweep(m);
	if (m->n_addresses >= ADDRESSES_MAX)
		return NULL;
	a = mem_zalloc(sizeof(*a));
	a->key = key;
	a->window = loop_now(m->loop);
	LIST_INSERT_HEAD(bucket, a, bucket);
	m->n_addresses++;
	return a;
}

void
address_sweep(struct s2s *m)
{
	int64_t now = loop_now(m->loop);
	struct address *a, *next;
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		for (a = LIST_FIRST(&m->address_buckets[i]); a != NULL;
		    a = next) {
			next = LIST_NEXT(a, bucket);
			if (!m->closing && (a->open > 0 ||
			    now - a->window < MINUTE_MS))
				continue;
			LIST_REMOVE(a, bucket);
			mem_free(a);
			m->n_addresses--;
		}
	}
}

static void
address_leave(struct s2s *m, uint64_t key)
{
	struct address *a;

	LIST_FOREACH(a, &m->address_buckets[key % BUCKETS], bucket)
	{
		if (a->key == key && a->open > 0)
			a->open--;
	}
}

/* G-01..G-03. The reason to turn a connection away, or NULL. */
static const char *
turn_away(struct s2s *m, uint64_t key)
{
	int64_t now = loop_now(m->loop);
	struct address *a = address_get(m, key);

	if (a == NULL)
		return "too many addresses";
	if (now - a->window >= MINUTE_MS) {
		a->window = now;
		a->attempts = 0;
	}
	a->attempts++;
	if (a->attempts > m->config->address_rate)
		return "too many connections a minute from one address";
	if (a->open >= m->config->address_limit)
		return "too many connections from one address";
	if (m->n_in + m->n_out >= m->config->connection_limit)
		return "ConnectionLimit";
	if (m->n_unauthenticated >= m->config->unauthenticated_limit)
		return "too many connections that are not authenticated";
	a->open++;
	return NULL;
}

void
s2s_on_accept(
    struct listener *ls, int fd, const struct addr *from, void *arg)
{
	struct s2s *m = arg;
	struct stream_setup setup = { .direction = STREAM_IN };
	struct conn_opts opts = { 0 };
	uint64_t key = addr_peer_key(from);
	char text[ADDR_TEXT_SIZE];
	const char *reason = "shutting down";
	struct peer *p;
	struct conn *c;
	struct fault f;

	(void)ls;
	if (m->shutting_down || (reason = turn_away(m, key)) != NULL) {
		(void)close(fd);
		if (!m->shutting_down)
			s2s_tell(m, S2S_LIMIT_REACHED, "", "",
			    addr_text(from, text), 0, "", "", "%s", reason);
		return;
	}
	setup.local = m->config->n_hosted > 0 ? m->config->hosted[0] : NULL;
	setup.policy.tls = STREAM_OPTIONAL;
	setup.policy.sasl = STREAM_OPTIONAL;
	c = conn_from_fd_take(m->loop, fd, &opts, NULL, NULL, &f);
	if (c == NULL) {
		log_warn("s2s", "cannot take a connection: %s", f.text);
		address_leave(m, key);
		return;
	}
	p = peer_new(m, c, &setup, NULL);
	p->key = key;
	m->n_unauthenticated++;
	log_info("s2s", "accepted s2s=%llu address=%s",
	    (unsigned long long)p->number, p->address);
	stream_start(p->st);
}

/* A domain that is on no list may still prove itself by certificate. */
static void
header_of_stranger(struct peer *p, const char *from, const char *to,
    struct stream_verdict *v)
{
	struct s2s *m = p->m;

	v->policy.tls = STREAM_REQUIRED;
	v->policy.sasl = STREAM_REQUIRED;
	v->policy.dialback = false;
	if (!stream_is_tls(p->st) || s2s_cert_proves(m, p->c, from))
		return;
	v->condition = "policy-violation";
	v->text = "federation with this domain is not enabled";
	m->counters.refused++;
	s2s_tell(m, S2S_PARTNER_REFUSED, to, from, p->address, p->number, "",
	    v->condition, "not an allowed partner");
}

void
in_header(struct peer *p, const char *from, const char *to,
    struct stream_verdict *v)
{
	struct s2s *m = p->m;
	const struct s2s_partner *partner;

	v->keepalive_ms = m->config->keepalive_s * 1000;
	v->inactivity_ms = m->config->inactivity_s * 1000;
	if (m->shutting_down) {
		v->condition = "system-shutdown";
		return;
	}
	if (from == NULL) { /* the pair's own policy decides at the proof */
		v->policy.tls = STREAM_OPTIONAL;
		v->policy.sasl = STREAM_OPTIONAL;
		v->policy.dialback = true;
		return;
	}
	if (s2s_config_hosts(m->config, from)) {
		v->condition = "invalid-from";
		return;
	}
	partner = s2s_config_partner(m->config, from);
	if (partner == NULL) {
		header_of_stranger(p, from, to, v);
		return;
	}
	v->policy = partner->policy;
	if (!partner->keepalive)
		v->keepalive_ms = 0;
	if (!p->opened && s2s_partner_streams(m, partner) >=
	    s2s_partner_limit(m, partner)) {
		v->condition = "resource-constraint";
		s2s_tell(m, S2S_LIMIT_REACHED, to, from, p->address,
		    p->number, "", v->condition, "partner's ConnectionLimit");
	}
}

void
in_opened(struct peer *p, const char *local, const char *remote,
    const char *method)
{
	struct s2s *m = p->m;

	if (!p->opened) {
		p->opened = true;
		p->partner = mem_strdup(remote);
		m->n_unauthenticated--;
		m->counters.in_opened++;
	}
	s2s_tell(m, S2S_IN_OPENED, local, remote, p->address, p->number,
	    method, "", "%s", stream_is_tls(p->st) ? "TLS" : "in clear");
}

/* "here is my key": the list first, then the sender's own server. */
void
in_key(struct peer *p, const char *from, const char *to, const char *id,
    const char *key)
{
	struct s2s *m = p->m;
	const struct s2s_partner *partner =
	    s2s_config_partner(m->config, from);
	struct stream_methods methods;
	struct session *ss;

	if (partner == NULL || s2s_config_hosts(m->config, from)) {
		m->counters.refused++;
		s2s_tell(m, S2S_PARTNER_REFUSED, to, from, p->address,
		    p->number, "dialback", "policy-violation",
		    "not an allowed partner");
		stream_fail(p->st, "policy-violation",
		    "federation with this domain is not enabled");
		return;
	}
	methods = stream_policy_methods(&partner->policy);
	if (stream_is_tls(p->st) ? !methods.tls_dialback :
				   !methods.tcp_dialback) {
		stream_db_answer(p->st, from, to, STREAM_DB_ERROR,
		    stream_is_tls(p->st) ? "not-authorized" :
					   "policy-violation");
		return;
	}
	ss = session_get(m, to, from);
	if (ss == NULL || m->n_jobs >= VERIFY_JOBS_MAX ||
	    m->n_verify_dials >= VERIFY_DIALS_MAX) {
		stream_db_answer(p->st, from, to, STREAM_DB_ERROR,
		    "resource-constraint");
		return;
	}
	verify_start(ss, p->number, id, key);
}

void
in_closed(struct peer *p, const struct stream_end *end)
{
	struct s2s *m = p->m;

	address_leave(m, p->key);
	if (!p->opened) {
		m->n_unauthenticated--;
		/* Peers who only came to verify a key leave like this. */
		if (end->kind != STREAM_END_CLOSED) {
			m->counters.in_failed++;
			s2s_tell_end(m, S2S_IN_FAILED, stream_local(p->st),
			    stream_remote(p->st), p, end);
		}
		return;
	}
	s2s_tell_end(m, S2S_IN_CLOSED, stream_local(p->st), p->partner, p,
	    end);
}

bool
in_has_proven(const struct s2s *m, const char *remote)
{
	const struct peer *p;

	LIST_FOREACH(p, &m->peers, all)
	{
		if (stream_direction(p->st) == STREAM_IN && p->opened &&
		    strcmp(stream_method(p->st), "EXTERNAL") == 0 &&
		    p->partner != NULL && strcmp(p->partner, remote) == 0)
			return true;
	}
	return false;
}
