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
/* Writes the user table to fd (empty, seekable). */
int snapshot_users(struct store *s, int fd, int64_t number, struct fault *f);
/*
 * When what the user table is made from last changed (store_number of users,
 * policies, pools). -1 failed.
 */
int64_t snapshot_users_number(struct store *s, struct fault *f);

#endif
