/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_FORMAT_FORMAT_INTERNAL_H
#define SHELL_FORMAT_FORMAT_INTERNAL_H

#include "core/buf.h"
#include "core/run.h"
#include "core/type.h"
#include "core/value.h"
#include "shell/format/view.h"

/* LIMIT: columns of a table whose properties nobody named. */
#define TABLE_COLUMNS_MAX 10
/* LIMIT: more properties than this are shown as a list. */
#define TABLE_PROPERTIES_MAX 4
/* LIMIT: narrower than this a column is left out rather than cut. */
#define COLUMN_WIDTH_MIN 4

struct column {
	char *label;
	struct value expression; /* property name (may be a pattern) or block */
	const struct view_column *computed; /* a view's C function, or NULL */
	char *format;            /* FormatString, or NULL */
	int width;               /* 0: fitted or shared */
	enum align align;
};

/*
 * How a run of objects is laid out; what Format-Table and its kind decide
 * once. Counted: every entry holds its layout.
 */
struct layout {
	struct cell cell;
	enum shape shape;
	struct column *columns;
	size_t count;
	bool fit;          /* widths follow the contents */
	bool wrap;
	bool hide_headers;
	bool repeat_header;
	bool aligned;      /* alignments were taken from a first object */
	bool given;        /* a calculated column has a width of its own */
	bool implicit;     /* made by the engine, not by a Format- command */
	char *type_name;   /* of the objects it was made for (implicit) */
	struct column *group; /* or NULL */
	int wide_columns;
	int depth;
};

/* One object laid out: the texts of its cells. Counted. */
struct entry {
	struct cell cell;
	struct layout *layout;
	struct value *texts; /* strings, layout->count of them */
	struct value group;  /* text of the group's value, or null */
	struct value whole;  /* SHAPE_TEXT and SHAPE_CUSTOM: all of it */
};

extern struct type type_format_entry;

/*
 * What a Format- command says beside its entries, in this order: a start and
 * a group's start before the first, a group's end and an end after the last.
 * The engine writes what it holds of a layout when it ends.
 */
enum { MARK_START, MARK_GROUP_START, MARK_GROUP_END, MARK_END, MARKS };

struct mark {
	struct cell cell;
	struct layout *layout;
};

extern struct type type_format_mark[MARKS];

/* Owned. */
struct value mark_new(struct layout *l, int which);
static inline bool
value_is_mark(struct value v)
{
	return v.type >= type_format_mark && v.type < type_format_mark + MARKS;
}
/* An entry or a mark: laid out already. */
static inline bool
value_is_laid_out(struct value v)
{
	return v.type == &type_format_entry || value_is_mark(v);
}

struct layout *layout_new(enum shape shape);
void layout_unref(struct layout *l);
struct column *layout_add_column(struct layout *l, const char *label);
void column_clear(struct column *c);

/* The layout PowerShell chooses for v by itself. */
enum flow layout_for_value(struct run *r, struct value v, enum shape *wanted,
    struct layout **layoutp);
/* Lays v out. Owned value of type_format_entry. */
enum flow entry_make(struct run *r, struct layout *l, struct value v,
    struct value *entryp);

/* Whether v is written as its text (strings, numbers ...). */
bool value_is_plain(struct value v);

/* A plain value's text as output shows it. */
enum flow format_plain(struct run *r, struct value v, struct value *textp);
/* The text of a property's value; in_table: doubles have three decimals. */
enum flow cell_text(struct run *r, struct value v, bool in_table,
    const char *format, struct value *textp);
enum flow custom_text(struct run *r, struct value v, int depth,
    struct buf *b);

/* Text geometry: display columns (core/text.h). */
int text_columns(const char *s, size_t len);
/* Bytes of s that fit in columns; *usedp gets the columns they take. */
size_t text_fit(const char *s, size_t len, int columns, int *usedp);

/*
 * Widths for the columns of l in width columns; 0 hides one. fitted: a table
 * was fitted to its contents before on the same way out; PowerShell then
 * looks at no width that a calculated column asks for.
 */
void table_widths(const struct layout *l, struct entry *const *entries,
    size_t count, int width, bool fitted, int *widths);
void table_header(const struct layout *l, const int *widths, struct buf *b);
void table_row(const struct layout *l, const int *widths,
    const struct entry *e, struct buf *b);
void list_entry(const struct layout *l, const struct entry *e, int width,
    struct buf *b);
/* spare: the first columns that are one wider. */
void wide_row(struct entry *const *entries, size_t count, size_t columns,
    int column_width, size_t spare, struct buf *b);

#endif
