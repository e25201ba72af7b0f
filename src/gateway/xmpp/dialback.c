/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server dialback: making and checking keys. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/xmpp/dialback.h"
#include "net/hash.h"

void
dialback_key(const char *secret, const char *receiving,
    const char *originating, const char *id, char out[DIALBACK_KEY_SIZE])
{
	char key[HASH_HEX_SIZE], mac[HASH_HEX_SIZE];
	struct buf text = { 0 };

	(void)hash_hex(HASH_SHA256, secret, strlen(secret), key);
	buf_printf(&text, "%s %s %s", receiving, originating, id);
	(void)hash_hmac_hex(HASH_SHA256, key, strlen(key), text.data, text.len,
	    mac);
	memcpy(out, mac, DIALBACK_KEY_SIZE);
	buf_clear(&text);
	mem_wipe(key, sizeof(key));
}

bool
dialback_key_is(const char *key, const char *secret, const char *receiving,
    const char *originating, const char *id)
{
	static const char white[] = " \t\r\n";
	char want[DIALBACK_KEY_SIZE];
	size_t n;

	dialback_key(secret, receiving, originating, id, want);
	key += strspn(key, white);
	n = strlen(key);
	while (n > 0 && strchr(white, key[n - 1]) != NULL)
		n--;
	return n == strlen(want) && hash_equal(key, want, n);
}
