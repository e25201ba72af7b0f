/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertTo-Json. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "cmdlets/data/data_cmdlets.h"
#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

/* LIMIT: -Depth where it is not given, and the most it may be. */
#define DEPTH_DEFAULT 2
#define DEPTH_MAX     100

enum { P_INPUT, P_DEPTH, P_COMPRESS, P_ENUMS, P_AS_ARRAY, P_ESCAPE };

static const char *const escape_values[] = { "Default", "EscapeNonAscii",
	"EscapeHtml", NULL };

static const struct param_spec params[] = {
	{ "InputObject", "object", NULL, "*/0mv", PARAM_ALLOW_NULL, NULL, 0, 0,
	    "what to write as JSON" },
	{ "Depth", "int", NULL, NULL, 0, NULL, 0, DEPTH_MAX,
	    "how many levels of objects are written" },
	{ "Compress", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out blanks and line ends" },
	{ "EnumsAsStrings", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "writes names of enum values, not numbers" },
	{ "AsArray", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "writes an array, also of a single object" },
	{ "EscapeHandling", "string", NULL, NULL, 0, escape_values, 0, 0,
	    "which characters are escaped" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct json_state {
	struct list *input;
};

struct writer {
	struct call *call;
	struct run *run;
	struct buf *buf;
	int64_t depth;
	bool compress;
	bool enums;
	bool non_ascii; /* escape it */
	bool html;
	bool truncated;
	/* of the object being written */
	int level;
	size_t members;
};

static enum flow write_value(struct writer *w, struct value v, int level);

static void
new_line(struct writer *w, int level)
{
	if (w->compress)
		return;
	buf_add_byte(w->buf, '\n');
	buf_add_fill(w->buf, ' ', (size_t)level * 2);
}

static void
write_escape(struct writer *w, uint16_t unit)
{
	static const char short_forms[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	size_t i;

	for (i = 0; short_forms[i] != '\0'; i += 2)
		if (unit == (unsigned char)short_forms[i]) {
			buf_add_byte(w->buf, '\\');
			buf_add_byte(w->buf, short_forms[i + 1]);
			return;
		}
	buf_printf(w->buf, "\\u%04x", unit);
}

static bool
must_escape(const struct writer *w, uint16_t u)
{
	if (u < 0x20 || u == '"' || u == '\\' || u == 0x85 || u == 0x2028 ||
	    u == 0x2029)
		return true;
	if (w->non_ascii && u > 0x7e)
		return true;
	return w->html &&
	    (u == '<' || u == '>' || u == '&' || u == '\'' || u == '"');
}

static void
write_string(struct writer *w, struct value text)
{
	const struct string *s = string_of(text);
	uint16_t *units = mem_array(s->units + 1, sizeof(*units));
	size_t i;

	string_to_units(s, units);
	buf_add_byte(w->buf, '"');
	for (i = 0; i < s->units; i++) {
		uint32_t c = units[i];

		if (w->html && c == '"') {
			buf_add_str(w->buf, "\\u0022");
			continue;
		}
		if (must_escape(w, units[i])) {
			write_escape(w, units[i]);
			continue;
		}
		if (c >= 0xd800 && c < 0xdc00 && i + 1 < s->units) {
			c = 0x10000 + ((c - 0xd800) << 10) +
			    (units[i + 1] - 0xdc00u);
			i++;
		}
		(void)buf_add_utf8(w->buf, c);
	}
	buf_add_byte(w->buf, '"');
	mem_free(units);
}

/* 1 of type double is 1.0: a reader sees that it is no integer. */
static void
write_double(struct writer *w, double d)
{
	char text[64];

	if (isnan(d) || isinf(d)) {
		buf_add_str(w->buf,
		    isnan(d)	   ? "\"NaN\""
			: d > 0.0  ? "\"Infinity\""
				   : "\"-Infinity\"");
		return;
	}
	(void)double_text(d, text, sizeof(text));
	buf_add_str(w->buf, text);
	if (strpbrk(text, ".E") == NULL)
		buf_add_str(w->buf, ".0");
}

static enum flow
write_text_of(struct writer *w, struct value v, const char *format)
{
	struct value text;
	enum flow flow = format == NULL
	    ? value_text(w->run, v, &text)
	    : value_format(w->run, v, format, &text);

	if (flow != FLOW_MORE)
		return flow;
	write_string(w, text);
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
write_raw_text(struct writer *w, struct value v)
{
	struct value text;
	enum flow flow = value_text(w->run, v, &text);

	if (flow != FLOW_MORE)
		return flow;
	buf_add(w->buf, value_chars(text), value_chars_len(text));
	value_unref(text);
	return FLOW_MORE;
}

/* *donep: v was a scalar and is written. */
static enum flow
write_scalar(struct writer *w, struct value v, bool *donep)
{
	*donep = true;
	if (value_is_nothing(v)) {
		buf_add_str(w->buf, "null");
		return FLOW_MORE;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		buf_add_str(w->buf, v.u.b ? "true" : "false");
		return FLOW_MORE;
	case TYPE_KIND_ENUM:
		if (w->enums)
			return write_text_of(w, v, NULL);
		buf_printf(w->buf, "%lld", (long long)v.u.i);
		return FLOW_MORE;
	case TYPE_KIND_INT:
	case TYPE_KIND_BIGINT:
		return write_raw_text(w, v);
	case TYPE_KIND_DECIMAL: {
		size_t from = w->buf->len;
		enum flow flow = write_raw_text(w, v);

		if (flow == FLOW_MORE &&
		    strchr(w->buf->data + from, '.') == NULL)
			buf_add_str(w->buf, ".0");
		return flow;
	}
	case TYPE_KIND_FLOAT:
		write_double(w, v.u.d);
		return FLOW_MORE;
	case TYPE_KIND_STRING:
		write_string(w, v);
		return FLOW_MORE;
	case TYPE_KIND_CHAR:
		return write_text_of(w, v, NULL);
	case TYPE_KIND_DATETIME:
		return write_text_of(w, v, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK");
	default:
		*donep = false;
		return FLOW_MORE;
	}
}

static enum flow
write_member(struct writer *w, const char *name, struct value v, int level)
{
	struct value key = value_string(name);

	if (w->members++ > 0)
		buf_add_byte(w->buf, ',');
	new_line(w, level + 1);
	write_string(w, key);
	value_unref(key);
	buf_add_str(w->buf, w->compress ? ":" : ": ");
	return write_value(w, v, level + 1);
}

static enum flow
each_property(void *arg, const char *name, struct value v)
{
	struct writer *w = arg;
	int level = w->level;
	size_t members;
	enum flow flow;

	flow = write_member(w, name, v, level);
	members = w->members;
	w->level = level;
	w->members = members;
	return flow;
}

static enum flow
write_dict(struct writer *w, const struct dict *d, int level)
{
	const struct dict_entry *e;
	size_t pos, members = 0;
	enum flow flow = FLOW_MORE;

	DICT_EACH (e, d, pos) {
		struct value name;

		if (flow != FLOW_MORE)
			break;
		if ((flow = value_text(w->run, e->key, &name)) != FLOW_MORE)
			return flow;
		w->members = members;
		flow = write_member(w, value_chars(name), e->value, level);
		value_unref(name);
		members++;
	}
	w->members = members;
	return flow;
}

static enum flow
write_object(struct writer *w, struct value v, int level)
{
	struct value base = value_base(v);
	size_t members = w->members;
	int outer = w->level;
	enum flow flow;

	buf_add_byte(w->buf, '{');
	w->members = 0;
	w->level = level;
	flow = value_is_dict(base)
	    ? write_dict(w, dict_of(base), level)
	    : value_each_property(w->run, v, each_property, w);
	if (w->members > 0)
		new_line(w, level);
	buf_add_byte(w->buf, '}');
	w->members = members;
	w->level = outer;
	return flow;
}

static enum flow
write_array(struct writer *w, struct value v, int level)
{
	struct iter it;
	struct value item;
	bool more;
	size_t n = 0;
	enum flow flow = iter_begin(w->run, v, &it);

	buf_add_byte(w->buf, '[');
	while (flow == FLOW_MORE) {
		flow = iter_next(w->run, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (n++ > 0)
			buf_add_byte(w->buf, ',');
		new_line(w, level + 1);
		flow = write_value(w, item, level + 1);
		value_unref(item);
	}
	iter_end(&it);
	if (n > 0)
		new_line(w, level);
	buf_add_byte(w->buf, ']');
	return flow;
}

static enum flow
write_value(struct writer *w, struct value v, int level)
{
	struct value base = value_base(v);
	bool done;
	enum flow flow = write_scalar(w, base, &done);

	if (flow != FLOW_MORE || done)
		return flow;
	if (level > w->depth || !run_stack_ok()) {
		w->truncated = true;
		return write_text_of(w, v, NULL);
	}
	if (!value_is_dict(base) && value_unrolls(v))
		return write_array(w, v, level);
	return write_object(w, v, level);
}

static enum flow
json_begin(struct call *c)
{
	struct json_state *st = call_state(c);

	st->input = list_new(NULL, 1);
	return FLOW_MORE;
}

static enum flow
json_process(struct call *c)
{
	struct json_state *st = call_state(c);

	list_add(st->input, call_param(c, P_INPUT));
	return FLOW_MORE;
}

static enum flow
json_end(struct call *c)
{
	struct json_state *st = call_state(c);
	const char *escape = call_string(c, P_ESCAPE);
	struct buf b = { 0 };
	struct writer w = {
		.call = c,
		.run = call_run(c),
		.buf = &b,
		.depth = call_int(c, P_DEPTH, DEPTH_DEFAULT),
		.compress = call_switch(c, P_COMPRESS),
		.enums = call_switch(c, P_ENUMS),
		.non_ascii =
		    escape != NULL && string_equal_ci(escape, "EscapeNonAscii"),
		.html = escape != NULL && string_equal_ci(escape, "EscapeHtml"),
	};
	struct value whole;
	enum flow flow;

	if (st->input->count == 0)
		return FLOW_MORE;
	whole = st->input->count > 1 || call_switch(c, P_AS_ARRAY)
	    ? list_value(st->input)
	    : st->input->items[0];
	flow = write_value(&w, whole, 0);
	if (flow == FLOW_MORE && w.truncated)
		flow = call_warn(c,
		    "Resulting JSON is truncated as serialization has "
		    "exceeded the set depth of %lld.",
		    (long long)w.depth);
	if (flow == FLOW_MORE)
		flow = call_emit_take(c, value_string_n(b.data, b.len));
	buf_clear(&b);
	return flow;
}

static void
json_clean(struct call *c)
{
	struct json_state *st = call_state(c);

	if (st->input != NULL)
		value_unref(list_value(st->input));
	st->input = NULL;
}

const struct cmdlet cmdlet_convertto_json = {
	.name = "ConvertTo-Json",
	.class_name = "Microsoft.PowerShell.Commands.ConvertToJsonCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Writes objects as JSON",
	.state_size = sizeof(struct json_state),
	.begin = json_begin,
	.process = json_process,
	.end = json_end,
	.clean = json_clean,
};
