/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames between our processes; what is read can be written again. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "svc/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct fault f, fault;
	struct frame fr;
	struct buf b;
	size_t used;

	buf_init(&b);
	while (frame_read(p, size, &fr, &used, &f) == 1) {
		if (used > size)
			abort();
		if (frame_write(&b, fr.kind, fr.id, fr.payload, fr.n_fds, &f) ==
		    -1)
			abort();
		if (fr.kind == FRAME_FAULT)
			frame_value_fault(fr.payload, &fault);
		frame_clear(&fr);
		p += used;
		size -= used;
	}
	buf_clear(&b);
	return 0;
}
