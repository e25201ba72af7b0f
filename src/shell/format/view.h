/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_FORMAT_VIEW_H
#define SHELL_FORMAT_VIEW_H

#include "core/run.h"
#include "core/value.h"

enum shape {
	SHAPE_TABLE,
	SHAPE_LIST,
	SHAPE_WIDE,
	SHAPE_CUSTOM,
	SHAPE_TEXT, /* the view is one piece of text */
	SHAPE_ANY,  /* whatever comes first */
};

enum align {
	ALIGN_UNDEFINED, /* by the first value: numbers to the right */
	ALIGN_LEFT,
	ALIGN_CENTER,
	ALIGN_RIGHT,
};

/* One column or list item of a view. */
struct view_column {
	const char *label;
	const char *property; /* NULL where compute is set */
	int width;            /* 0: what is left */
	enum align align;
	enum flow (*compute)(struct run *r, struct value v,
	    struct value *outp);
};

/* How objects with a type name look when nobody says otherwise. */
struct view {
	const char *type_name;
	enum shape shape;
	const struct view_column *columns; /* ends with a NULL label */
	const char *group_by;              /* property, or NULL */
	bool fit;
	/* SHAPE_TEXT */
	enum flow (*text)(struct run *r, struct value v, struct value *outp);
};

/* Tables, each ending with a NULL type_name; looked through in this order. */
extern const struct view views_cs[];
extern const struct view views_ps[];
extern const struct view views_net[];

/* The first view of shape (or any) for one of v's type names; or NULL. */
const struct view *view_find(struct value v, enum shape shape);

#endif
