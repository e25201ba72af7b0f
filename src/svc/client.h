/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_CLIENT_H
#define SVC_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/value.h"

/*
 * The shell's end of the control socket: one call at a time, waiting with
 * poll; needs no loop. Methods are listed in doc/internals/control.md.
 */
struct client;

/* Connects; FAULT_UNAVAILABLE when no supervisor runs. */
struct client *client_open(struct fault *f);
/* Starts a supervisor for this FEDSH_HOME first if none runs. */
struct client *client_open_ensure(struct fault *f);
void client_close(struct client *c); /* accepts NULL */

struct client_call {
	const char *method;
	struct value arg; /* borrowed */
	int64_t timeout_ms; /* without any answer for so long; 0: 30 000 */
	/* Asked at least every 100 ms; true ends the call with STOPPED. */
	bool (*stopped)(void *ctx);
	/* v is borrowed; return false for "no more" (not a failure). */
	bool (*on_object)(struct value v, void *ctx);
	void (*on_progress)(
	    const char *activity, const char *status, int percent, void *ctx);
	void *ctx;
};

/* -1: the other side's fault, or TIMEOUT, STOPPED, CLOSED. After the last
 * three the client is of no more use. */
int client_call(struct client *c, const struct client_call *call,
    struct fault *f);

/* The first object of the answer (null when there was none). Owned. */
int client_ask(struct client *c, const char *method, struct value arg,
    struct value *vp, struct fault *f);

/* Asks service's own method through the supervisor; streams as above. */
int client_call_service(struct client *c, const char *service,
    const struct client_call *call, struct fault *f);

/* Opens, asks, closes; only if a supervisor runs (else 0 and null). */
int client_poke(const char *method, struct value arg, struct fault *f);

/*
 * Makes sure that a supervisor runs: connects, and if nobody answers starts
 * "/proc/self/exe --supervisor" in a session of its own and waits until it
 * listens. One per FEDSH_HOME, by a lock.
 */
int client_ensure_supervisor(struct fault *f);

#endif
