/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tee-Object: passes objects on and keeps them in a file or a variable. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/type.h"
#include "types/types.h"

enum {
	T_INPUT_OBJECT,
	T_FILE_PATH,
	T_LITERAL_PATH,
	T_APPEND,
	T_ENCODING,
	T_VARIABLE,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ "FilePath", "string", "Path", "File/0m", 0, NULL, 0, 0, "the file" },
	{ "LiteralPath", "string", "PSPath LP", "LiteralFile/m", 0, NULL, 0, 0,
	    "the file, wildcards not expanded" },
	{ "Append", "switch", NULL, "File/", 0, NULL, 0, 0,
	    "adds to the end of the file" },
	{ "Encoding", "System.Text.Encoding", NULL, "File/ LiteralFile/",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "how the file is encoded" },
	{ "Variable", "string", NULL, "Variable/m", 0, NULL, 0, 0,
	    "the variable's name" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct tee_state {
	struct list *seen;
};

static enum flow
tee_begin(struct call *c)
{
	struct tee_state *st = call_state(c);

	st->seen = list_new(NULL, 16);
	return FLOW_MORE;
}

static enum flow
tee_process(struct call *c)
{
	struct tee_state *st = call_state(c);
	struct value v = call_param(c, T_INPUT_OBJECT);

	list_add(st->seen, v);
	return call_emit(c, v);
}

static enum flow
to_variable(struct call *c)
{
	struct tee_state *st = call_state(c);
	struct value v = st->seen->count == 1 ? st->seen->items[0]
					      : list_value(st->seen);

	return call_run(c)->ops->set_variable(
	    call_run(c), call_string(c, T_VARIABLE), v);
}

/* Out-File lays the objects out and knows files. */
static enum flow
to_file(struct call *c)
{
	struct tee_state *st = call_state(c);
	struct dict *named = dict_new(NULL);
	struct value input = list_value(st->seen);
	struct invoke_spec spec = { .command = value_string("Out-File"),
		.named = dict_value(named), .input = &input };
	struct value out = VALUE_NULL;
	bool literal = call_bound(c, T_LITERAL_PATH);
	enum flow flow;

	dict_set_str_take(named, literal ? "LiteralPath" : "FilePath",
	    value_ref(call_param(c, literal ? T_LITERAL_PATH : T_FILE_PATH)));
	if (call_switch(c, T_APPEND))
		dict_set_str_take(named, "Append", value_bool(true));
	if (call_bound(c, T_ENCODING))
		dict_set_str_take(
		    named, "Encoding", value_ref(call_param(c, T_ENCODING)));
	flow = call_run(c)->ops->invoke_with(call_run(c), &spec, &out);
	value_unref(out);
	value_unref(spec.command);
	value_unref(dict_value(named));
	return flow;
}

static enum flow
tee_end(struct call *c)
{
	return call_bound(c, T_VARIABLE) ? to_variable(c) : to_file(c);
}

static void
tee_clean(struct call *c)
{
	struct tee_state *st = call_state(c);

	if (st->seen != NULL)
		value_unref(list_value(st->seen));
	st->seen = NULL;
}

const struct cmdlet cmdlet_tee_object = {
	.name = "Tee-Object",
	.class_name = "Microsoft.PowerShell.Commands.TeeObjectCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "File",
	.params = params,
	.synopsis = "Keeps what passes by",
	.state_size = sizeof(struct tee_state),
	.begin = tee_begin,
	.process = tee_process,
	.end = tee_end,
	.clean = tee_clean,
};
