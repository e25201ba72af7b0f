/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listeners, datagrams and connections under the transactions. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/sip/stack_internal.h"

/* LIMIT: bytes kept for a connection that is not up yet. */
#define FLOW_WAITING_MAX 1048576
/* T-14: a ping not answered in this time means a dead connection. */
#define PONG_MS 10000
/* LIMIT: a connection that has said nothing yet is not kept for long. */
#define SILENT_MS 60000

static void flow_on_connected(struct conn *c, void *arg);
static void flow_on_tls(struct conn *c, void *arg);
static void flow_on_read(struct conn *c, struct buf *in, void *arg);
static void flow_on_closed(struct conn *c, const struct fault *why, void *arg);

static const struct conn_ops flow_ops = {
	.on_connected = flow_on_connected,
	.on_tls = flow_on_tls,
	.on_read = flow_on_read,
	.on_closed = flow_on_closed,
};

/* -- life of a connection ----------------------------------------------- */

static struct sip_flow *
flow_new(struct sip_stack *s, enum sip_transport transport)
{
	struct sip_flow *fl = mem_zalloc(sizeof(*fl));

	fl->stack = s;
	fl->id = ++s->last_flow;
	fl->transport = transport;
	TAILQ_INIT(&fl->clients);
	TAILQ_INSERT_TAIL(&s->flows, fl, entry);
	chain_add(&s->flows_by_id, &fl->by_id,
	    chain_hash(&s->flows_by_id, &fl->id, sizeof(fl->id)));
	return fl;
}

static void
flow_free(void *arg)
{
	struct sip_flow *fl = arg;

	buf_clear(&fl->waiting);
	mem_free(fl);
}

/* Out of all tables; whoever waited on it is told. Freed on a later turn. */
static void
flow_end(struct sip_flow *fl)
{
	struct sip_stack *s = fl->stack;

	if (fl->closed)
		return;
	fl->closed = true;
	TAILQ_REMOVE(&s->flows, fl, entry);
	chain_remove(&s->flows_by_id, &fl->by_id);
	chain_remove(&s->flows_by_target, &fl->by_target);
	chain_remove(&s->flows_by_peer, &fl->by_peer);
	loop_timer_free(fl->ping);
	fl->ping = NULL;
	sip_clients_flow_lost(fl, fl->target.flow_only ? 430 : 503);
	if (!s->closing && s->ops.on_flow_closed != NULL)
		s->ops.on_flow_closed(fl->id, s->arg);
	loop_defer(s->loop, flow_free, fl);
}

void
sip_flow_close(struct sip_flow *fl)
{
	if (fl->closed)
		return;
	if (fl->conn != NULL)
		conn_close(fl->conn);
	flow_end(fl);
}

struct sip_flow *
sip_flow_find(const struct sip_stack *s, uint64_t id)
{
	struct chain_link *l = chain_first(
	    &s->flows_by_id, chain_hash(&s->flows_by_id, &id, sizeof(id)));

	for (; l != NULL; l = chain_again(l)) {
		struct sip_flow *fl = CHAIN_OF(l, struct sip_flow, by_id);

		if (fl->id == id)
			return fl;
	}
	return NULL;
}

void
sip_stack_flow_idle(struct sip_stack *s, uint64_t flow, int ms)
{
	struct sip_flow *fl = sip_flow_find(s, flow);

	if (fl != NULL && !fl->dialled)
		conn_set_idle(fl->conn, ms);
}

void
sip_flow_write(struct sip_flow *fl, const void *p, size_t n)
{
	if (fl->closed)
		return;
	if (fl->up) {
		(void)conn_write(fl->conn, p, n);
		return;
	}
	if (fl->waiting.len + n > FLOW_WAITING_MAX)
		sip_flow_close(fl);
	else
		buf_add(&fl->waiting, p, n);
}

/* -- keepalive (T-14) ---------------------------------------------------- */

static void
flow_on_ping(void *arg)
{
	struct sip_flow *fl = arg;

	if (fl->ping_open && fl->pong_seen) {
		log_info("sip", "connection dead flow=%llu: no answer to ping",
		    (unsigned long long)fl->id);
		sip_flow_close(fl);
		return;
	}
	fl->ping_open = !fl->ping_open;
	if (!fl->ping_open) { /* a peer that never answers pings */
		loop_timer_set(fl->ping, fl->stack->opts.ping_ms);
		return;
	}
	sip_flow_write(fl, "\r\n\r\n", 4);
	loop_timer_set(fl->ping, PONG_MS);
}

