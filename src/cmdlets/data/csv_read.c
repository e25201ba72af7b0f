/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of CSV to records, records to objects. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/data/csv.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/type.h"
#include "types/report.h"
#include "types/types.h"

void
csv_delimiter(struct call *c, size_t delimiter, char out[8])
{
	struct value v = value_base(call_param(c, delimiter));

	memcpy(out, ",", 2);
	if (v.type == &type_char)
		out[utf8_encode(v.u.c, out)] = '\0';
	else if (value_is_string(v) && value_chars_len(v) > 0 &&
	    value_chars_len(v) < 8)
		memcpy(out, value_chars(v), value_chars_len(v) + 1);
}

/* --- one record --- */

static void
field_end(struct csv_record *r, bool trim)
{
	struct csv_field *f;
	size_t end = r->text.len;

	while (trim && end > r->start &&
	    (r->text.data[end - 1] == ' ' || r->text.data[end - 1] == '\t'))
		end--;
	if (r->count == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->fields =
		    mem_array_grow(r->fields, r->cap, sizeof(*r->fields));
	}
	f = &r->fields[r->count++];
	f->start = r->start;
	f->len = end - r->start;
	r->start = r->text.len;
}

static bool
at_delimiter(const struct csv_record *r, const char *p, const char *end)
{
	return (size_t)(end - p) >= r->delimiter_len &&
	    memcmp(p, r->delimiter, r->delimiter_len) == 0;
}

/* Up to the closing quote; end where there is none. */
static const char *
quoted_part(struct csv_record *r, const char *p, const char *end)
{
	while (p < end) {
		const char *q = memchr(p, '"', (size_t)(end - p));

		if (q == NULL)
			break;
		buf_add(&r->text, p, (size_t)(q - p));
		if (q + 1 < end && q[1] == '"') {
			buf_add_byte(&r->text, '"');
			p = q + 2;
			continue;
		}
		r->quoted = false;
		return q + 1;
	}
	if (p < end)
		buf_add(&r->text, p, (size_t)(end - p));
	return end;
}

static const char *
next_delimiter(const struct csv_record *r, const char *p, const char *end)
{
	const char *q;

	while (p < end &&
	    (q = memchr(p, r->delimiter[0], (size_t)(end - p))) != NULL) {
		if (at_delimiter(r, q, end))
			return q;
		p = q + 1;
	}
	return end;
}

bool
csv_record_line(struct csv_record *r, const char *s, size_t n)
{
	const char *p = s, *end = s + n, *stop;

	if (r->quoted)
		buf_add_byte(&r->text, '\n');
	for (;;) {
		if (!r->quoted && r->text.len == r->start) {
			while (p < end && (*p == ' ' || *p == '\t') &&
			    !at_delimiter(r, p, end))
				p++;
			if (p < end && *p == '"') {
				r->quoted = true;
				p++;
			}
		}
		if (r->quoted) {
			p = quoted_part(r, p, end);
			if (r->quoted)
				return false;
			/* what stands after the quote belongs to it */
			stop = next_delimiter(r, p, end);
			while (p < stop && (*p == ' ' || *p == '\t'))
				p++;
			if (p < stop) {
				buf_add(&r->text, p, (size_t)(stop - p));
				field_end(r, true);
			} else {
				field_end(r, false);
			}
		} else {
			stop = next_delimiter(r, p, end);
			buf_add(&r->text, p, (size_t)(stop - p));
			field_end(r, true);
		}
		if (stop == end)
			return true;
		p = stop + r->delimiter_len;
	}
}

void
csv_record_reset(struct csv_record *r)
{
	buf_reset(&r->text);
	r->count = 0;
	r->start = 0;
	r->quoted = false;
}

void
csv_record_clear(struct csv_record *r)
{
	buf_clear(&r->text);
	mem_free(r->fields);
}

void
csv_record_delimit(struct csv_record *r, const char *delimiter)
{
	r->delimiter_len = strnlen(delimiter, sizeof(r->delimiter) - 1);
	memcpy(r->delimiter, delimiter, r->delimiter_len);
	r->delimiter[r->delimiter_len] = '\0';
}

/* --- objects --- */

void
csv_reader_init(struct csv_reader *rd, const char *delimiter)
{
	memset(rd, 0, sizeof(*rd));
	buf_init(&rd->record.text);
	csv_record_delimit(&rd->record, delimiter);
}

void
csv_reader_clear(struct csv_reader *rd)
{
	size_t i;

	for (i = 0; rd->last != NULL && i < rd->shape->count; i++)
		value_unref(rd->last[i]);
	mem_free(rd->last);
	if (rd->shape != NULL)
		value_unref(object_value(rd->shape));
	mem_free(rd->type_name);
	csv_record_clear(&rd->record);
	memset(rd, 0, sizeof(*rd));
}

