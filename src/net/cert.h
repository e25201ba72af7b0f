/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_CERT_H
#define NET_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/fault.h"

/* Private keys. Never printed, wiped when freed. */
struct cert_key;

enum cert_key_kind {
	CERT_KEY_EC_P256,
	CERT_KEY_EC_P384,
	CERT_KEY_EC_P521,
	CERT_KEY_RSA_2048,
	CERT_KEY_RSA_4096,
};

struct cert_key *cert_key_new(enum cert_key_kind kind, struct fault *f);
/* PEM (also passphrase-protected; pass NULL: none) or DER. */
struct cert_key *cert_key_read(
    const void *data, size_t len, const char *pass, struct fault *f);
void cert_key_write(const struct cert_key *k, struct buf *pem); /* PKCS#8 */
void cert_key_free(struct cert_key *k);
/* SHA-256 of the public key (SubjectPublicKeyInfo), hex: finds its cert. */
const char *cert_key_public_hash(const struct cert_key *k);

/* What a certificate should say. Strings are borrowed for the call. */
struct cert_want {
	const char *common_name;
	const char *organization, *unit, *city, *state, *country; /* or NULL */
	/* "dns:a.example", "ip:127.0.0.1", "uri:sip:a.example",
	 * "srv:_xmpp-server.a.example", "xmpp:a.example", "email:.."; a name
	 * without prefix is dns (or ip if it reads as one). */
	const char *const *names;
	size_t n_names;
	bool server_auth, client_auth; /* EKU; neither: no EKU */
	bool is_ca;
	int days;           /* of issued ones; default 365 */
	int64_t not_before; /* seconds; 0: now less an hour */
};

/* A request (PKCS#10) as PEM, signed by key. */
int cert_request(const struct cert_want *w, const struct cert_key *key,
    struct buf *pem, struct fault *f);

/* A certificate, parsed. Counted. */
struct cert;

/* Self-signed when issuer is NULL (then issuer_key is not looked at). */
struct cert *cert_issue(const struct cert_want *w, const struct cert_key *key,
    const struct cert *issuer, const struct cert_key *issuer_key,
    struct fault *f);
/* Signs somebody's request: names and subject as asked, EKU and days ours. */
struct cert *cert_sign_request(const char *request_pem, size_t len,
    const struct cert_want *w, const struct cert *issuer,
    const struct cert_key *issuer_key, struct fault *f);

struct cert *cert_ref(struct cert *c);
void cert_unref(struct cert *c);
void cert_write(const struct cert *c, struct buf *pem);

/* What a file held. Zero it first; cert_bundle_clear after use. */
struct cert_bundle {
	struct cert **certs; /* leaf first when a key was with it */
	size_t n_certs;
	struct cert_key *key; /* or NULL */
};

/*
 * Reads PEM (certificates and at most one key, any order), DER, PKCS#7
 * (.p7b) or PKCS#12 (.pfx) from memory. Faults say what it is instead: empty,
 * a request, a key only, wrong passphrase, not a certificate at all.
 */
int cert_read(const void *data, size_t len, const char *pass,
    struct cert_bundle *b, struct fault *f);
/* The same from a file (LIMIT 1 MiB); says so for a folder. */
int cert_read_file(const char *path, const char *pass, struct cert_bundle *b,
    struct fault *f);
void cert_bundle_clear(struct cert_bundle *b);
/* PKCS#12 with the key (which may be NULL) and the chain. */
int cert_bundle_write_pfx(const struct cert_bundle *b, const char *pass,
    struct buf *der, struct fault *f);

/* Inspection. Strings live as long as the certificate, never NULL. */
const char *cert_subject(const struct cert *c); /* "CN=a, O=b" */
const char *cert_issuer(const struct cert *c);
const char *cert_common_name(const struct cert *c);
const char *cert_serial(const struct cert *c);        /* HEX */
const char *cert_thumbprint(const struct cert *c);    /* SHA-1, HEX */
const char *cert_fingerprint(const struct cert *c);   /* SHA-256, hex */
const char *cert_public_hash(const struct cert *c);   /* SPKI SHA-256, hex */
const char *cert_key_text(const struct cert *c);      /* "ECDSA P-256" */
const char *cert_signature_text(const struct cert *c);
int64_t cert_not_before(const struct cert *c); /* seconds since 1970 */
int64_t cert_not_after(const struct cert *c);
bool cert_is_ca(const struct cert *c);
bool cert_is_self_signed(const struct cert *c);
size_t cert_name_count(const struct cert *c);
const char *cert_name_at(const struct cert *c, size_t i); /* "dns:a.example" */
/* DNS-ID, SRV-ID or xmppAddr for domain (C-02..C-04). */
bool cert_is_for_xmpp(const struct cert *c, const char *domain);
bool cert_is_for_dns(const struct cert *c, const char *name);
bool cert_has_eku(const struct cert *c); /* any at all */
bool cert_allows_server(const struct cert *c);
bool cert_allows_client(const struct cert *c);

bool cert_fits_key(const struct cert *c, const struct cert_key *k);
/* Whether issuer signed c. */
bool cert_is_signed_by(const struct cert *c, const struct cert *issuer);

#endif
