/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests, base64 and randomness: OpenSSL's, behind plain functions. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/log.h"
#include "core/mem.h"
#include "net/hash.h"

static const EVP_MD *
hash_md(enum hash_kind kind)
{
	switch (kind) {
	case HASH_MD5:
		return EVP_md5();
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA384:
		return EVP_sha384();
	case HASH_SHA512:
		return EVP_sha512();
	}
	return EVP_sha256();
}

static void
hash_broken(const char *what)
{
	log_error("hash", "%s failed in libcrypto", what);
	abort();
}

size_t
hash_bytes(enum hash_kind kind, const void *data, size_t len,
    unsigned char out[HASH_MAX_SIZE])
{
	unsigned int n = 0;

	if (EVP_Digest(data, len, out, &n, hash_md(kind), NULL) != 1)
		hash_broken("digest");
	return n;
}

const char *
hash_hex(enum hash_kind kind, const void *data, size_t len,
    char out[HASH_HEX_SIZE])
{
	unsigned char digest[HASH_MAX_SIZE];
	size_t n = hash_bytes(kind, data, len, digest);

	return hash_hex_encode(digest, n, out);
}

size_t
hash_hmac(enum hash_kind kind, const void *key, size_t key_len,
    const void *data, size_t len, unsigned char out[HASH_MAX_SIZE])
{
	unsigned int n = 0;

	if (HMAC(hash_md(kind), key, (int)key_len, data, len, out, &n) == NULL)
		hash_broken("hmac");
	return n;
}

const char *
hash_hmac_hex(enum hash_kind kind, const void *key, size_t key_len,
    const void *data, size_t len, char out[HASH_HEX_SIZE])
{
	unsigned char digest[HASH_MAX_SIZE];
	size_t n = hash_hmac(kind, key, key_len, data, len, digest);

	return hash_hex_encode(digest, n, out);
}

const char *
hash_hex_encode(const void *data, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
hash_base64_encode(const void *data, size_t len, struct buf *b)
{
	const unsigned char *p = data;
	unsigned int bits;
	char out[4];
	size_t left;

	buf_reserve(b, (len + 2) / 3 * 4);
	for (left = len; left > 0; left -= left < 3 ? left : 3, p += 3) {
		bits = (unsigned int)p[0] << 16;
		if (left > 1)
			bits |= (unsigned int)p[1] << 8;
		if (left > 2)
			bits |= p[2];
		out[0] = base64_digits[bits >> 18];
		out[1] = base64_digits[bits >> 12 & 63];
		out[2] = left > 1 ? base64_digits[bits >> 6 & 63] : '=';
		out[3] = left > 2 ? base64_digits[bits & 63] : '=';
		buf_add(b, out, sizeof(out));
	}
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

int
hash_base64_decode(const char *text, size_t len, struct buf *b)
{
	size_t i, start = b->len, pad = 0;
	unsigned int bits = 0;
	int v;

	if (len % 4 != 0)
		return -1;
	if (len > 0 && text[len - 1] == '=')
		pad = text[len - 2] == '=' ? 2 : 1;
	for (i = 0; i < len; i++) {
		v = i >= len - pad ? 0 : base64_value(text[i]);
		if (v < 0) {
			buf_truncate(b, start);
			return -1;
		}
		bits = bits << 6 | (unsigned int)v;
		if (i % 4 != 3)
			continue;
		buf_add_byte(b, (char)(bits >> 16 & 255));
		buf_add_byte(b, (char)(bits >> 8 & 255));
		buf_add_byte(b, (char)(bits & 255));
		bits = 0;
	}
	buf_truncate(b, b->len - pad);
	return 0;
}

bool
hash_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

bool
hash_equal_str(const char *a, const char *b)
{
	size_t len = strlen(a);

	/* The length is no secret. */
	return len == strlen(b) && hash_equal(a, b, len);
}

void
hash_random(void *p, size_t n)
{
	unsigned char *out = p;
	ssize_t got;

	while (n > 0) {
		got = getrandom(out, n, 0);
		if (got <= 0)
			continue;
		out += got;
		n -= (size_t)got;
	}
}

const char *
hash_random_hex(size_t n, char *out)
{
	unsigned char bytes[64];
	size_t done, part;

	for (done = 0; done < n; done += part) {
		part = n - done < sizeof(bytes) ? n - done : sizeof(bytes);
		hash_random(bytes, part);
		(void)hash_hex_encode(bytes, part, out + 2 * done);
	}
	out[2 * n] = '\0';
	return out;
}
