/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as people see them: where, what, and no more than that. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/string.h"
#include "shell/format/error_view.h"
#include "types/types.h"

#define RED   "\033[31;1m"
#define CYAN  "\033[36;1m"
#define RESET "\033[0m"

/* Columns of source that are shown whatever the window's width. */
#define SOURCE_COLUMNS 69

struct view {
	struct run *r;
	struct value record;
	int width;
	bool colour;
	char *message, *category, *activity, *reason, *id, *category_info;
	char *command, *invocation, *script, *line, *position, *advice;
	int64_t line_number, column, length;
	bool thrown;
};

/* v.a.b as plain text; "" where something is missing. */
static char *
text_of(struct view *w, struct value v, const char *const *names)
{
	struct value at = value_ref(v);
	char *text;

	for (; *names != NULL; names++) {
		struct value next = VALUE_NULL;
		bool found = false;

		if (value_get_member(w->r, at, *names, &next, &found) !=
		    FLOW_MORE)
			run_leave_clear(w->r);
		value_unref(at);
		at = next;
	}
	text = value_is_nothing(at) ? mem_strdup("") : value_text_plain(at);
	value_unref(at);
	return text;
}

#define TEXT(...) text_of(w, w->record, (const char *const[]){ __VA_ARGS__, \
	NULL })

