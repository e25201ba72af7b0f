/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language's types join the names that scripts know. */
#include "config.h"

#include "types/member.h"

void lang_type_add(struct type *t);

void
lang_type_add(struct type *t)
{
	type_add(t);
}
