/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outbound sessions: one a domain pair, with its queue, its stream, its
 * back-off. Whatever happens, each stanza gets exactly one result.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s_internal.h"

/* A stream that lived shorter counts as a failed attempt. */
#define SHORT_LIFE_MS	5000
/* A stream nobody needs (it verified keys) is kept for the next question. */
#define SPARE_MS	10000
#define BACKOFF_MAX_S	60 /* */
/* LIMIT: listeners of ours that a dial tells from a partner's. */
#define SELF_MAX	16

static void
tell_done(void *arg)
{
	struct s2s *m = arg;
	struct items batch = TAILQ_HEAD_INITIALIZER(batch);
	struct item *i;

	m->done_deferred = false;
	TAILQ_CONCAT(&batch, &m->done, entry);
	while ((i = TAILQ_FIRST(&batch)) != NULL) {
		TAILQ_REMOVE(&batch, i, entry);
		if (i->fn != NULL && !m->closing)
			i->fn(i->arg, i->condition,
			    i->text[0] != '\0' ? i->text : NULL);
		xml_free(i->x);
		mem_free(i);
	}
}

/* The result is told on the next turn, never inside somebody's call. */
void
item_done(struct s2s *m, struct item *i, enum stanza_condition c,
    const char *text)
{
	i->condition = c;
	(void)snprintf(i->text, sizeof(i->text), "%s", text != NULL ? text :
								      "");
	if (c != CONDITION_NONE)
		m->counters.bounced++;
	TAILQ_INSERT_TAIL(&m->done, i, entry);
	if (m->done_deferred)
		return;
	m->done_deferred = true;
	loop_defer(m->loop, tell_done, m);
}

static struct item *
queue_pop(struct session *ss)
{
	struct item *i = TAILQ_FIRST(&ss->queue);

	TAILQ_REMOVE(&ss->queue, i, entry);
	ss->n_queue--;
	ss->bytes -= i->size;
	return i;
}

void
session_bounce(struct session *ss, enum stanza_condition c, const char *text)
{
	while (!TAILQ_EMPTY(&ss->queue))
		item_done(ss->m, queue_pop(ss), c, text);
}

static void
set_age(struct session *ss)
{
	const struct item *i;
	int64_t soonest = INT64_MAX, left;

	TAILQ_FOREACH(i, &ss->queue, entry)
	{
		if (i->deadline < soonest)
			soonest = i->deadline;
	}
	if (soonest == INT64_MAX) {
		loop_timer_cancel(ss->t_age);
		return;
	}
	left = soonest - loop_now(ss->m->loop);
	loop_timer_set(ss->t_age, left > 0 ? left : 0);
}

static void
on_age(void *arg)
{
	struct session *ss = arg;
	int64_t now = loop_now(ss->m->loop);
	struct item *i, *next;

	for (i = TAILQ_FIRST(&ss->queue); i != NULL; i = next) {
		next = TAILQ_NEXT(i, entry);
		if (i->deadline > now)
			continue;
		TAILQ_REMOVE(&ss->queue, i, entry);
		ss->n_queue--;
		ss->bytes -= i->size;
		item_done(ss->m, i, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "not deliverable in time");
	}
	set_age(ss);
}

static void
on_retry(void *arg)
{
	session_go(arg);
}

bool
session_is_idle(const struct session *ss)
{
	return TAILQ_EMPTY(&ss->queue) && TAILQ_EMPTY(&ss->sent) &&
	    TAILQ_EMPTY(&ss->jobs) && ss->dial == NULL;
}

/* The stream was for a question only, and nobody has another. */
static void
on_spare(void *arg)
{
	struct session *ss = arg;

	if (ss->out != NULL && session_is_idle(ss) &&
	    stream_state(ss->out->st) == STREAM_READY)
		stream_close(ss->out->st);
}

static unsigned int
bucket_of(const char *local, const char *remote)
{
	unsigned int h = 5381;

	for (; *local != '\0'; local++)
		h = h * 33 + (unsigned char)*local;
	for (; *remote != '\0'; remote++)
		h = h * 33 + (unsigned char)*remote;
	return h % BUCKETS;
}

