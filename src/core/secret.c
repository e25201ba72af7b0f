/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that is wiped and never shown. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "core/secret.h"

struct secret {
	struct cell cell;
	size_t len;
	char text[];
};

static void
secret_release(struct cell *c)
{
	struct secret *s = (struct secret *)(void *)c;

	mem_wipe(s->text, s->len);
	mem_free(s);
}

struct type type_securestring = {
	.name = "System.Security.SecureString",
	.short_name = "securestring",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = secret_release,
};

struct value
value_secret(const char *text, size_t len)
{
	struct secret *s = mem_zalloc(sizeof(*s) + len + 1);
	struct value v = { .type = &type_securestring, .u.p = &s->cell };

	s->cell.refs = 1;
	s->cell.type = &type_securestring;
	s->len = len;
	memcpy(s->text, text, len);
	return v;
}

bool
value_is_secret(struct value v)
{
	return v.type == &type_securestring;
}

const char *
secret_chars(struct value v)
{
	return value_is_secret(v) ? ((struct secret *)(void *)v.u.p)->text
				  : NULL;
}

size_t
secret_len(struct value v)
{
	return value_is_secret(v) ? ((struct secret *)(void *)v.u.p)->len : 0;
}
