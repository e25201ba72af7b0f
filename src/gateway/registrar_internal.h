/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_REGISTRAR_INTERNAL_H
#define GATEWAY_REGISTRAR_INTERNAL_H

#include <sys/queue.h>

#include "core/buf.h"
#include "core/chain.h"
#include "gateway/registrar.h"

struct binding {
	TAILQ_ENTRY(binding) entry;
	struct chain_link by_flow; /* streams */
	struct aor *aor;
	char *contact; /* URI text */
	char *params;  /* of the Contact, without expires */
	char *call_id;
	char *instance; /* urn of +sip.instance; "" none */
	uint32_t cseq, reg_id;
	uint32_t new_expires; /* while a REGISTER is checked */
	struct sip_target target;
	int64_t expires_at;
	struct loop_timer *timer;
	bool lost; /* its connection is gone; waits a moment for a new one */
};

struct aor {
	struct chain_link link;
	struct registrar *registrar;
	char *name;
	TAILQ_HEAD(, binding) bindings;
	unsigned n;    /* all */
	unsigned told; /* what on_change said last */
};

struct registrar {
	struct sip_stack *stack;
	struct live *journal;
	struct registrar_ops ops;
	void *arg;
	struct chain aors, flows;
};

struct aor *registrar_aor(struct registrar *r, const char *name, bool make);
struct binding *registrar_binding_new(struct aor *a, const char *contact);
void registrar_binding_remove(struct binding *b);
void registrar_binding_expires(struct binding *b, int64_t ms);
/* Tells on_change if need be; frees an AOR without bindings. */
void registrar_settle(struct aor *a);
/* The contact can be dialled: a plain TCP address that is no NAT's. */
bool registrar_dialable(
    const char *contact, const struct addr *source, struct sip_target *t);

/* registrar_journal.c */
void registrar_save(struct binding *b);
void registrar_unsave(struct binding *b);

#endif
