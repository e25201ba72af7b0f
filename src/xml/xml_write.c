/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Element trees as text: escaping, namespaces. */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "core/mem.h"
#include "xml/xml.h"

/* in attributes white space other than the space as references. */
void
xml_escape(struct buf *b, const char *s, size_t len, bool in_attribute)
{
	const char *end = s + len, *start = s, *ref;

	for (; s < end; s++) {
		switch (*s) {
		case '&':
			ref = "&amp;";
			break;
		case '<':
			ref = "&lt;";
			break;
		case '>':
			ref = "&gt;";
			break;
		case '"':
			ref = in_attribute ? "&quot;" : NULL;
			break;
		case '\'':
			ref = in_attribute ? "&apos;" : NULL;
			break;
		case '\t':
			ref = in_attribute ? "&#9;" : NULL;
			break;
		case '\n':
			ref = in_attribute ? "&#10;" : NULL;
			break;
		case '\r': /* a parser would make a line feed of it */
			ref = "&#13;";
			break;
		default:
			ref = NULL;
			break;
		}
		if (ref == NULL)
			continue;
		buf_add(b, start, (size_t)(s - start));
		buf_add_str(b, ref);
		start = s + 1;
	}
	buf_add(b, start, (size_t)(end - start));
}

static const char *
prefix_of(const struct xml_context *ctx, const char *ns)
{
	const struct xml_prefix *p;

	if (ctx == NULL || ctx->prefixes == NULL || *ns == '\0')
		return NULL;
	for (p = ctx->prefixes; p->ns != NULL; p++)
		if (strcmp(p->ns, ns) == 0)
			return p->prefix;
	return NULL;
}

static void
write_attribute(struct buf *b, const char *prefix, unsigned int n,
    const struct xml_attr *a)
{
	buf_add_byte(b, ' ');
	if (prefix != NULL)
		buf_printf(b, "%s:", prefix);
	else if (n != 0)
		buf_printf(b, "a%u:", n);
	buf_add_str(b, a->name);
	buf_add_str(b, "='");
	xml_escape(b, a->value, strlen(a->value), true);
	buf_add_byte(b, '\'');
}

/* A foreign attribute needs a prefix: the context's or one of our own. */
static void
write_attributes(
    const struct xml *x, const struct xml_context *ctx, struct buf *b)
{
	const struct xml_attr *a;
	const char *prefix;
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < x->n_attrs; i++) {
		a = &x->attrs[i];
		if (*a->ns == '\0') {
			write_attribute(b, NULL, 0, a);
		} else if (strcmp(a->ns, XML_NS_XML) == 0) {
			write_attribute(b, "xml", 0, a);
		} else if ((prefix = prefix_of(ctx, a->ns)) != NULL) {
			write_attribute(b, prefix, 0, a);
		} else {
			buf_printf(b, " xmlns:a%u='", ++n);
			xml_escape(b, a->ns, strlen(a->ns), true);
			buf_add_byte(b, '\'');
			write_attribute(b, NULL, n, a);
		}
	}
}

/*
 * The default namespace where x's own tag stands: that of the nearest
 * ancestor written without a prefix, else the context's.
 */
static const char *
default_ns_at(
    const struct xml *x, const struct xml *root, const struct xml_context *ctx)
{
	const struct xml *p;

	for (p = x; p != root;) {
		p = p->parent;
		if (prefix_of(ctx, p->ns) == NULL)
			return p->ns;
	}
	return ctx == NULL || ctx->default_ns == NULL ? "" : ctx->default_ns;
}

static void
write_start(const struct xml *x, const struct xml *root,
    const struct xml_context *ctx, struct buf *b)
{
	const char *prefix = prefix_of(ctx, x->ns);
	const char *in_force = default_ns_at(x, root, ctx);

	buf_add_byte(b, '<');
	if (prefix != NULL)
		buf_printf(b, "%s:", prefix);
	buf_add_str(b, x->name);
	if (prefix == NULL && strcmp(x->ns, in_force) != 0) {
		buf_add_str(b, " xmlns='");
		xml_escape(b, x->ns, strlen(x->ns), true);
		buf_add_byte(b, '\'');
	}
	write_attributes(x, ctx, b);
	buf_add_str(b, x->first == NULL ? "/>" : ">");
}

static void
write_end(const struct xml *x, const struct xml_context *ctx, struct buf *b)
{
	const char *prefix = prefix_of(ctx, x->ns);

	buf_add_str(b, "</");
	if (prefix != NULL)
		buf_printf(b, "%s:", prefix);
	buf_add_str(b, x->name);
	buf_add_byte(b, '>');
}

void
xml_write(const struct xml *x, const struct xml_context *ctx, struct buf *b)
{
	const struct xml *node = x;

	if (x->name == NULL) {
		xml_escape(b, x->text, strlen(x->text), false);
		return;
	}
	for (;;) {
		if (node->name == NULL)
			xml_escape(b, node->text, strlen(node->text), false);
		else
			write_start(node, x, ctx, b);
		if (node->first != NULL) {
			node = node->first;
			continue;
		}
		while (node != x && node->next == NULL) {
			node = node->parent;
			write_end(node, ctx, b);
		}
		if (node == x)
			return;
		node = node->next;
	}
}

char *
xml_write_text(const struct xml *x, const struct xml_context *ctx)
{
	struct buf b;

	buf_init(&b);
	xml_write(x, ctx, &b);
	return buf_take(&b);
}

size_t
xml_size(const struct xml *x, const struct xml_context *ctx)
{
	struct buf b;
	size_t size;

	buf_init(&b);
	xml_write(x, ctx, &b);
	size = b.len;
	buf_clear(&b);
	return size;
}

/* The scalar at s and its length in bytes; 0 if it is no allowed one. */
static size_t
char_read(const unsigned char *s, size_t left, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;

	if (s[0] < 0x80)
		n = 1;
	else if (s[0] >= 0xc2 && s[0] < 0xe0)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf5)
		n = 4;
	else
		return 0;
	if (n > left)
		return 0;
	*cp = n == 1 ? s[0] : s[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3fu);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp < 0xe000) || *cp == 0xfffe || *cp == 0xffff)
		return 0;
	if (*cp < 0x20 && *cp != '\t' && *cp != '\n' && *cp != '\r')
		return 0;
	return n;
}

bool
xml_text_is_valid(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp;
	size_t n;

	while (len > 0) {
		if ((n = char_read(p, len, &cp)) == 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

void
xml_text_clean(struct buf *b, const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	while (len > 0) {
		n = char_read((const unsigned char *)s, len, &cp);
		if (n == 0) {
			buf_add_utf8(b, 0xfffd);
			n = 1;
		} else {
			buf_add(b, s, n);
		}
		s += n;
		len -= n;
	}
}
