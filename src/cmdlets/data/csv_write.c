/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects to lines of CSV. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/csv.h"
#include "core/dict.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

static enum flow
note_name(void *arg, const char *name, struct value v)
{
	struct csv_writer *w = arg;

	(void)v;
	list_add_take(w->names, value_string(name));
	return FLOW_MORE;
}

void
csv_writer_quotes(struct csv_writer *w)
{
	struct value f = value_base(w->quote_fields);
	size_t i, k;

	if (!value_is_list(f))
		return;
	w->quote = mem_zalloc((w->names->count + 1) * sizeof(bool));
	for (i = 0; i < w->names->count; i++)
		for (k = 0; k < list_of(f)->count; k++)
			if (string_equal_ci(value_chars(w->names->items[i]),
				value_chars(value_base(list_of(f)->items[k]))))
				w->quote[i] = true;
}

enum flow
csv_writer_columns(struct call *c, struct csv_writer *w, struct value v)
{
	struct value base = value_base(v);
	const struct dict_entry *e;
	size_t pos;
	enum flow flow = FLOW_MORE;

	w->names = list_new(NULL, 8);
	if (value_is_dict(base)) {
		DICT_EACH (e, dict_of(base), pos) {
			char *name = value_text_plain(e->key);

			list_add_take(w->names, value_string(name));
			mem_free(name);
		}
	} else {
		flow = value_each_property(call_run(c), v, note_name, w);
	}
	csv_writer_quotes(w);
	return flow;
}

void
csv_writer_clear(struct csv_writer *w)
{
	if (w->names != NULL)
		value_unref(list_value(w->names));
	mem_free(w->quote);
	w->names = NULL;
	w->quote = NULL;
}

static bool
needs_quotes(const struct csv_writer *w, const char *s, size_t n)
{
	return memchr(s, '"', n) != NULL || memchr(s, '\n', n) != NULL ||
	    memchr(s, '\r', n) != NULL || strstr(s, w->delimiter) != NULL;
}

static void
add_cell(const struct csv_writer *w, size_t column, const char *s, size_t n,
    struct buf *out)
{
	bool quote = w->quotes == CSV_ALWAYS;
	const char *p, *end = s + n;

	if (w->quote != NULL)
		quote = w->quote[column];
	else if (w->quotes == CSV_AS_NEEDED)
		quote = needs_quotes(w, s, n);
	if (!quote) {
		buf_add(out, s, n);
		return;
	}
	buf_add_byte(out, '"');
	while ((p = memchr(s, '"', (size_t)(end - s))) != NULL) {
		buf_add(out, s, (size_t)(p - s) + 1);
		buf_add_byte(out, '"');
		s = p + 1;
	}
	buf_add(out, s, (size_t)(end - s));
	buf_add_byte(out, '"');
}

void
csv_write_header(const struct csv_writer *w, struct buf *out)
{
	size_t i;

	for (i = 0; i < w->names->count; i++) {
		if (i > 0)
			buf_add_str(out, w->delimiter);
		add_cell(w, i, value_chars(w->names->items[i]),
		    value_chars_len(w->names->items[i]), out);
	}
}

static enum flow
cell_value(struct call *c, struct value v, struct value name,
    struct value *outp)
{
	struct value base = value_base(v);
	bool found = false;
	struct member *m;

	*outp = VALUE_NULL;
	if (value_is_object(v)) {
		m = object_find(object_of(v), value_chars(name));
		if (m != NULL && m->kind == MEMBER_NOTE) {
			*outp = value_ref(m->value);
			return FLOW_MORE;
		}
	}
	if (value_is_dict(base)) {
		*outp = dict_get(dict_of(base), name);
		return FLOW_MORE;
	}
	if (value_get_member(call_run(c), v, value_chars(name), outp,
		&found) == FLOW_MORE)
		return FLOW_MORE;
	if (call_run(c)->leave.kind != LEAVE_THROW)
		return FLOW_LEAVE;
	run_leave_clear(call_run(c));
	*outp = VALUE_NULL;
	return FLOW_MORE;
}

enum flow
csv_write_row(struct call *c, const struct csv_writer *w, struct value v,
    struct buf *out)
{
	struct value cell, text;
	size_t i;
	enum flow flow;

	for (i = 0; i < w->names->count; i++) {
		if (i > 0)
			buf_add_str(out, w->delimiter);
		flow = cell_value(c, v, w->names->items[i], &cell);
		if (flow != FLOW_MORE)
			return flow;
		if (value_is_nothing(cell))
			continue;
		if (value_is_string(cell)) {
			text = value_ref(cell);
		} else if (value_unrolls(cell)) {
			text = value_string(value_type(cell)->name);
		} else {
			flow = value_text_culture(call_run(c), cell, &text);
		}
		value_unref(cell);
		if (flow != FLOW_MORE)
			return flow;
		add_cell(w, i, value_chars(text), value_chars_len(text), out);
		value_unref(text);
	}
	return FLOW_MORE;
}

void
csv_write_type(struct value v, struct buf *out)
{
	struct value names = value_type_names(v);

	buf_add_str(out, "#TYPE ");
	if (list_of(names)->count > 0) {
		const char *name = value_chars(list_of(names)->items[0]);

		buf_add_str(
		    out, strncmp(name, "CSV:", 4) == 0 ? name + 4 : name);
	}
	value_unref(names);
}
