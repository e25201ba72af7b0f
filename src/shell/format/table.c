/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: widths, headers, rows, wrapping. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "core/string.h"
#include "shell/format/format_internal.h"

/* The first line of a text, and whether there is more. */
static size_t
first_line(const char *s, size_t len, bool *morep)
{
	size_t n = strcspn(s, "\r\n");

	*morep = n < len;
	return n;
}

static int
text_longest(struct value text)
{
	const char *s = value_chars(text);
	bool more;
	size_t n;
	int columns;

	if (s == NULL)
		return 0;
	n = first_line(s, value_chars_len(text), &more);
	columns = text_columns(s, n);
	return more ? columns + 1 : columns;
}

/* Leaves out columns from the right, or narrows the last, until all fit. */
static void
trim_to_fit(int *widths, size_t n, int width)
{
	for (;;) {
		int total = 0, shown = 0;
		size_t i, last = 0;

		for (i = 0; i < n; i++)
			if (widths[i] > 0) {
				total += widths[i];
				shown++;
				last = i;
			}
		if (shown == 0)
			return;
		total += shown - 1;
		if (total <= width)
			return;
		if (widths[last] - (total - width) < COLUMN_WIDTH_MIN &&
		    shown > 1)
			widths[last] = 0;
		else if (widths[last] - (total - width) < 1)
			widths[last] = width;
		else
			widths[last] -= total - width;
	}
}

/* Columns nobody gave a width share what is left. */
static void
share_rest(const struct layout *l, int *widths, int width)
{
	int fixed = 0, open = 0, rest;
	size_t i;

	for (i = 0; i < l->count; i++) {
		if (widths[i] > 0)
			fixed += widths[i];
		else
			open++;
	}
	rest = width - fixed - ((int)l->count - 1);
	for (i = 0; i < l->count && open > 0; i++)
		if (widths[i] <= 0) {
			widths[i] = rest / open;
			if (widths[i] < COLUMN_WIDTH_MIN)
				widths[i] = COLUMN_WIDTH_MIN;
			rest -= widths[i];
			open--;
		}
}

void
table_widths(const struct layout *l, struct entry *const *entries,
    size_t count, int width, bool fitted, int *widths)
{
	bool ignored = l->given && fitted;
	size_t i, k;

	for (i = 0; i < l->count; i++)
		widths[i] = ignored ? 0 : l->columns[i].width;
	if (!ignored && (!l->fit || l->given)) {
		share_rest(l, widths, width);
		trim_to_fit(widths, l->count, width);
		return;
	}
	for (i = 0; i < l->count; i++) {
		int most;

		if (widths[i] > 0)
			continue;
		most = text_columns(l->columns[i].label,
		    strlen(l->columns[i].label));
		for (k = 0; k < count; k++) {
			int w = text_longest(entries[k]->texts[i]);

			if (w > most)
				most = w;
		}
		widths[i] = most == 0 ? 1 : most;
	}
	trim_to_fit(widths, l->count, width);
}

static void
add_cell(struct buf *b, const char *s, size_t len, int width,
    enum align align, bool last)
{
	int columns = text_columns(s, len);
	int left = 0, right = 0;

	switch (align) {
	case ALIGN_RIGHT:
		left = width - columns;
		break;
	case ALIGN_CENTER:
		left = (width - columns) / 2;
		right = width - columns - left;
		break;
	case ALIGN_UNDEFINED:
	case ALIGN_LEFT:
		right = width - columns;
		break;
	}
	if (left > 0)
		buf_add_fill(b, ' ', (size_t)left);
	buf_add(b, s, len);
	if (right > 0 && !last)
		buf_add_fill(b, ' ', (size_t)right);
}

static size_t
last_shown(const struct layout *l, const int *widths)
{
	size_t i, last = 0;

	for (i = 0; i < l->count; i++)
		if (widths[i] > 0)
			last = i;
	return last;
}

