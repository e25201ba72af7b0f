/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk over a class of objects, page by page. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "model/walk.h"

void
walk_begin(struct walk *w, struct store *s, const char *class_name,
    const char *property, const char *text)
{
	memset(w, 0, sizeof(*w));
	w->store = s;
	w->class_name = class_name;
	w->property = property;
	w->text = text != NULL ? mem_strdup(text) : NULL;
	w->rows = mem_array(STORE_PAGE, sizeof(*w->rows));
}

static void
drop_page(struct walk *w)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		store_row_clear(&w->rows[i]);
	w->count = w->at = 0;
}

int
walk_next(struct walk *w, struct store_row **rowp, struct fault *f)
{
	int rc;

	if (w->at == w->count) {
		drop_page(w);
		if (w->last)
			return 0;
		if (w->property != NULL)
			rc = store_find(w->store, w->class_name, w->property,
			    w->text, w->after, w->rows, STORE_PAGE, &w->count,
			    f);
		else
			rc = store_page(w->store, w->class_name, w->after,
			    w->rows, STORE_PAGE, &w->count, f);
		if (rc != 0)
			return -1;
		w->last = w->count < STORE_PAGE;
		if (w->count == 0)
			return 0;
		w->after = w->rows[w->count - 1].id;
	}
	*rowp = &w->rows[w->at++];
	return 1;
}

void
walk_end(struct walk *w)
{
	if (w->rows != NULL)
		drop_page(w);
	mem_free(w->rows);
	mem_free(w->text);
	memset(w, 0, sizeof(*w));
}
