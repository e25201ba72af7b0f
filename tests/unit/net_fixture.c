/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two ends of a connection in one process, and certificates for them. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net_fixture.h"

static void
on_connected(struct conn *c, void *arg)
{
	struct end *e = arg;

	(void)c;
	e->connected = true;
}

static void
on_tls(struct conn *c, void *arg)
{
	struct end *e = arg;

	(void)c;
	e->tls = true;
}

static void
on_read(struct conn *c, struct buf *in, void *arg)
{
	struct end *e = arg;

	(void)c;
	if (e->keep)
		return;
	buf_add(&e->got, in->data, in->len);
	buf_consume(in, in->len);
}

static void
on_drain(struct conn *c, void *arg)
{
	struct end *e = arg;

	(void)c;
	e->drained = true;
}

static void
on_closed(struct conn *c, const struct fault *why, void *arg)
{
	struct end *e = arg;

	e->closed = true;
	e->cleanly = conn_closed_cleanly(c);
	e->why = *why;
	e->conn = NULL;
}

const struct conn_ops end_ops = {
	.on_connected = on_connected,
	.on_tls = on_tls,
	.on_read = on_read,
	.on_drain = on_drain,
	.on_closed = on_closed,
};

static void
on_accept(struct listener *ls, int fd, const struct addr *peer, void *arg)
{
	struct pair *p = arg;

	(void)ls;
	(void)peer;
	p->server.conn = conn_from_fd_take(
	    p->loop, fd, &p->server_opts, &end_ops, &p->server, NULL);
	p->server.connected = true;
}

static const struct listener_ops listener_ops = { on_accept };

bool
turn_until(struct loop *l, const bool *flag)
{
	int i;

	for (i = 0; i < 5000 && !*flag; i++)
		(void)loop_turn(l, 1);
	return *flag;
}

bool
turn_until_length(struct loop *l, const struct end *e, size_t len)
{
	int i;

	for (i = 0; i < 5000 && e->got.len < len; i++)
		(void)loop_turn(l, 1);
	return e->got.len >= len;
}

bool
turn_until_got(struct loop *l, const struct end *e, const char *text)
{
	return turn_until_length(l, e, strlen(text)) &&
	    strcmp(buf_text(&e->got), text) == 0;
}

void
pair_open(struct pair *p)
{
	struct addr at;
	struct fault f;

	p->loop = loop_new(&f);
	assert_non_null(p->loop);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, &f), 0);
	p->listener = listener_open(p->loop, &at, &listener_ops, p, &f);
	assert_non_null(p->listener);
	p->client.conn = conn_dial(p->loop, listener_addr(p->listener),
	    &p->client_opts, &end_ops, &p->client, &f);
	assert_non_null(p->client.conn);
	assert_false(p->client.connected);
	assert_true(turn_until(p->loop, &p->client.connected));
	assert_true(turn_until(p->loop, &p->server.connected));
}

void
end_clear(struct end *e)
{
	if (e->conn != NULL)
		conn_abort(e->conn);
	buf_clear(&e->got);
	memset(e, 0, sizeof(*e));
}

void
pair_close(struct pair *p)
{
	end_clear(&p->client);
	end_clear(&p->server);
	listener_close(p->listener);
	loop_free(p->loop);
	memset(p, 0, sizeof(*p));
}

void
pki_open(struct pki *p)
{
	struct cert_want w = { .common_name = "Test CA", .is_ca = true };
	struct buf pem;

	p->ca_key = cert_key_new(CERT_KEY_EC_P256, NULL);
	p->ca = cert_issue(&w, p->ca_key, NULL, NULL, NULL);
	assert_non_null(p->ca);
	buf_init(&pem);
	cert_write(p->ca, &pem);
	p->trust = tls_trust_new(pem.data, pem.len, false, NULL);
	assert_non_null(p->trust);
	buf_clear(&pem);
}

void
pki_close(struct pki *p)
{
	tls_trust_unref(p->trust);
	cert_unref(p->ca);
	cert_key_free(p->ca_key);
}

struct tls_identity *
pki_identity(struct pki *p, const struct cert_want *want, bool self_signed)
{
	struct cert_key *key = cert_key_new(CERT_KEY_EC_P256, NULL);
	struct tls_identity *id;
	struct buf chain, pem;
	struct cert *c;
	struct fault f;

	c = cert_issue(want, key, self_signed ? NULL : p->ca, p->ca_key, &f);
	assert_non_null(c);
	buf_init(&chain);
	buf_init(&pem);
	cert_write(c, &chain);
	cert_key_write(key, &pem);
	id = tls_identity_new(chain.data, chain.len, pem.data, pem.len, &f);
	assert_non_null(id);
	buf_clear(&chain);
	buf_clear(&pem);
	cert_unref(c);
	cert_key_free(key);
	return id;
}

struct tls_identity *
pki_simple(struct pki *p, const char *name)
{
	struct cert_want w = { .common_name = "unused",
		.names = &name,
		.n_names = 1,
		.server_auth = true };

	return pki_identity(p, &w, false);
}
