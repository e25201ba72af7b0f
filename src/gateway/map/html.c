/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of HTML, for clients that send nothing else. No parser: a scanner
 * that nothing can make fail. */
#include "config.h"

#include <string.h>

#include "gateway/map/body.h"

/* LIMIT: of an address that is shown behind its link. */
#define HREF_MAX 2048

struct html {
	struct sip_span in;
	size_t at;
	struct buf *out;
	size_t start;   /* where our text begins in out */
	bool space;     /* white space is owed before the next letter */
	int skip;       /* inside <script>, <style>, <head> */
	int pre;
	size_t link_at; /* where the text of the open link begins */
	struct buf href;
};

static const struct {
	const char *name;
	uint16_t codepoint;
} entities[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
	{ "apos", '\'' }, { "nbsp", ' ' }, { "copy", 0xa9 }, { "reg", 0xae },
	{ "auml", 0xe4 }, { "ouml", 0xf6 }, { "uuml", 0xfc },
	{ "Auml", 0xc4 }, { "Ouml", 0xd6 }, { "Uuml", 0xdc },
	{ "szlig", 0xdf }, { "eacute", 0xe9 }, { "egrave", 0xe8 },
	{ "agrave", 0xe0 }, { "ccedil", 0xe7 }, { "ntilde", 0xf1 },
	{ "euro", 0x20ac }, { "hellip", 0x2026 }, { "ndash", 0x2013 },
	{ "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
	{ "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bull", 0x2022 },
};

/* Elements that stand on lines of their own. */
static const char *const blocks[] = { "p", "div", "br", "li", "ul", "ol",
	"tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
	"pre", "hr", NULL };
/* Elements whose content is not text. */
static const char *const hidden[] = { "script", "style", "head", "title",
	NULL };

static bool
among(struct sip_span name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (sip_span_is_nocase(name, *list))
			return true;
	}
	return false;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = sip_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* "#x2026", "#8230" or a name; 0: not one we know. */
static uint32_t
entity_value(struct sip_span e)
{
	uint32_t v = 0;
	size_t i = 1;
	int base = 10;

	if (e.n > 1 && e.p[0] == '#') {
		if (e.n > 2 && sip_lower(e.p[1]) == 'x') {
			base = 16;
			i = 2;
		}
		for (; i < e.n; i++) {
			if (digit(e.p[i]) >= base || v > 0x10ffff)
				return 0;
			v = v * (uint32_t)base + (uint32_t)digit(e.p[i]);
		}
		return v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0xfffd : v;
	}
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (sip_span_is(e, entities[i].name))
			return entities[i].codepoint;
	}
	return 0;
}

/* At '&': the character it stands for, and how many bytes it took. */
static uint32_t
entity_at(const struct html *h, size_t at, size_t *lenp)
{
	size_t end = at + 1;
	uint32_t v;

	while (end < h->in.n && end - at < 12 && h->in.p[end] != ';' &&
	    h->in.p[end] != '&' && h->in.p[end] != '<')
		end++;
	*lenp = 1;
	if (end >= h->in.n || h->in.p[end] != ';')
		return '&';
	v = entity_value(sip_span_make(h->in.p + at + 1, end - at - 1));
	if (v == 0)
		return '&';
	*lenp = end + 1 - at;
	return v;
}

static void
new_line(struct html *h)
{
	h->space = false;
	if (h->out->len > h->start && h->out->data[h->out->len - 1] != '\n')
		buf_add_byte(h->out, '\n');
}

/* Writes the blank that is owed, where one belongs. */
static void
flush_space(struct html *h)
{
	if (h->space && h->out->len > h->start &&
	    h->out->data[h->out->len - 1] != '\n')
		buf_add_byte(h->out, ' ');
	h->space = false;
}

static void
add_letter(struct html *h, uint32_t c)
{
	if (h->pre == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
		h->space = true;
		return;
	}
	flush_space(h);
	if (c < 0x80)
		buf_add_byte(h->out, (char)c);
	else
		(void)buf_add_utf8(h->out, c);
}

