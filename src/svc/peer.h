/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_PEER_H
#define SVC_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/value.h"
#include "net/loop.h"

/*
 * One of our other processes at the end of a unix stream: calls both ways,
 * messages without answer, descriptors. Whatever it sends is checked; a
 * broken frame ends the connection and nothing else.
 */
struct peer;
struct peer_call;    /* one that came from there */
struct peer_request; /* one that went there */

struct peer_ops {
	/* Answer with call_end and the like, now or later; arg is borrowed. */
	void (*on_call)(struct peer *p, struct peer_call *call,
	    const char *name, struct value arg, void *ctx);
	/* fds: take one by setting it to -1, the rest are closed. */
	void (*on_tell)(struct peer *p, const char *name, struct value arg,
	    int *fds, size_t n_fds, void *ctx);
	/* The other end is gone or broken. p is freed on a later turn. */
	void (*on_closed)(struct peer *p, const struct fault *why, void *ctx);
};

/* Takes over a connected unix socket and says hello with this name. */
struct peer *peer_open_take(struct loop *l, int fd, const char *our_name,
    const struct peer_ops *ops, void *ctx);
/* Sends what the socket takes now, then closes; no callback any more. */
void peer_close(struct peer *p);
const char *peer_name(const struct peer *p); /* its hello; "" before */
size_t peer_pending(const struct peer *p);   /* bytes not yet sent */
void *peer_ctx(const struct peer *p);

/* fds are duplicated; the caller keeps its own. */
int peer_tell(struct peer *p, const char *name, struct value arg,
    const int *fds, size_t n_fds, struct fault *f);

struct peer_answer_ops {
	void (*on_object)(struct value v, void *ctx);   /* or NULL */
	void (*on_progress)(struct value v, void *ctx); /* or NULL */
	/* Exactly once; failed NULL: it ended well. */
	void (*on_end)(const struct fault *failed, void *ctx);
};

/* timeout_ms 0: none (but the connection's end ends it). */
struct peer_request *peer_call(struct peer *p, const char *name,
    struct value arg, int64_t timeout_ms, const struct peer_answer_ops *ops,
    void *ctx);
/* No callback any more; tells the other side. */
void peer_request_cancel(struct peer_request *r);

/*
 * Answering. A call lives until call_end or call_fail, also when its caller
 * is gone (then what is emitted goes nowhere; ask call_is_gone).
 */
void peer_call_emit(struct peer_call *c, struct value v);
void call_progress(
    struct peer_call *c, const char *activity, const char *status, int percent);
void call_end(struct peer_call *c);
void call_fail(struct peer_call *c, const struct fault *f);
bool call_is_gone(const struct peer_call *c);
/* Told once when the caller cancels or goes; call_end is still due. */
void call_on_gone(struct peer_call *c, void (*fn)(void *ctx), void *ctx);
/* Whether to emit more now, or wait (a slow reader). */
bool call_is_full(const struct peer_call *c);
/* Once, on a later turn, when call_is_full is no longer so. */
void call_on_drain(struct peer_call *c, void (*fn)(void *ctx), void *ctx);

#endif
