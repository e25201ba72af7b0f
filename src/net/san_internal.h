/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_SAN_INTERNAL_H
#define NET_SAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509v3.h>

#include "core/buf.h"
#include "core/fault.h"

enum san_kind {
	SAN_DNS,
	SAN_IP,
	SAN_URI,
	SAN_EMAIL,
	SAN_SRV,  /* id-on-dnsSRV, RFC 4985 */
	SAN_XMPP, /* id-on-xmppAddr, RFC 6120 13.7.1.4 */
};

struct san {
	enum san_kind kind;
	char *value;
};

/* The subject alternative names of a certificate. Zeroed is empty. */
struct san_list {
	struct san *items;
	size_t n;
};

/* LIMIT: more names than this are not looked at. */
#define SAN_MAX 1024

void san_read(struct san_list *l, const X509 *x509);
void san_clear(struct san_list *l);
const char *san_kind_text(enum san_kind kind);

/* "dns:a.example" and so on, or a bare name; what cert_want.names holds. */
int san_make(const char *text, GENERAL_NAME **namep, struct fault *f);

bool san_matches_xmpp(const struct san_list *l, const char *domain);
bool san_matches_dns(const struct san_list *l, const char *name);
bool san_matches_sip(
    const struct san_list *l, const char *domain, bool wildcard);

/* Seconds since 1970; 0 if it cannot be read. */
int64_t san_time(const ASN1_TIME *t);
/* RFC 2253-like text of a name, "CN=a, O=b". The caller's own. */
char *san_name_text(const X509_NAME *name);
/* SHA-256 of the SubjectPublicKeyInfo in hexadecimal. */
void san_key_hash(EVP_PKEY *key, char out[65]);

/* Reads every certificate of a PEM text; -1 for a broken one. */
int san_read_pem(
    const char *pem, size_t len, STACK_OF(X509) *into, struct fault *f);

/* What libcrypto last complained about, short; clears its queue. */
const char *san_crypto_reason(void);

#endif
