/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Character sets and line ends; HTML is in html.c, MIME in mime.c. */
#include "config.h"

#include <string.h>

#include "gateway/map/body.h"
#include "xml/xml.h"

/* 0x80 to 0x9f of windows-1252; 0: not assigned. */
static const uint16_t cp1252[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

/* Where ISO-8859-15 differs from ISO-8859-1. */
static const struct {
	unsigned char byte;
	uint16_t codepoint;
} latin9[] = {
	{ 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 },
	{ 0xb4, 0x017d }, { 0xb8, 0x017e }, { 0xbc, 0x0152 },
	{ 0xbd, 0x0153 }, { 0xbe, 0x0178 },
};

enum charset {
	CHARSET_UTF8,
	CHARSET_ASCII,
	CHARSET_LATIN1,
	CHARSET_LATIN9,
	CHARSET_CP1252,
	CHARSET_UTF16, /* by its mark, else big endian */
	CHARSET_UTF16BE,
	CHARSET_UTF16LE,
};

static const struct {
	const char *name;
	enum charset charset;
} charsets[] = {
	{ "utf-8", CHARSET_UTF8 },
	{ "utf8", CHARSET_UTF8 },
	{ "us-ascii", CHARSET_ASCII },
	{ "ascii", CHARSET_ASCII },
	{ "iso-8859-1", CHARSET_LATIN1 },
	{ "latin1", CHARSET_LATIN1 },
	{ "iso-8859-15", CHARSET_LATIN9 },
	{ "windows-1252", CHARSET_CP1252 },
	{ "cp1252", CHARSET_CP1252 },
	{ "utf-16", CHARSET_UTF16 },
	{ "utf-16be", CHARSET_UTF16BE },
	{ "utf-16le", CHARSET_UTF16LE },
};

static uint32_t
single_byte(enum charset set, unsigned char c)
{
	size_t i;

	if (c < 0x80)
		return c;
	if (set == CHARSET_ASCII)
		return 0xfffd;
	if (set == CHARSET_CP1252 && c < 0xa0)
		return cp1252[c - 0x80] != 0 ? cp1252[c - 0x80] : 0xfffd;
	if (set == CHARSET_LATIN9) {
		for (i = 0; i < sizeof(latin9) / sizeof(latin9[0]); i++) {
			if (latin9[i].byte == c)
				return latin9[i].codepoint;
		}
	}
	return c;
}

static uint32_t
unit_at(const unsigned char *p, bool little)
{
	return little ? (uint32_t)(p[0] | p[1] << 8) :
			(uint32_t)(p[0] << 8 | p[1]);
}

static void
decode_utf16(struct sip_span text, enum charset set, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)text.p;
	bool little = set == CHARSET_UTF16LE;
	size_t at = 0;
	uint32_t c, d;

	if (text.n >= 2 && set == CHARSET_UTF16) {
		if (unit_at(p, true) == 0xfeff)
			little = true;
		if (unit_at(p, little) == 0xfeff)
			at = 2;
	}
	for (; at + 2 <= text.n; at += 2) {
		c = unit_at(p + at, little);
		if (c >= 0xd800 && c < 0xe000) {
			d = at + 4 <= text.n ? unit_at(p + at + 2, little) : 0;
			if (c < 0xdc00 && d >= 0xdc00 && d < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (d - 0xdc00);
				at += 2;
			} else {
				c = 0xfffd;
			}
		}
		(void)buf_add_utf8(out, c);
	}
	if (at < text.n)
		(void)buf_add_utf8(out, 0xfffd);
}

int
body_decode(struct sip_span charset, struct sip_span text, struct buf *out)
{
	enum charset set = CHARSET_UTF8;
	bool known = charset.n == 0;
	size_t i;

	if (charset.n >= 2 && charset.p[0] == '"')
		charset = sip_span_make(charset.p + 1, charset.n - 2);
	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]) && !known; i++) {
		if (sip_span_is_nocase(charset, charsets[i].name)) {
			set = charsets[i].charset;
			known = true;
		}
	}
	if (!known)
		return -1;
	switch (set) {
	case CHARSET_UTF8:
		if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
			text = sip_span_make(text.p + 3, text.n - 3);
		sip_span_add(out, text);
		break;
	case CHARSET_UTF16:
	case CHARSET_UTF16BE:
	case CHARSET_UTF16LE:
		decode_utf16(text, set, out);
		break;
	case CHARSET_ASCII:
	case CHARSET_LATIN1:
	case CHARSET_LATIN9:
	case CHARSET_CP1252:
		for (i = 0; i < text.n; i++)
			(void)buf_add_utf8(out,
			    single_byte(set, (unsigned char)text.p[i]));
		break;
	}
	return 0;
}

void
body_to_xmpp(struct sip_span text, struct buf *out)
{
	struct buf lines = { 0 };
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (text.p[i] != '\r')
			buf_add_byte(&lines, text.p[i]);
		else if (i + 1 >= text.n || text.p[i + 1] != '\n')
			buf_add_byte(&lines, '\n');
	}
	xml_text_clean(out, buf_text(&lines), lines.len);
	buf_clear(&lines);
}

void
body_to_sip(const char *text, struct buf *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			buf_add_byte(out, '\r');
		buf_add_byte(out, *text);
	}
}
