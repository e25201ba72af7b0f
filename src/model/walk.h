/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_WALK_H
#define MODEL_WALK_H

#include "store/store.h"

/* A walk over a class, page by page, that holds nothing in the store. */
struct walk {
	struct store *store;
	const char *class_name;
	const char *property; /* NULL: all of the class */
	char *text;
	int64_t after;
	struct store_row *rows;
	size_t count, at;
	bool last;
};

/* Strings of names are borrowed, text is copied. */
void walk_begin(struct walk *w, struct store *s, const char *class_name,
    const char *property, const char *text);
/* 1: *rowp is the next, valid until the next call; 0: no more; -1. */
int walk_next(struct walk *w, struct store_row **rowp, struct fault *f);
void walk_end(struct walk *w); /* may be called twice, and on zeroes */

#endif
