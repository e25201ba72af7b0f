/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection and its stream: bytes up, bytes down, TLS, who it is. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s_internal.h"

static bool
on_write(void *arg, const void *data, size_t len)
{
	struct peer *p = arg;

	return p->c == NULL || conn_write(p->c, data, len);
}

static int
on_start_tls(void *arg, const char *name)
{
	struct peer *p = arg;
	struct s2s *m = p->m;
	struct tls_identity *identity = NULL;
	char *ascii = NULL, *local = NULL;
	struct fault f;
	size_t i;
	int rc = -1;

	if (p->c == NULL || m->server_ctx == NULL ||
	    jid_domain_ascii(name, &ascii, &f) < 0)
		return -1;
	if (stream_direction(p->st) == STREAM_IN) {
		rc = conn_tls_accept(p->c, m->server_ctx, ascii, &f); /* T-06 */
	} else {
		if (jid_domain_ascii(stream_local(p->st), &local, &f) < 0)
			goto out;
		for (i = 0; i < m->config->n_identities; i++) {
			if (tls_identity_is_for(m->config->identities[i],
			    local)) {
				identity = m->config->identities[i];
				break;
			}
		}
		rc = conn_tls_connect(p->c, m->client_ctx, ascii, identity,
		    &f);
	}
out:
	if (rc < 0)
		log_warn("s2s", "cannot begin TLS s2s=%llu: %s",
		    (unsigned long long)p->number, f.text);
	mem_free(ascii);
	mem_free(local);
	return rc;
}

static void
on_pause(void *arg, bool paused)
{
	struct peer *p = arg;

	if (p->c == NULL)
		return;
	if (paused)
		conn_pause(p->c);
	else
		conn_resume(p->c);
}

static void
on_close(void *arg, bool now)
{
	struct peer *p = arg;
	struct conn *c = p->c;

	p->c = NULL;
	if (c == NULL)
		return;
	if (now)
		conn_abort(c);
	else
		conn_close(c);
}

static bool
on_peer_proves(void *arg, const char *domain)
{
	struct peer *p = arg;

	return p->c != NULL && s2s_cert_proves(p->m, p->c, domain);
}

static bool
on_is_hosted(void *arg, const char *domain)
{
	struct peer *p = arg;

	return s2s_config_hosts(p->m->config, domain);
}

static void
on_header(void *arg, const char *from, const char *to,
    struct stream_verdict *v)
{
	in_header(arg, from, to, v);
}

static void
on_ready(void *arg)
{
	struct peer *p = arg;

	if (p->session != NULL)
		session_ready(p->session);
}

static void
on_open(void *arg, const char *local, const char *remote, const char *method)
{
	struct peer *p = arg;

	if (stream_direction(p->st) == STREAM_IN) {
		in_opened(p, local, remote, method);
	} else {
		p->opened = true;
		p->m->counters.out_opened++;
		s2s_tell(p->m, S2S_OUT_OPENED, local, remote, p->address,
		    p->number, method, "", "%s%s",
		    stream_is_tls(p->st) ? "TLS" : "in clear",
		    stream_has_sm(p->st) ? ", acknowledged" : "");
		if (p->session != NULL)
			session_opened(p->session, method);
	}
}

static void
on_stanza(void *arg, struct xml *x, uint32_t seq)
{
	struct peer *p = arg;
	struct s2s_receipt r = { p->number, seq, stream_has_sm(p->st) };

	p->m->counters.stanzas_in++;
	if (p->m->shutting_down) {
		xml_free(x); /* its sender has been told system-shutdown */
		return;
	}
	p->m->ops->on_stanza(p->m, x, &r, stream_id(p->st), p->m->arg);
}

static void
on_db_key(void *arg, const char *from, const char *to, const char *id,
    const char *key)
{
	in_key(arg, from, to, id, key);
}

static void
on_db_verified(void *arg, const char *from, const char *to, const char *id,
    enum stream_db_verdict v, const char *condition)
{
	struct peer *p = arg;