/* One line of cells cut to their widths with an ellipsis. */
static void
add_cut(struct buf *b, const char *s, size_t len, int width, enum align align,
    bool last)
{
	struct buf cut;
	bool more;
	size_t n = first_line(s, len, &more);

	if (!more && text_columns(s, n) <= width) {
		add_cell(b, s, n, width, align, last);
		return;
	}
	buf_init(&cut);
	if (text_columns(s, n) + 1 > width)
		n = text_fit(s, n, width - 1, NULL);
	buf_add(&cut, s, n);
	buf_add_str(&cut, "\xe2\x80\xa6");
	add_cell(b, cut.data, cut.len, width, align, last);
	buf_clear(&cut);
}

void
table_header(const struct layout *l, const int *widths, struct buf *b)
{
	size_t i, last = last_shown(l, widths);
	char *dashes;
	int n;

	for (i = 0; i <= last; i++) {
		if (widths[i] <= 0)
			continue;
		add_cut(b, l->columns[i].label, strlen(l->columns[i].label),
		    widths[i], l->columns[i].align, i == last);
		buf_add_byte(b, i == last ? '\n' : ' ');
	}
	for (i = 0; i <= last; i++) {
		if (widths[i] <= 0)
			continue;
		n = text_columns(
		    l->columns[i].label, strlen(l->columns[i].label));
		if (n > widths[i])
			n = widths[i];
		dashes = mem_alloc((size_t)n + 1);
		memset(dashes, '-', (size_t)n);
		add_cell(b, dashes, (size_t)n, widths[i], l->columns[i].align,
		    i == last && (!l->wrap || last + 1 == l->count));
		mem_free(dashes);
		buf_add_byte(b, i == last ? '\n' : ' ');
	}
}

/* --- wrapping --- */

/* The next piece of *sp that fits in width; words stay whole if they can. */
static size_t
wrap_piece(const char *s, size_t len, int width, size_t *skipp)
{
	size_t line = strcspn(s, "\n");
	size_t n, back;

	if (line > len)
		line = len;
	n = text_fit(s, line, width, NULL);
	*skipp = 0;
	if (n == line) {
		*skipp = line < len ? 1 : 0;
		return n;
	}
	if (n == 0)
		return len; /* nothing fits: give up on wrapping */
	/* a word and the blank after it go together */
	for (back = n; back > 0 && s[back - 1] != ' '; back--)
		;
	if (back == 0) {
		*skipp = s[n] == ' ';
		return n;
	}
	*skipp = 1;
	return back - 1;
}

static void
wrapped_row(const struct layout *l, const int *widths, const struct entry *e,
    struct buf *b)
{
	size_t i, last = last_shown(l, widths);
	size_t *at = mem_zalloc((l->count + 1) * sizeof(*at));
	bool more = true;

	while (more) {
		more = false;
		for (i = 0; i <= last; i++) {
			const char *s = value_chars(e->texts[i]);
			size_t len = value_chars_len(e->texts[i]);
			size_t n, skip;

			if (widths[i] <= 0)
				continue;
			s += at[i];
			len -= at[i];
			n = wrap_piece(s, len, widths[i], &skip);
			at[i] += n + skip;
			while (i == last && n > 0 && s[n - 1] == ' ')
				n--;
			add_cell(b, s, n, widths[i], l->columns[i].align,
			    i == last);
			more = more || at[i] < value_chars_len(e->texts[i]);
			buf_add_byte(b, i == last ? '\n' : ' ');
		}
	}
	mem_free(at);
}

void
table_row(const struct layout *l, const int *widths, const struct entry *e,
    struct buf *b)
{
	size_t i, last = last_shown(l, widths);

	if (l->wrap) {
		wrapped_row(l, widths, e, b);
		return;
	}
	for (i = 0; i <= last && i < l->count; i++) {
		if (widths[i] <= 0)
			continue;
		add_cut(b, value_chars(e->texts[i]),
		    value_chars_len(e->texts[i]), widths[i],
		    l->columns[i].align, i == last);
		buf_add_byte(b, i == last ? '\n' : ' ');
	}
}
