/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Borrowed bytes and the character classes of SIP's grammar. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/sip/span.h"

#define U SIP_C_UNRESERVED
#define T SIP_C_TOKEN
#define R SIP_C_PARAM
#define H SIP_C_HNV
#define W SIP_C_WORD
#define N SIP_C_USER
#define P SIP_C_PASSWORD

const uint8_t sip_class_table[256] = {
	['a' ... 'z'] = U | T,
	['A' ... 'Z'] = U | T,
	['0' ... '9'] = U | T,
	['-'] = U | T,
	['_'] = U | T,
	['.'] = U | T,
	['!'] = U | T,
	['~'] = U | T,
	['*'] = U | T,
	['\''] = U | T,
	['('] = U | W,
	[')'] = U | W,
	['&'] = N | P | R,
	['='] = N | P,
	['+'] = N | P | R | H | T,
	['$'] = N | P | R | H,
	[','] = N | P,
	[';'] = N,
	['?'] = N | H | W,
	['/'] = N | R | H | W,
	['['] = R | H | W,
	[']'] = R | H | W,
	[':'] = R | H | W,
	['%'] = T,
	['`'] = T,
	['<'] = W,
	['>'] = W,
	['\\'] = W,
	['"'] = W,
	['{'] = W,
	['}'] = W,
};

struct sip_span
sip_span_of(const char *text)
{
	return sip_span_make(text, text == NULL ? 0 : strlen(text));
}

static bool
span_is_lws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct sip_span
sip_span_trim(struct sip_span s)
{
	while (s.n > 0 && span_is_lws(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && span_is_lws(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
sip_span_equal(struct sip_span a, struct sip_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
sip_span_equal_nocase(struct sip_span a, struct sip_span b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (sip_lower(a.p[i]) != sip_lower(b.p[i]))
			return false;
	return true;
}

bool
sip_span_is(struct sip_span s, const char *text)
{
	return sip_span_equal(s, sip_span_of(text));
}

bool
sip_span_is_nocase(struct sip_span s, const char *text)
{
	return sip_span_equal_nocase(s, sip_span_of(text));
}

char *
sip_span_dup(struct sip_span s)
{
	return s.n == 0 ? mem_strdup("") : mem_strndup(s.p, s.n);
}

void
sip_span_add(struct buf *b, struct sip_span s)
{
	buf_add(b, s.p, s.n);
}

int
sip_span_uint(struct sip_span s, uint64_t max, uint64_t *outp)
{
	uint64_t value = 0;
	size_t i;

	if (s.n == 0)
		return -1;
	for (i = 0; i < s.n; i++) {
		unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return -1;
		value = value * 10 + digit;
	}
	if (value > max)
		return -1;
	*outp = value;
	return 0;
}

bool
sip_is_token(struct sip_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!sip_is(s.p[i], SIP_C_TOKEN))
			return false;
	return s.n != 0;
}
