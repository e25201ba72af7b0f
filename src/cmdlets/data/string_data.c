/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertFrom-StringData: lines of name = value. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/data_cmdlets.h"
#include "core/buf.h"
#include "core/dict.h"
#include "core/mem.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

enum {
	D_STRING_DATA,
	D_DELIMITER,
};

static const struct param_spec params[] = {
	{ "StringData", "string", NULL, "*/0mv", PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "lines of name = value" },
	{ "Delimiter", "char", NULL, "*/1", 0, NULL, 0, 0,
	    "what stands between two values" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static void
trim(const char **sp, size_t *np)
{
	while (*np > 0 && strchr(" \t\r", **sp) != NULL) {
		(*sp)++;
		(*np)--;
	}
	while (*np > 0 && strchr(" \t\r", (*sp)[*np - 1]) != NULL)
		(*np)--;
}

/* Regex.Unescape of the whole line: \n, \t, \\, \u0041 ... */
static void
unescape(const char *s, size_t n, struct buf *out)
{
	static const char from[] = "abfnrtve", to[] = "\a\b\f\n\r\t\v\033";
	size_t i;

	for (i = 0; i < n; i++) {
		const char *p;
		unsigned digits, k, v = 0;

		if (s[i] != '\\' || i + 1 == n) {
			buf_add_byte(out, s[i]);
			continue;
		}
		i++;
		digits = s[i] == 'u' ? 4 : s[i] == 'x' ? 2 : 0;
		if (digits > 0 && i + digits < n + 0u) {
			for (k = 1; k <= digits; k++) {
				char ch = (char)(s[i + k] | 32);

				v = v * 16 +
				    (unsigned)(ch > '9' ? ch - 'a' + 10
							: ch - '0');
			}
			(void)buf_add_utf8(out, v & 0xffff);
			i += digits;
		} else if ((p = strchr(from, s[i])) != NULL) {
			buf_add_byte(out, to[p - from]);
		} else {
			buf_add_byte(out, s[i]);
		}
	}
}

static char
delimiter_of(struct call *c)
{
	struct value v = value_base(call_param(c, D_DELIMITER));

	return v.type == &type_char ? (char)v.u.c : '=';
}

static enum flow
add_line(struct call *c, struct dict *d, const char *s, size_t n)
{
	char delimiter = delimiter_of(c);
	struct buf text = { 0 };
	const char *at, *value;
	size_t len;
	struct value key;
	enum flow flow = FLOW_MORE;

	trim(&s, &n);
	if (n == 0 || *s == '#')
		return FLOW_MORE;
	at = memchr(s, delimiter, n);
	if (at == NULL || at == s)
		return call_throwf(c,
		    "System.Management.Automation.PSInvalidOperationException",
		    "InvalidOperation", "InvalidOperation", VALUE_NULL,
		    "Data line '%.*s' is not in 'name=value' format.", (int)n,
		    s);
	value = at + 1;
	len = (size_t)(s + n - value);
	n = (size_t)(at - s);
	trim(&s, &n);
	trim(&value, &len);
	unescape(s, n, &text);
	key = value_string_n(buf_text(&text), text.len);
	buf_reset(&text);
	unescape(value, len, &text);
	if (dict_find(d, key) != NULL)
		flow = call_throwf(c,
		    "System.Management.Automation.PSInvalidOperationException",
		    "InvalidOperation", "InvalidOperation", VALUE_NULL,
		    "Data item '%s' in line '%.*s%c%.*s' is already defined.",
		    value_chars(key), (int)n, s, delimiter, (int)len, value);
	else
		dict_set_take(
		    d, key, value_string_n(buf_text(&text), text.len));
	value_unref(key);
	buf_clear(&text);
	return flow;
}

static enum flow
data_process(struct call *c)
{
	const char *s = call_string(c, D_STRING_DATA);
	struct dict *d = dict_new(NULL);
	enum flow flow = FLOW_MORE;

	while (flow == FLOW_MORE && s != NULL && *s != '\0') {
		size_t n = strcspn(s, "\n");

		flow = add_line(c, d, s, n);
		s += n + (s[n] == '\n');
	}
	if (flow == FLOW_MORE)
		return call_emit_take(c, dict_value(d));
	value_unref(dict_value(d));
	return flow;
}

const struct cmdlet cmdlet_convertfrom_stringdata = {
	.name = "ConvertFrom-StringData",
	.class_name =
	    "Microsoft.PowerShell.Commands.ConvertFromStringDataCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = params,
	.synopsis = "Makes a dictionary of lines of text",
	.process = data_process,
};
