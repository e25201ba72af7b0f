/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS contexts, identities and trust; one session's set-up and its errors. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "core/mem.h"
#include "net/addr.h"
#include "net/hash.h"
#include "net/san_internal.h"
#include "net/tls.h"
#include "net/tls_internal.h"

struct tls_identity {
	unsigned int refs;
	X509 *leaf;
	STACK_OF(X509) *chain; /* without the leaf */
	EVP_PKEY *key;
	struct san_list names;
	char fingerprint[65];
	char *subject;
};

struct tls_trust {
	unsigned int refs;
	X509_STORE *store;
};

struct tls_ctx {
	unsigned int refs;
	bool server;
	SSL_CTX *ssl;
	struct tls_identity **identities;
	size_t n_identities;
	bool unnamed_last;
	enum tls_verify verify;
	unsigned char alpn[256]; /* length-prefixed, as on the wire */
	unsigned int alpn_len;
};

/* BCP 195: forward secrecy and AEAD only. */
static const char tls12_ciphers[] =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

/* Identities. */

static int
identity_fill(struct tls_identity *id, const char *chain, size_t chain_len,
    const char *key, size_t key_len, struct fault *f)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	BIO *bio;

	id->chain = sk_X509_new_null();
	if (id->chain == NULL)
		return fault_set(f, FAULT_SYSTEM, "out of memory");
	if (san_read_pem(chain, chain_len, id->chain, f) == -1)
		return -1;
	if ((id->leaf = sk_X509_shift(id->chain)) == NULL)
		return fault_set(
		    f, FAULT_INVALID_DATA, "there is no PEM certificate in it");
	if ((bio = BIO_new_mem_buf(key, (int)key_len)) != NULL) {
		id->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	if (id->key == NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the private key cannot be read: %s", san_crypto_reason());
	if (X509_check_private_key(id->leaf, id->key) != 1)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the private key does not belong to the certificate");
	(void)X509_digest(id->leaf, EVP_sha256(), digest, &n);
	(void)hash_hex_encode(digest, n, id->fingerprint);
	id->subject = san_name_text(X509_get_subject_name(id->leaf));
	san_read(&id->names, id->leaf);
	return 0;
}

struct tls_identity *
tls_identity_new(const char *chain_pem, size_t chain_len, const char *key_pem,
    size_t key_len, struct fault *f)
{
	struct tls_identity *id = mem_zalloc(sizeof(*id));

	id->refs = 1;
	ERR_clear_error();
	if (identity_fill(id, chain_pem, chain_len, key_pem, key_len, f) == 0)
		return id;
	ERR_clear_error();
	tls_identity_unref(id);
	return NULL;
}

struct tls_identity *
tls_identity_ref(struct tls_identity *id)
{
	id->refs++;
	return id;
}

void
tls_identity_unref(struct tls_identity *id)
{
	if (id == NULL || --id->refs > 0)
		return;
	X509_free(id->leaf);
	sk_X509_pop_free(id->chain, X509_free);
	EVP_PKEY_free(id->key);
	san_clear(&id->names);
	mem_free(id->subject);
	mem_free(id);
}

bool
tls_identity_is_for(const struct tls_identity *id, const char *name)
{
	return san_matches_xmpp(&id->names, name) ||
	    san_matches_dns(&id->names, name);
}

int64_t
tls_identity_not_after(const struct tls_identity *id)
{
	return san_time(X509_get0_notAfter(id->leaf));
}

const char *
tls_identity_fingerprint(const struct tls_identity *id)
{
	return id->fingerprint;
}

const char *
tls_identity_subject(const struct tls_identity *id)
{
	return id->subject;
}

/* Trust. */

struct tls_trust *
tls_trust_new(const char *pem, size_t len, bool with_system, struct fault *f)
{
	struct tls_trust *t = mem_zalloc(sizeof(*t));
	STACK_OF(X509) *certs = sk_X509_new_null();
	int i, rc = 0;

	t->refs = 1;
	ERR_clear_error();
	t->store = X509_STORE_new();
	if (t->store == NULL || certs == NULL) {
		rc = fault_set(f, FAULT_SYSTEM, "out of memory");
		goto out;
	}
	if (with_system)
		(void)X509_STORE_set_default_paths(t->store);
	/* An intermediate of the bundle is an anchor too. */
	(void)X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN);
	if (pem != NULL && san_read_pem(pem, len, certs, f) == -1) {
		rc = fault_within(f, "trust bundle");
		goto out;
	}
	for (i = 0; i < sk_X509_num(certs); i++)
		(void)X509_STORE_add_cert(t->store, sk_X509_value(certs, i));
out:
	sk_X509_pop_free(certs, X509_free);
	ERR_clear_error();
	if (rc == 0)
		return t;
	tls_trust_unref(t);
	return NULL;
}

struct tls_trust *
tls_trust_ref(struct tls_trust *t)
{
	t->refs++;
	return t;
}