static void
flow_pong(struct sip_flow *fl)
{
	if (!fl->ping_open)
		return;
	fl->ping_open = false;
	fl->pong_seen = true;
	loop_timer_set(fl->ping, fl->stack->opts.ping_ms);
}

/* -- up ------------------------------------------------------------------ */

static void
flow_up(struct sip_flow *fl)
{
	char text[ADDR_TEXT_SIZE];

	fl->up = true;
	fl->remote = *conn_remote(fl->conn);
	fl->local = *conn_local(fl->conn);
	log_debug("sip",
	    "connection up flow=%llu peer=%s transport=%s "
	    "trusted=%d",
	    (unsigned long long)fl->id, addr_text(&fl->remote, text),
	    sip_transport_name(fl->transport), fl->trusted);
	if (fl->waiting.len != 0)
		(void)conn_write(fl->conn, fl->waiting.data, fl->waiting.len);
	buf_clear(&fl->waiting);
	if (fl->dialled) {
		fl->ping = loop_timer_new(fl->stack->loop, flow_on_ping, fl);
		loop_timer_set(fl->ping, fl->stack->opts.ping_ms);
	}
}

static void
flow_on_connected(struct conn *c, void *arg)
{
	struct sip_flow *fl = arg;
	const char *name =
	    fl->target.tls_name[0] == '\0' ? NULL : fl->target.tls_name;
	struct fault f;

	if (fl->transport != SIP_TLS) {
		flow_up(fl);
		return;
	}
	if (conn_tls_connect(c, fl->stack->client_tls, name, NULL, &f) != 0) {
		log_warn("sip", "TLS cannot start: %s", f.text);
		sip_flow_close(fl);
	}
}

static bool
peer_is_trusted(const struct sip_stack *s, const struct tls_peer *p)
{
	return p != NULL && s->trusted_role != NULL && tls_peer_presented(p) &&
	       tls_peer_trusted(p) && tls_peer_has_role(p, s->trusted_role);
}

/* L-02: whom we dialled must be who we meant. */
static bool
dialled_is_right(const struct sip_flow *fl, const struct tls_peer *p)
{
	if (fl->target.internal)
		return fl->trusted;
	if (fl->target.tls_name[0] == '\0')
		return tls_peer_trusted(p);
	return tls_peer_trusted(p) &&
	       tls_peer_matches(p, TLS_NAME_SIP, fl->target.tls_name);
}

static void
flow_on_tls(struct conn *c, void *arg)
{
	struct sip_flow *fl = arg;
	const struct tls_peer *p = conn_tls_peer(c);
	char text[ADDR_TEXT_SIZE];

	fl->trusted = peer_is_trusted(fl->stack, p);
	if (fl->dialled && !dialled_is_right(fl, p)) {
		log_warn("sip",
		    "certificate refused peer=%s subject=\"%s\": %s",
		    addr_text(conn_remote(c), text), tls_peer_subject(p),
		    tls_peer_trusted(p) ? "it is for somebody else"
					: tls_peer_reason(p));
		sip_flow_close(fl);
		return;
	}
	flow_up(fl);
}

static void
flow_on_closed(struct conn *c, const struct fault *why, void *arg)
{
	struct sip_flow *fl = arg;
	char text[ADDR_TEXT_SIZE];

	log_debug("sip", "connection closed flow=%llu peer=%s: %s",
	    (unsigned long long)fl->id, addr_text(conn_remote(c), text),
	    why == NULL ? "" : why->text);
	fl->conn = NULL;
	flow_end(fl);
}

/* -- reading ------------------------------------------------------------- */

static void
flow_message(struct sip_flow *fl, const char *p, size_t n)
{
	struct sip_peer peer = { .transport = fl->transport,
		.remote = fl->remote,
		.local = fl->local,
		.flow = fl->id,
		.trusted = fl->trusted,
		.tls = conn_is_tls(fl->conn) ? conn_tls_peer(fl->conn) : NULL };

	/* Before the message is acted on: its user may want it longer. */
	if (!fl->spoke && !fl->dialled)
		conn_set_idle(fl->conn, fl->stack->opts.idle_ms);
	fl->spoke = true;
	sip_stack_input(fl->stack, p, n, SIP_STREAM, &peer, NULL);
}

/*
 * What cannot be framed: answered 400 when its head can be read (without
 * Content-Length the reader says 400 by itself), then closed (T-02).
 */
