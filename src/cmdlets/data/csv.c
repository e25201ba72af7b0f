/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ConvertTo-Csv, ConvertFrom-Csv, Import-Csv. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cmdlets/data/csv.h"
#include "cmdlets/data/data_cmdlets.h"
#include "cmdlets/data/files.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

/* --- ConvertTo-Csv --- */

enum {
	TO_INPUT_OBJECT,
	TO_DELIMITER,
	TO_USE_CULTURE,
	TO_INCLUDE_TYPE_INFORMATION,
	TO_NO_TYPE_INFORMATION,
	TO_QUOTE_FIELDS,
	TO_USE_QUOTES,
	TO_NO_HEADER,
};

static const struct param_spec to_params[] = {
	{ "InputObject", "psobject", NULL, "*/0mvp", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ "Delimiter", "char", NULL, "Delimiter/1", PARAM_NOT_NULL, NULL, 0, 0,
	    "what stands between two values" },
	{ "UseCulture", "switch", NULL, "UseCulture/", 0, NULL, 0, 0,
	    "takes the culture's list separator" },
	{ "IncludeTypeInformation", "switch", "ITI", NULL, 0, NULL, 0, 0,
	    "starts with a #TYPE line" },
	{ "NoTypeInformation", "switch", "NTI", NULL, 0, NULL, 0, 0,
	    "kept for scripts; it is the rule" },
	{ "QuoteFields", "string[]", "QF", NULL, 0, NULL, 0, 0,
	    "the only columns to quote" },
	{ "UseQuotes",
	    "Microsoft.PowerShell.Commands.BaseCsvWritingCommand+QuoteKind",
	    "UQ", NULL, 0, NULL, 0, 0, "Always, AsNeeded or Never" },
	{ "NoHeader", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "leaves out the line of names" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
give_line(struct call *c, struct buf *b)
{
	enum flow flow =
	    call_emit_take(c, value_string_n(buf_text(b), b->len));

	buf_clear(b);
	return flow;
}

static enum flow
to_start(struct call *c, struct csv_writer *w, struct value v)
{
	struct value quotes = value_base(call_param(c, TO_USE_QUOTES));
	struct buf b = { 0 };
	enum flow flow;

	csv_delimiter(c, TO_DELIMITER, w->delimiter);
	w->quotes = value_is_nothing(quotes) ? CSV_ALWAYS
					     : (enum csv_quotes)quotes.u.i;
	w->quote_fields = call_param(c, TO_QUOTE_FIELDS);
	flow = csv_writer_columns(c, w, v);
	if (flow == FLOW_MORE && call_switch(c, TO_INCLUDE_TYPE_INFORMATION)) {
		csv_write_type(v, &b);
		flow = give_line(c, &b);
	}
	if (flow == FLOW_MORE && !call_switch(c, TO_NO_HEADER)) {
		csv_write_header(w, &b);
		flow = give_line(c, &b);
	}
	return flow;
}

static enum flow
to_process(struct call *c)
{
	struct csv_writer *w = call_state(c);
	struct value v = call_param(c, TO_INPUT_OBJECT);
	struct buf b = { 0 };
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(v))
		return FLOW_MORE;
	if (w->names == NULL)
		flow = to_start(c, w, v);
	if (flow == FLOW_MORE)
		flow = csv_write_row(c, w, v, &b);
	if (flow == FLOW_MORE)
		return give_line(c, &b);
	buf_clear(&b);
	return flow;
}

static void
to_clean(struct call *c)
{
	csv_writer_clear(call_state(c));
}

const struct cmdlet cmdlet_convertto_csv = {
	.name = "ConvertTo-Csv",
	.class_name = "Microsoft.PowerShell.Commands.ConvertToCsvCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Delimiter",
	.params = to_params,
	.synopsis = "Makes lines of CSV of objects",
	.state_size = sizeof(struct csv_writer),
	.process = to_process,
	.clean = to_clean,
};

/* --- ConvertFrom-Csv --- */

enum {
	FROM_DELIMITER,
	FROM_USE_CULTURE,
	FROM_INPUT_OBJECT,
	FROM_HEADER,
};

static const struct param_spec from_params[] = {
	{ "Delimiter", "char", NULL, "Delimiter/1", PARAM_NOT_EMPTY, NULL, 0,
	    0, "what stands between two values" },
	{ "UseCulture", "switch", NULL, "UseCulture/m", PARAM_NOT_EMPTY, NULL,
	    0, 0, "takes the culture's list separator" },
	{ "InputObject", "psobject[]", NULL, "*/0mvp", PARAM_NOT_EMPTY, NULL,
	    0, 0, "lines of CSV" },
	{ "Header", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "names of the columns" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
from_begin(struct call *c)
{
	struct csv_reader *rd = call_state(c);
	char delimiter[8];

	csv_delimiter(c, FROM_DELIMITER, delimiter);
	csv_reader_init(rd, delimiter);
	return call_bound(c, FROM_HEADER)
	    ? csv_reader_header(c, rd, call_param(c, FROM_HEADER))
	    : FLOW_MORE;
}

/* A string may hold several lines. */
static enum flow
from_text(struct call *c, const char *s, size_t n)
{
	struct csv_reader *rd = call_state(c);
	const char *end = s + n;
	enum flow flow = FLOW_MORE;

	while (flow == FLOW_MORE && s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		const char *stop = lf == NULL ? end : lf;
		size_t len = (size_t)(stop - s);

		if (len > 0 && lf != NULL && s[len - 1] == '\r')
			len--;
		flow = csv_reader_line(c, rd, s, len);
		s = lf == NULL ? end : lf + 1;
	}
	return flow == FLOW_MORE ? csv_reader_end(c, rd) : flow;
}

static enum flow
from_process(struct call *c)
{
	struct value v = call_param(c, FROM_INPUT_OBJECT), text, item;
	struct iter it;
	bool more;
	enum flow flow = iter_begin(call_run(c), v, &it);

	while (flow == FLOW_MORE) {
		flow = iter_next(call_run(c), &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = value_text(call_run(c), item, &text);
		value_unref(item);
		if (flow != FLOW_MORE)
			break;
		flow = from_text(c, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	iter_end(&it);
	return flow;
}

static void
from_clean(struct call *c)
{
	csv_reader_clear(call_state(c));
}

const struct cmdlet cmdlet_convertfrom_csv = {
	.name = "ConvertFrom-Csv",
	.class_name = "Microsoft.PowerShell.Commands.ConvertFromCsvCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Delimiter",
	.params = from_params,
	.synopsis = "Makes objects of lines of CSV",
	.state_size = sizeof(struct csv_reader),
	.begin = from_begin,
	.process = from_process,
	.clean = from_clean,
};

/* --- Import-Csv --- */

enum {
	IN_DELIMITER,
	IN_PATH,
	IN_LITERAL_PATH,
	IN_USE_CULTURE,
	IN_HEADER,
	IN_ENCODING,
};

static const struct param_spec in_params[] = {
	{ "Delimiter", "char", NULL, "DelimiterLiteralPath/1 DelimiterPath/1",
	    PARAM_NOT_NULL, NULL, 0, 0, "what stands between two values" },
	{ "Path", "string[]", NULL, "CulturePath/0mvp DelimiterPath/0mvp",
	    PARAM_NOT_EMPTY, NULL, 0, 0, "the file" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "CultureLiteralPath/mp DelimiterLiteralPath/mp", PARAM_NOT_EMPTY,
	    NULL, 0, 0, "the file, wildcards not expanded" },
	{ "UseCulture", "switch", NULL, "CultureLiteralPath/m CulturePath/m",
	    PARAM_NOT_NULL, NULL, 0, 0, "takes the culture's list separator" },
	{ "Header", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "names of the columns" },
	{ "Encoding", "System.Text.Encoding", NULL, NULL, PARAM_NOT_EMPTY,
	    NULL, 0, 0, "how the file is encoded" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
import_file(struct call *c, const char *path, void *arg)
{
	struct csv_reader rd;
	struct text_reader *tr;
	char delimiter[8];
	const char *s;
	size_t n;
	int rc = 0;
	enum flow flow = FLOW_MORE;

	tr = text_reader_open(path, *(enum text_encoding *)arg);
	if (tr == NULL)
		return data_open_failed(c, path, errno);
	csv_delimiter(c, IN_DELIMITER, delimiter);
	csv_reader_init(&rd, delimiter);
	if (call_bound(c, IN_HEADER))
		flow = csv_reader_header(c, &rd, call_param(c, IN_HEADER));
	while (flow == FLOW_MORE &&
	    (rc = text_reader_next(tr, NULL, &s, &n)) > 0)
		flow = csv_reader_line(c, &rd, s, n);
	if (flow == FLOW_MORE && rc < 0)
		flow = data_open_failed(c, path, errno);
	if (flow == FLOW_MORE)
		flow = csv_reader_end(c, &rd);
	text_reader_close(tr);
	csv_reader_clear(&rd);
	return flow;
}

/* A name that is not there: the exception is the file's own. */
static enum flow
in_process(struct call *c)
{
	struct value list = value_base(call_param(c, IN_PATH));
	enum text_encoding e;
	size_t i;
	enum flow flow = data_encoding(c, IN_ENCODING, &e);

	if (flow != FLOW_MORE)
		return flow;
	if (!call_bound(c, IN_PATH) || !value_is_list(list))
		return data_each_file(
		    c, IN_PATH, IN_LITERAL_PATH, import_file, &e);
	for (i = 0; flow == FLOW_MORE && i < list_of(list)->count; i++) {
		const char *name =
		    value_chars(value_base(list_of(list)->items[i]));
		char *path;

		if (wildcard_has(name) || strchr(name, ':') != NULL)
			return data_each_file(
			    c, IN_PATH, IN_LITERAL_PATH, import_file, &e);
		path = data_path(c, name);
		flow = import_file(c, path, &e);
		mem_free(path);
	}
	return flow;
}

const struct cmdlet cmdlet_import_csv = {
	.name = "Import-Csv",
	.class_name = "Microsoft.PowerShell.Commands.ImportCsvCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "DelimiterPath",
	.params = in_params,
	.synopsis = "Makes objects of a CSV file",
	.process = in_process,
};
