/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the views of members share. */
#ifndef TYPES_VIEW_INTERNAL_H
#define TYPES_VIEW_INTERNAL_H

#include "types/types_internal.h"

/* A member as an object: PSPropertyInfo and PSMethod. */
struct info {
	struct cell cell;
	struct value owner;
	char *name;
	const char *kind; /* "NoteProperty" ... */
};

#define INFO_TYPE(var, full)                                                   \
	struct type var = {                                                    \
		.name = (full),                                                \
		.kind = TYPE_KIND_CLASS,                                       \
		.flags = TYPE_COUNTED,                                         \
		.base = &type_system_object,                                   \
		.release = view_info_release,                                  \
		.children = view_info_children,                                \
	}

/* One member of a walk. */
typedef enum flow walk_fn(void *arg, const char *name, const char *kind,
    const char *definition, bool property);

void view_info_release(struct cell *c);
void view_info_children(struct cell *c, void (*visit)(struct value *, void *),
    void *arg);
extern struct type type_noteproperty;
extern struct type type_psproperty;
extern struct type type_aliasproperty;
extern struct type type_scriptproperty;
extern struct type type_memberinfo;
struct info *view_info_of(struct value v);
enum flow view_walk_members(struct value v, walk_fn *fn, void *arg);
extern const struct member_spec note_members[];
extern const struct type_ops info_ops;
extern const struct type_ops method_ops;

#endif
