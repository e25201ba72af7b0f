/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what an administrator calls a certificate file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "core/mem.h"
#include "net/cert.h"
#include "net/cert_internal.h"

/* LIMIT: no certificate file is larger. */
#define CERT_FILE_MAX (1024 * 1024)

static void
bundle_add(struct cert_bundle *b, X509 *x509)
{
	b->certs = mem_array_grow(
	    b->certs, b->n_certs + 1, sizeof(struct cert *));
	b->certs[b->n_certs++] = cert_from_x509_take(x509);
}

static void
bundle_add_copies(struct cert_bundle *b, const STACK_OF(X509) *certs)
{
	int i;

	for (i = 0; i < sk_X509_num(certs); i++) {
		X509 *x509 = sk_X509_value(certs, i);

		if (X509_up_ref(x509) == 1)
			bundle_add(b, x509);
	}
}

void
cert_bundle_clear(struct cert_bundle *b)
{
	size_t i;

	for (i = 0; i < b->n_certs; i++)
		cert_unref(b->certs[i]);
	mem_free(b->certs);
	cert_key_free(b->key);
	memset(b, 0, sizeof(*b));
}

/* The key's certificate comes first; without a key the order stays. */
static void
leaf_first(struct cert_bundle *b)
{
	struct cert *leaf;
	size_t i;

	for (i = 1; b->key != NULL && i < b->n_certs; i++)
		if (!cert_fits_key(b->certs[0], b->key) &&
		    cert_fits_key(b->certs[i], b->key)) {
			leaf = b->certs[i];
			memmove(b->certs + 1, b->certs, i * sizeof(leaf));
			b->certs[0] = leaf;
			return;
		}
}

static bool
contains(const void *data, size_t len, const char *text)
{
	return memmem(data, len, text, strlen(text)) != NULL;
}

static int
read_pem(const void *data, size_t len, const char *pass,
    struct cert_bundle *b, struct fault *f)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	BIO *bio;
	PKCS7 *p7;
	int rc = 0;

	if (contains(data, len, "PRIVATE KEY-----") &&
	    (b->key = cert_key_read(data, len, pass, f)) == NULL)
		rc = -1;
	if (rc == 0)
		rc = san_read_pem(data, len, certs, f);
	if (rc == 0)
		bundle_add_copies(b, certs);
	sk_X509_pop_free(certs, X509_free);
	if (rc == -1 || b->n_certs > 0)
		return rc;
	if (contains(data, len, "-----BEGIN PKCS7-----") &&
	    (bio = BIO_new_mem_buf(data, (int)len)) != NULL) {
		p7 = PEM_read_bio_PKCS7(bio, NULL, NULL, NULL);
		if (p7 != NULL && PKCS7_type_is_signed(p7) &&
		    p7->d.sign != NULL)
			bundle_add_copies(b, p7->d.sign->cert);
		PKCS7_free(p7);
		BIO_free(bio);
		ERR_clear_error();
	}
	if (b->n_certs > 0)
		return 0;
	if (contains(data, len, "CERTIFICATE REQUEST-----"))
		return fault_set(f, FAULT_INVALID_DATA,
		    "this is a certificate request, not a certificate: give "
		    "the authority's answer to it");
	if (b->key != NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "there is only a private key in it, no certificate");
	return fault_set(
	    f, FAULT_INVALID_DATA, "there is no certificate in it");
}

static int
read_pfx(PKCS12 *p12, const char *pass, struct cert_bundle *b, struct fault *f)
{
	STACK_OF(X509) *others = NULL;
	EVP_PKEY *key = NULL;
	X509 *leaf = NULL;

	if (PKCS12_mac_present(p12) &&
	    PKCS12_verify_mac(p12, pass == NULL ? "" : pass, -1) != 1 &&
	    (pass != NULL || PKCS12_verify_mac(p12, NULL, 0) != 1)) {
		ERR_clear_error();
		return fault_set(f, FAULT_INVALID_DATA,
		    pass == NULL || *pass == '\0'
			? "the file is protected: a passphrase is needed"
			: "the passphrase is wrong");
	}
	if (PKCS12_parse(p12, pass == NULL ? "" : pass, &key, &leaf, &others) !=
	    1)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the PKCS#12 file cannot be read: %s",
		    san_crypto_reason());
	if (leaf != NULL)
		bundle_add(b, leaf);
	bundle_add_copies(b, others);
	sk_X509_pop_free(others, X509_free);
	if (key != NULL)
		b->key = cert_key_from_take(key);
	if (b->n_certs == 0)
		return fault_set(f, FAULT_INVALID_DATA,
		    "there is no certificate in the PKCS#12 file");
	return 0;
}

