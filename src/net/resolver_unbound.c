/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libunbound on our event base. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <unbound.h>
#include <unbound-event.h>

#include "core/log.h"
#include "core/mem.h"
#include "net/loop_internal.h"
#include "net/resolver.h"
#include "net/resolver_internal.h"

/* Where distributions keep the root's key. */
static const char *const root_keys[] = {
	"/usr/share/dns/root.key",
	"/var/lib/unbound/root.key",
	"/etc/unbound/root.key",
};

#define LOOPBACK_6                                                             \
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."      \
	"ip6.arpa."

/*
 * Zones libunbound would answer by itself; a server that was named by the
 * administrator is asked about them as well.
 */
static const char *const local_zones[] = {
	"localhost.",
	"127.in-addr.arpa.",
	LOOPBACK_6,
	"home.arpa.",
	"onion.",
	"test.",
	"invalid.",
	"local.",
};

static void
set_option(struct ub_ctx *ctx, const char *name, const char *value)
{
	int rc = ub_ctx_set_option(ctx, name, value);

	if (rc != 0)
		log_debug("dns", "option not known option=%s value=%s", name,
		    value);
}

/* Settles the configuration: every option comes before. */
static void
drop_local_zones(struct ub_ctx *ctx)
{
	size_t i;

	for (i = 0; i < sizeof(local_zones) / sizeof(local_zones[0]); i++)
		(void)ub_ctx_zone_remove(ctx, local_zones[i]);
}

static int
set_servers(
    struct ub_ctx *ctx, const struct resolver_setup *s, struct fault *f)
{
	int rc;

	/* A resolver on this machine is a resolver (127.0.0.53). */
	set_option(ctx, "do-not-query-localhost:", "no");
	if (s->forward != NULL) {
		/* The private reverse zones of RFC 6303. */
		set_option(ctx, "unblock-lan-zones:", "yes");
		set_option(ctx, "insecure-lan-zones:", "yes");
		if ((rc = ub_ctx_set_fwd(ctx, s->forward)) != 0)
			return fault_set(f, FAULT_INVALID,
			    "DNS server \"%.100s\": %s (write ip or ip@port)",
			    s->forward, ub_strerror(rc));
		drop_local_zones(ctx);
		return 0;
	}
	/* Without either file the root servers are asked. */
	(void)ub_ctx_resolvconf(ctx, NULL);
	(void)ub_ctx_hosts(ctx, NULL);
	return 0;
}

static void
set_validation(struct ub_ctx *ctx, bool dnssec)
{
	size_t i;

	if (!dnssec) {
		set_option(ctx, "module-config:", "iterator");
		return;
	}
	for (i = 0; i < sizeof(root_keys) / sizeof(root_keys[0]); i++)
		if (access(root_keys[i], R_OK) == 0) {
			(void)ub_ctx_add_ta_file(ctx, root_keys[i]);
			return;
		}
	log_warn("dns", "no root key found, answers are not validated");
}

/* DNS rcodes, RFC 1035 4.1.1 and 2136. */
static const char *
rcode_text(int rcode)
{
	switch (rcode) {
	case 1:
		return "the DNS server did not understand the question";
	case 2:
		return "the DNS server failed or could not be reached";
	case 5:
		return "the DNS server refused to answer";
	default:
		return "the DNS server gave no usable answer";
	}
}

static void
on_answer(void *arg, int rcode, void *packet, int len, int sec,
    char *why_bogus, int was_ratelimited)
{
	struct resolver_query *q = arg;

	(void)was_ratelimited;
	/* What the server said stands in the packet only. */
	if (rcode == 0 && packet != NULL && len >= 12)
		rcode = ((const unsigned char *)packet)[3] & 15;
	if (sec == 1) {
		resolver_done(q, RESOLVER_BOGUS, why_bogus);
		return;
	}
	if (rcode == 3) {
		resolver_done(q, RESOLVER_NXDOMAIN, NULL);
		return;
	}
	if (rcode != 0 || packet == NULL || len < 12) {
		resolver_done(q, RESOLVER_FAILED, rcode_text(rcode));
		return;
	}
	if (dns_wire_read(packet, (size_t)len, q->type, q->name,
		&q->answer) == -1) {
		resolver_done(q, RESOLVER_FAILED, "the answer is broken");
		return;
	}
	q->answer.secure = sec == 2;
	resolver_done(q, RESOLVER_OK, NULL);
}

static void
unbound_ask(struct resolver *r, struct resolver_query *q)
{
	int rc;

	rc = ub_resolve_event(
	    r->data, q->name, (int)q->type, 1, q, on_answer, NULL);
	if (rc != 0)
		resolver_done(q, RESOLVER_FAILED, ub_strerror(rc));
}

static void
unbound_free(struct resolver *r)
{
	ub_ctx_delete(r->data);
}

static const struct resolver_backend unbound_backend = {
	unbound_ask,
	unbound_free,
};

struct resolver *
resolver_new(struct loop *l, const struct resolver_setup *s, struct fault *f)
{
	struct ub_ctx *ctx = ub_ctx_create_event(loop_base(l));

	if (ctx == NULL) {
		(void)fault_set(
		    f, FAULT_SYSTEM, "the DNS resolver cannot be made");
		return NULL;
	}
	(void)ub_ctx_debugout(ctx, NULL);
	/* A server that was away is asked again soon. */
	set_option(ctx, "infra-host-ttl:", "30");
	set_option(ctx, "infra-keep-probing:", "yes");
	set_validation(ctx, s->dnssec);
	if (set_servers(ctx, s, f) == -1) {
		ub_ctx_delete(ctx);
		return NULL;
	}
	return resolver_make(l, &unbound_backend, ctx, s->timeout_ms);
}
