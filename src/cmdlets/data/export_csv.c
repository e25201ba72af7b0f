/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Export-Csv: a file of CSV, written as objects come. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmdlets/data/csv.h"
#include "cmdlets/data/data_cmdlets.h"
#include "cmdlets/data/files.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

enum {
	X_INPUT_OBJECT,
	X_PATH,
	X_LITERAL_PATH,
	X_FORCE,
	X_NO_CLOBBER,
	X_ENCODING,
	X_APPEND,
	X_DELIMITER,
	X_USE_CULTURE,
	X_INCLUDE_TYPE_INFORMATION,
	X_NO_TYPE_INFORMATION,
	X_QUOTE_FIELDS,
	X_USE_QUOTES,
	X_NO_HEADER,
};

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/mvp", 0, NULL, 0, 0,
	    "the objects to work on" },
	{ "Path", "string", NULL, "*/0", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the file" },
	{ "LiteralPath", "string", "PSPath LP", NULL, PARAM_NOT_EMPTY, NULL, 0,
	    0, "the file, wildcards not expanded" },
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does it where it would be refused" },
	{ "NoClobber", "switch", "NoOverwrite", NULL, 0, NULL, 0, 0,
	    "refuses to replace a file" },
	{ "Encoding", "System.Text.Encoding", NULL, NULL, PARAM_NOT_EMPTY,
	    NULL, 0, 0, "how the file is encoded" },
	{ "Append", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "adds to the end of the file" },
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

struct export_state {
	struct csv_writer csv;
	struct text_writer *out;
	char *path;
	enum text_encoding encoding;

	bool has_header;
	bool checked;
	struct buf line;
};

static const char *
given_path(struct call *c)
{
	return call_bound(c, X_PATH) ? call_string(c, X_PATH)
				     : call_string(c, X_LITERAL_PATH);
}

/* The columns of the file that is added to. */
static enum flow
read_header(struct call *c, struct export_state *st)
{
	struct csv_record r = { 0 };
	struct text_reader *tr = text_reader_open(st->path, st->encoding);
	const char *s;
	size_t n, i;

	if (tr == NULL)
		return FLOW_MORE;
	(void)c;
	csv_record_delimit(&r, st->csv.delimiter);
	buf_init(&r.text);
	while (text_reader_next(tr, NULL, &s, &n) > 0) {
		if (r.count == 0 && !r.quoted && n > 5 &&
		    strncmp(s, "#TYPE", 5) == 0)
			continue;
		if (!csv_record_line(&r, s, n))
			continue;
		st->has_header = true;
		st->csv.names = list_new(NULL, r.count);
		for (i = 0; i < r.count; i++)
			list_add_take(st->csv.names,
			    value_string_n(r.text.data + r.fields[i].start,
				r.fields[i].len));
		csv_writer_quotes(&st->csv);
		break;
	}
	text_reader_close(tr);
	csv_record_clear(&r);
	return FLOW_MORE;
}

static enum flow
export_open(struct call *c, struct export_state *st)
{
	unsigned flags = 0;
	bool yes = false, there = access(st->path, F_OK) == 0;
	enum flow flow = call_should(c, st->path, NULL, &yes);

	if (flow != FLOW_MORE || !yes)
		return flow;
	if (call_switch(c, X_APPEND)) {
		flags |= TEXT_APPEND;
		flow = read_header(c, st);
	} else if (call_switch(c, X_NO_CLOBBER) && there) {
		return call_throwf(c, "System.IO.IOException", "NoClobber",
		    "ResourceExists", VALUE_NULL,
		    "The file '%s' already exists.", st->path);
	}
	if (call_switch(c, X_FORCE))
		flags |= TEXT_FORCE;
	st->out = text_writer_open(st->path, flags, st->encoding);
	if (st->out == NULL && errno == ENOENT)
		return call_throwf(c, "System.IO.DirectoryNotFoundException",
		    "FileOpenFailure", "OpenError", VALUE_NULL,
		    "Could not find a part of the path '%s'.", st->path);
	if (st->out == NULL)
		return call_throwf(c, "System.UnauthorizedAccessException",
		    "FileOpenFailure", "OpenError", VALUE_NULL,
		    "Access to the path '%s' is denied.", st->path);
	return flow;
}

static enum flow
export_begin(struct call *c)
{
	struct export_state *st = call_state(c);
	struct value quotes = value_base(call_param(c, X_USE_QUOTES));
	enum flow flow = data_encoding(c, X_ENCODING, &st->encoding);

	if (flow != FLOW_MORE)
		return flow;
	if (call_bound(c, X_PATH) == call_bound(c, X_LITERAL_PATH))
		return call_throwf(c, "System.InvalidOperationException",
		    "CannotSpecifyPathAndLiteralPath", "InvalidArgument",
		    VALUE_NULL,
		    "You must specify either the -Path or -LiteralPath "
		    "parameters, but not both.");
	csv_delimiter(c, X_DELIMITER, st->csv.delimiter);
	st->csv.quotes = value_is_nothing(quotes)
	    ? CSV_ALWAYS
	    : (enum csv_quotes)quotes.u.i;
	st->csv.quote_fields = call_param(c, X_QUOTE_FIELDS);
	st->path = data_path(c, given_path(c));
	return export_open(c, st);
}

static enum flow
write_line(struct call *c, struct export_state *st)
{
	int error;

	buf_add_byte(&st->line, '\n');
	error = st->out == NULL
	    ? 0
	    : text_writer_add(st->out, st->line.data, st->line.len);
	buf_reset(&st->line);
	return error == 0 ? FLOW_MORE
			  : data_open_failed(c, st->path, error);
}

/* Every column of the file must be a property, unless -Force. */
static enum flow
check_columns(struct call *c, struct export_state *st, struct value v)
{
	struct csv_writer mine = { .delimiter = "," };
	const char *missing = NULL;
	size_t i, k;
	enum flow flow = csv_writer_columns(c, &mine, v);

	for (i = 0; flow == FLOW_MORE && missing == NULL &&
	     i < st->csv.names->count;
	     i++) {
		const char *name = value_chars(st->csv.names->items[i]);

		missing = name;
		for (k = 0; k < mine.names->count; k++)
			if (string_equal_ci(
				name, value_chars(mine.names->items[k])))
				missing = NULL;
	}
	csv_writer_clear(&mine);
	if (flow == FLOW_MORE && missing != NULL)
		flow = call_throwf(c, "System.InvalidOperationException",
		    "CannotAppendCsvWithMismatchedPropertyNames",
		    "InvalidData", v,
		    "Cannot append CSV content to the following file: %s. The "
		    "appended object does not have a property that "
		    "corresponds to the following column: %s. To continue "
		    "with mismatched properties, add the -Force parameter, "
		    "and then retry the command.",
		    given_path(c), missing);
	return flow;
}

static enum flow
start(struct call *c, struct export_state *st, struct value v)
{
	enum flow flow = FLOW_MORE;

	st->checked = true;
	if (st->has_header)
		return call_switch(c, X_FORCE) ? FLOW_MORE
					       : check_columns(c, st, v);
	flow = csv_writer_columns(c, &st->csv, v);
	if (flow == FLOW_MORE && call_switch(c, X_INCLUDE_TYPE_INFORMATION)) {
		csv_write_type(v, &st->line);
		flow = write_line(c, st);
	}
	if (flow == FLOW_MORE && !call_switch(c, X_NO_HEADER)) {
		csv_write_header(&st->csv, &st->line);
		flow = write_line(c, st);
	}
	return flow;
}

static enum flow
export_process(struct call *c)
{
	struct export_state *st = call_state(c);
	struct value v = call_param(c, X_INPUT_OBJECT);
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(v) || st->out == NULL)
		return FLOW_MORE;
	if (!st->checked)
		flow = start(c, st, v);
	if (flow == FLOW_MORE)
		flow = csv_write_row(c, &st->csv, v, &st->line);
	return flow == FLOW_MORE ? write_line(c, st) : flow;
}

static enum flow
export_end(struct call *c)
{
	struct export_state *st = call_state(c);
	int error = st->out == NULL ? 0 : text_writer_close(st->out);

	st->out = NULL;
	return error == 0 ? FLOW_MORE : data_open_failed(c, st->path, error);
}

static void
export_clean(struct call *c)
{
	struct export_state *st = call_state(c);

	if (st->out != NULL)
		(void)text_writer_close(st->out);
	st->out = NULL;
	csv_writer_clear(&st->csv);
	mem_free(st->path);
	st->path = NULL;
	buf_clear(&st->line);
}

const struct cmdlet cmdlet_export_csv = {
	.name = "Export-Csv",
	.class_name = "Microsoft.PowerShell.Commands.ExportCsvCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Delimiter",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = params,
	.synopsis = "Writes objects to a CSV file",
	.state_size = sizeof(struct export_state),
	.begin = export_begin,
	.process = export_process,
	.end = export_end,
	.clean = export_clean,
};