void
tls_trust_unref(struct tls_trust *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	X509_STORE_free(t->store);
	mem_free(t);
}

/* Contexts. */

/*
 * Runs the usual check and, where it only has to be recorded, lets the
 * handshake go on; SSL_get_verify_result keeps the first error.
 */
static int
on_verify(X509_STORE_CTX *store, void *arg)
{
	const struct tls_ctx *ctx = arg;
	int ok = X509_verify_cert(store);

	if (ok > 0)
		return 1;
	if (X509_STORE_CTX_get_error(store) == X509_V_OK)
		X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED);
	return ctx->verify == TLS_VERIFY_REQUIRE ? 0 : 1;
}

static int
identity_use(SSL *ssl, const struct tls_identity *id)
{
	return SSL_use_cert_and_key(ssl, id->leaf, id->key, id->chain, 1);
}

/* The server's choice (T-06): SNI, else the stream's name, else the first. */
static int
on_choose_identity(SSL *ssl, void *arg)
{
	struct tls_ctx *ctx = arg;
	struct tls_session *s = SSL_get_app_data(ssl);
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	size_t i;

	if (ctx->n_identities == 0) {
		s->local_error = "no certificate is assigned on this side";
		return 0;
	}
	if (name == NULL)
		name = s->name;
	for (i = 0; name != NULL && i < ctx->n_identities; i++)
		if (tls_identity_is_for(ctx->identities[i], name))
			return identity_use(ssl, ctx->identities[i]);
	if (name == NULL && ctx->unnamed_last)
		return identity_use(
		    ssl, ctx->identities[ctx->n_identities - 1]);
	return identity_use(ssl, ctx->identities[0]);
}

