/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and certificates as things to look at. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "core/mem.h"
#include "net/cert.h"
#include "net/cert_internal.h"
#include "net/hash.h"

static const struct key_row {
	enum cert_key_kind kind;
	const char *curve; /* NULL: RSA */
	unsigned int bits;
} key_rows[] = {
	{ CERT_KEY_EC_P256, "P-256", 256 },
	{ CERT_KEY_EC_P384, "P-384", 384 },
	{ CERT_KEY_EC_P521, "P-521", 521 },
	{ CERT_KEY_RSA_2048, NULL, 2048 },
	{ CERT_KEY_RSA_4096, NULL, 4096 },
};

struct cert_key *
cert_key_from_take(EVP_PKEY *key)
{
	struct cert_key *k = mem_zalloc(sizeof(*k));

	k->key = key;
	san_key_hash(key, k->public_hash);
	return k;
}

struct cert_key *
cert_key_new(enum cert_key_kind kind, struct fault *f)
{
	const struct key_row *row = &key_rows[kind];
	EVP_PKEY *key;

	ERR_clear_error();
	key = row->curve != NULL
	    ? EVP_EC_gen(row->curve)
	    : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)row->bits);
	if (key == NULL) {
		(void)fault_set(f, FAULT_SYSTEM,
		    "the private key cannot be made: %s", san_crypto_reason());
		return NULL;
	}
	return cert_key_from_take(key);
}

/* Without this libcrypto would ask on the terminal. */
static int
give_pass(char *buf, int size, int writing, void *arg)
{
	const char *pass = arg;
	size_t len = pass == NULL ? 0 : strlen(pass);

	(void)writing;
	if (len > (size_t)size)
		return -1;
	if (len > 0)
		memcpy(buf, pass, len);
	return pass == NULL ? -1 : (int)len;
}

struct cert_key *
cert_key_read(
    const void *data, size_t len, const char *pass, struct fault *f)
{
	const unsigned char *der = data;
	EVP_PKEY *key = NULL;
	BIO *bio;

	ERR_clear_error();
	if (len < 1024 * 1024 &&
	    (bio = BIO_new_mem_buf(data, (int)len)) != NULL) {
		key = PEM_read_bio_PrivateKey(
		    bio, NULL, give_pass, (void *)(uintptr_t)pass);
		BIO_free(bio);
	}
	if (key == NULL && len < 1024 * 1024)
		key = d2i_AutoPrivateKey(NULL, &der, (long)len);
	ERR_clear_error();
	if (key != NULL)
		return cert_key_from_take(key);
	(void)fault_set(f, FAULT_INVALID_DATA,
	    memmem(data, len, "ENCRYPTED", 9) == NULL
		? "there is no private key in it that can be read"
		: pass == NULL ? "the private key is protected: a passphrase "
				 "is needed"
			       : "the passphrase is wrong");
	return NULL;
}

void
cert_key_write(const struct cert_key *k, struct buf *pem)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *text;
	long len;

	if (bio == NULL)
		return;
	if (PEM_write_bio_PKCS8PrivateKey(
		bio, k->key, NULL, NULL, 0, NULL, NULL) == 1) {
		len = BIO_get_mem_data(bio, &text);
		buf_add(pem, text, (size_t)len);
	}
	BIO_free(bio);
}

void
cert_key_free(struct cert_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->key); /* wipes */
	mem_free(k);
}

const char *
cert_key_public_hash(const struct cert_key *k)
{
	return k->public_hash;
}

/* Certificates. */

static void
digest_text(X509 *x509, const EVP_MD *md, char *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	out[0] = '\0';
	if (X509_digest(x509, md, digest, &n) == 1)
		(void)hash_hex_encode(digest, n, out);
}

static char *
common_name_text(X509 *x509)
{
	X509_NAME *name = X509_get_subject_name(x509);
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *utf8 = NULL;
	char *text;
	int len = -1;

	if (at >= 0)
		len = ASN1_STRING_to_UTF8(&utf8,
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	text = mem_strndup(
	    len > 0 ? (const char *)utf8 : "", len > 0 ? (size_t)len : 0);
	OPENSSL_free(utf8);
	return text;
}

static char *
serial_text(X509 *x509)
{
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	char *hex = n == NULL ? NULL : BN_bn2hex(n);
	char *text = mem_strdup(hex == NULL ? "" : hex);

	OPENSSL_free(hex);
	BN_free(n);
	return text;
}

static char *
key_text(X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key == NULL)
		return mem_strdup("unknown");
	if (EVP_PKEY_is_a(key, "RSA"))
		return mem_printf("RSA %d", EVP_PKEY_get_bits(key));
	if (EVP_PKEY_is_a(key, "EC"))
		return mem_printf("ECDSA P-%d", EVP_PKEY_get_bits(key));
	return mem_printf("%s %d", EVP_PKEY_get0_type_name(key),
	    EVP_PKEY_get_bits(key));
}