static int
read_der(const void *data, size_t len, const char *pass,
    struct cert_bundle *b, struct fault *f)
{
	const unsigned char *p = data;
	PKCS12 *p12;
	PKCS7 *p7;
	X509 *x509;
	int rc;

	if ((x509 = d2i_X509(NULL, &p, (long)len)) != NULL) {
		bundle_add(b, x509);
		return 0;
	}
	p = data;
	if ((p12 = d2i_PKCS12(NULL, &p, (long)len)) != NULL) {
		rc = read_pfx(p12, pass, b, f);
		PKCS12_free(p12);
		return rc;
	}
	p = data;
	if ((p7 = d2i_PKCS7(NULL, &p, (long)len)) != NULL) {
		if (PKCS7_type_is_signed(p7) && p7->d.sign != NULL)
			bundle_add_copies(b, p7->d.sign->cert);
		PKCS7_free(p7);
		if (b->n_certs > 0)
			return 0;
	}
	ERR_clear_error();
	return fault_set(f, FAULT_INVALID_DATA,
	    "this is no certificate: neither PEM, DER, PKCS#7 nor PKCS#12");
}

int
cert_read(const void *data, size_t len, const char *pass,
    struct cert_bundle *b, struct fault *f)
{
	int rc;

	memset(b, 0, sizeof(*b));
	ERR_clear_error();
	if (len == 0)
		return fault_set(f, FAULT_INVALID_DATA, "the file is empty");
	if (len > CERT_FILE_MAX)
		return fault_set(f, FAULT_LIMIT,
		    "the file is too large to be a certificate");
	if (contains(data, len, "-----BEGIN "))
		rc = read_pem(data, len, pass, b, f);
	else
		rc = read_der(data, len, pass, b, f);
	ERR_clear_error();
	if (rc == 0)
		leaf_first(b);
	else
		cert_bundle_clear(b);
	return rc;
}

static int
file_read(const char *path, struct buf *b, struct fault *f)
{
	char chunk[4096];
	struct stat st;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return fault_errno(f, errno, "%s", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		return fault_set(f, FAULT_INVALID,
		    "%s is a folder: name the certificate file in it", path);
	}
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 &&
	    b->len <= CERT_FILE_MAX)
		buf_add(b, chunk, (size_t)n);
	if (n == -1) {
		(void)fault_errno(f, errno, "%s", path);
		(void)close(fd);
		return -1;
	}
	(void)close(fd);
	return 0;
}

int
cert_read_file(const char *path, const char *pass, struct cert_bundle *b,
    struct fault *f)
{
	struct buf data;
	int rc;

	memset(b, 0, sizeof(*b));
	buf_init(&data);
	rc = file_read(path, &data, f);
	if (rc == 0 && cert_read(data.data, data.len, pass, b, f) == -1)
		rc = fault_within(f, "%s", path);
	mem_wipe(data.data, data.len);
	buf_clear(&data);
	return rc;
}

int
cert_bundle_write_pfx(const struct cert_bundle *b, const char *pass,
    struct buf *der, struct fault *f)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	unsigned char *out = NULL;
	PKCS12 *p12 = NULL;
	size_t i;
	int len = -1;

	ERR_clear_error();
	for (i = 1; i < b->n_certs; i++)
		(void)sk_X509_push(others, b->certs[i]->x509);
	if (b->n_certs > 0)
		p12 = PKCS12_create(pass, cert_common_name(b->certs[0]),
		    b->key == NULL ? NULL : b->key->key, b->certs[0]->x509,
		    others, 0, 0, 0, 0, 0);
	if (p12 != NULL)
		len = i2d_PKCS12(p12, &out);
	sk_X509_free(others);
	PKCS12_free(p12);
	if (len < 0)
		return fault_set(f, FAULT_SYSTEM,
		    "the PKCS#12 file cannot be made: %s",
		    b->n_certs == 0 ? "no certificate" : san_crypto_reason());
	buf_add(der, out, (size_t)len);
	OPENSSL_free(out);
	return 0;
}