static enum flow
add_column(struct call *c, struct csv_reader *rd, const char *s, size_t n,
    size_t *unnamedp)
{
	char *name = n > 0 ? mem_strndup(s, n)
			   : mem_printf("H%zu", ++*unnamedp);
	enum flow flow = FLOW_MORE;

	if (object_find(rd->shape, name) != NULL)
		flow = call_throwf(c,
		    "System.Management.Automation."
		    "ExtendedTypeSystemException",
		    "AlreadyPresentPSMemberInfoInternalCollectionAdd",
		    "NotSpecified", VALUE_NULL,
		    "The member \"%s\" is already present.", name);
	else
		(void)object_add(rd->shape, name, MEMBER_NOTE);
	mem_free(name);
	return flow;
}

static void
start_shape(struct csv_reader *rd)
{
	char *csv = rd->type_name != NULL ? mem_printf("CSV:%s", rd->type_name)
					  : NULL;

	rd->shape = object_new(NULL);
	if (csv != NULL) {
		struct list *l = list_new(NULL, 3);

		list_add_take(l, value_string(csv));
		list_add_take(l,
		    value_string("System.Management.Automation."
				 "PSCustomObject"));
		list_add_take(l, value_string("System.Object"));
		rd->shape->types = l;
	}
	mem_free(csv);
}

enum flow
csv_reader_header(struct call *c, struct csv_reader *rd, struct value names)
{
	struct value v = value_base(names);
	size_t i, unnamed = 0;
	enum flow flow = FLOW_MORE;

	start_shape(rd);
	for (i = 0; flow == FLOW_MORE && value_is_list(v) &&
	     i < list_of(v)->count;
	     i++) {
		struct value s = value_base(list_of(v)->items[i]);

		flow = add_column(
		    c, rd, value_chars(s), value_chars_len(s), &unnamed);
	}
	rd->last = mem_zalloc((rd->shape->count + 1) * sizeof(*rd->last));
	return flow;
}

static enum flow
take_header(struct call *c, struct csv_reader *rd)
{
	const struct csv_record *r = &rd->record;
	size_t i, unnamed = 0, n = r->count;
	enum flow flow = FLOW_MORE;

	start_shape(rd);
	/* a delimiter at the end names no column */
	if (n > 1 && r->fields[n - 1].len == 0)
		n--;
	for (i = 0; flow == FLOW_MORE && i < n; i++)
		flow = add_column(c, rd, r->text.data + r->fields[i].start,
		    r->fields[i].len, &unnamed);
	rd->last = mem_zalloc((rd->shape->count + 1) * sizeof(*rd->last));
	if (flow == FLOW_MORE && unnamed > 0)
		flow = call_warn(c,
		    "One or more headers were not specified. Default names "
		    "starting with \"H\" have been used in place of any "
		    "missing headers.");
	return flow;
}

static enum flow
emit_row(struct call *c, struct csv_reader *rd)
{
	const struct csv_record *r = &rd->record;
	struct object *o = object_copy(rd->shape);
	size_t i;

	for (i = 0; i < o->count && i < r->count; i++) {
		const char *s = r->text.data + r->fields[i].start;
		size_t n = r->fields[i].len;
		struct value *last = &rd->last[i];

		if (!value_is_string(*last) || value_chars_len(*last) != n ||
		    memcmp(value_chars(*last), s, n) != 0)
			value_set_take(last, value_string_n(s, n));
		value_set(&o->members[i].value, *last);
	}
	return call_emit_take(c, object_value(o));
}

static enum flow
take_record(struct call *c, struct csv_reader *rd)
{
	const struct csv_record *r = &rd->record;

	if (r->count == 1 && r->fields[0].len == 0)
		return FLOW_MORE;
	return rd->shape == NULL ? take_header(c, rd) : emit_row(c, rd);
}

enum flow
csv_reader_line(struct call *c, struct csv_reader *rd, const char *s,
    size_t n)
{
	enum flow flow;

	if (!rd->record.quoted && rd->shape == NULL && n > 0 && s[0] == '#') {
		if (n > 6 && strncasecmp(s, "#TYPE ", 6) == 0) {
			mem_free(rd->type_name);
			rd->type_name = mem_strndup(s + 6, n - 6);
			return FLOW_MORE;
		}
		if (n > 9 && strncasecmp(s, "#Fields: ", 9) == 0) {
			s += 9;
			n -= 9;
		}
	}
	if (!csv_record_line(&rd->record, s, n))
		return FLOW_MORE;
	flow = take_record(c, rd);
	csv_record_reset(&rd->record);
	return flow;
}

enum flow
csv_reader_end(struct call *c, struct csv_reader *rd)
{
	enum flow flow = FLOW_MORE;

	if (rd->record.quoted) {
		field_end(&rd->record, false);
		flow = take_record(c, rd);
	}
	csv_record_reset(&rd->record);
	return flow;
}
