/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash of plain bytes. */
#include "config.h"


#include "types/member.h"
#include "types/tables.h"
#include "types/system_internal.h"

uint32_t
hash_bytes(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t h = 2166136261u;

	while (n-- > 0)
		h = (h ^ *b++) * 16777619u;
	return h;
}