struct session *
session_get(struct s2s *m, const char *local, const char *remote)
{
	struct sessions *bucket =
	    &m->session_buckets[bucket_of(local, remote)];
	struct session *ss;

	LIST_FOREACH(ss, bucket, bucket)
	{
		if (strcmp(ss->local, local) == 0 &&
		    strcmp(ss->remote, remote) == 0)
			return ss;
	}
	if (m->n_sessions >= SESSIONS_MAX)
		return NULL;
	ss = mem_zalloc(sizeof(*ss));
	ss->m = m;
	ss->local = mem_strdup(local);
	ss->remote = mem_strdup(remote);
	TAILQ_INIT(&ss->queue);
	TAILQ_INIT(&ss->sent);
	TAILQ_INIT(&ss->jobs);
	ss->t_retry = loop_timer_new(m->loop, on_retry, ss);
	ss->t_age = loop_timer_new(m->loop, on_age, ss);
	ss->t_spare = loop_timer_new(m->loop, on_spare, ss);
	ss->last_attempt = -1;
	LIST_INSERT_HEAD(&m->sessions, ss, all);
	LIST_INSERT_HEAD(bucket, ss, bucket);
	m->n_sessions++;
	return ss;
}

static void
dial_ended(struct session *ss)
{
	ss->dial = NULL;
	if (ss->verify_only)
		ss->m->n_verify_dials--;
	ss->verify_only = false;
}

void
s2s_session_free(struct session *ss)
{
	struct item *i;

	if (ss->dial != NULL) {
		dial_cancel(ss->dial);
		dial_ended(ss);
	}
	while ((i = TAILQ_FIRST(&ss->sent)) != NULL) {
		TAILQ_REMOVE(&ss->sent, i, entry);
		item_done(ss->m, i, CONDITION_REMOTE_SERVER_TIMEOUT, NULL);
	}
	session_bounce(ss, CONDITION_REMOTE_SERVER_TIMEOUT, NULL);
	verify_fail(ss, "remote-server-timeout");
	if (ss->out != NULL)
		ss->out->session = NULL;
	loop_timer_free(ss->t_retry);
	loop_timer_free(ss->t_age);
	loop_timer_free(ss->t_spare);
	LIST_REMOVE(ss, all);
	LIST_REMOVE(ss, bucket);
	ss->m->n_sessions--;
	mem_free(ss->local);
	mem_free(ss->remote);
	mem_free(ss);
}

/* random, growing with each failure, at most a minute. */
static void
back_off(struct session *ss)
{
	uint32_t most = BACKOFF_MAX_S;

	if (ss->failures < 6)
		most = 1u << ss->failures;
	if (most > BACKOFF_MAX_S)
		most = BACKOFF_MAX_S;
	loop_timer_set(ss->t_retry,
	    100 + (int64_t)loop_random_below(ss->m->loop, most * 1000));
	ss->failures++;
}

/* p and end: the stream that did not open; NULL: it did not come so far. */
static void
attempt_failed(struct session *ss, enum stanza_condition c,
    const struct peer *p, const struct stream_end *end, const char *text)
{
	(void)snprintf(ss->last_result, sizeof(ss->last_result), "%s", text);
	ss->m->counters.out_failed++;
	if (p != NULL)
		s2s_tell_end(ss->m, S2S_OUT_FAILED, ss->local, ss->remote, p,
		    end);
	else
		s2s_tell(ss->m, c == CONDITION_REMOTE_SERVER_NOT_FOUND ?
		    S2S_DNS_FAILED : S2S_OUT_FAILED, ss->local, ss->remote,
		    ss->address, 0, "", "", "%s", text);
	verify_fail(ss, c == CONDITION_REMOTE_SERVER_NOT_FOUND ?
	    "remote-server-not-found" : "remote-server-timeout");
	session_bounce(ss, c, text);
	set_age(ss);
	back_off(ss);
}

