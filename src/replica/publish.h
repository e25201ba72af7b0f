/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REPLICA_PUBLISH_H
#define REPLICA_PUBLISH_H

#include "core/value.h"
#include "store/store.h"
#include "svc/service.h"

/*
 * Makes numbered snapshots from a store: sealed memory files for the
 * services, and the same as files for those that start without a supervisor.
 */
struct publisher;

struct publication {
	int64_t number;      /* the store's when it was read */
	int64_t user_number; /* the user table's */
	/* What each service is told; the publisher's until the next one. */
	struct service_part parts[SERVICE_PARTS_MAX];
	size_t n_parts;
	struct value settings; /* all of it; the same: borrowed */
	bool users_changed;
};

/* folder: FEDSH_HOME/replica; s and it outlive the publisher. */
struct publisher *publisher_open(struct store *s, const char *folder);
void publisher_close(struct publisher *p); /* accepts NULL */

/* Whether the store has changed since the last one; -1 failed. */
int publisher_is_due(struct publisher *p, struct fault *f);
/* Reads the store; on failure the last publication stays as it was. */
int publisher_make(struct publisher *p, struct publication *out,
    struct fault *f);
/*
 * Writes the last publication's files (new name, fsync, rename) and removes
 * older ones. Services have it already, whatever happens here.
 */
int publisher_write(struct publisher *p, struct fault *f);

#endif
