/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"

/*
 * What a process shows (identity), whom it believes (trust) and how it
 * talks (context). All three are counted and never change once made: a
 * renewed certificate is a new identity in a new context; connections that
 * run keep the old one. TLS 1.2 and 1.3, forward secrecy and AEAD only, no
 * renegotiation, no compression (T-08); every handshake is a full one, so
 * that the peer's certificate is always verified anew (T-09).
 */
struct tls_identity;
struct tls_trust;
struct tls_ctx;

/* Chain (leaf first) and key as PEM in memory; they have to fit together. */
struct tls_identity *tls_identity_new(const char *chain_pem, size_t chain_len,
    const char *key_pem, size_t key_len, struct fault *f);
struct tls_identity *tls_identity_ref(struct tls_identity *id);
void tls_identity_unref(struct tls_identity *id);

/* Whether its certificate is for this DNS name (wildcards count). */
bool tls_identity_is_for(const struct tls_identity *id, const char *name);
int64_t tls_identity_not_after(const struct tls_identity *id); /* s, 1970 */
/* Lower-case hexadecimal SHA-256 of the certificate. Borrowed. */
const char *tls_identity_fingerprint(const struct tls_identity *id);
const char *tls_identity_subject(const struct tls_identity *id);

/*
 * Anchors from a PEM bundle (NULL: none) and, if asked, the system's.
 * Certificates of the bundle that cannot be read are a fault.
 */
struct tls_trust *tls_trust_new(
    const char *pem, size_t len, bool with_system, struct fault *f);
struct tls_trust *tls_trust_ref(struct tls_trust *t);
void tls_trust_unref(struct tls_trust *t);

enum tls_verify {
	TLS_VERIFY_NONE,    /* a server that asks for no certificate */
	TLS_VERIFY_RECORD,  /* ask, check, tell in tls_peer; go on anyway */
	TLS_VERIFY_REQUIRE, /* no valid chain, no connection */
};

enum tls_purpose {
	/* C-07: the peer is a server, whichever side dialled: serverAuth or
	 * no EKU at all; clientAuth alone is not enough. */
	TLS_PURPOSE_SERVER,
	/* A client certificate: clientAuth or no EKU. */
	TLS_PURPOSE_CLIENT,
	TLS_PURPOSE_ANY,
};

struct tls_setup {
	/* Borrowed; the context takes its own references. The first is the
	 * default; a server prefers the first that is for the SNI name (or
	 * the name given with the connection, T-06). May be none: a client
	 * then shows none, a server fails each handshake. */
	struct tls_identity *const *identities;
	size_t n_identities;
	/* A server shows the last one, not the first, to a peer that names
	 * nobody: neighbours that know us by role and not by name. */
	bool unnamed_last;
	struct tls_trust *trust; /* NULL: nobody */
	enum tls_verify verify;
	enum tls_purpose purpose;
	const char *alpn; /* one protocol, offered or accepted; or NULL */
	/* Wall clock in seconds for checks of dates; 0: the system's. */
	int64_t fake_now;
};

struct tls_ctx *tls_ctx_new_server(const struct tls_setup *s, struct fault *f);
struct tls_ctx *tls_ctx_new_client(const struct tls_setup *s, struct fault *f);
struct tls_ctx *tls_ctx_ref(struct tls_ctx *c);
void tls_ctx_unref(struct tls_ctx *c);

/*
 * What a handshake told about the other side. Belongs to the connection
 * and lives as long as that; strings are never NULL.
 */
struct tls_peer;

bool tls_peer_presented(const struct tls_peer *p); /* any certificate */
/* Chain valid to the trust, dates, purpose (not: the name). */
bool tls_peer_trusted(const struct tls_peer *p);
/* Why not, for people: "self-signed certificate", "certificate has expired",
 * "certificate is for clients only". "" when trusted. */
const char *tls_peer_reason(const struct tls_peer *p);
const char *tls_peer_subject(const struct tls_peer *p); /* RFC 2253 text */
const char *tls_peer_issuer(const struct tls_peer *p);
int64_t tls_peer_not_after(const struct tls_peer *p); /* s; 0: none */
const char *tls_peer_fingerprint(const struct tls_peer *p); /* SHA-256 hex */
const char *tls_peer_spki(const struct tls_peer *p); /* SHA-256 of key, hex */
const char *tls_peer_protocol(const struct tls_peer *p); /* "TLSv1.3" */
const char *tls_peer_cipher(const struct tls_peer *p);
const char *tls_peer_alpn(const struct tls_peer *p); /* chosen; "" none */
const char *tls_peer_sni(const struct tls_peer *p);  /* asked for; "" none */
/* DER of the certificate, for DANE; NULL when there is none. */
const unsigned char *tls_peer_der(const struct tls_peer *p, size_t *lenp);
/* What it names, for messages: "dns:a.example, srv:..., xmpp:...". */
const char *tls_peer_names(const struct tls_peer *p);

enum tls_name {
	/* C-02..C-04: DNS-ID (wildcard as the whole left-most label),
	 * SRV-ID _xmpp-server.<name>, xmppAddr. */
	TLS_NAME_XMPP,
	/* RFC 5922: sip:<name> URIs; dNSName only without any; no wildcard. */
	TLS_NAME_SIP,
	/* As TLS_NAME_SIP, wildcards of dNSName allowed. */
	TLS_NAME_SIP_WILDCARD,
	/* dNSName, wildcards allowed. */
	TLS_NAME_DNS,
};

/*
 * Whether the certificate is for name (A-labels; a U-label name also matches
 * xmppAddr). The common name never counts (C-05). Says nothing about trust.
 */
bool tls_peer_matches(
    const struct tls_peer *p, enum tls_name kind, const char *name);

/* Internal certificates carry roles as URI "urn:fedsh:role:<role>" or as an
 * organizational unit. Means something only with an internal trust. */
bool tls_peer_has_role(const struct tls_peer *p, const char *role);

/* The bare rule of C-02, for tables of its own. */
bool tls_name_matches(const char *pattern, const char *name, bool wildcard);

#endif
