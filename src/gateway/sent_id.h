/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SENT_ID_H
#define GATEWAY_SENT_ID_H

#include <stdbool.h>
#include <stdint.h>

/* LIMIT: how long after a message its error is still told [M5]. */
#define SENT_ID_SECONDS (24 * 60 * 60)

struct sent_id_key {
	unsigned char secret[32];
};

/* For a message of local (bare) to remote (bare), at wall seconds. Owned. */
char *sent_id_new(const struct sent_id_key *key, const char *local,
    const char *remote, int64_t wall);
/* Made with this key for this pair within the last SENT_ID_SECONDS? */
bool sent_id_is_ours(const struct sent_id_key *key, const char *id,
    const char *local, const char *remote, int64_t wall);

#endif
