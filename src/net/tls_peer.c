/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a handshake told about the other side, kept as plain text. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/buf.h"
#include "core/mem.h"
#include "net/hash.h"
#include "net/san_internal.h"
#include "net/tls.h"
#include "net/tls_internal.h"

struct tls_peer {
	bool presented, trusted;
	struct san_list names;
	char **units; /* the subject's OUs */
	size_t n_units;
	char *names_text;
	char *subject, *issuer, *reason;
	char *protocol, *cipher, *alpn, *sni;
	char fingerprint[65], spki[65];
	int64_t not_after;
	unsigned char *der;
	size_t der_len;
};

/* Sentences for what happens most; libcrypto's own for the rest. */
static const struct reason_row {
	long code;
	const char *text;
} reason_rows[] = {
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	    "the certificate is self-signed" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	    "the chain ends in an authority that is not trusted here" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	    "the issuer is not trusted here or its certificate was not sent" },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
	    "the issuer is not trusted here or its certificate was not sent" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, "the certificate has expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, "the certificate is not valid yet" },
	{ X509_V_ERR_CERT_REVOKED, "the certificate is revoked" },
};

static char *
reason_text(long code, const X509 *x509)
{
	size_t i;

	if (code == X509_V_ERR_INVALID_PURPOSE && x509 != NULL) {
		uint32_t eku = X509_get_extended_key_usage((X509 *)(uintptr_t)x509);

		if (eku != UINT32_MAX && (eku & XKU_SSL_CLIENT) &&
		    !(eku & XKU_SSL_SERVER))
			return mem_strdup("the certificate is for clients only "
					  "(it lacks the serverAuth usage)");
		return mem_strdup(
		    "a certificate of the chain is not made for this use");
	}
	for (i = 0; i < sizeof(reason_rows) / sizeof(reason_rows[0]); i++)
		if (reason_rows[i].code == code)
			return mem_strdup(reason_rows[i].text);
	return mem_strdup(X509_verify_cert_error_string(code));
}

static char *
names_text(const struct san_list *l)
{
	struct buf b;
	size_t i;

	buf_init(&b);
	/* LIMIT: a message shows sixteen names. */
	for (i = 0; i < l->n && i < 16; i++)
		buf_printf(&b, "%s%s:%s", i == 0 ? "" : ", ",
		    san_kind_text(l->items[i].kind), l->items[i].value);
	if (i < l->n)
		buf_printf(&b, ", and %zu more", l->n - i);
	return buf_take(&b);
}

/* LIMIT: a subject's units that are looked at. */
#define UNITS_MAX 16

static void
peer_read_units(struct tls_peer *p, const X509 *x509)
{
	const X509_NAME *name = X509_get_subject_name(x509);
	const ASN1_STRING *unit;
	int at = -1, len;

	p->units = mem_array(UNITS_MAX, sizeof(char *));
	while (p->n_units < UNITS_MAX &&
	    (at = X509_NAME_get_index_by_NID(
		 name, NID_organizationalUnitName, at)) >= 0) {
		unit = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
		len = ASN1_STRING_length(unit);
		if (len > 0 &&
		    memchr(ASN1_STRING_get0_data(unit), '\0', (size_t)len) ==
			NULL)
			p->units[p->n_units++] = mem_strndup(
			    (const char *)ASN1_STRING_get0_data(unit),
			    (size_t)len);
	}
}

static void
peer_read_cert(struct tls_peer *p, X509 *x509)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *der = NULL;
	unsigned int n = 0;
	int len;

	p->presented = true;
	san_read(&p->names, x509);
	peer_read_units(p, x509);
	p->subject = san_name_text(X509_get_subject_name(x509));
	p->issuer = san_name_text(X509_get_issuer_name(x509));
	p->not_after = san_time(X509_get0_notAfter(x509));
	if (X509_digest(x509, EVP_sha256(), digest, &n) == 1)
		(void)hash_hex_encode(digest, n, p->fingerprint);
	san_key_hash(X509_get0_pubkey(x509), p->spki);
	if ((len = i2d_X509(x509, &der)) > 0) {
		p->der = mem_dup(der, (size_t)len);
		p->der_len = (size_t)len;
	}
	OPENSSL_free(der);
}

static char *
text_or_empty(const char *s)
{
	return mem_strdup(s == NULL ? "" : s);
}