static void
flow_broken(struct sip_flow *fl, const char *p, enum sip_frame why)
{
	char text[ADDR_TEXT_SIZE];

	log_info("sip", "stream broken peer=%s: %s",
	    addr_text(&fl->remote, text),
	    why == SIP_FRAME_BAD ? "bad Content-Length" : "message too large");
	if (fl->framer.head != 0)
		flow_message(fl, p, fl->framer.head);
	sip_flow_close(fl);
}

static void
flow_on_read(struct conn *c, struct buf *in, void *arg)
{
	struct sip_flow *fl = arg;
	size_t at = 0, total;

	(void)c;
	while (!fl->closed && at < in->len) {
		const char *p = in->data + at;
		enum sip_frame frame =
		    sip_frame_next(&fl->framer, p, in->len - at);

		switch (frame) {
		case SIP_FRAME_MORE:
			buf_consume(in, at);
			return;
		case SIP_FRAME_PING:
			sip_flow_write(fl, "\r\n", 2);
			at += 2;
			break;
		case SIP_FRAME_CRLF:
			flow_pong(fl);
			at += 2;
			break;
		case SIP_FRAME_MESSAGE:
			total = fl->framer.total;
			memset(&fl->framer, 0, sizeof(fl->framer));
			flow_message(fl, p, total);
			at += total;
			break;
		case SIP_FRAME_BAD:
		case SIP_FRAME_TOO_LARGE:
			flow_broken(fl, p, frame);
			return;
		}
	}
	if (!fl->closed)
		buf_consume(in, at);
}

/* -- dialling ------------------------------------------------------------ */

static void
target_key(const struct sip_target *t, struct buf *out)
{
	char text[ADDR_TEXT_SIZE];

	buf_printf(out, "%d %d %s %s", t->transport, t->internal, t->tls_name,
	    addr_text(&t->addr, text));
}

static struct sip_flow *
flow_find_dialled(const struct sip_stack *s, const struct sip_target *t)
{
	struct buf key = { 0 }, other = { 0 };
	struct sip_flow *found = NULL;
	struct chain_link *l;

	target_key(t, &key);
	l = chain_first(&s->flows_by_target,
	    chain_hash(&s->flows_by_target, key.data, key.len));
	for (; l != NULL && found == NULL; l = chain_again(l)) {
		struct sip_flow *fl = CHAIN_OF(l, struct sip_flow, by_target);

		buf_reset(&other);
		target_key(&fl->target, &other);
		if (other.len == key.len &&
		    memcmp(other.data, key.data, key.len) == 0)
			found = fl;
	}
	buf_clear(&key);
	buf_clear(&other);
	return found;
}

static struct sip_flow *
flow_dial(struct sip_stack *s, const struct sip_target *t)
{
	struct conn_opts o = { .read_max =
				   SIP_HEAD_MAX_STREAM + SIP_BODY_MAX + 1024 };
	struct buf key = { 0 };
	struct sip_flow *fl;
	struct fault f;

	if (s->flows_by_id.count >= s->opts.max_connections ||
	    (t->transport == SIP_TLS && s->client_tls == NULL)) {
		log_warn("sip", "cannot dial: %s",
		    s->client_tls == NULL ? "no TLS" : "too many connections");
		return NULL;
	}
	fl = flow_new(s, t->transport);
	fl->dialled = true;
	fl->target = *t;
	fl->target.flow = 0;
	fl->remote = t->addr;
	fl->conn = conn_dial(s->loop, &t->addr, &o, &flow_ops, fl, &f);
	if (fl->conn == NULL) {
		log_info("sip", "cannot dial: %s", f.text);
		flow_end(fl);
		return NULL;
	}
	target_key(&fl->target, &key);
	chain_add(&s->flows_by_target, &fl->by_target,
	    chain_hash(&s->flows_by_target, key.data, key.len));
	buf_clear(&key);
	return fl;
}

struct sip_flow *
sip_flow_get(struct sip_stack *s, const struct sip_target *t, int *statusp)
{
	struct sip_flow *fl = t->flow == 0 ? NULL : sip_flow_find(s, t->flow);

	if (fl != NULL)
		return fl;
	*statusp = t->flow_only ? 430 : 503;
	if (t->flow_only)
		return NULL;
	if ((fl = flow_find_dialled(s, t)) != NULL)
		return fl;
	return flow_dial(s, t);
}

/* -- listening ----------------------------------------------------------- */

