/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No bytes from a socket, snapshot or store file end a process. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value v, again;
	struct buf b = { 0 };
	struct fault f;

	if (codec_read(data, size, NULL, &v, &f) != 0)
		return 0;
	/* What was read can be written, and reads the same. */
	if (codec_write(&b, v, &f) != 0 ||
	    codec_read(b.data, b.len, NULL, &again, &f) != 0)
		abort();
	value_unref(again);
	value_unref(v);
	buf_clear(&b);
	return 0;
}
