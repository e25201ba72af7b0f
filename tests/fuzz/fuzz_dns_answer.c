/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS answers: the first byte chooses the type that was asked for. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "net/dns_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum resolver_type types[] = { RESOLVER_A, RESOLVER_AAAA,
		RESOLVER_SRV, RESOLVER_TLSA };
	struct dns_answer a;

	if (size == 0)
		return 0;
	(void)dns_wire_read(
	    data + 1, size - 1, types[data[0] % 4], "x.test", &a);
	dns_answer_clear(&a);
	return 0;
}
