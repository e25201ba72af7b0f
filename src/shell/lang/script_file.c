/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Script files: their text, and what #requires asks. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/lang/lang_internal.h"
#include "shell/lang/parse.h"

#define SMA "System.Management.Automation."

static void
utf16_to_utf8(const unsigned char *p, size_t n, bool big, struct buf *out)
{
	uint16_t *units = mem_array(n / 2 + 1, sizeof(*units));
	struct value v;

	for (size_t i = 0; i + 1 < n; i += 2)
		units[i / 2] = big ? (uint16_t)(p[i] << 8 | p[i + 1]) :
				     (uint16_t)(p[i + 1] << 8 | p[i]);
	v = string_from_units(units, n / 2);
	buf_add(out, value_chars(v), value_chars_len(v));
	value_unref(v);
	mem_free(units);
}

int
script_read(const char *path, struct buf *out, struct fault *f)
{
	FILE *fp = fopen(path, "re");
	struct buf raw = { 0 };
	char room[8192];
	size_t n;
	const unsigned char *p;

	if (fp == NULL)
		return fault_errno(f, errno, "%s", path);
	while ((n = fread(room, 1, sizeof(room), fp)) > 0 &&
	    raw.len < PARSE_TEXT_MAX)
		buf_add(&raw, room, n);
	if (ferror(fp)) {
		(void)fclose(fp);
		buf_clear(&raw);
		return fault_errno(f, errno, "%s", path);
	}
	(void)fclose(fp);
	p = (const unsigned char *)buf_text(&raw);
	if (raw.len >= 2 && p[0] == 0xff && p[1] == 0xfe)
		utf16_to_utf8(p + 2, raw.len - 2, false, out);
	else if (raw.len >= 2 && p[0] == 0xfe && p[1] == 0xff)
		utf16_to_utf8(p + 2, raw.len - 2, true, out);
	else if (raw.len >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
		buf_add(out, p + 3, raw.len - 3);
	else
		buf_add(out, p, raw.len);
	buf_clear(&raw);
	return 0;
}

/* ---- parsing ---- */

/* What $_.Errors of a ParseException holds, and its text. */
static struct value
parse_message(const struct script_tree *t, const struct parse_errors *e)
{
	struct buf b = { 0 };
	struct value v;

	for (size_t i = 0; i < e->n; i++) {
		const struct parse_error *one = &e->v[i];
		struct tree_text line;
		int at, column;

		tree_position(t, one->start, &at, &column);
		line = tree_line(t, at);
		if (i > 0)
			buf_add_str(&b, "\n\n");
		buf_printf(&b, "At %s:%d char:%d\n+ %.*s\n+ ",
		    t->file != NULL ? t->file : "line", at, column,
		    (int)line.len, line.s);
		buf_add_fill(&b, ' ', (size_t)(column > 0 ? column - 1 : 0));
		buf_add_fill(&b, '~', one->end > one->start &&
			one->end - one->start <= line.len ?
		    one->end - one->start : 1);
		buf_printf(&b, "\n%s", one->message);
	}
	v = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return v;
}

/* An InvocationInfo of a place and nothing else. */
static struct value
place_of_text(struct script_tree *t, uint32_t start, uint32_t end)
{
	struct invocation_info *i = mem_zalloc(sizeof(*i));

	i->cell.refs = 1;
	i->cell.type = &type_invocation_info;
	i->name = value_string("");
	i->tree = tree_ref(t);
	i->start = start;
	i->end = end;
	return (struct value){ .type = &type_invocation_info,
		.u.p = &i->cell };
}

struct value
parse_error_record(struct session *s, struct script_tree *t,
    const struct parse_errors *errors, bool plain)
{
	struct error_spec spec = {
		.exception = SMA "ParseException",
		.id = errors->v[0].id,
		.category = "ParserError",
	};
	struct value text = plain ? value_string(errors->v[0].message) :
				    parse_message(t, errors);
	struct value record;
	struct error_record *e;

	spec.message = value_chars(text);
	record = error_new(s, &spec);
	value_unref(text);
	e = error_record_of(record);
	e->tree = tree_ref(t);
	e->start = errors->v[0].start;
	e->end = errors->v[0].end;
	e->invocation = place_of_text(t, e->start, e->end);
	return record;
}

enum flow
lang_parse(struct session *s, const char *text, size_t len, const char *file,
    struct script_tree **treep)
{
	struct parse_errors errors;
	struct value record;

	parse_errors_init(&errors);
	*treep = parse_script(text, len, file, &errors);
	if (errors.n == 0) {
		parse_errors_clear(&errors);
		return FLOW_MORE;
	}
	record = parse_error_record(s, *treep, &errors, file != NULL);
	parse_errors_clear(&errors);
	tree_unref(*treep);
	*treep = NULL;
	if (s->call != NULL) {
		error_add_suffix(error_record_of(record), s->call);
		value_set_take(&error_record_of(record)->invocation,
		    call_invocation(s->call));
	}
	return error_leave_take(s, record, false);
}

/* ---- #requires ---- */

static enum flow
requires_error(struct session *s, struct script_tree *t, const char *id,
    const char *fmt, const char *what)
{
	const char *slash = strrchr(t->file != NULL ? t->file : "", '/');
	const char *name = slash != NULL ? slash + 1 : "";
	struct value target = value_string(name);
	struct value text = value_printf("The script '%s' cannot be run "
	    "because ", name);
	struct buf b = { 0 };
	enum flow flow;

	buf_add_str(&b, value_chars(text));
	buf_add_str(&b, fmt);
	if (what != NULL)
		buf_printf(&b, "%s", what);
	flow = lang_error(s, SMA "ScriptRequiresException", id,
	    "ResourceUnavailable", target, "%s", buf_text(&b));
	buf_clear(&b);
	value_unref(text);
	value_unref(target);
	return flow;
}

enum flow
run_requires(struct session *s, struct script_tree *t)
{
	struct tree_requires *r = t->root->requires;

	if (r == NULL)
		return FLOW_MORE;
	if (r->version.len > 0 && strtod(r->version.s, NULL) > 7.69) {
		struct value v = value_printf("it contained a \"#requires\" "
		    "statement for PowerShell %.*s. The version of PowerShell "
		    "that is required by the script does not match the "
		    "currently running version of PowerShell 7.6.9.",
		    (int)r->version.len, r->version.s);
		enum flow flow = requires_error(s, t,
		    "ScriptRequiresUnmatchedPSVersion", value_chars(v), NULL);

		value_unref(v);
		return flow;
	}
	if (r->elevated && geteuid() != 0)
		return requires_error(s, t, "ScriptRequiresElevation",
		    "it contains a \"#requires\" statement for running as "
		    "Administrator. The current PowerShell session is not "
		    "running as Administrator. Start PowerShell by using the "
		    "Run as Administrator option, and then try running the "
		    "script again.", NULL);
	return FLOW_MORE;
}
