/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream of objects to lines: what is open, what is held back. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/format/error_view.h"
#include "shell/format/format.h"
#include "shell/format/format_cmdlets.h"
#include "shell/format/format_internal.h"
#include "types/types.h"

/* LIMIT: rows are held back this long, or up to this many, to fit columns. */
#define HOLD_MS   300
#define HOLD_ROWS 100000
/* LIMIT: on a narrower screen tables show nothing. */
#define SCREEN_WIDTH_MIN 5

struct format_engine {
	int width;
	void (*write)(void *arg, const char *text, size_t len);
	void *arg;
	struct layout *layout; /* open, or NULL */
	/* what waits: entries and, in between, strings */
	struct value *held;
	size_t held_count;
	size_t held_cap;
	int64_t held_since;
	bool fitted; /* a table was fitted to its contents */
	bool sized; /* widths are known, the header is out */
	int *widths;
	struct value group;
	bool grouped; /* a group is open */
};

struct format_engine *
format_engine_new(int width,
    void (*write)(void *arg, const char *text, size_t len), void *arg)
{
	struct format_engine *fe = mem_zalloc(sizeof(*fe));

	fe->width = width < 1 ? 1 : width;
	fe->write = write;
	fe->arg = arg;
	return fe;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
put(struct format_engine *fe, const struct buf *b)
{
	if (b->len > 0)
		fe->write(fe->arg, b->data, b->len);
}

static void
put_text(struct format_engine *fe, struct value text)
{
	struct buf b;

	buf_init(&b);
	buf_add(&b, value_chars(text), value_chars_len(text));
	buf_add_byte(&b, '\n');
	put(fe, &b);
	buf_clear(&b);
}

static void
blank(struct format_engine *fe)
{
	fe->write(fe->arg, "\n", 1);
}

static struct entry *
entry_of(struct value v)
{
	return (struct entry *)(void *)v.u.p;
}

static void
hold(struct format_engine *fe, struct value v)
{
	if (fe->held_count == fe->held_cap) {
		fe->held_cap = fe->held_cap == 0 ? 32 : fe->held_cap * 2;
		fe->held =
		    mem_array_grow(fe->held, fe->held_cap, sizeof(*fe->held));
	}
	if (fe->held_count == 0)
		fe->held_since = now_ms();
	fe->held[fe->held_count++] = value_ref(v);
}

static void
held_clear(struct format_engine *fe)
{
	size_t i;

	for (i = 0; i < fe->held_count; i++)
		value_unref(fe->held[i]);
	fe->held_count = 0;
}

/* --- what is held back becomes lines --- */

static struct entry **
held_entries(const struct format_engine *fe, size_t *np)
{
	struct entry **entries = mem_array(fe->held_count + 1, sizeof(*entries));
	size_t i, n = 0;

	for (i = 0; i < fe->held_count; i++)
		if (fe->held[i].type == &type_format_entry)
			entries[n++] = entry_of(fe->held[i]);
	*np = n;
	return entries;
}

static void
release_table(struct format_engine *fe)
{
	struct layout *l = fe->layout;
	struct entry **entries;
	struct buf b;
	size_t i, n;

	buf_init(&b);
	if (!fe->sized) {
		entries = held_entries(fe, &n);
		mem_free(fe->widths);
		fe->widths = mem_zalloc((l->count + 1) * sizeof(*fe->widths));
		table_widths(l, entries, n, fe->width, fe->fitted, fe->widths);
		fe->fitted = fe->fitted || (l->fit && !l->given);
		mem_free(entries);
		fe->sized = true;
		if (!l->hide_headers)
			table_header(l, fe->widths, &b);
	}
	for (i = 0; i < fe->held_count; i++) {
		if (fe->held[i].type == &type_format_entry) {
			table_row(l, fe->widths, entry_of(fe->held[i]), &b);
		} else {
			buf_add(&b, value_chars(fe->held[i]),
			    value_chars_len(fe->held[i]));
			buf_add_byte(&b, '\n');
		}
		if (b.len > 65536) {
			put(fe, &b);
			buf_reset(&b);
		}
	}
	put(fe, &b);
	buf_clear(&b);
	held_clear(fe);
}

static void
release_wide(struct format_engine *fe, bool all)
{
	const struct layout *l = fe->layout;
	size_t columns = l->wide_columns > 0 ? (size_t)l->wide_columns : 2;
	struct entry **entries;
	size_t i, n, row;
	int column_width, rest, most = 1;
	struct buf b;

	entries = held_entries(fe, &n);
	if (l->fit) {
		for (i = 0; i < n; i++) {
			int w = text_columns(value_chars(entries[i]->texts[0]),
			    value_chars_len(entries[i]->texts[0]));
			if (w > most)
				most = w;
		}
		columns = (size_t)((fe->width + 1) / (most + 1));
		columns = columns < 1 ? 1 : columns;
	}
	rest = fe->width - (int)columns + 1;
	column_width = rest / (int)columns < 1 ? 1 : rest / (int)columns;
	rest -= column_width * (int)columns;
	buf_init(&b);
	for (i = 0; i < n && (all || n - i >= columns); i += row) {
		row = n - i < columns ? n - i : columns;
		wide_row(entries + i, row, columns, column_width,
		    rest > 0 ? (size_t)rest : 0, &b);
	}
	put(fe, &b);
	buf_clear(&b);
	mem_free(entries);
	held_clear(fe);
}

static void
release_held(struct format_engine *fe)
{
	if (fe->layout == NULL || fe->held_count == 0)
		return;
	if (fe->width < SCREEN_WIDTH_MIN && fe->layout->shape != SHAPE_LIST)
		held_clear(fe);
	else if (fe->layout->shape == SHAPE_WIDE)
		release_wide(fe, true);
	else
		release_table(fe);
}

/* --- opening and closing --- */

static void
close_layout(struct format_engine *fe)
{
	if (fe->layout == NULL)
		return;
	release_held(fe);
	if (fe->layout->shape == SHAPE_TABLE ||
	    fe->layout->shape == SHAPE_WIDE || fe->layout->shape == SHAPE_CUSTOM)
		blank(fe);
	layout_unref(fe->layout);
	fe->layout = NULL;
	fe->sized = false;
	fe->grouped = false;
	value_clear(&fe->group);
}

static void
open_layout(struct format_engine *fe, struct layout *l)
{
	close_layout(fe);
	l->cell.refs++;
	fe->layout = l;
	blank(fe);
}

/* "   Site: North", a blank line, then the group's own header. */
static void
open_group(struct format_engine *fe, const struct entry *e)
{
	struct buf b;

	if (fe->grouped && value_is_string(fe->group) &&
	    value_is_string(e->group) &&
	    strcmp(value_chars(fe->group), value_chars(e->group)) == 0)
		return;
	release_held(fe);
	fe->sized = false;
	if (fe->grouped)
		blank(fe);
	fe->grouped = true;
	value_set(&fe->group, e->group);
	buf_init(&b);
	buf_printf(&b, "   %s: ", fe->layout->group->label);
	{
		/* a provider's path is shown without the provider */
		const char *s = value_chars(e->group);
		const char *path = strstr(s, "::");

		buf_add_str(&b, path != NULL &&
			fe->layout->group->label[0] == ' ' ? path + 2 : s);
	}
	buf_add_str(&b, "\n\n");
	put(fe, &b);
	buf_clear(&b);
}

static void
process_entry(struct format_engine *fe, struct value v)
{
	struct entry *e = entry_of(v);
	struct layout *l = e->layout;
	struct buf b;

	if (l->shape == SHAPE_TEXT) {
		close_layout(fe);
		put_text(fe, e->whole);
		return;
	}
	if (fe->layout != l)
		open_layout(fe, l);
	if (l->group != NULL)
		open_group(fe, e);
	switch (l->shape) {
	case SHAPE_TABLE:
		hold(fe, v);
		if (fe->sized || !l->fit || fe->held_count >= HOLD_ROWS ||
		    (l->implicit && now_ms() - fe->held_since > HOLD_MS))
			release_held(fe);
		return;
	case SHAPE_WIDE:
		hold(fe, v);
		return;
	case SHAPE_LIST:
	case SHAPE_CUSTOM:
	case SHAPE_TEXT:
	case SHAPE_ANY:
		break;
	}
	buf_init(&b);
	if (l->shape == SHAPE_LIST)
		list_entry(l, e, fe->width, &b);
	else
		buf_add(&b, value_chars(e->whole), value_chars_len(e->whole));
	put(fe, &b);
	buf_clear(&b);
}

/* A string or number: as it is, in its place among held rows. */
static enum flow
process_plain(struct format_engine *fe, struct run *r, struct value v)
{
	struct value text;
	enum flow flow;

	if (value_is_nothing(value_base(v)))
		return FLOW_MORE;
	if ((flow = format_plain(r, v, &text)) != FLOW_MORE)
		return flow;
	if (fe->layout != NULL && fe->held_count > 0)
		hold(fe, text);
	else
		put_text(fe, text);
	value_unref(text);
	return FLOW_MORE;
}

/* A record as output looks as it does on the error stream. */
static enum flow
process_error(struct format_engine *fe, struct run *r, struct value v)
{
	struct value text = error_view(r, v, fe->width + 1, false);
	enum flow flow = process_plain(fe, r, text);

	value_unref(text);
	return flow;
}

static char *
first_type_name(struct value v)
{
	struct value names = value_type_names(v);
	const char *first = NULL;
	char *copy;

	if (value_is_list(names) && list_of(names)->count > 0)
		first = value_chars(list_of(names)->items[0]);
	copy = mem_strdup(first == NULL ? "" : first);
	value_unref(names);
	return copy;
}

/* An object that is no text: in the open layout, or in one of its own. */
static enum flow
process_object(struct format_engine *fe, struct run *r, struct value v)
{
	struct layout *l = fe->layout;
	struct value entry;
	char *type_name;
	enum flow flow;

	type_name = first_type_name(v);
	if (l != NULL && l->implicit && strcmp(l->type_name, type_name) == 0) {
		mem_free(type_name);
		flow = entry_make(r, l, v, &entry);
	} else {
		if ((flow = layout_for_value(r, v, NULL, &l)) != FLOW_MORE) {
			mem_free(type_name);
			return flow;
		}
		l->implicit = true;
		l->type_name = type_name;
		flow = entry_make(r, l, v, &entry);
		layout_unref(l);
	}
	if (flow != FLOW_MORE)
		return flow;
	process_entry(fe, entry);
	value_unref(entry);
	return FLOW_MORE;
}

static enum flow
process_dictionary(struct format_engine *fe, struct run *r, struct value v)
{
	struct iter it;
	struct value item;
	bool more;
	enum flow flow = format_elements(r, v, &it);

	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = process_object(fe, r, item);
		value_unref(item);
	}
	iter_end(&it);
	return flow;
}

