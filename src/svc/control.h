/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_CONTROL_H
#define SVC_CONTROL_H

#include <stddef.h>

#include "core/fault.h"
#include "core/value.h"
#include "net/loop.h"
#include "svc/peer.h"

/*
 * The server side of a control socket: a unix socket of mode 0600 whose
 * callers must be root or the user we run as (checked by the kernel's word).
 */
struct control;

struct control_method {
	const char *name;
	/* arg is borrowed; answer through call. */
	void (*fn)(struct peer_call *call, struct value arg, void *ctx);
};

/* methods end with name NULL and outlive the control. Removes a socket that
 * a dead process left; the caller holds the lock that makes this safe. */
struct control *control_open(struct loop *l, const char *path,
    const struct control_method *methods, void *ctx, struct fault *f);
size_t control_users(const struct control *c); /* connected now */
void control_close(struct control *c); /* ends its connections too */

#endif
