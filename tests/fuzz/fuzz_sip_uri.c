/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The URI door. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/buf.h"
#include "gateway/sip/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sip_uri u, again;
	struct buf b = { 0 };

	if (sip_uri_parse(sip_span_make((const char *)data, size), &u, NULL) !=
	    0)
		return 0;
	sip_uri_write(&u, 0, &b);
	if (sip_uri_parse(sip_span_make(b.data, b.len), &again, NULL) != 0 ||
	    !sip_uri_equal(&u, &again))
		abort();
	buf_reset(&b);
	(void)sip_uri_aor(&u, &b);
	buf_clear(&b);
	return 0;
}