/* The value of href in a tag's attributes. */
static void
read_href(struct html *h, struct sip_span tag)
{
	size_t i, end, len;
	char quote;

	buf_reset(&h->href);
	for (i = 0; i + 5 < tag.n; i++) {
		if ((tag.p[i] == ' ' || tag.p[i] == '\n' ||
		    tag.p[i] == '\t') && sip_span_is_nocase(
		    sip_span_make(tag.p + i + 1, 5), "href="))
			break;
	}
	if (i + 6 >= tag.n)
		return;
	i += 6;
	quote = tag.p[i] == '"' || tag.p[i] == '\'' ? tag.p[i++] : ' ';
	for (end = i; end < tag.n && tag.p[end] != quote && end - i < HREF_MAX;)
		end++;
	for (; i < end; i += len) {
		len = 1;
		if (tag.p[i] == '&')
			(void)buf_add_utf8(&h->href, entity_at(h,
			    (size_t)(tag.p + i - h->in.p), &len));
		else
			buf_add_byte(&h->href, tag.p[i]);
	}
}

static void
end_link(struct html *h)
{
	const char *href = buf_text(&h->href);
	const char *shown;

	if (h->href.len == 0)
		return;
	shown = h->out->data + h->link_at;
	/* A link that shows its own address is written once. */
	if ((strncmp(href, "http", 4) == 0 || strncmp(href, "mailto:", 7) == 0)
	    && (h->out->len - h->link_at != h->href.len ||
	    memcmp(shown, href, h->href.len) != 0))
		buf_printf(h->out, " <%s>", href);
	buf_reset(&h->href);
}

static void
tag(struct html *h, struct sip_span t)
{
	bool closing = t.n > 0 && t.p[0] == '/';
	struct sip_span name = t;
	size_t i = closing ? 1 : 0;

	name.p += i;
	name.n -= i;
	for (i = 0; i < name.n && name.p[i] != ' ' && name.p[i] != '/' &&
	    name.p[i] != '\n' && name.p[i] != '\t' && name.p[i] != '\r';)
		i++;
	name.n = i;
	if (among(name, hidden)) {
		h->skip += closing ? -1 : 1;
		if (h->skip < 0)
			h->skip = 0;
	}
	if (h->skip > 0)
		return;
	if (sip_span_is_nocase(name, "br")) {
		h->space = false;
		buf_add_byte(h->out, '\n');
	} else if (among(name, blocks)) {
		new_line(h);
	}
	if (sip_span_is_nocase(name, "pre"))
		h->pre = closing ? 0 : 1;
	if (sip_span_is_nocase(name, "a")) {
		if (h->href.len > 0)
			end_link(h);
		if (!closing) {
			flush_space(h);
			read_href(h, t);
			h->link_at = h->out->len;
		}
	}
}

void
body_from_html(struct sip_span html, struct buf *out)
{
	struct html h = { .in = html, .out = out, .start = out->len };
	const char *end;
	size_t len;

	while (h.at < html.n) {
		const char *p = html.p + h.at;
		size_t left = html.n - h.at;

		if (left >= 4 && memcmp(p, "<!--", 4) == 0) {
			end = memmem(p + 4, left - 4, "-->", 3);
			h.at = end != NULL ? (size_t)(end + 3 - html.p) : html.n;
		} else if (*p == '<') {
			end = memchr(p, '>', left);
			if (end == NULL)
				break;
			tag(&h, sip_span_make(p + 1, (size_t)(end - p) - 1));
			h.at = (size_t)(end + 1 - html.p);
		} else if (h.skip > 0) {
			h.at++;
		} else if (*p == '&') {
			add_letter(&h, entity_at(&h, h.at, &len));
			h.at += len;
		} else if ((unsigned char)*p >= 0x80) {
			flush_space(&h);
			buf_add_byte(out, *p);
			h.at++;
		} else {
			add_letter(&h, (unsigned char)*p);
			h.at++;
		}
	}
	end_link(&h);
	while (out->len > h.start && (out->data[out->len - 1] == '\n' ||
	    out->data[out->len - 1] == ' '))
		buf_truncate(out, out->len - 1);
	buf_clear(&h.href);
}
