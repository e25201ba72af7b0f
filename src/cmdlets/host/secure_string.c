/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertTo-SecureString, Read-Host: text that may be a secret. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/secret.h"
#include "core/string.h"
#include "types/types.h"

enum { S_STRING, S_PLAIN, S_FORCE };

static const struct param_spec secure_params[] = {
	{ "String", "string", NULL, "*/0mv", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the text" },
	{ "AsPlainText", "switch", NULL, "PlainText/1", 0, NULL, 0, 0,
	    "the text is what becomes the secret" },
	{ "Force", "switch", NULL, "PlainText/2", 0, NULL, 0, 0,
	    "kept for scripts; asked for no more" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
secure_process(struct call *c)
{
	struct value v = call_param(c, S_STRING);

	if (!call_switch(c, S_PLAIN))
		return call_faultf(c, FAULT_NOT_SUPPORTED,
		    "ImportSecureString_InvalidArgument", VALUE_NULL,
		    "An encrypted string cannot be read here: give the text "
		    "with -AsPlainText, or ask for it with Read-Host "
		    "-AsSecureString.");
	return call_emit_take(
	    c, value_secret(value_chars(v), value_chars_len(v)));
}

const struct cmdlet cmdlet_convertto_securestring = {
	.name = "ConvertTo-SecureString",
	.class_name =
	    "Microsoft.PowerShell.Commands.ConvertToSecureStringCommand",
	.module = "Microsoft.PowerShell.Security",
	.default_set = "PlainText",
	.params = secure_params,
	.synopsis = "Makes a secure string of plain text",
	.process = secure_process,
};

enum { R_PROMPT, R_SECURE, R_MASK };

static const struct param_spec read_params[] = {
	{ "Prompt", "object", NULL, "*/0r", 0, NULL, 0, 0,
	    "what stands before the answer" },
	{ "AsSecureString", "switch", NULL, "AsSecureString/", 0, NULL, 0, 0,
	    "does not show the answer and gives a secure string" },
	{ "MaskInput", "switch", NULL, "AsString/", 0, NULL, 0, 0,
	    "does not show the answer" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
prompt_text(struct call *c, struct buf *b)
{
	struct value v = call_param(c, R_PROMPT), text;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (!value_is_list(v))
		return FLOW_MORE;
	for (i = 0; flow == FLOW_MORE && i < list_of(v)->count; i++) {
		flow = value_text(call_run(c), list_of(v)->items[i], &text);
		if (flow != FLOW_MORE)
			break;
		if (i > 0)
			buf_add_byte(b, ' ');
		buf_add(b, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	if (b->len > 0)
		buf_add_str(b, ": ");
	return flow;
}

static enum flow
read_host_end(struct call *c)
{
	bool hidden = call_switch(c, R_SECURE) || call_switch(c, R_MASK);
	struct value line = VALUE_NULL;
	struct buf b;
	enum flow flow;

	buf_init(&b);
	flow = prompt_text(c, &b);
	if (flow == FLOW_MORE)
		flow = call_run(c)->ops->read_line(
		    call_run(c), b.data, hidden, &line);
	buf_clear(&b);
	if (flow != FLOW_MORE)
		return flow;
	if (!call_switch(c, R_SECURE))
		return call_emit_take(c, line);
	flow = call_emit_take(
	    c, value_secret(value_chars(line), value_chars_len(line)));
	value_unref(line);
	return flow;
}

const struct cmdlet cmdlet_read_host = {
	.name = "Read-Host",
	.class_name = "Microsoft.PowerShell.Commands.ReadHostCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "AsString",
	.params = read_params,
	.synopsis = "Asks for a line",
	.end = read_host_end,
};
