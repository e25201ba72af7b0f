/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DateTime, DateTimeOffset and TimeSpan. */
#include "config.h"

#include "types/member.h"
#include "types/tables.h"

struct type type_datetimeoffset = {
	.name = "System.DateTimeOffset",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE,
	.base = &type_valuetype,
	.release = cell_free_plain,
};

void
dates_init(void)
{
	type_add(&type_datetimeoffset);
}
