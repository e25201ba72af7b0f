/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Net.WebUtility: text as HTML and as form data. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "types/member.h"
#include "types/tables.h"

static struct type type_webutility = {
	.name = "System.Net.WebUtility",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static const struct {
	const char *name;
	uint32_t cp;
} entities[] = {
	{ "amp", '&' }, { "apos", '\'' }, { "copy", 0xa9 }, { "euro", 0x20ac },
	{ "gt", '>' }, { "hellip", 0x2026 }, { "lt", '<' },
	{ "mdash", 0x2014 }, { "nbsp", 0xa0 }, { "ndash", 0x2013 },
	{ "quot", '"' }, { "reg", 0xae },
};

/* & < > " ' as names; U+00A0 to U+00FF and beyond U+FFFF as numbers. */
static enum flow
html_encode(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	size_t n = value_chars_len(c->args[0]), at = 0, k;
	struct buf b = { 0 };
	uint32_t cp;

	while (at < n) {
		k = utf8_decode(s + at, n - at, &cp);
		if (cp == '&')
			buf_add_str(&b, "&amp;");
		else if (cp == '<')
			buf_add_str(&b, "&lt;");
		else if (cp == '>')
			buf_add_str(&b, "&gt;");
		else if (cp == '"')
			buf_add_str(&b, "&quot;");
		else if (cp == '\'' || (cp >= 0xa0 && cp < 0x100) ||
		    cp >= 0x10000)
			buf_printf(&b, "&#%u;", cp);
		else
			buf_add(&b, s + at, k);
		at += k;
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

/* What stands between & and ; (n bytes). 0: no entity. */
static uint32_t
entity_value(const char *s, size_t n)
{
	char *end;
	unsigned long u;
	size_t i;

	if (n > 1 && s[0] == '#') {
		bool hex = s[1] == 'x' || s[1] == 'X';

		u = strtoul(s + (hex ? 2 : 1), &end, hex ? 16 : 10);
		return end == s + n && u > 0 && u <= 0x10ffff &&
			(u < 0xd800 || u > 0xdfff) ?
		    (uint32_t)u :
		    0;
	}
	for (i = 0; i < LEN(entities); i++) {
		if (strlen(entities[i].name) == n &&
		    memcmp(entities[i].name, s, n) == 0)
			return entities[i].cp;
	}
	return 0;
}

static enum flow
html_decode(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct buf b = { 0 };
	char out[4];

	for (; *s != '\0'; s++) {
		if (*s == '&') {
			size_t n = strcspn(s + 1, ";&");
			uint32_t cp = s[n + 1] == ';' ?
			    entity_value(s + 1, n) :
			    0;

			if (cp != 0) {
				buf_add(&b, out, utf8_encode(cp, out));
				s += n + 1;
				continue;
			}
		}
		buf_add_byte(&b, *s);
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
url_encode(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct buf b = { 0 };

	for (; *s != '\0'; s++) {
		if (*s == ' ')
			buf_add_byte(&b, '+');
		else if (isalnum((unsigned char)*s) ||
		    strchr("-_.!*()", *s) != NULL)
			buf_add_byte(&b, *s);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*s);
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
url_decode(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct buf b = { 0 };
	size_t n;
	char *clean;

	for (; *s != '\0'; s++) {
		if (*s == '+') {
			buf_add_byte(&b, ' ');
		} else if (*s == '%' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			char two[3] = { s[1], s[2], '\0' };

			buf_add_byte(&b, (char)strtoul(two, NULL, 16));
			s += 2;
		} else {
			buf_add_byte(&b, *s);
		}
	}
	clean = utf8_scrub(buf_text(&b), b.len, &n);
	buf_clear(&b);
	c->out = value_string_n(clean, n);
	mem_free(clean);
	return FLOW_MORE;
}

static const struct member_spec web_members[] = {
	{ "static string HtmlDecode(string value)", html_decode },
	{ "static string HtmlEncode(string value)", html_encode },
	{ "static string UrlDecode(string encodedValue)", url_decode },
	{ "static string UrlEncode(string value)", url_encode },
	{ NULL },
};

void
webutility_init(void)
{
	type_add(&type_webutility);
	type_add_members(&type_webutility, web_members);
}