struct cert *
cert_from_x509_take(X509 *x509)
{
	struct cert *c = mem_zalloc(sizeof(*c));
	const char *signature;
	size_t i;
	char *p;

	c->refs = 1;
	c->x509 = x509;
	san_read(&c->names, x509);
	c->name_texts = mem_array(c->names.n + 1, sizeof(char *));
	for (i = 0; i < c->names.n; i++)
		c->name_texts[i] = mem_printf("%s:%s",
		    san_kind_text(c->names.items[i].kind),
		    c->names.items[i].value);
	c->subject = san_name_text(X509_get_subject_name(x509));
	c->issuer = san_name_text(X509_get_issuer_name(x509));
	c->common_name = common_name_text(x509);
	c->serial = serial_text(x509);
	c->key_text = key_text(x509);
	signature = OBJ_nid2ln(X509_get_signature_nid(x509));
	c->signature_text = mem_strdup(signature == NULL ? "" : signature);
	digest_text(x509, EVP_sha1(), c->thumbprint);
	for (p = c->thumbprint; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	digest_text(x509, EVP_sha256(), c->fingerprint);
	san_key_hash(X509_get0_pubkey(x509), c->public_hash);
	(void)X509_check_purpose(x509, -1, 0); /* reads the extensions */
	ERR_clear_error();
	return c;
}

struct cert *
cert_ref(struct cert *c)
{
	c->refs++;
	return c;
}

void
cert_unref(struct cert *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	for (i = 0; i < c->names.n; i++)
		mem_free(c->name_texts[i]);
	mem_free(c->name_texts);
	san_clear(&c->names);
	mem_free(c->subject);
	mem_free(c->issuer);
	mem_free(c->common_name);
	mem_free(c->serial);
	mem_free(c->key_text);
	mem_free(c->signature_text);
	X509_free(c->x509);
	mem_free(c);
}

void
cert_write(const struct cert *c, struct buf *pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (bio == NULL)
		return;
	if (PEM_write_bio_X509(bio, c->x509) == 1) {
		len = BIO_get_mem_data(bio, &text);
		buf_add(pem, text, (size_t)len);
	}
	BIO_free(bio);
}

#define CERT_TEXT(function, member)                                            \
	const char *function(const struct cert *c)                             \
	{                                                                      \
		return c->member;                                              \
	}

CERT_TEXT(cert_subject, subject)
CERT_TEXT(cert_issuer, issuer)
CERT_TEXT(cert_common_name, common_name)
CERT_TEXT(cert_serial, serial)
CERT_TEXT(cert_thumbprint, thumbprint)
CERT_TEXT(cert_fingerprint, fingerprint)
CERT_TEXT(cert_public_hash, public_hash)
CERT_TEXT(cert_key_text, key_text)
CERT_TEXT(cert_signature_text, signature_text)

int64_t
cert_not_before(const struct cert *c)
{
	return san_time(X509_get0_notBefore(c->x509));
}

int64_t
cert_not_after(const struct cert *c)
{
	return san_time(X509_get0_notAfter(c->x509));
}

bool
cert_is_ca(const struct cert *c)
{
	return X509_check_ca(c->x509) == 1;
}

bool
cert_is_self_signed(const struct cert *c)
{
	return X509_self_signed(c->x509, 0) == 1;
}

size_t
cert_name_count(const struct cert *c)
{
	return c->names.n;
}

const char *
cert_name_at(const struct cert *c, size_t i)
{
	return c->name_texts[i];
}

bool
cert_is_for_xmpp(const struct cert *c, const char *domain)
{
	return san_matches_xmpp(&c->names, domain);
}

bool
cert_is_for_dns(const struct cert *c, const char *name)
{
	return san_matches_dns(&c->names, name);
}

/* UINT32_MAX when there is no such extension: everything is allowed. */
static uint32_t
eku_bits(const struct cert *c)
{
	return X509_get_extended_key_usage(c->x509);
}

bool
cert_has_eku(const struct cert *c)
{
	return eku_bits(c) != UINT32_MAX;
}

bool
cert_allows_server(const struct cert *c)
{
	return (eku_bits(c) & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
}

bool
cert_allows_client(const struct cert *c)
{
	return (eku_bits(c) & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

bool
cert_fits_key(const struct cert *c, const struct cert_key *k)
{
	return strcmp(c->public_hash, k->public_hash) == 0;
}

bool
cert_is_signed_by(const struct cert *c, const struct cert *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->x509);
	bool ok = X509_check_issued(issuer->x509, c->x509) == X509_V_OK &&
	    key != NULL && X509_verify(c->x509, key) == 1;

	ERR_clear_error();
	return ok;
}
