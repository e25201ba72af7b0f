/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_REMOTE_H
#define CMDLETS_CS_REMOTE_H

#include "core/cmdlet.h"
#include "core/dict.h"
#include "svc/client.h"

/*
 * Asks the supervisor (starting one where ensure is set) and gives each
 * object it answers to fn, which may be NULL. Ctrl-C ends it. 0, or -1 with
 * the fault; *flowp is what fn said last.
 */
int remote_call(struct call *c, const char *method, struct value arg,
    bool ensure, int64_t timeout_ms,
    enum flow (*fn)(struct call *c, struct value v, void *ctx), void *ctx,
    enum flow *flowp, struct fault *f);

/* An argument: a dictionary the caller unrefs. */
struct dict *remote_arg(void);
void remote_set_text(struct dict *d, const char *name, const char *text);
void remote_set_bool(struct dict *d, const char *name, bool b);

/* A property of what came; borrowed. */
struct value remote_get(struct value v, const char *name);
const char *remote_text(struct value v, const char *name);

#endif