struct sip_listener *
sip_listener_for(
    const struct sip_stack *s, enum sip_transport transport, int family)
{
	struct sip_listener *l;

	TAILQ_FOREACH (l, &s->listeners, entry)
		if (l->transport == transport &&
		    (family == AF_UNSPEC || addr_family(&l->addr) == family))
			return l;
	return NULL;
}

static unsigned
flows_of_peer(const struct sip_stack *s, uint64_t hash, uint64_t key)
{
	struct chain_link *l = chain_first(&s->flows_by_peer, hash);
	unsigned n = 0;

	for (; l != NULL; l = chain_again(l))
		if (addr_peer_key(
			&CHAIN_OF(l, struct sip_flow, by_peer)->remote) == key)
			n++;
	return n;
}

static void
listener_on_accept(
    struct listener *ls, int fd, const struct addr *peer, void *arg)
{
	struct sip_listener *l = arg;
	struct sip_stack *s = l->stack;
	struct conn_opts o = { .read_max =
				   SIP_HEAD_MAX_STREAM + SIP_BODY_MAX + 1024,
		.idle_ms = SILENT_MS < s->opts.idle_ms ? SILENT_MS
						       : s->opts.idle_ms };
	uint64_t key = addr_peer_key(peer);
	uint64_t hash = chain_hash(&s->flows_by_peer, &key, sizeof(key));
	struct sip_flow *fl;
	struct fault f;

	(void)ls;
	/* LIMIT: T-13. Loopback peers are our own other services. */
	if (s->flows_by_id.count >= s->opts.max_connections ||
	    (!addr_is_loopback(peer) && flows_of_peer(s, hash, key) >=
					    s->opts.max_connections_per_ip)) {
		(void)close(fd);
		return;
	}
	fl = flow_new(s, l->transport);
	fl->remote = *peer;
	chain_add(&s->flows_by_peer, &fl->by_peer, hash);
	fl->conn = conn_from_fd_take(s->loop, fd, &o, &flow_ops, fl, &f);
	if (fl->conn == NULL) {
		flow_end(fl);
		return;
	}
	if (l->transport != SIP_TLS) {
		flow_up(fl);
		return;
	}
	if (s->server_tls == NULL ||
	    conn_tls_accept(fl->conn, s->server_tls, NULL, &f) != 0)
		sip_flow_close(fl);
}

static const struct listener_ops stream_ops = {
	.on_accept = listener_on_accept,
};

static void
udp_on_datagram(struct udp *u, const char *data, size_t len,
    const struct addr *from, const struct addr *to, void *arg)
{
	struct sip_listener *l = arg;
	struct sip_peer peer = { .transport = SIP_UDP,
		.remote = *from,
		.local = to == NULL ? *udp_addr(u) : *to };

	if (len <= 4) /* keepalive */
		return;
	sip_stack_input(l->stack, data, len, SIP_DATAGRAM, &peer, l);
}

static const struct udp_ops datagram_ops = {
	.on_datagram = udp_on_datagram,
};

int
sip_listener_open(struct sip_stack *s, enum sip_transport transport,
    const struct addr *at, int fd, struct fault *f)
{
	struct sip_listener *l = mem_zalloc(sizeof(*l));

	l->stack = s;
	l->transport = transport;
	if (transport == SIP_UDP) {
		l->udp =
		    fd >= 0 ? udp_from_fd_take(s->loop, fd, &datagram_ops, l, f)
			    : udp_open(s->loop, at, &datagram_ops, l, f);
		if (l->udp != NULL)
			l->addr = *udp_addr(l->udp);
	} else {
		l->stream =
		    fd >= 0
			? listener_from_fd_take(s->loop, fd, &stream_ops, l, f)
			: listener_open(s->loop, at, &stream_ops, l, f);
		if (l->stream != NULL)
			l->addr = *listener_addr(l->stream);
	}
	if (l->udp == NULL && l->stream == NULL) {
		mem_free(l);
		return fault_within(f, "listening for SIP over %s",
		    sip_transport_name(transport));
	}
	TAILQ_INSERT_TAIL(&s->listeners, l, entry);
	return 0;
}

void
sip_listener_close(struct sip_listener *l)
{
	struct chain_walk w = { 0 };
	struct chain_link *link;

	while ((link = chain_next(&l->stack->servers, &w)) != NULL) {
		struct sip_server *t =
		    CHAIN_OF(link, struct sip_server, by_key);

		if (t->listener == l)
			t->listener = NULL;
	}
	TAILQ_REMOVE(&l->stack->listeners, l, entry);
	if (l->stream != NULL)
		listener_close(l->stream);
	udp_close(l->udp);
	mem_free(l);
}
