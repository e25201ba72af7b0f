/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_OBJECT_MEMBERS_H
#define CMDLETS_OBJECT_MEMBERS_H

#include "core/cmdlet.h"
#include "core/object.h"

/* A member as Add-Member and Update-TypeData describe it. */
struct member_wish {
	const char *kind; /* PSMemberTypes' name */
	const char *name;
	struct value value;
	struct value second;
};

/* Puts it into a bag; what there was of the name is gone. */
enum flow member_put(struct call *c, struct object *bag,
    const struct member_wish *wish);

/* An object with a property of that name that lists names. Owned. */
struct value property_set_new(struct value names);

#endif
