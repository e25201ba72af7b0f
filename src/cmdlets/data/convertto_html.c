/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertTo-Html: objects as a table or lists of HTML. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/data_cmdlets.h"
#include "core/buf.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

static const char *const params_as[] = { "Table", "List", NULL };

enum {
	H_INPUT_OBJECT,
	H_PROPERTY,
	H_BODY,
	H_HEAD,
	H_TITLE,
	H_AS,
	H_CSS_URI,
	H_FRAGMENT,
	H_POST_CONTENT,
	H_PRE_CONTENT,
	H_META,
	H_CHARSET,
	H_TRANSITIONAL,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ "Property", "System.Object[]", NULL, "*/0", 0, NULL, 0, 0,
	    "names of properties, script blocks or calculated properties" },
	{ "Body", "string[]", NULL, "Page/3", 0, NULL, 0, 0,
	    "text in front of the table" },
	{ "Head", "string[]", NULL, "Page/1", 0, NULL, 0, 0,
	    "what the head holds" },
	{ "Title", "string", NULL, "Page/2", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the title" },
	{ "As", "string", NULL, NULL, PARAM_NOT_EMPTY, params_as, 0, 0,
	    "Table or List" },
	{ "CssUri", "uri", "cu uri", "Page/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "a style sheet" },
	{ "Fragment", "switch", NULL, "Fragment/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the table alone" },
	{ "PostContent", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "text after the table" },
	{ "PreContent", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "text before the table" },
	{ "Meta", "hashtable", NULL, "Page/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "meta tags" },
	{ "Charset", "string", NULL, "Page/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the character set" },
	{ "Transitional", "switch", NULL, "Page/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "declares XHTML transitional" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const html_keys[] = { "expression", "name", "label",
	"width", "alignment", NULL };

struct html_state {
	struct property_args args;
	struct buf line;
	bool list; /* -As List */
	bool open; /* the table has its head */
};

static enum flow
give(struct call *c)
{
	struct html_state *st = call_state(c);
	enum flow flow = call_emit_take(
	    c, value_string_n(buf_text(&st->line), st->line.len));

	buf_reset(&st->line);
	return flow;
}

static enum flow
give_text(struct call *c, const char *text)
{
	struct html_state *st = call_state(c);

	buf_add_str(&st->line, text);
	return give(c);
}

static enum flow
give_each(struct call *c, size_t param)
{
	struct value v = value_base(call_param(c, param));
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && value_is_list(v) &&
	     i < list_of(v)->count;
	     i++)
		flow = call_emit(c, list_of(v)->items[i]);
	return flow;
}

/* WebUtility.HtmlEncode */
static void
add_encoded(struct buf *b, const char *s, size_t n)
{
	const char *end = s + n;

	for (; s < end; s++) {
		unsigned char ch = (unsigned char)*s;

		switch (ch) {
		case '<':
			buf_add_str(b, "&lt;");
			break;
		case '>':
			buf_add_str(b, "&gt;");
			break;
		case '&':
			buf_add_str(b, "&amp;");
			break;
		case '"':
			buf_add_str(b, "&quot;");
			break;
		case '\'':
			buf_add_str(b, "&#39;");
			break;
		default:
			/* U+00A0 to U+00FF are numbers */
			if ((ch == 0xc2 && (unsigned char)s[1] >= 0xa0) ||
			    ch == 0xc3) {
				buf_printf(b, "&#%d;",
				    ((ch & 3) << 6) | (s[1] & 0x3f));
				s++;
			} else {
				buf_add_byte(b, (char)ch);
			}
		}
	}
}

/* --- the page around it --- */

static enum flow
give_meta(struct call *c)
{
	struct html_state *st = call_state(c);
	struct value meta = value_base(call_param(c, H_META));
	const struct dict_entry *e;
	size_t pos;
	enum flow flow = FLOW_MORE;

	if (call_bound(c, H_CHARSET)) {
		buf_printf(&st->line, "<meta charset=\"%s\">",
		    call_string(c, H_CHARSET));
		flow = give(c);
	}
	if (!value_is_dict(meta))
		return flow;
	DICT_EACH (e, dict_of(meta), pos) {
		char *name = value_text_plain(e->key);
		char *content = value_text_plain(e->value);
		bool http = string_equal_ci(name, "content-type") ||
		    string_equal_ci(name, "default-style") ||
		    string_equal_ci(name, "x-ua-compatible") ||
		    string_equal_ci(name, "refresh");

		if (flow == FLOW_MORE) {
			buf_printf(&st->line,
			    "<meta %s=\"%s\" content=\"%s\">",
			    http ? "http-equiv" : "name", name, content);
			flow = give(c);
		}
		mem_free(name);
		mem_free(content);
	}
	return flow;
}

static enum flow
give_head(struct call *c)
{
	struct html_state *st = call_state(c);
	const char *title = call_string(c, H_TITLE);
	enum flow flow;

	buf_add_str(&st->line, call_switch(c, H_TRANSITIONAL)
		? "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 "
		  "Transitional//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/"
		  "xhtml1-transitional.dtd\">"
		: "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
		  " \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">");
	flow = give(c);
	if (flow == FLOW_MORE)
		flow = give_text(
		    c, "<html xmlns=\"http://www.w3.org/1999/xhtml\">");
	if (flow == FLOW_MORE)
		flow = give_text(c, "<head>");
	if (flow == FLOW_MORE)
		flow = give_meta(c);
	if (flow != FLOW_MORE)
		return flow;
	if (call_bound(c, H_HEAD)) {
		flow = give_each(c, H_HEAD);
	} else {
		buf_printf(&st->line, "<title>%s</title>",
		    title != NULL ? title : "HTML TABLE");
		flow = give(c);
	}
	if (flow == FLOW_MORE && call_bound(c, H_CSS_URI)) {
		char *uri = value_text_plain(call_param(c, H_CSS_URI));

		buf_printf(&st->line,
		    "<link rel=\"stylesheet\" type=\"text/css\" href=\"%s\" "
		    "/>",
		    uri);
		mem_free(uri);
		flow = give(c);
	}
	return flow == FLOW_MORE ? give_text(c, "</head><body>") : flow;
}

static enum flow
html_begin(struct call *c)
{
	struct html_state *st = call_state(c);
	const char *as = call_string(c, H_AS);
	enum flow flow = property_args_parse(call_run(c),
	    call_param(c, H_PROPERTY), html_keys, &st->args);

	st->list = as != NULL && string_equal_ci(as, "List");
	if (flow == FLOW_MORE && !call_switch(c, H_FRAGMENT)) {
		flow = give_head(c);
		if (flow == FLOW_MORE)
			flow = give_each(c, H_BODY);
	}
	return flow == FLOW_MORE ? give_each(c, H_PRE_CONTENT) : flow;
}

/* --- columns --- */

static enum flow
add_property(void *arg, const char *name, struct value v)
{
	struct property_args *args = arg;
	struct property_arg *pa;

	(void)v;
	args->items = mem_array_grow(
	    args->items, args->count + 1, sizeof(*args->items));
	pa = &args->items[args->count++];
	memset(pa, 0, sizeof(*pa));
	pa->label = mem_strdup(name);
	pa->expression = value_string(name);
	return FLOW_MORE;
}

struct expand {
	struct property_args *to;
	const char *pattern;
};

static enum flow
add_matching(void *arg, const char *name, struct value v)
{
	struct expand *e = arg;

	return wildcard_match(e->pattern, name, true)
	    ? add_property(e->to, name, v)
	    : FLOW_MORE;
}

/* Names with wildcards become what the first object has. */
static enum flow
resolve_columns(struct call *c, struct value v)
{
	struct html_state *st = call_state(c);
	struct property_args old = st->args;
	size_t i;
	enum flow flow = FLOW_MORE;

	memset(&st->args, 0, sizeof(st->args));
	if (old.count == 0)
		return value_each_property(
		    call_run(c), v, add_property, &st->args);
	for (i = 0; flow == FLOW_MORE && i < old.count; i++) {
		struct expand e = { &st->args, old.items[i].label };

		if (property_arg_is_pattern(&old.items[i])) {
			flow = value_each_property(
			    call_run(c), v, add_matching, &e);
			continue;
		}
		(void)add_property(&st->args, old.items[i].label, v);
		value_set(&st->args.items[st->args.count - 1].expression,
		    old.items[i].expression);
		if (old.items[i].keys != NULL) {
			st->args.items[st->args.count - 1].keys =
			    old.items[i].keys;
			(void)value_ref(dict_value(old.items[i].keys));
		}
	}
	property_args_clear(&old);
	return flow;
}

static void
add_attribute(struct call *c, const struct property_arg *pa, const char *key)
{
	struct html_state *st = call_state(c);
	struct value v = property_arg_key(pa, key);
	char *text;

	if (value_is_nothing(v))
		return;
	text = value_text_plain(v);
	buf_printf(&st->line, " %s=\"%s\"",
	    strcmp(key, "alignment") == 0 ? "align" : key, text);
	mem_free(text);
}

static enum flow
table_head(struct call *c)
{
	struct html_state *st = call_state(c);
	size_t i;
	enum flow flow = give_text(c, "<table>");

	if (flow != FLOW_MORE)
		return flow;
	if (st->list)
		return FLOW_MORE;
	buf_add_str(&st->line, "<colgroup>");
	for (i = 0; i < st->args.count; i++) {
		buf_add_str(&st->line, "<col");
		add_attribute(c, &st->args.items[i], "width");
		add_attribute(c, &st->args.items[i], "alignment");
		buf_add_str(&st->line, "/>");
	}
	buf_add_str(&st->line, "</colgroup>");
	flow = give(c);
	if (flow != FLOW_MORE)
		return flow;
	buf_add_str(&st->line, "<tr>");
	for (i = 0; i < st->args.count; i++) {
		const char *label = st->args.items[i].label;

		buf_add_str(&st->line, "<th>");
		add_encoded(&st->line, label, strlen(label));
		buf_add_str(&st->line, "</th>");
	}
	buf_add_str(&st->line, "</tr>");
	return give(c);
}

/* Elements of a collection stand beside each other. */
static enum flow
add_value(struct call *c, const struct property_arg *pa, struct value object)
{
	struct html_state *st = call_state(c);
	struct value v = VALUE_NULL, text = VALUE_NULL;
	bool found;
	enum flow flow =
	    property_arg_get(call_run(c), pa, object, &v, &found);

	if (flow == FLOW_LEAVE && call_run(c)->leave.kind == LEAVE_THROW) {
		run_leave_clear(call_run(c));
		return FLOW_MORE;
	}
	if (flow != FLOW_MORE)
		return flow;
	if (value_is_nothing(v))
		return FLOW_MORE;
	if (value_unrolls(v) && !value_is_block(pa->expression))
		text = value_string(value_type(v)->name);
	else
		flow = value_text_culture(call_run(c), v, &text);
	value_unref(v);
	if (flow == FLOW_MORE)
		add_encoded(
		    &st->line, value_chars(text), value_chars_len(text));
	value_unref(text);
	return flow;
}

static enum flow
list_rows(struct call *c, struct value v)
{
	struct html_state *st = call_state(c);
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		const char *label = st->args.items[i].label;

		buf_add_str(&st->line, "<tr><td>");
		add_encoded(&st->line, label, strlen(label));
		buf_add_str(&st->line, ":</td><td>");
		flow = add_value(c, &st->args.items[i], v);
		buf_add_str(&st->line, "</td></tr>");
		if (flow == FLOW_MORE)
			flow = give(c);
	}
	return flow;
}

static enum flow
html_process(struct call *c)
{
	struct html_state *st = call_state(c);
	struct value v = call_param(c, H_INPUT_OBJECT);
	size_t i;
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (!st->open) {
		flow = resolve_columns(c, v);
		if (flow == FLOW_MORE)
			flow = table_head(c);
		st->open = true;
	} else if (st->list) {
		flow = give_text(c, "<tr><td><hr></td></tr>");
	}
	if (flow != FLOW_MORE)
		return flow;
	if (st->list)
		return list_rows(c, v);
	buf_add_str(&st->line, "<tr>");
	for (i = 0; flow == FLOW_MORE && i < st->args.count; i++) {
		buf_add_str(&st->line, "<td>");
		flow = add_value(c, &st->args.items[i], v);
		buf_add_str(&st->line, "</td>");
	}
	buf_add_str(&st->line, "</tr>");
	return flow == FLOW_MORE ? give(c) : flow;
}

static enum flow
html_end(struct call *c)
{
	struct html_state *st = call_state(c);
	enum flow flow = FLOW_MORE;

	if (st->open)
		flow = give_text(c, "</table>");
	if (flow == FLOW_MORE)
		flow = give_each(c, H_POST_CONTENT);
	if (flow == FLOW_MORE && !call_switch(c, H_FRAGMENT))
		flow = give_text(c, "</body></html>");
	return flow;
}

static void
html_clean(struct call *c)
{
	struct html_state *st = call_state(c);

	property_args_clear(&st->args);
	buf_clear(&st->line);
}

const struct cmdlet cmdlet_convertto_html = {
	.name = "ConvertTo-Html",
	.class_name = "Microsoft.PowerShell.Commands.ConvertToHtmlCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Page",
	.params = params,
	.synopsis = "Makes HTML of objects",
	.state_size = sizeof(struct html_state),
	.begin = html_begin,
	.process = html_process,
	.end = html_end,
	.clean = html_clean,
};