static void
on_dialled(void *arg, struct conn *c, enum dial_failure failure,
    const char *text)
{
	struct session *ss = arg;
	struct s2s *m = ss->m;
	const struct s2s_partner *partner =
	    s2s_config_partner(m->config, ss->remote);
	struct stream_setup setup = { .direction = STREAM_OUT };

	dial_ended(ss);
	if (c == NULL) {
		ss->address[0] = '\0';
		attempt_failed(ss, failure == DIAL_NOT_FOUND ?
		    CONDITION_REMOTE_SERVER_NOT_FOUND :
		    CONDITION_REMOTE_SERVER_TIMEOUT, NULL, NULL, text);
		return;
	}
	setup.local = ss->local;
	setup.remote = ss->remote;
	if (partner != NULL) {
		setup.policy = partner->policy;
		if (partner->keepalive)
			setup.limits.keepalive_ms =
			    m->config->keepalive_s * 1000;
	} else { /* answers to a stranger that proved itself to us */
		setup.policy.tls = STREAM_REQUIRED;
		setup.policy.sasl = STREAM_REQUIRED;
	}
	setup.limits.inactivity_ms = m->config->inactivity_s * 1000;
	ss->out = peer_new(m, c, &setup, ss);
	(void)snprintf(ss->address, sizeof(ss->address), "%s",
	    ss->out->address);
	stream_start(ss->out->st);
}

static void
start_dial(struct session *ss)
{
	struct s2s *m = ss->m;
	const struct s2s_partner *partner =
	    s2s_config_partner(m->config, ss->remote);
	struct dial_setup d = { .loop = m->loop, .resolver = m->resolver };
	struct addr self[SELF_MAX];
	const struct addr *at;
	struct fault f;
	char *ascii;

	ss->last_attempt = loop_now(m->loop);
	if (jid_domain_ascii(ss->remote, &ascii, &f) < 0 ||
	    jid_domain_is_ip(ss->remote) || m->resolver == NULL) {
		attempt_failed(ss, CONDITION_REMOTE_SERVER_NOT_FOUND, NULL,
		    NULL, "no domain that can be looked up");
		return;
	}
	d.domain = ascii;
	d.proxy_fqdn = partner != NULL ? partner->proxy_fqdn : NULL;
	d.allow_private = m->config->dns != NULL || !m->own_resolver;
	d.source4 = m->config->source4;
	d.source6 = m->config->source6;
	while (d.n_self < SELF_MAX &&
	    (at = s2s_listen_addr(m, d.n_self)) != NULL)
		self[d.n_self++] = *at;
	d.self = self;
	ss->verify_only = TAILQ_EMPTY(&ss->queue);
	if (ss->verify_only)
		m->n_verify_dials++;
	ss->dial = dial_start(&d, on_dialled, ss);
	mem_free(ascii);
}

/* There is something to do: get on with it, wherever the session stands. */
void
session_go(struct session *ss)
{
	const struct s2s_partner *partner;

	if (ss->out != NULL) {
		switch (stream_state(ss->out->st)) {
		case STREAM_READY:
			session_ready(ss);
			break;
		case STREAM_OPEN:
			verify_flush(ss);
			if (ss->out != NULL)
				session_flush(ss);
			break;
		case STREAM_SASL:
		case STREAM_DIALBACK:
		case STREAM_SM:
		case STREAM_NEW:
		case STREAM_HEADER:
		case STREAM_FEATURES:
		case STREAM_STARTTLS:
		case STREAM_TLS:
		case STREAM_AUTH:
		case STREAM_CLOSING:
		case STREAM_CLOSED:
			break;
		}
		return;
	}
	if (ss->dial != NULL || loop_timer_is_set(ss->t_retry))
		return;
	if (TAILQ_EMPTY(&ss->queue) && TAILQ_EMPTY(&ss->jobs))
		return;
	if (ss->m->n_in + ss->m->n_out >= ss->m->config->connection_limit) {
		attempt_failed(ss, CONDITION_RESOURCE_CONSTRAINT, NULL, NULL,
		    "ConnectionLimit reached");
		return;
	}
	partner = s2s_config_partner(ss->m->config, ss->remote);
	if (partner != NULL && s2s_partner_streams(ss->m, partner) >=
	    s2s_partner_limit(ss->m, partner)) {
		attempt_failed(ss, CONDITION_RESOURCE_CONSTRAINT, NULL, NULL,
		    "the partner's ConnectionLimit is reached");
		return;
	}
	start_dial(ss);
}

/* TLS and features are settled: questions first, then our own proof. */
void
session_ready(struct session *ss)
{
	if (ss->out == NULL)
		return;
	verify_flush(ss);
	if (ss->out == NULL || stream_state(ss->out->st) != STREAM_READY)
		return;
	if (!TAILQ_EMPTY(&ss->queue))
		stream_authenticate(ss->out->st);
	else
		loop_timer_set(ss->t_spare, SPARE_MS);
}

