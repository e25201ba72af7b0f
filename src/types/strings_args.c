/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.String: receivers and arguments as its members read them. */
#include "config.h"

#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/strings_internal.h"

struct string *
str_self(struct member_call *c)
{
	return string_of(c->self);
}

struct value
str_take_text(char *text, size_t n)
{
	struct value v = value_string_n(text, n);

	mem_free(text);
	return v;
}

/* A char or string argument as a string, owned. */
struct value
str_text_arg(struct value v)
{
	if (v.type == &type_char)
		return string_from_units(&v.u.c, 1);
	return value_is_string(v) ? value_ref(v) : value_string("");
}
