/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_HASH_H
#define NET_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

#define HASH_MD5_SIZE    16
#define HASH_SHA1_SIZE   20
#define HASH_SHA256_SIZE 32
#define HASH_SHA512_SIZE 64
#define HASH_MAX_SIZE    64
#define HASH_HEX_SIZE    (2 * HASH_MAX_SIZE + 1)

enum hash_kind { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512 };

/* Digest of data; returns its size in bytes. */
size_t hash_bytes(enum hash_kind kind, const void *data, size_t len,
    unsigned char out[HASH_MAX_SIZE]);
/* As lower-case hexadecimal text; returns out. */
const char *hash_hex(enum hash_kind kind, const void *data, size_t len,
    char out[HASH_HEX_SIZE]);

size_t hash_hmac(enum hash_kind kind, const void *key, size_t key_len,
    const void *data, size_t len, unsigned char out[HASH_MAX_SIZE]);
const char *hash_hmac_hex(enum hash_kind kind, const void *key,
    size_t key_len, const void *data, size_t len, char out[HASH_HEX_SIZE]);

/* out needs 2 * len + 1 bytes; returns out. */
const char *hash_hex_encode(const void *data, size_t len, char *out);

/* Base64 with padding, no line breaks, added to b. */
void hash_base64_encode(const void *data, size_t len, struct buf *b);
/* Strict: no white space, right padding. -1: not base64 (b unchanged). */
int hash_base64_decode(const char *text, size_t len, struct buf *b);

/* Takes as long for equal as for different bytes. */
bool hash_equal(const void *a, const void *b, size_t len);
bool hash_equal_str(const char *a, const char *b);

/* n unpredictable bytes as 2n hexadecimal digits and a NUL; returns out. */
const char *hash_random_hex(size_t n, char *out);
void hash_random(void *p, size_t n);

#endif
