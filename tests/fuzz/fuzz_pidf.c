/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presence documents: what was read can be written and read again. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "gateway/map/pidf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };
	struct pidf p, q;

	if (pidf_read((const char *)data, size, "sip", 1, &p, NULL) < 0)
		return 0;
	pidf_write(&p, "pres:a@b", "sip:a@b", true, &b);
	if (pidf_read(b.data, b.len, "sip", 1, &q, NULL) < 0 || q.n != p.n)
		abort();
	pidf_clear(&p);
	pidf_clear(&q);
	buf_clear(&b);
	return 0;
}
