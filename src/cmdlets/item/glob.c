/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wildcards in paths, and the names that pass a filter. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

bool
glob_has(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '`' && text[1] != '\0')
			text++;
		else if (*text == '*' || *text == '?' || *text == '[')
			return true;
	}
	return false;
}

/* Backticks that protect wildcards go. Owned. */
static char *
unescape(const char *text)
{
	struct buf b = { 0 };

	for (; *text != '\0'; text++) {
		if (*text == '`' && text[1] != '\0' &&
		    strchr("*?[]`", text[1]) != NULL)
			text++;
		buf_add_byte(&b, *text);
	}
	return buf_take(&b);
}

static bool
any_matches(struct value patterns, const char *name)
{
	struct list *l;

	patterns = value_base(patterns);
	if (value_is_string(patterns))
		return wildcard_match(value_chars(patterns), name, true);
	if (!value_is_list(patterns))
		return false;
	l = list_of(patterns);
	for (size_t i = 0; i < l->count; i++)
		if (value_is_string(l->items[i]) &&
		    wildcard_match(value_chars(l->items[i]), name, true))
			return true;
	return false;
}

static bool
given(struct value v)
{
	v = value_base(v);
	return !value_is_nothing(v) &&
	    (!value_is_list(v) || list_of(v)->count > 0);
}

/* Win32's: "*." and "*.*" and three letters have no meaning of their own. */
static bool
filter_matches(const char *pattern, const char *name)
{
	if (strcmp(pattern, "*.*") == 0 || pattern[0] == '\0')
		return true;
	return wildcard_match(pattern, name, true);
}

bool
name_passes(const struct name_filter *f, const char *name)
{
	if (f == NULL)
		return true;
	if (f->filter != NULL && !filter_matches(f->filter, name))
		return false;
	if (given(f->include) && !any_matches(f->include, name))
		return false;
	return !given(f->exclude) || !any_matches(f->exclude, name);
}

enum flow
place_names(struct call *c, const struct place *p, struct file_names *out)
{
	int error;

	if (p->provider != PROVIDER_FILESYSTEM)
		return flat_names(c, p, out);
	error = file_names_read(p->path, out);
	if (error == 0)
		return FLOW_MORE;
	memset(out, 0, sizeof(*out));
	return place_failed(c, p, error, "Dir ", "ReadError");
}

struct glob {
	unsigned flags;
	const struct name_filter *filter;
	place_fn *fn;
	void *arg;
};

static enum flow
give(struct call *c, struct glob *g, const struct place *p)
{
	if (!name_passes(g->filter, place_leaf(p)))
		return FLOW_MORE;
	return g->fn(c, p, g->arg);
}

/* rest is what is left of the pattern, "a*" or "a/b?/c". */
static enum flow
descend(struct call *c, struct glob *g, const struct place *at,
    const char *rest)
{
	const char *slash = strchr(rest, '/');
	char *part = slash == NULL ? mem_strdup(rest) :
	    mem_strndup(rest, (size_t)(slash - rest));
	struct file_names names;
	struct place child;
	enum flow flow = FLOW_MORE;

	if (!glob_has(part)) {
		char *plain = unescape(part);

		place_child(at, plain, &child);
		mem_free(plain);
		if (place_exists(c, &child))
			flow = slash == NULL ? give(c, g, &child) :
			    descend(c, g, &child, slash + 1);
		place_clear(&child);
		mem_free(part);
		return flow;
	}
	if (place_is_container(c, at))
		flow = place_names(c, at, &names);
	else
		memset(&names, 0, sizeof(names));
	for (size_t i = 0; i < names.n && flow == FLOW_MORE; i++) {
		if (!wildcard_match(part, names.v[i], true) ||
		    (slash != NULL && i >= names.folders &&
			at->provider == PROVIDER_FILESYSTEM))
			continue;
		place_child(at, names.v[i], &child);
		if (!place_is_hidden(&child) || (g->flags & GLOB_HIDDEN) ||
		    part[0] == '.')
			flow = slash == NULL ? give(c, g, &child) :
			    descend(c, g, &child, slash + 1);
		place_clear(&child);
	}
	if (flow == FLOW_MORE || names.n > 0)
		file_names_clear(&names);
	mem_free(part);
	return flow;
}

static enum flow
expand(struct call *c, struct glob *g, const struct place *pattern)
{
	struct place top;
	const char *rest = pattern->path;
	enum flow flow;

	place_copy(&top, pattern);
	if (pattern->provider == PROVIDER_FILESYSTEM) {
		/* folders without wildcards need no reading */
		const char *first = strpbrk(rest, "*?[`");
		size_t n = 0;

		for (const char *s = rest; s < first; s++)
			if (*s == '/')
				n = (size_t)(s - rest) + 1;
		mem_free(top.path);
		top.path = mem_strndup(rest, n <= 1 ? 1 : n - 1);
		rest += n;
	} else {
		mem_free(top.path);
		top.path = mem_strdup("");
	}
	flow = descend(c, g, &top, rest);
	place_clear(&top);
	return flow;
}

enum flow
place_each(struct call *c, const char *text, unsigned flags,
    const struct name_filter *filter, place_fn *fn, void *arg)
{
	struct glob g = { flags, filter, fn, arg };
	struct place p;
	bool ok;
	enum flow flow = (flags & GLOB_QUIET) ?
	    place_parse_quiet(c, text, &p, &ok) :
	    place_parse(c, text, &p, &ok);

	if (flow != FLOW_MORE || !ok) {
		place_clear(&p);
		return flow;
	}
	if (!(flags & GLOB_LITERAL) && glob_has(p.path) &&
	    !(place_exists(c, &p) && strchr(p.path, '`') == NULL &&
		strpbrk(p.path, "*?") == NULL)) {
		flow = expand(c, &g, &p);
	} else {
		if (!(flags & GLOB_LITERAL) && strchr(p.path, '`') != NULL) {
			char *plain = unescape(p.path);

			mem_free(p.path);
			p.path = plain;
		}
		if ((flags & GLOB_MAKE) || place_exists(c, &p))
			flow = give(c, &g, &p);
		else if (!(flags & GLOB_QUIET))
			flow = place_missing(c, &p);
	}
	place_clear(&p);
	return flow;
}

enum flow
place_each_of(struct call *c, size_t path, size_t literal, unsigned flags,
    const struct name_filter *filter, place_fn *fn, void *arg)
{
	bool exact = call_bound(c, literal);
	struct value v = value_base(call_param(c, exact ? literal : path));
	enum flow flow = FLOW_MORE;

	if (exact)
		flags |= GLOB_LITERAL;
	if (value_is_string(v))
		return place_each(c, value_chars(v), flags, filter, fn, arg);
	if (!value_is_list(v))
		return FLOW_MORE;
	for (size_t i = 0; i < list_of(v)->count && flow == FLOW_MORE; i++) {
		struct value one = value_base(list_of(v)->items[i]);

		if (value_is_string(one))
			flow = place_each(c, value_chars(one), flags, filter,
			    fn, arg);
	}
	return flow;
}
