/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates for tests that speak TLS: a CA and what it signs. */
#ifndef TESTS_PKI_H
#define TESTS_PKI_H

#include <string.h>

#include "core/buf.h"
#include "net/cert.h"
#include "net/tls.h"

struct pki {
	struct cert_key *key;
	struct cert *ca;
};

static inline int
pki_open(struct pki *p)
{
	struct cert_want w = { .common_name = "test CA", .is_ca = true };

	p->key = cert_key_new(CERT_KEY_EC_P256, NULL);
	p->ca = p->key != NULL ? cert_issue(&w, p->key, NULL, NULL, NULL) :
				 NULL;
	return p->ca != NULL ? 0 : -1;
}

static inline void
pki_close(struct pki *p)
{
	cert_unref(p->ca);
	cert_key_free(p->key);
}

static inline struct tls_trust *
pki_trust(const struct pki *p)
{
	struct buf pem = { 0 };
	struct tls_trust *t;

	cert_write(p->ca, &pem);
	t = tls_trust_new(pem.data, pem.len, false, NULL);
	buf_clear(&pem);
	return t;
}

/* w is the caller's; its server_auth, client_auth and dates hold. */
static inline struct tls_identity *
pki_identity_as(const struct pki *p, struct cert_want *w, const char *name,
    const char *name2)
{
	const char *names[2] = { name, name2 };
	struct cert_key *key = cert_key_new(CERT_KEY_EC_P256, NULL);
	struct buf chain = { 0 }, secret = { 0 };
	struct tls_identity *id = NULL;
	struct cert *c;

	w->common_name = "leaf";
	w->names = names;
	w->n_names = name2 != NULL ? 2 : 1;
	c = cert_issue(w, key, p != NULL ? p->ca : NULL,
	    p != NULL ? p->key : NULL, NULL);
	if (c != NULL) {
		cert_write(c, &chain);
		cert_key_write(key, &secret);
		id = tls_identity_new(chain.data, chain.len, secret.data,
		    secret.len, NULL);
	}
	buf_clear(&chain);
	buf_clear(&secret);
	cert_unref(c);
	cert_key_free(key);
	return id;
}

static inline struct tls_identity *
pki_identity(const struct pki *p, const char *name, const char *name2)
{
	struct cert_want w = { .server_auth = true };

	return pki_identity_as(p, &w, name, name2);
}

#endif