static int64_t
number_of(struct view *w, const char *name)
{
	char *text = TEXT("InvocationInfo", name);
	int64_t n = 0;

	for (const char *p = text; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (*p - '0');
	mem_free(text);
	return n;
}

static void
view_open(struct view *w)
{
	char *type;
	struct value text = VALUE_NULL;

	if (value_text(w->r, w->record, &text) != FLOW_MORE)
		run_leave_clear(w->r);
	w->message = value_is_string(text) ? mem_strdup(value_chars(text)) :
					     mem_strdup("");
	value_unref(text);
	w->category = TEXT("CategoryInfo", "Category");
	w->activity = TEXT("CategoryInfo", "Activity");
	w->reason = TEXT("CategoryInfo", "Reason");
	w->category_info = TEXT("CategoryInfo");
	w->id = TEXT("FullyQualifiedErrorId");
	w->command = TEXT("InvocationInfo", "MyCommand", "Name");
	w->invocation = TEXT("InvocationInfo", "InvocationName");
	w->script = TEXT("InvocationInfo", "ScriptName");
	w->line = TEXT("InvocationInfo", "Line");
	w->position = TEXT("InvocationInfo", "PositionMessage");
	w->advice = TEXT("ErrorDetails", "RecommendedAction");
	w->line_number = number_of(w, "ScriptLineNumber");
	w->column = number_of(w, "OffsetInLine");
	{
		char *statement = TEXT("InvocationInfo", "Statement");

		w->length = (int64_t)strlen(statement);
		mem_free(statement);
	}
	type = TEXT("CategoryInfo", "Reason");
	w->thrown = strcmp(w->category, "OperationStopped") == 0 &&
	    strcmp(type, "RuntimeException") == 0;
	mem_free(type);
}

static void
view_close(struct view *w)
{
	mem_free(w->message);
	mem_free(w->category);
	mem_free(w->activity);
	mem_free(w->reason);
	mem_free(w->category_info);
	mem_free(w->id);
	mem_free(w->command);
	mem_free(w->invocation);
	mem_free(w->script);
	mem_free(w->line);
	mem_free(w->position);
	mem_free(w->advice);
}

static const char *
view_name(const struct view *w)
{
	if (w->thrown)
		return "Exception";
	if (w->command[0] != '\0')
		return w->command;
	if (w->activity[0] != '\0')
		return w->activity;
	if (w->invocation[0] != '\0')
		return w->invocation;
	if (w->category[0] != '\0' && strcmp(w->category, "NotSpecified") != 0)
		return w->category;
	return w->reason[0] != '\0' ? w->reason : "Error";
}

/* ---- the concise view ---- */

static void
spread_tabs(const char *line, int64_t *startp, int64_t *endp, struct buf *out)
{
	int64_t start = *startp, end = *endp, at = 0;

	for (; *line != '\0' && *line != '\r' && *line != '\n'; line++, at++) {
		if (*line != '\t') {
			buf_add_byte(out, *line);
			continue;
		}
		buf_add_str(out, "    ");
		if (at < start)
			*startp += 3;
		if (at < end)
			*endp += 3;
	}
	if (*endp > (int64_t)out->len)
		*endp = (int64_t)out->len;
}

static void
paint(struct buf *out, const struct view *w, const char *code)
{
	if (w->colour)
		buf_add_str(out, code);
}

/* "  12 | source" and the tildes under what failed. */
static void
add_source(struct view *w, struct buf *out)
{
	struct buf line = { 0 };
	int64_t start = w->column > 0 ? w->column - 1 : 0;
	int64_t end = start + (w->length > 0 ? w->length : 1);
	int64_t from = 0, to, digits = 4;
	bool cut_left, cut_right;

	spread_tabs(w->line, &start, &end, &line);
	to = (int64_t)line.len;
	if (to > SOURCE_COLUMNS) {
		int64_t rest = to - end < 8 ? to - end : 8;

		from = end + rest - SOURCE_COLUMNS;
		if (from > start - 12)
			from = start - 12;
		if (from < 0)
			from = 0;
		to = from + SOURCE_COLUMNS;
		if (to > (int64_t)line.len)
			to = (int64_t)line.len;
	}
	cut_left = from > 0;
	cut_right = to < (int64_t)line.len;
	if (end > to)
		end = to;
	if (w->line_number > 9999)
		digits = 5;
	paint(out, w, CYAN);
	buf_printf(out, "%s |\n", digits == 5 ? " Line" : "Line");
	buf_printf(out, "%*lld | ", (int)digits, (long long)w->line_number);
	if (w->colour)
		buf_add_str(out, RESET);
	buf_add_byte(out, ' ');
	if (cut_left)
		buf_add_str(out, "… ");
	buf_add(out, buf_text(&line) + from, (size_t)(start - from));
	paint(out, w, CYAN);
	buf_add(out, buf_text(&line) + start, (size_t)(end - start));
	paint(out, w, RESET);
	buf_add(out, buf_text(&line) + end, (size_t)(to - end));
	if (cut_right)
		buf_add_str(out, " …");
	buf_add_byte(out, '\n');
	paint(out, w, CYAN);
	buf_add_fill(out, ' ', (size_t)digits + 1);
	buf_add_str(out, "|  ");
	buf_add_fill(out, ' ', (size_t)(start - from) + (cut_left ? 2 : 0));
	buf_add_fill(out, '~', (size_t)(end > start ? end - start : 1));
	paint(out, w, RESET);
	buf_add_byte(out, '\n');
	buf_clear(&line);
}

static void
add_message_line(struct view *w, struct buf *out, const char *s, size_t len)
{
	size_t digits = w->line_number > 9999 ? 5 : 4;

	paint(out, w, CYAN);
	buf_add_fill(out, ' ', digits + 1);
	buf_add_str(out, len > 0 ? "| " : "|");
	paint(out, w, RED);
	buf_add(out, s, len);
	paint(out, w, RESET);
	buf_add_byte(out, '\n');
}

/* Line feeds become blanks; long text breaks at blanks. */
static void
add_message(struct view *w, struct buf *out)
{
	size_t room = w->width > 17 ? (size_t)w->width - 7 : 10;
	char *text = w->message, *at;

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	at = text;
	if (w->script[0] == '\0' && strcmp(w->category, "ParserError") != 0) {
		add_message_line(w, out, at, strlen(at));
		return;
	}
	for (;;) {
		size_t len = strlen(at), cut = room;

		if (len <= room) {
			add_message_line(w, out, at, len);
			return;
		}
		while (cut > 0 && at[cut - 1] != ' ')
			cut--;
		if (cut == 0) {
			if (at == text)
				add_message_line(w, out, "", 0);
			add_message_line(w, out, at, len);
			return;
		}
		add_message_line(w, out, at, cut - 1);
		at += cut;
	}
}

static void
concise(struct view *w, struct buf *out)
{
	bool parser = strcmp(w->category, "ParserError") == 0;
	bool placed = w->line_number > 0 &&
	    (w->script[0] != '\0' || w->line_number > 1 || parser);

	paint(out, w, RED);
	buf_printf(out, "%s: ", view_name(w));
	paint(out, w, RESET);
	if (!placed) {
		paint(out, w, RED);
		buf_add_str(out, w->message);
		paint(out, w, RESET);
		buf_add_byte(out, '\n');
	} else {
		if (w->script[0] != '\0')
			buf_printf(out, "%s:%lld", w->script,
			    (long long)w->line_number);
		buf_add_byte(out, '\n');
		add_source(w, out);
		add_message(w, out);
	}
	if (w->advice[0] != '\0')
		buf_printf(out, "  Recommendation: %s\n", w->advice);
}

static void
normal(struct view *w, struct buf *out)
{
	paint(out, w, RED);
	if (w->invocation[0] != '\0' || w->command[0] != '\0')
		buf_printf(out, "%s : ", w->command[0] != '\0' ? w->command :
								 w->invocation);
	buf_printf(out, "%s\n", w->message);
	if (w->position[0] != '\0')
		buf_printf(out, "%s\n", w->position);
	buf_printf(out, "+ CategoryInfo          : %s\n", w->category_info);
	buf_printf(out, "+ FullyQualifiedErrorId : %s\n", w->id);
	paint(out, w, RESET);
}

struct value
error_view(struct run *r, struct value record, int width, bool colour)
{
	struct view w = { .r = r, .record = record, .width = width,
		.colour = colour };
	struct value name = VALUE_NULL, out;
	struct buf b = { 0 };
	char *view;

	view_open(&w);
	if (r == NULL || !r->ops->get_variable(r, "ErrorView", &name))
		name = VALUE_NULL;
	view = value_text_plain(name);
	value_unref(name);
	if (string_equal_ci(view, "NormalView"))
		normal(&w, &b);
	else if (string_equal_ci(view, "CategoryView"))
		buf_printf(&b, "%s\n", w.category_info);
	else
		concise(&w, &b);
	mem_free(view);
	view_close(&w);
	out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return out;
}
