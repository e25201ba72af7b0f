/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Join-String: the texts of all objects as one. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/type.h"
#include "types/property_arg.h"
#include "types/types.h"

enum {
	J_PROPERTY,
	J_SEPARATOR,
	J_OUTPUT_PREFIX,
	J_OUTPUT_SUFFIX,
	J_SINGLE_QUOTE,
	J_DOUBLE_QUOTE,
	J_FORMAT_STRING,
	J_USE_CULTURE,
	J_INPUT_OBJECT,
};

static const struct param_spec params[] = {
	{ "Property", "pspropertyexpression", NULL, "*/0", 0, NULL, 0, 0,
	    "names of properties, script blocks or calculated properties" },
	{ "Separator", "string", NULL, "*/1", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "stands between two" },
	{ "OutputPrefix", "string", "op", NULL, 0, NULL, 0, 0,
	    "stands before all" },
	{ "OutputSuffix", "string", "os", NULL, 0, NULL, 0, 0,
	    "stands after all" },
	{ "SingleQuote", "switch", NULL, "SingleQuote/", 0, NULL, 0, 0,
	    "each in single quotes" },
	{ "DoubleQuote", "switch", NULL, "DoubleQuote/", 0, NULL, 0, 0,
	    "each in double quotes" },
	{ "FormatString", "string", NULL, "Format/", 0, NULL, 0, 0,
	    "how each is formatted" },
	{ "UseCulture", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "takes the culture's list separator" },
	{ "InputObject", "psobject[]", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const char *const no_keys[] = { "expression", NULL };

struct join_state {
	struct property_args args;
	struct value separator;
	struct buf out;
	size_t count;
};

static enum flow
join_begin(struct call *c)
{
	struct join_state *st = call_state(c);
	struct value ofs = VALUE_NULL;
	enum flow flow;

	flow = property_args_parse(
	    call_run(c), call_param(c, J_PROPERTY), no_keys, &st->args);
	if (flow != FLOW_MORE)
		return flow;
	if (call_bound(c, J_OUTPUT_PREFIX))
		buf_add_str(&st->out, call_string(c, J_OUTPUT_PREFIX));
	if (call_bound(c, J_SEPARATOR)) {
		st->separator = value_ref(call_param(c, J_SEPARATOR));
		return FLOW_MORE;
	}
	if (!call_run(c)->ops->get_variable(call_run(c), "OFS", &ofs))
		return FLOW_MORE;
	flow = value_text(call_run(c), ofs, &st->separator);
	value_unref(ofs);
	return flow;
}

static enum flow
text_for(struct call *c, struct value v, struct value *textp)
{
	struct join_state *st = call_state(c);
	struct value got = VALUE_NULL;
	bool found = true;
	enum flow flow = FLOW_MORE;

	if (st->args.count > 0)
		flow = property_arg_get(
		    call_run(c), &st->args.items[0], v, &got, &found);
	else
		got = value_ref(v);
	if (flow != FLOW_MORE)
		return flow;
	if (call_bound(c, J_FORMAT_STRING))
		flow = format_composite(call_run(c),
		    call_string(c, J_FORMAT_STRING), &got, 1, textp);
	else if (call_switch(c, J_USE_CULTURE))
		flow = value_text_culture(call_run(c), got, textp);
	else
		flow = value_text(call_run(c), got, textp);
	value_unref(got);
	return flow;
}

static enum flow
join_one(struct call *c, struct value v)
{
	struct join_state *st = call_state(c);
	const char *quote = call_switch(c, J_SINGLE_QUOTE) ? "'"
	    : call_switch(c, J_DOUBLE_QUOTE)		   ? "\""
							   : "";
	struct value text = VALUE_NULL;
	enum flow flow;

	if (value_is_nothing(v))
		return FLOW_MORE;
	flow = text_for(c, v, &text);
	if (flow != FLOW_MORE)
		return flow;
	if (st->count++ > 0 && value_is_string(st->separator))
		buf_add(&st->out, value_chars(st->separator),
		    value_chars_len(st->separator));
	buf_add_str(&st->out, quote);
	buf_add(&st->out, value_chars(text), value_chars_len(text));
	buf_add_str(&st->out, quote);
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
join_process(struct call *c)
{
	struct value v = call_param(c, J_INPUT_OBJECT), base = value_base(v);
	size_t i;
	enum flow flow = FLOW_MORE;

	if (!value_is_list(base))
		return join_one(c, v);
	for (i = 0; flow == FLOW_MORE && i < list_of(base)->count; i++)
		flow = join_one(c, list_of(base)->items[i]);
	return flow;
}

static enum flow
join_end(struct call *c)
{
	struct join_state *st = call_state(c);

	if (call_bound(c, J_OUTPUT_SUFFIX))
		buf_add_str(&st->out, call_string(c, J_OUTPUT_SUFFIX));
	return call_emit_take(
	    c, value_string_n(buf_text(&st->out), st->out.len));
}

static void
join_clean(struct call *c)
{
	struct join_state *st = call_state(c);

	property_args_clear(&st->args);
	value_clear(&st->separator);
	buf_clear(&st->out);
}

const struct cmdlet cmdlet_join_string = {
	.name = "Join-String",
	.class_name = "Microsoft.PowerShell.Commands.Utility.JoinStringCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "default",
	.params = params,
	.synopsis = "Joins the texts of objects",
	.state_size = sizeof(struct join_state),
	.begin = join_begin,
	.process = join_process,
	.end = join_end,
	.clean = join_clean,
};