void
session_opened(struct session *ss, const char *method)
{
	(void)snprintf(ss->last_result, sizeof(ss->last_result), "open (%s)",
	    method);
	verify_flush(ss);
	if (ss->out != NULL)
		session_flush(ss);
}

void
session_flush(struct session *ss)
{
	struct item *i;
	size_t max;

	while (ss->out != NULL && !TAILQ_EMPTY(&ss->queue) &&
	    stream_can_send(ss->out->st)) {
		i = queue_pop(ss);
		max = stream_send_max(ss->out->st);
		if (max != 0 && i->size > max) { /* K-03 */
			item_done(ss->m, i, CONDITION_POLICY_VIOLATION,
			    "larger than the partner's server takes");
			continue;
		}
		TAILQ_INSERT_TAIL(&ss->sent, i, entry);
		ss->n_sent++;
		stream_send(ss->out->st, i->x);
	}
	set_age(ss);
}

void
session_acked(struct session *ss, unsigned int n)
{
	struct item *i;

	while (n-- > 0 && (i = TAILQ_FIRST(&ss->sent)) != NULL) {
		TAILQ_REMOVE(&ss->sent, i, entry);
		ss->n_sent--;
		item_done(ss->m, i, CONDITION_NONE, NULL);
	}
}

/* M-04: once more over the next stream, in the same order; then no more. */
static void
requeue_sent(struct session *ss)
{
	struct item *i;

	while ((i = TAILQ_LAST(&ss->sent, items)) != NULL) {
		TAILQ_REMOVE(&ss->sent, i, entry);
		ss->n_sent--;
		if (i->resent) {
			item_done(ss->m, i, CONDITION_REMOTE_SERVER_TIMEOUT,
			    "the connection was lost twice");
			continue;
		}
		i->resent = true;
		TAILQ_INSERT_HEAD(&ss->queue, i, entry);
		ss->n_queue++;
		ss->bytes += i->size;
	}
}

/* What a stream that never opened means to those who wait [R-07, D-02]. */
static enum stanza_condition
condition_of(const struct stream_end *end)
{
	switch (end->kind) {
	case STREAM_END_REFUSED:
		if (strcmp(end->condition, "invalid") == 0)
			return CONDITION_INTERNAL_SERVER_ERROR;
		return CONDITION_REMOTE_SERVER_TIMEOUT;
	case STREAM_END_PEER_ERROR:
		if (strcmp(end->condition, "host-unknown") == 0 ||
		    strcmp(end->condition, "host-gone") == 0)
			return CONDITION_REMOTE_SERVER_NOT_FOUND;
		return CONDITION_REMOTE_SERVER_TIMEOUT;
	case STREAM_END_NONE:
	case STREAM_END_CLOSED:
	case STREAM_END_OUR_ERROR:
	case STREAM_END_LOST:
	case STREAM_END_TIMEOUT:
	case STREAM_END_NO_METHOD:
		break;
	}
	return CONDITION_REMOTE_SERVER_TIMEOUT;
}

void
session_closed(struct session *ss, struct peer *p,
    const struct stream_end *end)
{
	struct s2s *m = ss->m;
	int64_t lived = loop_now(m->loop) - p->since;

	ss->out = NULL;
	loop_timer_cancel(ss->t_spare);
	requeue_sent(ss);
	if (!p->opened) {
		/* A spare stream that ends in peace failed nobody. */
		if (end->kind == STREAM_END_CLOSED && session_is_idle(ss))
			return;
		attempt_failed(ss, condition_of(end), p, end,
		    *end->text != '\0' ? end->text : "closed");
		return;
	}
	(void)snprintf(ss->last_result, sizeof(ss->last_result), "closed: %.240s",
	    *end->text != '\0' ? end->text : end->condition);
	s2s_tell_end(m, S2S_OUT_CLOSED, ss->local, ss->remote, p, end);
	if (m->shutting_down) {
		session_bounce(ss, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "shutting down");
		return;
	}
	verify_fail(ss, "remote-connection-failed");
	set_age(ss);
	if (lived < SHORT_LIFE_MS) {
		back_off(ss);
		return;
	}
	ss->failures = 0;
	session_go(ss);
}
