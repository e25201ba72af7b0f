/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-Path, Resolve-Path, Convert-Path. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

enum {
	T_PATH,
	T_LITERAL_PATH,
	T_FILTER,
	T_INCLUDE,
	T_EXCLUDE,
	T_PATH_TYPE,
	T_IS_VALID,
	T_CREDENTIAL,
	T_OLDER_THAN,
	T_NEWER_THAN,
};

static const struct param_spec test_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "PathType", "Microsoft.PowerShell.Commands.TestPathType", "Type",
	    NULL, 0, NULL, 0, 0,
	    "Any, Container or Leaf" },
	{ "IsValid", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "whether the path is well formed" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ "OlderThan", "System.Nullable[datetime]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "changed before" },
	{ "NewerThan", "System.Nullable[datetime]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "changed after" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

enum { ANY, CONTAINER, LEAF };

static enum flow
test_one(struct call *c, const struct place *p, void *arg)
{
	bool *yes = arg, folder;
	int64_t type = call_int(c, T_PATH_TYPE, ANY);
	struct value info, when = VALUE_NULL;
	bool found = false, newer = call_bound(c, T_NEWER_THAN);
	enum flow flow = FLOW_MORE;

	folder = place_is_container(c, p);
	if (*yes || (type == CONTAINER && !folder) || (type == LEAF && folder))
		return FLOW_MORE;
	if ((newer || call_bound(c, T_OLDER_THAN)) &&
	    p->provider == PROVIDER_FILESYSTEM) {
		int order = 0;

		info = fileinfo_new(p->path, folder, NULL);
		flow = value_get_member(call_run(c), info, "LastWriteTime",
		    &when, &found);
		if (flow == FLOW_MORE && newer)
			flow = value_compare(call_run(c), when,
			    call_param(c, T_NEWER_THAN), false, &order);
		if (flow == FLOW_MORE && newer && order <= 0)
			found = false;
		if (flow == FLOW_MORE && call_bound(c, T_OLDER_THAN))
			flow = value_compare(call_run(c), when,
			    call_param(c, T_OLDER_THAN), false, &order);
		if (call_bound(c, T_OLDER_THAN) && order >= 0)
			found = false;
		value_unref(info);
		*yes = found;
		return flow;
	}
	*yes = true;
	return FLOW_MORE;
}

static enum flow
null_path(struct call *c)
{
	struct error_spec spec = { .exception = "System.ArgumentNullException",
		.id = "NullPathNotPermitted", .category = "InvalidArgument",
		.message = "Value cannot be null. (Parameter 'The provided "
			   "Path argument was null or an empty "
			   "collection.')" };

	return call_error(c, &spec);
}

static enum flow
test_text(struct call *c, const char *text, bool literal)
{
	struct name_filter f = { call_string(c, T_FILTER),
		call_param(c, T_INCLUDE), call_param(c, T_EXCLUDE) };
	bool yes = false, ok;
	struct place p;
	enum flow flow = FLOW_MORE;

	if (text[strspn(text, " \t")] == '\0')
		return call_emit(c, value_bool(false));
	if (call_switch(c, T_IS_VALID)) {
		flow = place_parse_quiet(c, text, &p, &ok);
		place_clear(&p);
		yes = ok;
	} else {
		flow = place_each(c, text, GLOB_QUIET | GLOB_HIDDEN |
			(literal ? GLOB_LITERAL : 0), &f, test_one, &yes);
	}
	return flow == FLOW_MORE ? call_emit(c, value_bool(yes)) : flow;
}

static enum flow
test_process(struct call *c)
{
	bool literal = call_bound(c, T_LITERAL_PATH);
	struct value v = value_base(call_param(c,
	    literal ? T_LITERAL_PATH : T_PATH));
	enum flow flow = FLOW_MORE;

	if (!value_is_list(v) || list_of(v)->count == 0)
		return null_path(c);
	for (size_t i = 0; i < list_of(v)->count && flow == FLOW_MORE; i++) {
		struct value one = value_base(list_of(v)->items[i]);

		flow = value_is_string(one) ?
		    test_text(c, value_chars(one), literal) : null_path(c);
	}
	return flow;
}

const struct cmdlet cmdlet_test_path = {
	.name = "Test-Path",
	.class_name = "Microsoft.PowerShell.Commands.TestPathCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = test_params,
	.synopsis = "Whether something is there",
	.process = test_process,
};

/* ---- Resolve-Path ---- */

enum {
	R_PATH,
	R_LITERAL_PATH,
	R_RELATIVE,
	R_RELATIVE_BASE_PATH,
	R_FORCE,
	R_CREDENTIAL,
};

static const struct param_spec resolve_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Relative", "switch", NULL,
	    "LiteralPath/ Path/", 0, NULL, 0, 0,
	    "relative" },
	{ "RelativeBasePath", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "relativebasepath" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* "./a", "../b": from where to what, both plain and absolute. Owned. */
static char *
relative_path(const char *from, const char *to)
{
	struct buf b = { 0 };
	size_t same = 0, i;

	for (i = 0;; i++) {
		bool from_end = from[i] == '/' || from[i] == '\0';
		bool to_end = to[i] == '/' || to[i] == '\0';

		if (from_end && to_end)
			same = i;
		if (from[i] != to[i] || from[i] == '\0')
			break;
	}
	if (strcmp(from, "/") == 0)
		same = 0;
	from += same;
	to += same;
	if (*from == '\0' || strcmp(from, "/") == 0) {
		buf_add_str(&b, ".");
		if (*to == '\0') { /* the folder itself, by its name */
			const char *name = strrchr(to - same, '/');

			buf_printf(&b, "./%s", name == NULL ? "" : name + 1);
			return buf_take(&b);
		}
	}
	for (const char *s = from; *s != '\0'; s++)
		if (*s == '/' && s[1] != '\0')
			buf_add_str(&b, b.len > 0 ? "/.." : "..");
	buf_add_str(&b, to);
	return buf_take(&b);
}

static enum flow
resolve_one(struct call *c, const struct place *p, void *arg)
{
	const char *base = arg;
	char *text;
	enum flow flow;

	if (place_is_hidden(p) && !call_switch(c, R_FORCE) &&
	    glob_has(p->path))
		return FLOW_MORE;
	text = base != NULL && p->provider == PROVIDER_FILESYSTEM ?
	    relative_path(base, p->path) : place_text(p);
	if (base != NULL)
		return call_emit_take(c, value_string_take(text));
	flow = call_emit_take(c, path_info_new(text, p->path, p->drive,
	    p->provider));
	mem_free(text);
	return flow;
}

static enum flow
resolve_process(struct call *c)
{
	struct place base;
	bool ok = true;
	const char *from = NULL;
	enum flow flow = FLOW_MORE;

	place_init(&base);
	if (call_bound(c, R_RELATIVE_BASE_PATH)) {
		flow = place_parse(c, call_string(c, R_RELATIVE_BASE_PATH),
		    &base, &ok);
		if (flow == FLOW_MORE && ok && !place_is_container(c, &base)) {
			flow = place_missing(c, &base);
			ok = false;
		}
	}
	if (call_switch(c, R_RELATIVE))
		from = base.path != NULL ? base.path :
		    call_run(c)->ops->location(call_run(c));
	if (flow == FLOW_MORE && ok)
		flow = place_each_of(c, R_PATH, R_LITERAL_PATH,
		    call_switch(c, R_FORCE) ? GLOB_HIDDEN : 0, NULL,
		    resolve_one, (void *)(uintptr_t)from);
	place_clear(&base);
	return flow;
}

const struct cmdlet cmdlet_resolve_path = {
	.name = "Resolve-Path",
	.class_name = "Microsoft.PowerShell.Commands.ResolvePathCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = resolve_params,
	.synopsis = "Gives the whole paths of what is there",
	.process = resolve_process,
};

enum {
	C_PATH,
	C_LITERAL_PATH,
	C_FORCE,
};

static const struct param_spec convert_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
convert_one(struct call *c, const struct place *p, void *arg)
{
	(void)arg;
	return call_emit_take(c, value_string(p->path));
}

static enum flow
convert_process(struct call *c)
{
	return place_each_of(c, C_PATH, C_LITERAL_PATH, 0, NULL, convert_one,
	    NULL);
}

const struct cmdlet cmdlet_convert_path = {
	.name = "Convert-Path",
	.class_name = "Microsoft.PowerShell.Commands.ConvertPathCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = convert_params,
	.synopsis = "Gives paths as the provider itself writes them",
	.process = convert_process,
};
