/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists (a line a property), wide lines, and the nested custom form. */
#include "config.h"

#include <string.h>

#include "core/string.h"
#include "core/type.h"
#include "shell/format/format_internal.h"
#include "types/types.h"

static int
label_width(const struct layout *l)
{
	int most = 0;
	size_t i;

	for (i = 0; i < l->count; i++) {
		int w = text_columns(
		    l->columns[i].label, strlen(l->columns[i].label));

		if (w > most)
			most = w;
	}
	return most;
}

/* A value under its label: lines broken at words where they are too long. */
static void
add_value(struct buf *b, const char *s, size_t len, int indent, int width)
{
	int room = width - indent < 1 ? 1 : width - indent;
	size_t at = 0;
	bool first = true;

	do {
		size_t line = strcspn(s + at, "\n");
		size_t n, skip = 0;

		if (line > len - at)
			line = len - at;
		n = text_fit(s + at, line, room, NULL);
		if (n < line) {
			size_t back = n;

			if (s[at + n] == ' ') {
				skip = 1;
			} else {
				while (back > 0 && s[at + back - 1] != ' ')
					back--;
				if (back > 0)
					n = back;
			}
			if (n == 0)
				n = line;
		} else if (at + n < len) {
			skip = 1; /* the line feed */
		}
		if (!first)
			buf_add_fill(b, ' ', (size_t)indent);
		first = false;
		line = n;
		if (line > 0 && s[at + line - 1] == '\r')
			line--;
		buf_add(b, s + at, line);
		buf_add_byte(b, '\n');
		at += n + skip;
	} while (at < len);
}

void
list_entry(const struct layout *l, const struct entry *e, int width,
    struct buf *b)
{
	int most = label_width(l);
	size_t i;

	for (i = 0; i < l->count; i++) {
		const char *label = l->columns[i].label;
		int pad = most - text_columns(label, strlen(label));

		buf_add_str(b, label);
		buf_add_fill(b, ' ', (size_t)pad);
		buf_add_str(b, " : ");
		add_value(b, value_chars(e->texts[i]),
		    value_chars_len(e->texts[i]), most + 3, width);
	}
	buf_add_byte(b, '\n');
}

void
wide_row(struct entry *const *entries, size_t count, size_t columns,
    int column_width, size_t spare, struct buf *b)
{
	for (size_t i = 0; i < columns; i++) {
		int room = column_width + (i < spare);
		const char *s = i < count ? value_chars(entries[i]->texts[0]) :
					    "";
		size_t len = strcspn(s, "\r\n");
		int took = text_columns(s, len);

		if (took > room) {
			len = text_fit(s, len, room - 1, &took);
			buf_add(b, s, len);
			buf_add_str(b, "\xe2\x80\xa6");
			took++;
		} else {
			buf_add(b, s, len);
		}
		if (i + 1 < columns)
			buf_add_fill(b, ' ',
			    (size_t)(room > took ? room - took : 0) + 1);
	}
	buf_add_byte(b, '\n');
}

/* --- custom --- */

struct custom {
	struct run *run;
	struct buf *buf;
	int depth;
	int indent;
};

static enum flow custom_object(struct run *r, struct value v, int depth,
    int indent, struct buf *b);

static enum flow
custom_property(void *arg, const char *name, struct value v)
{
	struct custom *c = arg;
	struct value text;
	enum flow flow;

	buf_add_fill(c->buf, ' ', (size_t)c->indent);
	buf_printf(c->buf, "%s = ", name);
	if (!value_is_plain(v) && !value_unrolls(v) && c->depth > 0) {
		buf_add_byte(c->buf, '\n');
		buf_add_fill(c->buf, ' ', (size_t)c->indent + 2);
		return custom_object(
		    c->run, v, c->depth - 1, c->indent + 2, c->buf);
	}
	flow = cell_text(c->run, v, false, NULL, &text);
	if (flow != FLOW_MORE)
		return flow;
	buf_add(c->buf, value_chars(text), value_chars_len(text));
	buf_add_byte(c->buf, '\n');
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
custom_object(struct run *r, struct value v, int depth, int indent,
    struct buf *b)
{
	struct custom c = { r, b, depth, indent + 2 };
	const struct type *t = value_type(v);
	const char *name = t == NULL ? "" : t->name;
	const char *dot = strrchr(name, '.');
	enum flow flow;

	buf_printf(b, "class %s\n", dot == NULL ? name : dot + 1);
	buf_add_fill(b, ' ', (size_t)indent);
	buf_add_str(b, "{\n");
	flow = value_each_property(r, v, custom_property, &c);
	buf_add_fill(b, ' ', (size_t)indent);
	buf_add_str(b, "}\n");
	return flow;
}

enum flow
custom_text(struct run *r, struct value v, int depth, struct buf *b)
{
	enum flow flow;

	if (value_is_plain(v)) {
		struct value text;

		flow = cell_text(r, v, false, NULL, &text);
		if (flow != FLOW_MORE)
			return flow;
		buf_add(b, value_chars(text), value_chars_len(text));
		buf_add_byte(b, '\n');
		value_unref(text);
		return FLOW_MORE;
	}
	flow = custom_object(r, v, depth, 0, b);
	buf_add_byte(b, '\n');
	return flow;
}
