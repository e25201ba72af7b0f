/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertFrom-Json, Test-Json. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/data_cmdlets.h"
#include "cmdlets/data/json_read.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

enum {
	J_INPUT_OBJECT,
	J_AS_HASHTABLE,
	J_DEPTH,
	J_NO_ENUMERATE,
	J_DATE_KIND,
};

static const struct param_spec params[] = {
	{ "InputObject", "string", NULL, "*/0mv", PARAM_ALLOW_EMPTY, NULL, 0,
	    0, "the text" },
	{ "AsHashtable", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives dictionaries in place of objects" },
	{ "Depth", "int", NULL, NULL, 0, NULL, 0, 0,
	    "how many levels of objects are taken in" },
	{ "NoEnumerate", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "gives an array as one object" },
	{ "DateKind", "Microsoft.PowerShell.Commands.JsonDateKind", NULL, NULL,
	    0, NULL, 0, 0, "what texts that look like dates become" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct json_state {
	struct list *lines;
};

static enum flow
json_begin(struct call *c)
{
	struct json_state *st = call_state(c);

	st->lines = list_new(NULL, 1);
	return FLOW_MORE;
}

static enum flow
json_process(struct call *c)
{
	struct json_state *st = call_state(c);

	list_add(st->lines, call_param(c, J_INPUT_OBJECT));
	return FLOW_MORE;
}

static void
reader_for(struct call *c, struct json_reader *j)
{
	json_reader_init(j, call_run(c));
	j->hashtable = call_switch(c, J_AS_HASHTABLE);
	j->max_depth = call_int(c, J_DEPTH, 1024);
	j->dates = (enum json_dates)value_base(call_param(c, J_DATE_KIND)).u.i;
}

static enum flow
failed(struct call *c, struct json_reader *j)
{
	if (j->clash)
		return call_throwf(c, "System.InvalidOperationException",
		    j->id, "InvalidOperation", VALUE_NULL, "%s",
		    buf_text(&j->error));
	return call_throwf(c, "System.ArgumentException",
	    "System.ArgumentException", "NotSpecified", VALUE_NULL,
	    "Conversion from JSON failed with error: %s", buf_text(&j->error));
}

static enum flow
give(struct call *c, struct value v)
{
	enum flow flow;

	if (call_switch(c, J_NO_ENUMERATE) || !value_is_list(v))
		return call_emit_take(c, v);
	flow = call_emit_each(c, v);
	value_unref(v);
	return flow;
}

static enum flow
convert_one(struct call *c, struct json_reader *j, struct value text)
{
	struct value v;

	if (json_read(j, value_chars(text), value_chars_len(text), &v) != 0)
		return failed(c, j);
	return give(c, v);
}

/*
 * Several strings: each a text of its own where the first is one, else the
 * lines of a single text.
 */
static enum flow
convert_lines(struct call *c, struct json_reader *j, struct list *l)
{
	struct value first, *line = l->items;
	struct buf all = { 0 };
	size_t i;
	enum flow flow;

	if (json_read(j, value_chars(line[0]), value_chars_len(line[0]),
		&first) == 0 &&
	    !value_is_nothing(first)) {
		flow = give(c, first);
		for (i = 1; flow == FLOW_MORE && i < l->count; i++)
			flow = convert_one(c, j, line[i]);
		return flow;
	}
	if (j->clash)
		return failed(c, j);
	for (i = 0; i < l->count; i++) {
		if (i > 0)
			buf_add_byte(&all, '\n');
		buf_add(&all, value_chars(line[i]), value_chars_len(line[i]));
	}
	first = value_string_n(buf_text(&all), all.len);
	buf_clear(&all);
	flow = convert_one(c, j, first);
	value_unref(first);
	return flow;
}

static enum flow
json_end(struct call *c)
{
	struct json_state *st = call_state(c);
	struct json_reader *j;
	enum flow flow = FLOW_MORE;

	if (st->lines->count == 0)
		return FLOW_MORE;
	j = mem_alloc(sizeof(*j));
	reader_for(c, j);
	if (st->lines->count == 1)
		flow = convert_one(c, j, st->lines->items[0]);
	else
		flow = convert_lines(c, j, st->lines);
	json_reader_clear(j);
	mem_free(j);
	return flow;
}

static void
json_clean(struct call *c)
{
	struct json_state *st = call_state(c);

	if (st->lines != NULL)
		value_unref(list_value(st->lines));
	st->lines = NULL;
}

const struct cmdlet cmdlet_convertfrom_json = {
	.name = "ConvertFrom-Json",
	.class_name = "Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Makes objects of JSON",
	.state_size = sizeof(struct json_state),
	.begin = json_begin,
	.process = json_process,
	.end = json_end,
	.clean = json_clean,
};

/* --- Test-Json: is it JSON by the standard's letter? --- */

static const struct param_spec test_params[] = {
	{ "Json", "string", NULL, "*/0mv", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the text" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
test_process(struct call *c)
{
	struct value text = call_param(c, 0), v = VALUE_NULL;
	struct json_reader *j = mem_alloc(sizeof(*j));
	enum flow flow = FLOW_MORE;
	bool ok;

	json_reader_init(j, call_run(c));
	j->strict = true;
	j->hashtable = true;
	j->dates = JSON_DATE_STRING;
	ok = json_read(j, value_chars(text), value_chars_len(text), &v) == 0;
	value_unref(v);
	json_reader_clear(j);
	mem_free(j);
	if (!ok)
		flow = call_errorf(c, "System.Exception", "InvalidJson",
		    "InvalidData", text, "Cannot parse the JSON.");
	return flow == FLOW_MORE ? call_emit(c, value_bool(ok)) : flow;
}

const struct cmdlet cmdlet_test_json = {
	.name = "Test-Json",
	.class_name = "Microsoft.PowerShell.Commands.TestJsonCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = test_params,
	.synopsis = "Tells whether a text is JSON",
	.process = test_process,
};
