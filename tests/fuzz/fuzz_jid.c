/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses: what was prepared once is prepared for good; escapes invert. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/jid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_escapes(const char *text)
{
	char *escaped, *plain;

	if (jid_escape(text, &escaped, NULL) < 0)
		return;
	plain = jid_unescape(escaped);
	if (strcmp(plain, text) != 0 || !jid_local_is_canonical(escaped))
		abort();
	mem_free(plain);
	mem_free(escaped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *again;
	struct jid j, k;

	if (jid_parse(text, &j, NULL) == 0) {
		again = jid_text(&j);
		if (jid_parse(again, &k, NULL) < 0 || !jid_equal(&j, &k))
			abort();
		mem_free(again);
		jid_clear(&j);
		jid_clear(&k);
	}
	check_escapes(text);
	mem_free(text);
	return 0;
}
