/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-ChildItem. */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "types/types.h"

enum {
	L_PATH,
	L_LITERAL_PATH,
	L_FILTER,
	L_INCLUDE,
	L_EXCLUDE,
	L_RECURSE,
	L_DEPTH,
	L_FORCE,
	L_NAME,
	L_ATTRIBUTES,
	L_FOLLOW_SYMLINK,
	L_DIRECTORY,
	L_FILE,
	L_HIDDEN,
	L_READ_ONLY,
	L_SYSTEM,
};

static const struct param_spec child_params[] = {
	{ "Path", "string[]", NULL,
	    "Items/0vp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralItems/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    "*/1", 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Recurse", "switch", "s r",
	    NULL, 0, NULL, 0, 0,
	    "what is below too" },
	{ "Depth", "uint", NULL,
	    NULL, 0, NULL, 0, 0,
	    "how many levels below" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Name", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "the name" },
	{ "Attributes", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "file attributes, as in Hidden+!ReadOnly" },
	{ "FollowSymlink", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "follows links to folders" },
	{ "Directory", "switch", "ad",
	    NULL, 0, NULL, 0, 0,
	    "folders only" },
	{ "File", "switch", "af",
	    NULL, 0, NULL, 0, 0,
	    "files only" },
	{ "Hidden", "switch", "ah h",
	    NULL, 0, NULL, 0, 0,
	    "hidden items only" },
	{ "ReadOnly", "switch", "ar",
	    NULL, 0, NULL, 0, 0,
	    "protected items only" },
	{ "System", "switch", "as",
	    NULL, 0, NULL, 0, 0,
	    "system items only" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

enum { READONLY = 1, HIDDEN = 2, DIRECTORY = 16 };

/* LIMIT: levels of folders below the start. */
#define LEVELS_MAX 4096

struct listing {
	struct name_filter filter;
	unsigned wanted, unwanted; /* attributes */
	const char *expression;    /* -Attributes */
	bool names, recurse, hidden, follow;
	int64_t depth;
	struct buf below; /* the path from the start, for -Name */
	struct buf attributes;
};

static const struct {
	const char *name;
	unsigned bit;
} attribute_names[] = {
	{ "ReadOnly", 1 }, { "Hidden", 2 }, { "System", 4 },
	{ "Directory", 16 }, { "Archive", 32 }, { "Device", 64 },
	{ "Normal", 128 }, { "Temporary", 256 }, { "SparseFile", 512 },
	{ "ReparsePoint", 1024 }, { "Compressed", 2048 }, { "Offline", 4096 },
	{ "NotContentIndexed", 8192 }, { "Encrypted", 16384 },
	{ "D", 16 }, { "H", 2 }, { "R", 1 }, { "S", 4 }, { "A", 32 },
};

/* 0: unknown. */
static unsigned
attribute_bit(const char *s, size_t n)
{
	for (size_t i = 0;
	     i < sizeof(attribute_names) / sizeof(attribute_names[0]); i++)
		if (strlen(attribute_names[i].name) == n &&
		    strncasecmp(attribute_names[i].name, s, n) == 0)
			return attribute_names[i].bit;
	return 0;
}

/* "Hidden+!ReadOnly,System": , is or, + is and, ! is not. */
static bool
expression_holds(const char *e, unsigned have)
{
	while (*e != '\0') {
		size_t n = strcspn(e, ",");
		const char *end = e + n;
		bool all = true;

		while (e < end) {
			bool no;
			size_t k;

			while (e < end && (*e == ' ' || *e == '+'))
				e++;
			no = e < end && *e == '!';
			e += no;
			k = strcspn(e, ",+ ");
			if (k > 0 && ((attribute_bit(e, k) & have) != 0) == no)
				all = false;
			e += k;
		}
		if (all)
			return true;
		if (*e == ',')
			e++;
	}
	return false;
}

static bool
passes_attributes(const struct listing *l, const struct place *p)
{
	int64_t have;

	if (p->provider != PROVIDER_FILESYSTEM)
		return true;
	if (!l->hidden && place_is_hidden(p))
		return false;
	if (l->expression == NULL && l->wanted == 0 && l->unwanted == 0)
		return true;
	have = fileinfo_attributes(p->path);
	if (have < 0)
		return true;
	if (l->expression != NULL)
		return expression_holds(l->expression, (unsigned)have);
	return (have & l->wanted) == l->wanted && (have & l->unwanted) == 0;
}

static enum flow
show(struct call *c, struct listing *l, const struct place *p,
    const char *name)
{
	if (!passes_attributes(l, p))
		return FLOW_MORE;
	if (l->names)
		return call_emit_take(c, value_printf("%s%s",
		    buf_text(&l->below), name));
	return item_emit(c, p);
}

static bool
filters_by_name(const struct listing *l)
{
	return !value_is_nothing(l->filter.include) ||
	    !value_is_nothing(l->filter.exclude);
}

static enum flow list_below(struct call *c, struct listing *l,
    const struct place *p, int64_t depth);

static enum flow
go_down(struct call *c, struct listing *l, const struct place *child,
    const char *name, int64_t depth)
{
	size_t len = l->below.len;
	struct stat st;
	enum flow flow;

	if (!l->recurse || depth <= 0 || (!l->hidden && place_is_hidden(child)))
		return FLOW_MORE;
	if (!l->follow && child->provider == PROVIDER_FILESYSTEM &&
	    lstat(child->path, &st) == 0 && S_ISLNK(st.st_mode))
		return FLOW_MORE;
	buf_printf(&l->below, "%s/", name);
	flow = list_below(c, l, child, depth - 1);
	buf_truncate(&l->below, len);
	return flow;
}

/*
 * A folder's own before what is below it; with -Include, -Exclude or -Name
 * each folder is gone into where it stands, as PowerShell does.
 */
static enum flow
list_below(struct call *c, struct listing *l, const struct place *p,
    int64_t depth)
{
	bool at_once = filters_by_name(l) || l->names;
	struct file_names names;
	enum flow flow;

	if (!run_stack_ok())
		return FLOW_MORE;
	flow = place_names(c, p, &names);
	for (size_t i = 0; i < names.n && flow == FLOW_MORE; i++) {
		struct place child;
		bool folder = i < names.folders;

		place_child(p, names.v[i], &child);
		if (name_passes(&l->filter, names.v[i]))
			flow = show(c, l, &child, names.v[i]);
		if (flow == FLOW_MORE && at_once && folder)
			flow = go_down(c, l, &child, names.v[i], depth);
		place_clear(&child);
	}
	for (size_t i = 0; i < names.folders && flow == FLOW_MORE && !at_once;
	     i++) {
		struct place child;

		place_child(p, names.v[i], &child);
		flow = go_down(c, l, &child, names.v[i], depth);
		place_clear(&child);
	}
	file_names_clear(&names);
	return flow;
}

/* What a path without wildcards names: what is in it, or the item. */
static enum flow
list_place(struct call *c, const struct place *p, void *arg)
{
	struct listing *l = arg;

	if (place_is_container(c, p))
		return list_below(c, l, p, l->depth);
	return name_passes(&l->filter, place_leaf(p)) ?
	    show(c, l, p, place_leaf(p)) : FLOW_MORE;
}

/* What wildcards matched: the items; below them with -Recurse. */
static enum flow
list_match(struct call *c, const struct place *p, void *arg)
{
	struct listing *l = arg;

	if (l->recurse && place_is_container(c, p))
		return list_below(c, l, p, l->depth);
	return show(c, l, p, place_leaf(p));
}

/* With -Recurse a wildcard at the end of a path is sought below. */
static enum flow
list_recursive(struct call *c, struct listing *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *leaf = slash == NULL ? path : slash + 1;
	char *start = slash == NULL ? mem_strdup(".") :
	    mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
	struct value kept = l->filter.include;
	struct value name = value_string(leaf);
	enum flow flow;

	l->filter.include = name;
	flow = place_each(c, start, l->hidden ? GLOB_HIDDEN : 0, NULL,
	    list_place, l);
	l->filter.include = kept;
	value_unref(name);
	mem_free(start);
	return flow;
}

static enum flow
list_text(struct call *c, struct listing *l, const char *text, bool literal)
{
	unsigned flags = (literal ? GLOB_LITERAL : 0) |
	    (l->hidden ? GLOB_HIDDEN : 0);
	const char *slash = strrchr(text, '/');
	const char *leaf = slash == NULL ? text : slash + 1;
	bool wild = !literal && glob_has(text);
	struct name_filter by_filter = { l->filter.filter,
		l->filter.include, l->filter.exclude };

	if (l->recurse && !literal && value_is_nothing(l->filter.include) &&
	    strcmp(leaf, "*") != 0 && glob_has(leaf))
		return list_recursive(c, l, text);
	if (l->recurse && !literal && !wild &&
	    value_is_nothing(l->filter.include)) {
		struct place p;
		bool ok, file;
		enum flow flow = place_parse(c, text, &p, &ok);

		file = flow == FLOW_MORE && ok && place_exists(c, &p) &&
		    !place_is_container(c, &p);
		place_clear(&p);
		if (flow != FLOW_MORE || !ok)
			return flow;
		if (file)
			return list_recursive(c, l, text);
	}
	if (wild && l->recurse)
		return place_each(c, text, flags, NULL, list_match, l);
	if (wild)
		return place_each(c, text, flags, &by_filter, list_match, l);
	if (!l->recurse && !value_is_nothing(l->filter.include))
		return place_each(c, text, flags, &by_filter, list_place, l);
	return place_each(c, text, flags, NULL, list_place, l);
}

static enum flow
bad_attribute(struct call *c, const char *s, size_t n)
{
	return call_faultf(c, FAULT_CONVERT,
	    "CannotConvertArgumentNoMessage", VALUE_NULL,
	    "Cannot bind parameter 'Attributes'. Unable to match the "
	    "identifier name %.*s to a valid enumerator name.", (int)n, s);
}

static enum flow
read_switches(struct call *c, struct listing *l)
{
	struct value list = value_base(call_param(c, L_ATTRIBUTES));
	const char *e = NULL;

	for (size_t i = 0; value_is_list(list) && i < list_of(list)->count;
	     i++)
		buf_printf(&l->attributes, "%s%s", i > 0 ? "," : "",
		    value_chars(list_of(list)->items[i]));
	if (l->attributes.len > 0)
		e = buf_text(&l->attributes);

	l->filter.filter = call_string(c, L_FILTER);
	l->filter.include = value_base(call_param(c, L_INCLUDE));
	l->filter.exclude = value_base(call_param(c, L_EXCLUDE));
	l->names = call_switch(c, L_NAME);
	l->recurse = call_switch(c, L_RECURSE) || call_bound(c, L_DEPTH);
	l->follow = call_switch(c, L_FOLLOW_SYMLINK);
	l->depth = call_int(c, L_DEPTH, LEVELS_MAX);
	l->hidden = call_switch(c, L_FORCE) || call_switch(c, L_HIDDEN);
	if (call_switch(c, L_DIRECTORY))
		l->wanted |= DIRECTORY;
	if (call_switch(c, L_FILE))
		l->unwanted |= DIRECTORY;
	if (call_switch(c, L_HIDDEN))
		l->wanted |= HIDDEN;
	if (call_switch(c, L_READ_ONLY))
		l->wanted |= READONLY;
	if (call_switch(c, L_SYSTEM))
		l->wanted |= 4;
	if ((l->wanted & l->unwanted & DIRECTORY) != 0)
		l->wanted = l->unwanted = 0;
	l->expression = e;
	for (; e != NULL && *e != '\0';) {
		size_t n = strcspn(e, ",+! ");

		if (n > 0 && attribute_bit(e, n) == 0)
			return bad_attribute(c, e, n);
		if (attribute_bit(e, n) == HIDDEN)
			l->hidden = true;
		e += n + (e[n] != '\0');
	}
	return FLOW_MORE;
}

static enum flow
child_process(struct call *c)
{
	struct listing l = { .names = false };
	bool literal = call_bound(c, L_LITERAL_PATH);
	struct value v = value_base(call_param(c,
	    literal ? L_LITERAL_PATH : L_PATH));
	enum flow flow = read_switches(c, &l);

	if (flow == FLOW_MORE &&
	    (!value_is_list(v) || list_of(v)->count == 0)) {
		flow = list_text(c, &l, ".", false);
	} else if (flow == FLOW_MORE) {
		for (size_t i = 0; i < list_of(v)->count && flow == FLOW_MORE;
		     i++) {
			struct value one = value_base(list_of(v)->items[i]);

			if (value_is_string(one))
				flow = list_text(c, &l,
				    value_chars_len(one) == 0 ? "." :
					value_chars(one), literal);
		}
	}
	buf_clear(&l.below);
	buf_clear(&l.attributes);
	return flow;
}

const struct cmdlet cmdlet_get_child_item = {
	.name = "Get-ChildItem",
	.class_name = "Microsoft.PowerShell.Commands.GetChildItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Items",
	.params = child_params,
	.synopsis = "Gives what is in a folder or drive",
	.process = child_process,
};
