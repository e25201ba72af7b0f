/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_NET_FIXTURE_H
#define TESTS_NET_FIXTURE_H

/* Two ends of a connection in one process, and certificates for them. */
#include "core/buf.h"
#include "net/cert.h"
#include "net/conn.h"

/* What one end saw. */
struct end {
	struct conn *conn; /* NULL once closed */
	struct buf got;
	bool connected, tls, closed, cleanly, drained;
	bool keep; /* leave input in the buffer */
	struct fault why;
};

struct pair {
	struct loop *loop;
	struct listener *listener;
	struct end client, server;
	struct conn_opts client_opts, server_opts;
};

/* A dials B over 127.0.0.1; both are connected on return. */
void pair_open(struct pair *p);
void pair_close(struct pair *p);
void end_clear(struct end *e);

/* Turns the loop until *flag or 5 s; whether it came. */
bool turn_until(struct loop *l, const bool *flag);
bool turn_until_got(struct loop *l, const struct end *e, const char *text);
bool turn_until_length(struct loop *l, const struct end *e, size_t len);

extern const struct conn_ops end_ops;

/* A test PKI, made once. */
struct pki {
	struct cert_key *ca_key;
	struct cert *ca;
	struct tls_trust *trust;
};

void pki_open(struct pki *p);
void pki_close(struct pki *p);
struct tls_identity *pki_identity(
    struct pki *p, const struct cert_want *want, bool self_signed);
struct tls_identity *pki_simple(struct pki *p, const char *name);

#endif
