/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making requests and issuing certificates. */
#include "config.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/mem.h"
#include "net/cert.h"
#include "net/cert_internal.h"
#include "net/hash.h"

static int
subject_add(X509_NAME *name, const char *field, const char *value)
{
	if (value == NULL || *value == '\0')
		return 0;
	return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
		   (const unsigned char *)value, -1, -1, 0) == 1
	    ? 0
	    : -1;
}

static int
subject_fill(X509_NAME *name, const struct cert_want *w, struct fault *f)
{
	static const char *const fields[] = { "C", "ST", "L", "O", "OU", "CN" };
	const char *values[] = { w->country, w->state, w->city,
		w->organization, w->unit, w->common_name };
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (subject_add(name, fields[i], values[i]) == -1)
			return fault_set(f, FAULT_INVALID,
			    "\"%.200s\" cannot be the %s of a certificate's "
			    "subject: %s", values[i], fields[i],
			    san_crypto_reason());
	return 0;
}

static GENERAL_NAMES *
names_make(const struct cert_want *w, struct fault *f)
{
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	GENERAL_NAME *name;
	size_t i;

	for (i = 0; i < w->n_names; i++) {
		if (san_make(w->names[i], &name, f) == -1) {
			sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
			return NULL;
		}
		(void)sk_GENERAL_NAME_push(names, name);
	}
	return names;
}

static X509_EXTENSION *
names_extension(const struct cert_want *w, struct fault *f)
{
	GENERAL_NAMES *names = names_make(w, f);
	X509_EXTENSION *ext;

	if (names == NULL)
		return NULL;
	ext = X509V3_EXT_i2d(NID_subject_alt_name, 0, names);
	sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
	if (ext == NULL)
		(void)fault_set(f, FAULT_SYSTEM, "subject names: %s",
		    san_crypto_reason());
	return ext;
}

static int
add_text_extension(STACK_OF(X509_EXTENSION) *into, X509V3_CTX *ctx, int nid,
    const char *value, struct fault *f)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, ctx, nid, value);

	if (ext == NULL)
		return fault_set(f, FAULT_SYSTEM, "extension %s: %s",
		    OBJ_nid2sn(nid), san_crypto_reason());
	(void)sk_X509_EXTENSION_push(into, ext);
	return 0;
}

static const char *
eku_text(const struct cert_want *w)
{
	if (w->server_auth && w->client_auth)
		return "serverAuth,clientAuth";
	if (w->server_auth)
		return "serverAuth";
	return w->client_auth ? "clientAuth" : NULL;
}

/* What both a request and a certificate say about its use. */
static int
usage_extensions(STACK_OF(X509_EXTENSION) *into, X509V3_CTX *ctx,
    const struct cert_want *w, bool rsa, struct fault *f)
{
	const char *eku = eku_text(w);
	const char *usage = w->is_ca ? "critical,keyCertSign,cRLSign"
	    : rsa ? "critical,digitalSignature,keyEncipherment"
		  : "critical,digitalSignature";
	X509_EXTENSION *names;

	if (add_text_extension(into, ctx, NID_key_usage, usage, f) == -1)
		return -1;
	if (eku != NULL &&
	    add_text_extension(into, ctx, NID_ext_key_usage, eku, f) == -1)
		return -1;
	if (w->n_names == 0)
		return 0;
	if ((names = names_extension(w, f)) == NULL)
		return -1;
	(void)sk_X509_EXTENSION_push(into, names);
	return 0;
}

static void
extensions_free(STACK_OF(X509_EXTENSION) *s)
{
	sk_X509_EXTENSION_pop_free(s, X509_EXTENSION_free);
}

static int
request_fill(X509_REQ *req, STACK_OF(X509_EXTENSION) *exts,
    const struct cert_want *w, const struct cert_key *key, struct fault *f)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, NULL, NULL, req, NULL, 0);
	if (subject_fill(X509_REQ_get_subject_name(req), w, f) == -1 ||
	    usage_extensions(exts, &ctx, w, EVP_PKEY_is_a(key->key, "RSA"), f) ==
		-1)
		return -1;
	if (X509_REQ_set_version(req, X509_REQ_VERSION_1) != 1 ||
	    X509_REQ_set_pubkey(req, key->key) != 1 ||
	    X509_REQ_add_extensions(req, exts) != 1 ||
	    X509_REQ_sign(req, key->key, EVP_sha256()) == 0)
		return fault_set(f, FAULT_SYSTEM, "certificate request: %s",
		    san_crypto_reason());
	return 0;
}

int
cert_request(const struct cert_want *w, const struct cert_key *key,
    struct buf *pem, struct fault *f)
{
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();
	X509_REQ *req = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;
	int rc = -1;

	ERR_clear_error();
	if (req == NULL || bio == NULL || exts == NULL)
		rc = fault_set(f, FAULT_SYSTEM, "out of memory");
	else
		rc = request_fill(req, exts, w, key, f);
	if (rc == 0 && PEM_write_bio_X509_REQ(bio, req) == 1) {
		len = BIO_get_mem_data(bio, &text);
		buf_add(pem, text, (size_t)len);
	}
	extensions_free(exts);
	X509_REQ_free(req);
	BIO_free(bio);
	return rc;
}

