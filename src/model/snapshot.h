/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include "core/usertable.h"
#include "core/value.h"
#include "store/store.h"

/*
 * Everything services need, resolved and numbered; what the keys mean is in
 * doc/internals/snapshot.md.
 */

/* The settings dictionary. Owned. */
int snapshot_settings(struct store *s, int64_t number, int64_t user_number,
    struct value *settingsp, struct fault *f);
/*
 * What one service may know of them: REPLICA hands each its own part, so that
 * the proxy, which faces the internet, knows no user and no inside policy.
 */
enum snapshot_users_kind {
	SNAPSHOT_NO_USERS,
	SNAPSHOT_USERS,	       /* who may what */
	SNAPSHOT_USERS_SECRET, /* and what they sign in with */
};
struct snapshot_service {
	const char *name;
	enum snapshot_users_kind users;
};
/* Ends with name NULL. */
extern const struct snapshot_service snapshot_services[];
/* Of one of these services. Owned. */
struct value snapshot_part(struct value settings, const char *service);

/* Writes the user table to fd (empty, seekable); not for NO_USERS. */
int snapshot_users(struct store *s, int fd, int64_t number,
    enum snapshot_users_kind kind, struct fault *f);
/*
 * When what the user table is made from last changed (store_number of users,
 * policies, pools). -1 failed.
 */
int64_t snapshot_users_number(struct store *s, struct fault *f);

#endif
