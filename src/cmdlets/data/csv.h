/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_CSV_H
#define CMDLETS_DATA_CSV_H

#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/object.h"

/* --- reading --- */

struct csv_field {
	size_t start, len; /* in text */
};

/* A record that grows by lines until its quotes are closed. */
struct csv_record {
	char delimiter[8]; /* UTF-8 */
	size_t delimiter_len;
	struct buf text;
	struct csv_field *fields;
	size_t count, cap;
	bool quoted; /* inside quotes at the end of the last line */
	size_t start;
};

/* true: the record is whole. After that csv_record_reset. */
bool csv_record_line(struct csv_record *r, const char *s, size_t n);
void csv_record_reset(struct csv_record *r);
void csv_record_clear(struct csv_record *r);
/* What separates its fields; as csv_delimiter() gives it. */
void csv_record_delimit(struct csv_record *r, const char *delimiter);

/* Records to objects: the first names the columns. */
struct csv_reader {
	struct csv_record record;
	struct object *shape; /* all columns, null */
	struct value *last;   /* the previous row's values, to be shared */
	char *type_name;      /* of a #TYPE line */
	bool warned;
};

void csv_reader_init(struct csv_reader *rd, const char *delimiter);
void csv_reader_clear(struct csv_reader *rd);
/* -Header: an array of strings. */
enum flow csv_reader_header(struct call *c, struct csv_reader *rd,
    struct value names);
/* A line of text; emits an object where one is whole. */
enum flow csv_reader_line(struct call *c, struct csv_reader *rd,
    const char *s, size_t n);
/* The end: quotes that were never closed are closed. */
enum flow csv_reader_end(struct call *c, struct csv_reader *rd);

/* -Delimiter or -UseCulture as text. */
void csv_delimiter(struct call *c, size_t delimiter, char out[8]);

/* --- writing --- */

enum csv_quotes { CSV_NEVER, CSV_ALWAYS, CSV_AS_NEEDED };

struct csv_writer {
	char delimiter[8];
	enum csv_quotes quotes;
	struct value quote_fields; /* list of names, borrowed; or null */
	struct list *names;        /* columns; NULL until known */
	bool *quote;               /* by column where quote_fields is */
};

/* Columns from the first object. */
enum flow csv_writer_columns(struct call *c, struct csv_writer *w,
    struct value v);
void csv_writer_quotes(struct csv_writer *w);
void csv_writer_clear(struct csv_writer *w);
/* Without a line end. */
void csv_write_header(const struct csv_writer *w, struct buf *out);
enum flow csv_write_row(struct call *c, const struct csv_writer *w,
    struct value v, struct buf *out);
/* The #TYPE line. */
void csv_write_type(struct value v, struct buf *out);

#endif
