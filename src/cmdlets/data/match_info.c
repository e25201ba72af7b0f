/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Microsoft.PowerShell.Commands.MatchInfo and its context. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/match_info.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/type.h"
#include "types/member.h"
#include "types/types.h"

static struct match_info *
info_of(struct value v)
{
	return (struct match_info *)(void *)v.u.p;
}

static void
info_release(struct cell *c)
{
	struct match_info *m = (struct match_info *)(void *)c;

	value_unref(m->line);
	value_unref(m->path);
	value_unref(m->pattern);
	value_unref(m->matches);
	value_unref(m->before);
	value_unref(m->after);
	mem_free(m);
}

static const char *
file_name(struct value path)
{
	const char *s = value_chars(path);
	const char *slash = s == NULL ? NULL : strrchr(s, '/');

	return s == NULL ? "InputStream" : slash == NULL ? s : slash + 1;
}

/* The path as seen from the location. */
static const char *
relative(struct run *r, const struct match_info *m)
{
	const char *path = value_chars(m->path), *here;
	size_t n;

	if (path == NULL || r == NULL || r->ops == NULL ||
	    r->ops->location == NULL)
		return path;
	here = r->ops->location(r);
	n = strlen(here);
	if (n > 0 && strncmp(path, here, n) == 0 && path[n] == '/')
		return path + n + 1;
	return path;
}

static void
add_line(struct buf *b, const struct match_info *m, const char *path,
    const char *mark, int64_t number, struct value line)
{
	if (b->len > 0)
		buf_add_byte(b, '\n');
	buf_add_str(b, mark);
	if (path != NULL)
		buf_printf(b, "%s:%lld:", path, (long long)number);
	buf_add(b, value_chars(line), value_chars_len(line));
	(void)m;
}

static enum flow
info_text(struct run *r, struct value v, struct value *textp)
{
	const struct match_info *m = info_of(v);
	const char *path = relative(r, m);
	struct buf b = { 0 };
	size_t i;

	if (!value_is_list(m->before)) {
		add_line(&b, m, path, "", m->number, m->line);
	} else {
		const struct list *before = list_of(m->before);
		const struct list *after = list_of(m->after);

		for (i = 0; i < before->count; i++)
			add_line(&b, m, path, "  ",
			    m->number - (int64_t)(before->count - i),
			    before->items[i]);
		add_line(&b, m, path, "> ", m->number, m->line);
		for (i = 0; i < after->count; i++)
			add_line(&b, m, path, "  ",
			    m->number + (int64_t)i + 1, after->items[i]);
	}
	*textp = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static const struct type_ops info_ops = { .text = info_text };

static struct type type_match_info = {
	.name = "Microsoft.PowerShell.Commands.MatchInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = info_release,
	.ops = &info_ops,
};

/* --- members --- */

static enum flow
get_text(struct member_call *c)
{
	return info_text(c->run, c->self, &c->out);
}

static enum flow
get_member(struct member_call *c)
{
	const struct match_info *m = info_of(c->self);

	switch (c->name[0]) {
	case 'I':
		c->out = value_bool(m->ignore_case);
		break;
	case 'L':
		c->out = strcmp(c->name, "Line") == 0 ? value_ref(m->line)
						      : value_int((int32_t)m->number);
		break;
	case 'F':
		c->out = value_string(file_name(m->path));
		break;
	case 'M':
		c->out = value_ref(m->matches);
		break;
	case 'P':
		if (strcmp(c->name, "Pattern") == 0)
			c->out = value_ref(m->pattern);
		else
			c->out = value_is_string(m->path)
			    ? value_ref(m->path)
			    : value_string("InputStream");
		break;
	default:
		break;
	}
	return FLOW_MORE;
}

/* PreContext, PostContext and their Display forms, which are the same. */
static enum flow
get_context(struct member_call *c)
{
	const struct match_info *m = info_of(c->self);
	struct object *o;

	if (!value_is_list(m->before)) {
		c->out = VALUE_NULL;
		return FLOW_MORE;
	}
	o = object_new("Microsoft.PowerShell.Commands.MatchInfoContext");
	object_set(o, "PreContext", m->before);
	object_set(o, "PostContext", m->after);
	object_set(o, "DisplayPreContext", m->before);
	object_set(o, "DisplayPostContext", m->after);
	c->out = object_value(o);
	return FLOW_MORE;
}

static enum flow
relative_path(struct member_call *c)
{
	const char *path = relative(c->run, info_of(c->self));

	c->out = value_string(path == NULL ? "InputStream" : path);
	return FLOW_MORE;
}

static const struct member_spec info_members[] = {
	{ "bool IgnoreCase get", get_member, NULL },
	{ "int LineNumber get", get_member, NULL },
	{ "string Line get", get_member, NULL },
	{ "string Filename get", get_member, NULL },
	{ "string Path get", get_member, NULL },
	{ "string Pattern get", get_member, NULL },
	{ "object Context get", get_context, NULL },
	{ "object Matches get", get_member, NULL },
	{ "string RelativePath(string directory)", relative_path, NULL },
	{ "string ToEmphasizedString(string directory)", get_text, NULL },
	{ NULL, NULL, NULL },
};

struct match_info *
match_info_new(void)
{
	static bool known;
	struct match_info *m;

	if (!known) {
		known = true;
		type_add_members(&type_match_info, info_members);
		type_add(&type_match_info);
	}
	m = mem_zalloc(sizeof(*m));
	m->cell.refs = 1;
	m->cell.type = &type_match_info;
	return m;
}

struct value
match_info_value(struct match_info *m)
{
	return (struct value){ .type = &type_match_info, .u.p = &m->cell };
}