	(void)from;
	(void)to;
	if (p->session != NULL)
		verify_answered(p->session, id, v, condition);
}

static void
on_acked(void *arg, unsigned int n)
{
	struct peer *p = arg;

	p->m->counters.stanzas_out += n;
	if (p->session != NULL)
		session_acked(p->session, n);
}

static void
on_writable(void *arg)
{
	struct peer *p = arg;

	if (p->session != NULL)
		session_flush(p->session);
}

static void
on_closed(void *arg, const struct stream_end *end)
{
	struct peer *p = arg;
	struct session *ss = p->session;

	if (stream_direction(p->st) == STREAM_IN) {
		in_closed(p, end);
	} else if (ss != NULL) {
		p->session = NULL;
		session_closed(ss, p, end);
	}
	peer_free(p);
}

const struct stream_ops peer_stream_ops = {
	.write = on_write,
	.start_tls = on_start_tls,
	.pause = on_pause,
	.close = on_close,
	.peer_proves = on_peer_proves,
	.is_hosted = on_is_hosted,
	.on_header = on_header,
	.on_ready = on_ready,
	.on_open = on_open,
	.on_stanza = on_stanza,
	.on_db_key = on_db_key,
	.on_db_verified = on_db_verified,
	.on_acked = on_acked,
	.on_writable = on_writable,
	.on_closed = on_closed,
};

static void
conn_on_tls(struct conn *c, void *arg)
{
	struct peer *p = arg;

	(void)c;
	stream_tls_done(p->st);
}

static void
conn_on_read(struct conn *c, struct buf *in, void *arg)
{
	struct peer *p = arg;

	(void)c;
	/* The buffer first: the stream may end the connection. */
	stream_push(p->st, in->data, in->len);
	buf_consume(in, in->len);
	stream_run(p->st);
}

static void
conn_on_drain(struct conn *c, void *arg)
{
	struct peer *p = arg;

	(void)c;
	stream_drained(p->st);
}

static void
conn_on_closed(struct conn *c, const struct fault *why, void *arg)
{
	struct peer *p = arg;

	(void)c;
	p->c = NULL;
	stream_lost(p->st, why);
}

static const struct conn_ops peer_conn_ops = {
	.on_tls = conn_on_tls,
	.on_read = conn_on_read,
	.on_drain = conn_on_drain,
	.on_closed = conn_on_closed,
};

struct peer *
peer_new(struct s2s *m, struct conn *c, const struct stream_setup *setup,
    struct session *session)
{
	struct stream_setup own = *setup;
	struct peer *p = mem_zalloc(sizeof(*p));

	p->m = m;
	p->number = own.number = ++m->next_number;
	p->c = c;
	p->session = session;
	p->since = loop_now(m->loop);
	p->address = addr_text(conn_remote(c), p->address_text);
	own.secret = m->secret;
	own.has_certificate = m->config->n_identities > 0;
	own.limits = m->config->stream;
	if (setup->limits.keepalive_ms != 0)
		own.limits.keepalive_ms = setup->limits.keepalive_ms;
	if (setup->limits.inactivity_ms != 0)
		own.limits.inactivity_ms = setup->limits.inactivity_ms;
	p->st = stream_open(m->loop, &own, &peer_stream_ops, p);
	LIST_INSERT_HEAD(&m->peers, p, all);
	LIST_INSERT_HEAD(&m->peer_buckets[p->number % BUCKETS], p, bucket);
	if (own.direction == STREAM_IN)
		m->n_in++;
	else
		m->n_out++;
	conn_set_ops(c, &peer_conn_ops, p);
	return p;
}

void
peer_free(struct peer *p)
{
	if (stream_direction(p->st) == STREAM_IN)
		p->m->n_in--;
	else
		p->m->n_out--;
	if (p->c != NULL)
		conn_abort(p->c);
	LIST_REMOVE(p, all);
	LIST_REMOVE(p, bucket);
	stream_free(p->st);
	mem_free(p->partner);
	mem_free(p);
}
