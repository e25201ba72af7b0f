/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Select-String: lines that match patterns, in files or in the pipeline. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cmdlets/data/data_cmdlets.h"
#include "cmdlets/data/files.h"
#include "cmdlets/data/match_info.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/regex.h"
#include "core/text.h"
#include "core/type.h"
#include "types/regex_types.h"
#include "types/report.h"
#include "types/types.h"

enum {
	S_CULTURE,
	S_INPUT_OBJECT,
	S_PATTERN,
	S_PATH,
	S_LITERAL_PATH,
	S_RAW,
	S_SIMPLE_MATCH,
	S_CASE_SENSITIVE,
	S_QUIET,
	S_LIST,
	S_NO_EMPHASIS,
	S_INCLUDE,
	S_EXCLUDE,
	S_NOT_MATCH,
	S_ALL_MATCHES,
	S_ENCODING,
	S_CONTEXT,
};

static const struct param_spec params[] = {
	{ "Culture", "string", NULL, NULL, PARAM_NOT_NULL, NULL, 0,
	    0, "the culture to compare text by" },
	{ "InputObject", "psobject", NULL, "Object/mv ObjectRaw/mv",
	    PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the objects to work on" },
	{ "Pattern", "string[]", NULL, "*/0m", 0, NULL, 0, 0,
	    "what to look for" },
	{ "Path", "string[]", NULL, "File/1mp FileRaw/1mp", 0, NULL, 0, 0,
	    "the file" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralFile/mp LiteralFileRaw/mp", 0, NULL, 0, 0,
	    "the file, wildcards not expanded" },
	{ "Raw", "switch", NULL, "FileRaw/m LiteralFileRaw/m ObjectRaw/m", 0,
	    NULL, 0, 0, "gives the lines as strings" },
	{ "SimpleMatch", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "the pattern is plain text" },
	{ "CaseSensitive", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "upper and lower case differ" },
	{ "Quiet", "switch", NULL, "File/ LiteralFile/ Object/", 0, NULL, 0, 0,
	    "gives true or false" },
	{ "List", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "only the first match of each file" },
	{ "NoEmphasis", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "does not highlight" },
	{ "Include", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "only names like these" },
	{ "Exclude", "string[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "no names like these" },
	{ "NotMatch", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "lines that do not match" },
	{ "AllMatches", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "every match of a line" },
	{ "Encoding", "System.Text.Encoding", NULL, NULL, PARAM_NOT_EMPTY,
	    NULL, 0, 0, "how the file is encoded" },
	{ "Context", "int[]", NULL, NULL, PARAM_NOT_EMPTY, NULL, 0, 2147483647,
	    "lines before and after" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* Lines of one file, or of the pipeline. */
struct search {
	struct list *patterns; /* strings */
	struct regex **regexes;
	size_t before, after;
	bool context;
	enum text_encoding encoding;
	/* the source at hand */
	struct value path;
	int64_t number;
	struct list *recent;  /* lines that may become context */
	struct list *waiting; /* MatchInfo that want lines after them */
	struct list *wanted;  /* how many each still wants */
	bool hit;
	bool done; /* -List or -Quiet has what it wants */
};

static enum flow
compile(struct call *c, struct search *st)
{
	struct value v = value_base(call_param(c, S_PATTERN));
	unsigned options =
	    call_switch(c, S_CASE_SENSITIVE) ? 0 : REGEX_IGNORE_CASE;
	size_t i;
	struct fault f;

	st->patterns = list_new(NULL, 2);
	st->regexes = mem_zalloc(
	    (list_of(v)->count + 1) * sizeof(struct regex *));
	for (i = 0; i < list_of(v)->count; i++) {
		struct value p = value_base(list_of(v)->items[i]);
		struct buf escaped = { 0 };

		list_add(st->patterns, p);
		if (call_switch(c, S_SIMPLE_MATCH)) {
			regex_escape(value_chars(p), value_chars_len(p),
			    &escaped);
			st->regexes[i] = regex_compile(
			    buf_text(&escaped), escaped.len, options, &f);
			buf_clear(&escaped);
		} else {
			st->regexes[i] = regex_compile(value_chars(p),
			    value_chars_len(p), options, &f);
		}
		if (st->regexes[i] == NULL)
			return call_throwf(c, "System.ArgumentException",
			    "InvalidRegex", "InvalidArgument", VALUE_NULL,
			    "The string %s is not a valid regular "
			    "expression: %s",
			    value_chars(p), f.text);
	}
	return FLOW_MORE;
}

static void
context_wanted(struct call *c, struct search *st)
{
	struct value v = value_base(call_param(c, S_CONTEXT));
	struct list *l;

	if (!value_is_list(v) || list_of(v)->count == 0)
		return;
	l = list_of(v);
	st->context = true;
	st->before = (size_t)l->items[0].u.i;
	st->after = (size_t)l->items[l->count > 1 ? 1 : 0].u.i;
}

static void
source_begin(struct search *st, const char *path)
{
	value_set_take(&st->path,
	    path == NULL ? VALUE_NULL : value_string(path));
	st->number = 0;
	st->hit = st->done = false;
	list_truncate(st->recent, 0);
	list_truncate(st->waiting, 0);
	list_truncate(st->wanted, 0);
}

static enum flow
search_begin(struct call *c)
{
	struct search *st = call_state(c);
	enum flow flow;

	st->recent = list_new(NULL, 4);
	st->waiting = list_new(NULL, 4);
	st->wanted = list_new(NULL, 4);
	flow = data_encoding(c, S_ENCODING, &st->encoding);
	if (flow == FLOW_MORE)
		flow = compile(c, st);
	context_wanted(c, st);
	source_begin(st, NULL);
	return flow;
}

/* The matches of a line: the first, or all; NULL where there is none. */
static struct list *
matches_of(struct call *c, struct search *st, struct value line,
    size_t *patternp)
{
	bool all = call_switch(c, S_ALL_MATCHES);
	const char *s = value_chars(line);
	size_t n = value_chars_len(line), i;
	struct list *l = NULL;

	for (i = 0; i < st->patterns->count; i++) {
		struct regex_match m = { 0 };
		int rc = regex_match(st->regexes[i], s, n, 0, &m, NULL);

		for (; rc > 0;
		     rc = all ? regex_next(st->regexes[i], s, n, &m, NULL)
			      : 0) {
			if (l == NULL)
				l = list_new(NULL, 1);
			list_add_take(
			    l, match_value(st->regexes[i], line, &m));
		}
		regex_match_clear(&m);
		if (l != NULL) {
			*patternp = i;
			return l;
		}
	}
	return NULL;
}

static struct value
found_value(struct call *c, struct search *st, struct value line,
    struct list *matches, size_t pattern)
{
	struct match_info *m = match_info_new();

	m->line = value_ref(line);
	m->path = value_ref(st->path);
	m->pattern = value_ref(st->patterns->items[pattern]);
	m->matches = matches != NULL ? value_ref(list_value(matches))
				     : list_value(list_new(NULL, 0));
	m->number = st->number;
	m->ignore_case = !call_switch(c, S_CASE_SENSITIVE);
	if (st->context) {
		m->before = value_list(st->recent->items, st->recent->count);
		m->after = list_value(list_new(NULL, st->after));
	}
	return match_info_value(m);
}

/* A line that others wait for; emits those that have all they want. */
static enum flow
feed_waiting(struct call *c, struct search *st, struct value line)
{
	size_t i;
	enum flow flow = FLOW_MORE;

	for (i = 0; i < st->waiting->count; i++) {
		struct match_info *m =
		    (struct match_info *)(void *)st->waiting->items[i].u.p;

		if (value_is_list(m->after))
			list_add(list_of(m->after), line);
		st->wanted->items[i].u.i--;
	}
	while (flow == FLOW_MORE && st->waiting->count > 0 &&
	    st->wanted->items[0].u.i <= 0) {
		struct value v = value_ref(st->waiting->items[0]);

		list_remove(st->waiting, 0);
		list_remove(st->wanted, 0);
		flow = call_emit_take(c, v);
	}
	return flow;
}

static enum flow
give_match(struct call *c, struct search *st, struct value line,
    struct list *matches, size_t pattern)
{
	struct value v;

	st->hit = true;
	if (call_switch(c, S_QUIET)) {
		st->done = true;
		return FLOW_MORE;
	}
	if (call_switch(c, S_LIST))
		st->done = true;
	if (call_switch(c, S_RAW))
		return call_emit(c, line);
	v = found_value(c, st, line, matches, pattern);
	if (!st->context || st->after == 0)
		return call_emit_take(c, v);
	list_add_take(st->waiting, v);
	list_add_take(st->wanted, value_long((int64_t)st->after));
	return FLOW_MORE;
}

static enum flow
search_line(struct call *c, struct search *st, struct value line)
{
	struct list *matches = NULL;
	size_t pattern = 0;
	bool yes;
	enum flow flow;

	st->number++;
	flow = feed_waiting(c, st, line);
	if (flow != FLOW_MORE || st->done)
		return flow;
	matches = matches_of(c, st, line, &pattern);
	yes = (matches != NULL) != call_switch(c, S_NOT_MATCH);
	if (yes)
		flow = give_match(c, st, line,
		    call_switch(c, S_NOT_MATCH) ? NULL : matches, pattern);
	if (matches != NULL)
		value_unref(list_value(matches));
	if (st->before > 0) {
		/* a match does not stand in the next one's context */
		if (yes && st->context)
			list_truncate(st->recent, 0);
		else
			list_add(st->recent, line);
		if (st->recent->count > st->before)
			list_remove(st->recent, 0);
	}
	return flow;
}

/* Those that waited for lines that never came. */
static enum flow
source_end(struct call *c, struct search *st)
{
	enum flow flow = FLOW_MORE;
	size_t i;

	for (i = 0; flow == FLOW_MORE && i < st->waiting->count; i++)
		flow = call_emit(c, st->waiting->items[i]);
	list_truncate(st->waiting, 0);
	list_truncate(st->wanted, 0);
	return flow;
}

static enum flow
search_file(struct call *c, const char *path, void *arg)
{
	struct search *st = arg;
	const char *name = strrchr(path, '/') + 1;
	struct value include = call_param(c, S_INCLUDE), line;
	struct text_reader *tr;
	const char *s;
	size_t n;
	enum flow flow = FLOW_MORE;

	if ((!value_is_nothing(include) && !list_has_match(include, name)) ||
	    list_has_match(call_param(c, S_EXCLUDE), name))
		return FLOW_MORE;
	if (call_switch(c, S_QUIET) && st->hit)
		return FLOW_MORE;
	tr = text_reader_open(path, st->encoding);
	if (tr == NULL)
		return call_errorf(c, "System.ArgumentException",
		    "ProcessingFile", "InvalidArgument", VALUE_NULL,
		    "The file %s cannot be read: %s", path, strerror(errno));
	source_begin(st, path);
	while (flow == FLOW_MORE &&
	    !(st->done && st->waiting->count == 0) &&
	    text_reader_next(tr, NULL, &s, &n) > 0) {
		line = text_value(s, n);
		flow = search_line(c, st, line);
		value_unref(line);
	}
	text_reader_close(tr);
	return flow == FLOW_MORE ? source_end(c, st) : flow;
}

static enum flow
search_process(struct call *c)
{
	struct search *st = call_state(c);
	struct value text;
	enum flow flow;

	if (call_bound(c, S_PATH) || call_bound(c, S_LITERAL_PATH))
		return data_each_file(
		    c, S_PATH, S_LITERAL_PATH, search_file, st);
	/* a file object searches its file */
	if (value_is_nothing(call_param(c, S_INPUT_OBJECT)) ||
	    (st->done && call_switch(c, S_QUIET)))
		return FLOW_MORE;
	flow = value_text(call_run(c), call_param(c, S_INPUT_OBJECT), &text);
	if (flow != FLOW_MORE)
		return flow;
	flow = search_line(c, st, text);
	value_unref(text);
	return flow;
}

static enum flow
search_end(struct call *c)
{
	struct search *st = call_state(c);
	enum flow flow = source_end(c, st);

	if (flow == FLOW_MORE && call_switch(c, S_QUIET))
		flow = call_emit(c, value_bool(st->hit));
	return flow;
}

static void
search_clean(struct call *c)
{
	struct search *st = call_state(c);
	size_t i;

	if (st->recent == NULL)
		return;
	for (i = 0; st->patterns != NULL && i < st->patterns->count; i++)
		regex_unref(st->regexes[i]);
	mem_free(st->regexes);
	if (st->patterns != NULL)
		value_unref(list_value(st->patterns));
	value_unref(list_value(st->recent));
	value_unref(list_value(st->waiting));
	value_unref(list_value(st->wanted));
	value_clear(&st->path);
	st->recent = NULL;
}

const struct cmdlet cmdlet_select_string = {
	.name = "Select-String",
	.class_name = "Microsoft.PowerShell.Commands.SelectStringCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "File",
	.params = params,
	.synopsis = "Finds lines that match a pattern",
	.state_size = sizeof(struct search),
	.begin = search_begin,
	.process = search_process,
	.end = search_end,
	.clean = search_clean,
};
