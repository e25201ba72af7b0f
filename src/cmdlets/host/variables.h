/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_HOST_VARIABLES_H
#define CMDLETS_HOST_VARIABLES_H

#include "core/cmdlet.h"

/* What the commands for variables share: which variables are meant. */
struct picked {
	char *name;
	unsigned options;
	struct value object; /* the PSVariable */
	struct value value;
};

struct variable_pick {
	const char *scope; /* NULL: here and outwards */
	struct value include, exclude; /* borrowed */
	struct picked *items;
	size_t count;
};

/* Adds what a name or wildcard means. *foundp false: nothing is so named. */
enum flow variable_pick_name(struct call *c, struct variable_pick *p,
    const char *name, bool *foundp);
void variable_pick_clear(struct variable_pick *p);
bool variable_wanted(struct value include, struct value exclude,
    const char *name);
enum flow variable_missing(struct call *c, const char *name);
enum flow variable_not_writable(struct call *c, const char *name);

#endif
