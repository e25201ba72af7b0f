/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_SPAN_H
#define GATEWAY_SIP_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Some bytes that somebody else owns; may contain NUL. What a reader of this
 * room returns points into the text it was given and lives as long.
 */
struct sip_span {
	const char *p;
	size_t n;
};

struct buf;

static inline struct sip_span
sip_span_make(const char *p, size_t n)
{
	struct sip_span s = { p, n };

	return s;
}

struct sip_span sip_span_of(const char *text); /* NULL is empty */
struct sip_span sip_span_trim(struct sip_span s);
bool sip_span_is(struct sip_span s, const char *text);
bool sip_span_is_nocase(struct sip_span s, const char *text);
bool sip_span_equal(struct sip_span a, struct sip_span b);
bool sip_span_equal_nocase(struct sip_span a, struct sip_span b);
char *sip_span_dup(struct sip_span s); /* cut at the first NUL */
void sip_span_add(struct buf *b, struct sip_span s);

/* Decimal digits only; -1 when something else stands there or it is > max. */
int sip_span_uint(struct sip_span s, uint64_t max, uint64_t *outp);

/* ASCII only, never by locale. */
static inline char
sip_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* What a byte may be in the grammar of RFC 3261 section 25. */
enum sip_class {
	SIP_C_UNRESERVED = 1 << 0,
	SIP_C_USER = 1 << 1, /* user-unreserved, without unreserved */
	SIP_C_PASSWORD = 1 << 2,
	SIP_C_PARAM = 1 << 3,
	SIP_C_HNV = 1 << 4,
	SIP_C_TOKEN = 1 << 5,
	SIP_C_WORD = 1 << 6, /* word, without token */
};

extern const uint8_t sip_class_table[256];

static inline bool
sip_is(char c, unsigned classes)
{
	return (sip_class_table[(unsigned char)c] & classes) != 0;
}

bool sip_is_token(struct sip_span s); /* not empty, token bytes only */

#endif
