/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_PROXY_INTERNAL_H
#define GATEWAY_PROXY_INTERNAL_H

#include <sys/queue.h>

#include "gateway/proxy.h"

/* A key of the journal of kept messages, with its NUL. */
#define PROXY_KEPT_KEY 17

struct inbound;
struct outbound;
struct returned;

struct proxy {
	struct loop *loop;
	struct proxy_opts opts;
	struct s2s *s2s;
	struct link *link;
	struct s2s_config *config;
	int64_t started;
	LIST_HEAD(, inbound) inbound; /* whose results are awaited */
	LIST_HEAD(, outbound) outbound;
	char *without_certificate; /* first hosted domain that has none */
	struct loop_timer *kept_timer;
	bool kept_returned;
	LIST_HEAD(, returned) returned;
	bool stopping;
	void (*stopped)(void *arg);
	void *stopped_arg;
	uint64_t link_stanzas_in, link_stanzas_out, iq_answered;
};

/* proxy_event.c */
void proxy_on_event(struct s2s *m, const struct s2s_event *e, void *arg);

/* proxy_kept.c */
/* key is "" where it is not kept; proxy_forget takes that too. */
void proxy_keep(
    struct proxy *p, const struct xml *stub, char key[PROXY_KEPT_KEY]);
void proxy_forget(struct proxy *p, const char *key);
void proxy_return_kept(struct proxy *p);
void proxy_kept_clear(struct proxy *p);
void proxy_on_kept_timer(void *arg);

#endif