/* Ours if the peer offers it; else go on without. */
static int
on_choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned int inlen, void *arg)
{
	const struct tls_ctx *ctx = arg;
	unsigned int i;

	(void)ssl;
	for (i = 0; i < inlen; i += 1u + in[i]) {
		if (i + 1u + in[i] > inlen)
			break;
		if (in[i] == ctx->alpn[0] &&
		    memcmp(in + i + 1, ctx->alpn + 1, in[i]) == 0) {
			*out = in + i + 1;
			*outlen = in[i];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_NOACK;
}

static int
ctx_set_verify(struct tls_ctx *c, const struct tls_setup *s)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(c->ssl);
	int mode = SSL_VERIFY_NONE, purpose = X509_PURPOSE_ANY;

	if (s->verify != TLS_VERIFY_NONE || !c->server)
		mode = SSL_VERIFY_PEER;
	if (s->verify == TLS_VERIFY_REQUIRE)
		mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	SSL_CTX_set_verify(c->ssl, mode, NULL);
	SSL_CTX_set_cert_verify_callback(c->ssl, on_verify, c);
	/* C-07: by default an accepting socket would demand clientAuth. */
	if (s->purpose == TLS_PURPOSE_SERVER)
		purpose = X509_PURPOSE_SSL_SERVER;
	else if (s->purpose == TLS_PURPOSE_CLIENT)
		purpose = X509_PURPOSE_SSL_CLIENT;
	if (X509_VERIFY_PARAM_set_purpose(param, purpose) != 1)
		return -1;
	if (s->fake_now != 0)
		X509_VERIFY_PARAM_set_time(param, (time_t)s->fake_now);
	if (s->trust != NULL &&
	    SSL_CTX_set1_verify_cert_store(c->ssl, s->trust->store) != 1)
		return -1;
	return 0;
}

static int
ctx_set_up(struct tls_ctx *c, const struct tls_setup *s)
{
	size_t len;

	c->ssl = SSL_CTX_new(c->server ? TLS_server_method()
				       : TLS_client_method());
	if (c->ssl == NULL ||
	    SSL_CTX_set_min_proto_version(c->ssl, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(c->ssl, tls12_ciphers) != 1)
		return -1;
	(void)SSL_CTX_set_options(c->ssl,
	    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
		SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_session_cache_mode(c->ssl, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(c->ssl, 0);
	(void)SSL_CTX_set_mode(c->ssl,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
		SSL_MODE_RELEASE_BUFFERS);
	if (ctx_set_verify(c, s) == -1)
		return -1;
	if (c->server)
		SSL_CTX_set_cert_cb(c->ssl, on_choose_identity, c);
	if (s->alpn == NULL)
		return 0;
	len = strlen(s->alpn);
	if (len == 0 || len > 255)
		return -1;
	c->alpn[0] = (unsigned char)len;
	memcpy(c->alpn + 1, s->alpn, len);
	c->alpn_len = (unsigned int)len + 1;
	if (c->server)
		SSL_CTX_set_alpn_select_cb(c->ssl, on_choose_alpn, c);
	else if (SSL_CTX_set_alpn_protos(c->ssl, c->alpn, c->alpn_len) != 0)
		return -1;
	return 0;
}

static struct tls_ctx *
ctx_new(const struct tls_setup *s, bool server, struct fault *f)
{
	struct tls_ctx *c = mem_zalloc(sizeof(*c));
	size_t i;

	c->refs = 1;
	c->server = server;
	c->verify = s->verify;
	c->unnamed_last = s->unnamed_last;
	c->identities =
	    mem_array(s->n_identities + 1, sizeof(struct tls_identity *));
	for (i = 0; i < s->n_identities; i++)
		c->identities[c->n_identities++] =
		    tls_identity_ref(s->identities[i]);
	ERR_clear_error();
	if (ctx_set_up(c, s) == 0)
		return c;
	(void)fault_set(f, FAULT_SYSTEM, "TLS cannot be set up: %s",
	    san_crypto_reason());
	tls_ctx_unref(c);
	return NULL;
}

struct tls_ctx *
tls_ctx_new_server(const struct tls_setup *s, struct fault *f)
{
	return ctx_new(s, true, f);
}

struct tls_ctx *
tls_ctx_new_client(const struct tls_setup *s, struct fault *f)
{
	return ctx_new(s, false, f);
}

struct tls_ctx *
tls_ctx_ref(struct tls_ctx *c)
{
	c->refs++;
	return c;
}

void
tls_ctx_unref(struct tls_ctx *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	for (i = 0; i < c->n_identities; i++)
		tls_identity_unref(c->identities[i]);
	mem_free(c->identities);
	SSL_CTX_free(c->ssl);
	mem_free(c);
}

/* Sessions. */

/* No SNI for addresses (RFC 6066 3). */
static bool
name_is_for_sni(const char *name)
{
	struct addr a;

	return name != NULL && *name != '\0' && strlen(name) < 256 &&
	    addr_from_ip(name, 0, &a, NULL) == -1;
}

static int
session_set_up(struct tls_session *s, bool server, int fd,
    struct tls_identity *identity)
{
	struct tls_ctx *ctx = s->ctx;

	if ((s->ssl = SSL_new(ctx->ssl)) == NULL || SSL_set_fd(s->ssl, fd) != 1)
		return -1;
	(void)SSL_set_app_data(s->ssl, s);
	if (server) {
		SSL_set_accept_state(s->ssl);
		return 0;
	}
	SSL_set_connect_state(s->ssl);
	if (name_is_for_sni(s->name) &&
	    SSL_set_tlsext_host_name(s->ssl, s->name) != 1)
		return -1;
	if (identity == NULL && ctx->n_identities > 0)
		identity = ctx->identities[0];
	return identity == NULL || identity_use(s->ssl, identity) == 1 ? 0 : -1;
}

struct tls_session *
tls_session_new(struct tls_ctx *ctx, bool server, int fd, const char *name,
    struct tls_identity *identity, struct fault *f)
{
	struct tls_session *s;

	if (server != ctx->server) {
		(void)fault_set(f, FAULT_INVALID_OPERATION,
		    "a TLS context serves one direction only");
		return NULL;
	}
	s = mem_zalloc(sizeof(*s));
	s->ctx = tls_ctx_ref(ctx);
	s->name = name == NULL ? NULL : mem_strdup(name);
	ERR_clear_error();
	if (session_set_up(s, server, fd, identity) == 0)
		return s;
	(void)fault_set(f, FAULT_SYSTEM, "TLS cannot be set up: %s",
	    san_crypto_reason());
	tls_session_free(s);
	return NULL;
}

int
tls_session_fault(struct tls_session *s, const char *doing, struct fault *f)
{
	unsigned long e = ERR_peek_last_error();
	long verify = SSL_get_verify_result(s->ssl);
	int reason = ERR_GET_REASON(e), error = errno;

	ERR_clear_error();
	if (s->local_error != NULL)
		return fault_set(
		    f, FAULT_SECURITY, "%s: %s", doing, s->local_error);
	if (e == 0 && error != 0)
		return fault_errno(f, error, "%s", doing);
	if (e == 0)
		return fault_set(
		    f, FAULT_CLOSED, "%s: the peer closed the connection", doing);
	if (ERR_GET_LIB(e) == ERR_LIB_SSL &&
	    reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return fault_set(f, FAULT_SECURITY,
		    "%s: the peer's certificate is not valid: %s", doing,
		    X509_verify_cert_error_string(verify));
	if (ERR_GET_LIB(e) == ERR_LIB_SSL &&
	    reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return fault_set(f, FAULT_CLOSED,
		    "%s: the peer closed the connection without ending TLS",
		    doing);
	if (ERR_GET_LIB(e) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET)
		return fault_set(f, FAULT_SECURITY,
		    "%s: the peer refused with the alert \"%s\"", doing,
		    SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
	return fault_set(f, FAULT_SECURITY, "%s: %s", doing,
	    ERR_reason_error_string(e) == NULL ? "unknown reason"
					       : ERR_reason_error_string(e));
}
