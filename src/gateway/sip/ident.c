/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags, Call-IDs and branches nobody can guess. */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "gateway/sip/msg_write.h"

static void
random_hex(size_t n, char *out)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t bytes[16];
	size_t i;

	while (getrandom(bytes, n, 0) != (ssize_t)n)
		;
	for (i = 0; i < n; i++) {
		out[2 * i] = hex[bytes[i] >> 4];
		out[2 * i + 1] = hex[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

void
sip_make_tag(char tag[SIP_TAG_SIZE])
{
	random_hex((SIP_TAG_SIZE - 1) / 2, tag);
}

void
sip_make_branch(char branch[SIP_BRANCH_SIZE])
{
	memcpy(branch, "z9hG4bK", 7);
	random_hex(12, branch + 7);
}