/* A Format- command is through: what it said is complete. */
static void
process_mark(struct format_engine *fe, struct value v)
{
	const struct mark *m = (const struct mark *)(const void *)v.u.p;

	if (v.type == &type_format_mark[MARK_END] && fe->layout == m->layout)
		close_layout(fe);
}

enum flow
format_engine_process(struct format_engine *fe, struct run *r, struct value v)
{
	struct value base = value_base(v);

	if (value_is_mark(base)) {
		process_mark(fe, base);
		return FLOW_MORE;
	}
	if (base.type == &type_format_entry) {
		process_entry(fe, base);
		return FLOW_MORE;
	}
	if (value_is_plain(v))
		return process_plain(fe, r, v);
	if (base.type != NULL && strcmp(base.type->name,
		"System.Management.Automation.ErrorRecord") == 0)
		return process_error(fe, r, base);
	if (value_is_dict(value_base(v)))
		return process_dictionary(fe, r, v);
	return process_object(fe, r, v);
}

enum flow
format_engine_end(struct format_engine *fe, struct run *r)
{
	(void)r;
	close_layout(fe);
	return FLOW_MORE;
}

void
format_engine_free(struct format_engine *fe)
{
	if (fe == NULL)
		return;
	held_clear(fe);
	mem_free(fe->held);
	mem_free(fe->widths);
	layout_unref(fe->layout);
	value_unref(fe->group);
	mem_free(fe);
}
