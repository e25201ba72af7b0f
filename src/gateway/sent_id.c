/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ids of the stanzas we write for S's messages [M5]. Each says when and for
 * whom it was made and carries a seal over that, so that an error which comes
 * hours later and after a restart is still known to be about a message of ours,
 * without a table of all that was sent.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/sent_id.h"
#include "net/hash.h"

/* Time and chance in eight digits each, the seal in sixteen. */
#define HEAD 16
#define SEAL 16

static void
seal(const struct sent_id_key *key, const char *head, const char *local,
    const char *remote, char out[HASH_HEX_SIZE])
{
	struct buf text = { 0 };

	buf_printf(&text, "%.*s\n%s\n%s", HEAD, head, local, remote);
	(void)hash_hmac_hex(HASH_SHA256, key->secret, sizeof(key->secret),
	    text.data, text.len, out);
	buf_clear(&text);
}

char *
sent_id_new(const struct sent_id_key *key, const char *local,
    const char *remote, int64_t wall)
{
	char head[HEAD + 1], mac[HASH_HEX_SIZE], chance[HEAD / 2 + 1];

	(void)hash_random_hex(HEAD / 4, chance);
	(void)snprintf(head, sizeof(head), "%08x%s",
	    (unsigned int)(uint32_t)wall, chance);
	seal(key, head, local, remote, mac);
	return mem_printf("%s%.*s", head, SEAL, mac);
}

bool
sent_id_is_ours(const struct sent_id_key *key, const char *id,
    const char *local, const char *remote, int64_t wall)
{
	char mac[HASH_HEX_SIZE], time[HEAD / 2 + 1];
	uint32_t age;

	if (strlen(id) != HEAD + SEAL ||
	    strspn(id, "0123456789abcdef") != HEAD + SEAL)
		return false;
	seal(key, id, local, remote, mac);
	if (!hash_equal(mac, id + HEAD, SEAL))
		return false;
	(void)snprintf(time, sizeof(time), "%.8s", id);
	age = (uint32_t)wall - (uint32_t)strtoul(time, NULL, 16);
	return age < SENT_ID_SECONDS;
}
