/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_REGISTRAR_H
#define GATEWAY_REGISTRAR_H

#include "gateway/sip/stack.h"
#include "live/live.h"

/*
 * Which contacts an address of record has right now (RFC 3261 section 10,
 * with instances of 5626 and public GRUUs of 5627). Keys are AORs as
 * sip_uri_aor writes them. Who may register what is decided before.
 */
struct registrar;

/* Where to send a request for one binding. Spans live until the next call. */
struct registrar_target {
	const char *contact; /* the Request-URI */
	struct sip_target target;
};

/* LIMIT: R-06 */
#define REGISTRAR_BINDINGS_MAX 10

struct registrar_ops {
	/* The number of an AOR's bindings changed. */
	void (*on_change)(const char *aor, unsigned bindings, void *arg);
};

/* journal (may be NULL) keeps bindings over a restart; it stays the owner's. */
struct registrar *registrar_new(struct sip_stack *s, struct live *journal,
    const struct registrar_ops *ops, void *arg);
void registrar_free(struct registrar *r);
/* Bindings from the journal, once at start; on_change is called for each. */
void registrar_restore(struct registrar *r);

/* Answers a REGISTER whose sender may register for aor. */
void registrar_request(
    struct registrar *r, struct sip_server *t, const char *aor);

/* Fills out; gr (may be NULL): only the binding of that instance. */
unsigned registrar_find(struct registrar *r, const char *aor,
    const struct sip_span *gr,
    struct registrar_target out[REGISTRAR_BINDINGS_MAX]);
unsigned registrar_count(const struct registrar *r, const char *aor);
unsigned registrar_total(const struct registrar *r); /* AORs */

void registrar_flow_closed(struct registrar *r, uint64_t flow);
/* A request to that contact found its connection dead (430). */
void registrar_drop(struct registrar *r, const char *aor, const char *contact);
/* The user is gone or disabled. */
void registrar_forget(struct registrar *r, const char *aor);
/* Calls fn for each AOR; fn may not change bindings. */
void registrar_each(const struct registrar *r,
    void (*fn)(const char *aor, void *arg), void *arg);

#endif
