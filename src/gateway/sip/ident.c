/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags, Call-IDs and branches nobody can guess. */
#include "config.h"

#include <string.h>

#include "gateway/sip/msg_write.h"
#include "net/hash.h"

void
sip_make_tag(char tag[SIP_TAG_SIZE])
{
	(void)hash_random_hex((SIP_TAG_SIZE - 1) / 2, tag);
}

void
sip_make_branch(char branch[SIP_BRANCH_SIZE])
{
	memcpy(branch, "z9hG4bK", 7);
	(void)hash_random_hex(12, branch + 7);
}