static int
serial_fill(X509 *x509)
{
	unsigned char bytes[16];
	BIGNUM *n;
	int ok;

	hash_random(bytes, sizeof(bytes));
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n != NULL &&
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x509)) != NULL;
	BN_free(n);
	return ok ? 0 : -1;
}

static int
dates_fill(X509 *x509, const struct cert_want *w)
{
	time_t from =
	    w->not_before != 0 ? (time_t)w->not_before : time(NULL) - 3600;
	int days = w->days > 0 ? w->days : 365;

	return X509_time_adj_ex(
		   X509_getm_notBefore(x509), 0, 0, &from) != NULL &&
		X509_time_adj_ex(
		    X509_getm_notAfter(x509), days, 0, &from) != NULL
	    ? 0
	    : -1;
}

static int
add_extensions(X509 *x509, STACK_OF(X509_EXTENSION) *exts)
{
	int i;

	for (i = 0; i < sk_X509_EXTENSION_num(exts); i++)
		if (X509_add_ext(
			x509, sk_X509_EXTENSION_value(exts, i), -1) != 1)
			return -1;
	return 0;
}

/* Everything but subject and names, which may come from a request. */
static int
issue(X509 *x509, STACK_OF(X509_EXTENSION) *exts, const struct cert_want *w,
    EVP_PKEY *key, const struct cert *issuer, EVP_PKEY *issuer_key,
    struct fault *f)
{
	X509 *by = issuer == NULL ? x509 : issuer->x509;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, by, x509, NULL, NULL, 0);
	if (X509_set_version(x509, X509_VERSION_3) != 1 ||
	    serial_fill(x509) == -1 || dates_fill(x509, w) == -1 ||
	    X509_set_pubkey(x509, key) != 1 ||
	    X509_set_issuer_name(x509, X509_get_subject_name(by)) != 1)
		return fault_set(
		    f, FAULT_SYSTEM, "certificate: %s", san_crypto_reason());
	if (add_text_extension(exts, &ctx, NID_basic_constraints,
		w->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE", f) == -1 ||
	    add_text_extension(
		exts, &ctx, NID_subject_key_identifier, "hash", f) == -1 ||
	    usage_extensions(exts, &ctx, w, EVP_PKEY_is_a(key, "RSA"), f) == -1)
		return -1;
	if (issuer != NULL &&
	    add_text_extension(exts, &ctx, NID_authority_key_identifier,
		"keyid:always", f) == -1)
		return -1;
	if (add_extensions(x509, exts) == -1 ||
	    X509_sign(x509, issuer_key, EVP_sha256()) == 0)
		return fault_set(
		    f, FAULT_SYSTEM, "certificate: %s", san_crypto_reason());
	return 0;
}

struct cert *
cert_issue(const struct cert_want *w, const struct cert_key *key,
    const struct cert *issuer, const struct cert_key *issuer_key,
    struct fault *f)
{
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();
	X509 *x509 = X509_new();
	int rc;

	ERR_clear_error();
	if (x509 == NULL || exts == NULL)
		rc = fault_set(f, FAULT_SYSTEM, "out of memory");
	else
		rc = subject_fill(X509_get_subject_name(x509), w, f);
	if (rc == 0)
		rc = issue(x509, exts, w, key->key, issuer,
		    issuer == NULL ? key->key : issuer_key->key, f);
	extensions_free(exts);
	if (rc == 0)
		return cert_from_x509_take(x509);
	X509_free(x509);
	return NULL;
}

static X509_REQ *
request_read(const char *pem, size_t len, struct fault *f)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	X509_REQ *req = NULL;
	EVP_PKEY *key;

	if (bio != NULL)
		req = PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (req == NULL) {
		(void)fault_set(f, FAULT_INVALID_DATA,
		    "this is no certificate request: %s", san_crypto_reason());
		return NULL;
	}
	key = X509_REQ_get0_pubkey(req);
	if (key == NULL || X509_REQ_verify(req, key) != 1) {
		(void)fault_set(f, FAULT_SECURITY,
		    "the certificate request is not signed by its own key");
		X509_REQ_free(req);
		return NULL;
	}
	return req;
}

struct cert *
cert_sign_request(const char *request_pem, size_t len,
    const struct cert_want *w, const struct cert *issuer,
    const struct cert_key *issuer_key, struct fault *f)
{
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null(), *asked;
	X509 *x509 = X509_new();
	struct cert_want ours = *w;
	X509_REQ *req;
	int at, rc = -1;

	ERR_clear_error();
	ours.n_names = 0; /* as asked */
	if ((req = request_read(request_pem, len, f)) == NULL)
		goto out;
	asked = X509_REQ_get_extensions(req);
	at = X509v3_get_ext_by_NID(asked, NID_subject_alt_name, -1);
	if (at >= 0)
		(void)sk_X509_EXTENSION_push(exts,
		    X509_EXTENSION_dup(sk_X509_EXTENSION_value(asked, at)));
	extensions_free(asked);
	(void)X509_set_subject_name(x509, X509_REQ_get_subject_name(req));
	rc = issue(x509, exts, &ours, X509_REQ_get0_pubkey(req), issuer,
	    issuer_key->key, f);
out:
	extensions_free(exts);
	X509_REQ_free(req);
	if (rc == 0)
		return cert_from_x509_take(x509);
	X509_free(x509);
	return NULL;
}