void
tls_session_done(struct tls_session *s)
{
	struct tls_peer *p = mem_zalloc(sizeof(*p));
	X509 *x509 = SSL_get1_peer_certificate(s->ssl);
	long verify = SSL_get_verify_result(s->ssl);
	const unsigned char *alpn = NULL;
	unsigned int alpn_len = 0;

	if (x509 != NULL)
		peer_read_cert(p, x509);
	p->trusted = x509 != NULL && verify == X509_V_OK;
	p->reason = x509 == NULL ? mem_strdup("no certificate was presented")
	    : p->trusted	 ? mem_strdup("")
				 : reason_text(verify, x509);
	if (x509 == NULL) {
		p->subject = mem_strdup("");
		p->issuer = mem_strdup("");
	}
	X509_free(x509);
	p->names_text = names_text(&p->names);
	p->protocol = text_or_empty(SSL_get_version(s->ssl));
	p->cipher = text_or_empty(SSL_get_cipher_name(s->ssl));
	p->sni = text_or_empty(
	    SSL_get_servername(s->ssl, TLSEXT_NAMETYPE_host_name));
	SSL_get0_alpn_selected(s->ssl, &alpn, &alpn_len);
	p->alpn = mem_strndup(
	    alpn == NULL ? "" : (const char *)alpn, alpn_len);
	s->peer = p;
	ERR_clear_error();
}

void
tls_session_free(struct tls_session *s)
{
	struct tls_peer *p;

	if (s == NULL)
		return;
	if ((p = s->peer) != NULL) {
		while (p->n_units > 0)
			mem_free(p->units[--p->n_units]);
		mem_free(p->units);
		san_clear(&p->names);
		mem_free(p->names_text);
		mem_free(p->subject);
		mem_free(p->issuer);
		mem_free(p->reason);
		mem_free(p->protocol);
		mem_free(p->cipher);
		mem_free(p->alpn);
		mem_free(p->sni);
		mem_free(p->der);
		mem_free(p);
	}
	SSL_free(s->ssl);
	mem_free(s->name);
	tls_ctx_unref(s->ctx);
	mem_free(s);
}

bool
tls_peer_presented(const struct tls_peer *p)
{
	return p->presented;
}

bool
tls_peer_trusted(const struct tls_peer *p)
{
	return p->trusted;
}

#define PEER_TEXT(function, member)                                            \
	const char *function(const struct tls_peer *p)                         \
	{                                                                      \
		return p->member;                                              \
	}

PEER_TEXT(tls_peer_reason, reason)
PEER_TEXT(tls_peer_subject, subject)
PEER_TEXT(tls_peer_issuer, issuer)
PEER_TEXT(tls_peer_fingerprint, fingerprint)
PEER_TEXT(tls_peer_spki, spki)
PEER_TEXT(tls_peer_protocol, protocol)
PEER_TEXT(tls_peer_cipher, cipher)
PEER_TEXT(tls_peer_alpn, alpn)
PEER_TEXT(tls_peer_sni, sni)
PEER_TEXT(tls_peer_names, names_text)

int64_t
tls_peer_not_after(const struct tls_peer *p)
{
	return p->not_after;
}

const unsigned char *
tls_peer_der(const struct tls_peer *p, size_t *lenp)
{
	*lenp = p->der_len;
	return p->der;
}

bool
tls_peer_matches(
    const struct tls_peer *p, enum tls_name kind, const char *name)
{
	switch (kind) {
	case TLS_NAME_XMPP:
		return san_matches_xmpp(&p->names, name);
	case TLS_NAME_SIP:
		return san_matches_sip(&p->names, name, false);
	case TLS_NAME_SIP_WILDCARD:
		return san_matches_sip(&p->names, name, true);
	case TLS_NAME_DNS:
		return san_matches_dns(&p->names, name);
	}
	return false;
}

bool
tls_peer_has_role(const struct tls_peer *p, const char *role)
{
	static const char urn[] = "urn:fedsh:role:";
	size_t i;

	for (i = 0; i < p->names.n; i++)
		if (p->names.items[i].kind == SAN_URI &&
		    strncmp(p->names.items[i].value, urn, sizeof(urn) - 1) == 0 &&
		    strcmp(p->names.items[i].value + sizeof(urn) - 1, role) == 0)
			return true;
	/* An authority that puts no URIs in can say it with a unit. */
	for (i = 0; i < p->n_units; i++)
		if (strcmp(p->units[i], role) == 0)
			return true;
	return false;
}
