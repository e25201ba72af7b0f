/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_PROXY_INTERNAL_H
#define GATEWAY_PROXY_INTERNAL_H

#include <sys/queue.h>

#include "gateway/proxy.h"

struct inbound;
struct outbound;

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
	bool stopping;
	void (*stopped)(void *arg);
	void *stopped_arg;
	uint64_t link_stanzas_in, link_stanzas_out, iq_answered;
};

/* proxy_event.c */
void proxy_on_event(struct s2s *m, const struct s2s_event *e, void *arg);

#endif
