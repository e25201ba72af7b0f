/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Uri: writing and comparing. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/uri_internal.h"

/* --- writing --- */

void
uri_add_authority(const struct uri *u, bool user, struct buf *b)
{
	bool web;

	if (user && *u->user != '\0')
		buf_printf(b, "%s@", u->user);
	buf_add_str(b, u->host);
	if (u->port >= 0 && u->port != uri_scheme_port(u->scheme, &web))
		buf_printf(b, ":%d", u->port);
}

void
uri_add_uri(const struct uri *u, struct buf *b)
{
	buf_printf(b, "%s:%s", u->scheme, u->authority ? "//" : "");
	uri_add_authority(u, true, b);
	buf_add_str(b, u->path);
	buf_add_str(b, u->query);
	buf_add_str(b, u->fragment);
}

/* Absolute ones are shown with escapes undone where that is safe. */
static enum flow
uri_text(struct run *r, struct value v, struct value *textp)
{
	const struct uri *u = uri_of(v);
	struct buf escaped = { 0 }, b = { 0 };

	(void)r;
	if (!u->absolute) {
		*textp = value_string(u->original);
		return FLOW_MORE;
	}
	uri_add_uri(u, &escaped);
	uri_undo_escapes(buf_text(&escaped), "%/\\?#:@&=+$,;[]!*'()", &b);
	buf_clear(&escaped);
	*textp = uri_clean_text(&b);
	return FLOW_MORE;
}

bool
uri_same(const struct uri *a, const struct uri *b)
{
	if (a->absolute != b->absolute)
		return false;
	if (!a->absolute)
		return strcmp(a->original, b->original) == 0;
	return strcmp(a->scheme, b->scheme) == 0 && a->port == b->port &&
	    strcmp(a->host, b->host) == 0 && strcmp(a->path, b->path) == 0 &&
	    strcmp(a->query, b->query) == 0;
}

static enum flow
uri_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	(void)r;
	(void)ignore_case;
	*equalp = a.type == b.type && uri_same(uri_of(a), uri_of(b));
	return FLOW_MORE;
}

const struct type_ops uri_ops = {
	.text = uri_text,
	.equal = uri_equal,
};
