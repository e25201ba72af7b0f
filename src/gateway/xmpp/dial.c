/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a domain to a TCP connection. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/dial.h"

#define XMPP_PORT 5269

/* LIMIT: targets and addresses of one that are tried. */
#define TARGETS_MAX	16
#define CANDIDATES_MAX	8
#define TOTAL_MS	45000
#define STAGGER_MS	250 /* RFC 8305 section 8 */
#define RESOLUTION_MS	50

struct target {
	char name[256];
	uint16_t port;
};

struct attempt {
	struct dial *d;
	struct conn *c;
};

struct dial {
	struct loop *loop;
	struct resolver *resolver;
	dial_fn fn;
	void *arg;
	bool allow_private;
	struct addr source4, source6; /* len 0: any */
	struct addr *self;
	size_t n_self;
	char *domain;
	struct resolver_query *srv, *a, *aaaa;
	struct target targets[TARGETS_MAX];
	size_t n_targets, target; /* the one at hand */
	struct addr v4[CANDIDATES_MAX], v6[CANDIDATES_MAX];
	size_t n_v4, n_v6, next_v4, next_v6;
	bool started;  /* attempts at this target have begun */
	bool resolved; /* some target had an address */
	struct attempt attempts[2 * CANDIDATES_MAX];
	size_t n_attempts;
	struct loop_timer *stagger, *total;
	char text[256]; /* the last thing that went wrong */
};

static void try_next(struct dial *d);
static void next_target(struct dial *d);

static void
stop_queries(struct dial *d)
{
	if (d->srv != NULL)
		resolver_cancel(d->srv);
	if (d->a != NULL)
		resolver_cancel(d->a);
	if (d->aaaa != NULL)
		resolver_cancel(d->aaaa);
	d->srv = d->a = d->aaaa = NULL;
}

void
dial_cancel(struct dial *d)
{
	size_t i;

	if (d == NULL)
		return;
	stop_queries(d);
	for (i = 0; i < d->n_attempts; i++) {
		if (d->attempts[i].c != NULL)
			conn_abort(d->attempts[i].c);
	}
	loop_timer_free(d->stagger);
	loop_timer_free(d->total);
	mem_free(d->self);
	mem_free(d->domain);
	mem_free(d);
}

static void
finish(struct dial *d, struct conn *c, enum dial_failure failure)
{
	char text[sizeof(d->text)];
	dial_fn fn = d->fn;
	void *arg = d->arg;

	memcpy(text, d->text, sizeof(text));
	dial_cancel(d);
	fn(arg, c, failure, text);
}

static void
note(struct dial *d, const char *what, const char *why)
{
	(void)snprintf(d->text, sizeof(d->text), "%.120s: %.120s", what, why);
}

/* Our own listener, the wildcard included. */
static bool
is_self(const struct dial *d, const struct addr *to, const struct addr *local)
{
	size_t i;

	for (i = 0; i < d->n_self; i++) {
		if (addr_port(&d->self[i]) != addr_port(to))
			continue;
		if (addr_ip_equal(&d->self[i], to))
			return true;
		if (addr_is_any(&d->self[i]) && local != NULL &&
		    addr_ip_equal(local, to))
			return true;
	}
	return false;
}

static bool
may_try(struct dial *d, const struct addr *to)
{
	char ip[ADDR_TEXT_SIZE];

	if (addr_is_any(to) || addr_is_multicast(to)) {
		note(d, addr_ip_text(to, ip), "no address to connect to");
		return false;
	}
	if (!d->allow_private &&
	    (addr_is_loopback(to) || addr_is_link_local(to))) {
		note(d, addr_ip_text(to, ip), "loopback or link-local from "
		    "public DNS is not connected to");
		return false;
	}
	if (is_self(d, to, NULL)) {
		note(d, addr_ip_text(to, ip), "this is our own listener");
		return false;
	}
	return true;
}

static void
on_connected(struct conn *c, void *arg)
{
	struct attempt *at = arg;
	struct dial *d = at->d;

	at->c = NULL;
	if (is_self(d, conn_remote(c), conn_local(c))) {
		note(d, "connect", "this is our own listener");
		conn_abort(c);
		try_next(d);
		return;
	}
	finish(d, c, DIAL_OK);
}

static void
on_attempt_closed(struct conn *c, const struct fault *why, void *arg)
{
	struct attempt *at = arg;
	char ip[ADDR_TEXT_SIZE];

	note(at->d, addr_text(conn_remote(c), ip), why->text);
	at->c = NULL;
	try_next(at->d);
}

static void
on_no_read(struct conn *c, struct buf *in, void *arg)
{
	(void)c;
	(void)in;
	(void)arg;
}

static const struct conn_ops attempt_ops = {
	.on_connected = on_connected,
	.on_read = on_no_read,
	.on_closed = on_attempt_closed,
};

/* Families take turns, v6 first. */
static const struct addr *
take_candidate(struct dial *d)
{
	bool v6 = d->next_v6 < d->n_v6 &&
	    (d->next_v6 <= d->next_v4 || d->next_v4 >= d->n_v4);

	if (v6)
		return &d->v6[d->next_v6++];
	if (d->next_v4 < d->n_v4)
		return &d->v4[d->next_v4++];
	return NULL;
}

static bool
attempt(struct dial *d, const struct addr *to)
{
	struct attempt *at = &d->attempts[d->n_attempts];
	struct conn_opts opts = { .read_max = 65536 };
	const struct addr *source;
	struct fault f;

	if (!may_try(d, to))
		return false;
	source = addr_family(to) == AF_INET6 ? &d->source6 : &d->source4;
	if (source->len != 0)
		opts.source = source;
	at->d = d;
	at->c = conn_dial(d->loop, to, &opts, &attempt_ops, at, &f);
	if (at->c == NULL) {
		note(d, d->domain, f.text);
		return false;
	}
	d->n_attempts++;
	return true;
}

static bool
attempts_run(const struct dial *d)
{
	size_t i;

	for (i = 0; i < d->n_attempts; i++) {
		if (d->attempts[i].c != NULL)
			return true;
	}
	return false;
}

static void
try_next(struct dial *d)
{
	const struct addr *to;

	d->started = true;
	while ((to = take_candidate(d)) != NULL) {
		if (attempt(d, to)) {
			loop_timer_set(d->stagger, STAGGER_MS);
			return;
		}
	}
	if (!attempts_run(d) && d->a == NULL && d->aaaa == NULL)
		next_target(d);
}

static void
on_stagger(void *arg)
{
	try_next(arg);
}

static void
on_total(void *arg)
{
	struct dial *d = arg;

	note(d, d->domain, "no connection in time");
	finish(d, NULL, d->resolved ? DIAL_TIMEOUT : DIAL_NOT_FOUND);
}

static void
take_addresses(struct dial *d, const struct resolver_answer *a)
{
	struct addr *list = a->type == RESOLVER_A ? d->v4 : d->v6;
	size_t *np = a->type == RESOLVER_A ? &d->n_v4 : &d->n_v6;
	size_t i;

	if (a->status != RESOLVER_OK) {
		if (d->n_v4 + d->n_v6 == 0)
			note(d, d->targets[d->target].name,
			    resolver_status_text(a->status));
		return;
	}
	for (i = 0; i < a->n && *np < CANDIDATES_MAX; i++) {
		list[*np] = a->addrs[i];
		addr_set_port(&list[(*np)++], d->targets[d->target].port);
	}
	d->resolved = true;
}

static void
on_address(const struct resolver_answer *a, void *arg)
{
	struct dial *d = arg;

	if (a->type == RESOLVER_A)
		d->a = NULL;
	else
		d->aaaa = NULL;
	take_addresses(d, a);
	if ((d->a == NULL && d->aaaa == NULL) || d->started) {
		if (!d->started || !attempts_run(d))
			try_next(d);
	} else if (d->n_v4 + d->n_v6 > 0) {
		loop_timer_set(d->stagger, RESOLUTION_MS);
	}
}

/* The next one of the list, from the front; the end of it is the end. */
static void
use_target(struct dial *d)
{
	struct target *t = &d->targets[d->target];
	struct addr a;

	d->n_v4 = d->n_v6 = d->next_v4 = d->next_v6 = 0;
	d->n_attempts = 0;
	d->started = false;
	if (addr_from_ip(t->name, t->port, &a, NULL) == 0) {
		if (addr_family(&a) == AF_INET)
			d->v4[d->n_v4++] = a;
		else
			d->v6[d->n_v6++] = a;
		d->resolved = true;
		loop_timer_set(d->stagger, 0);
		return;
	}
	d->a = resolver_ask(d->resolver, RESOLVER_A, t->name, on_address, d);
	d->aaaa = resolver_ask(d->resolver, RESOLVER_AAAA, t->name, on_address,
	    d);
}

static void
next_target(struct dial *d)
{
	loop_timer_cancel(d->stagger);
	if (++d->target < d->n_targets) {
		use_target(d);
		return;
	}
	finish(d, NULL, d->resolved ? DIAL_TIMEOUT : DIAL_NOT_FOUND);
}

static void
add_target(struct dial *d, const char *name, uint16_t port)
{
	struct target *t;

	if (d->n_targets == TARGETS_MAX || strlen(name) >= sizeof(t->name))
		return;
	t = &d->targets[d->n_targets++];
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->port = port;
}

static void
on_srv(const struct resolver_answer *a, void *arg)
{
	struct dial *d = arg;
	size_t i;

	d->srv = NULL;
	switch (a->status) {
	case RESOLVER_OK:
		if (resolver_says_none(a)) { /* */
			note(d, d->domain, "DNS says it has no XMPP service");
			finish(d, NULL, DIAL_NOT_FOUND);
			return;
		}
		for (i = 0; i < a->n; i++)
			add_target(d, a->srv[i].target, a->srv[i].port);
		break;
	case RESOLVER_NODATA:
	case RESOLVER_NXDOMAIN: /* */
		add_target(d, d->domain, XMPP_PORT);
		break;
	case RESOLVER_FAILED:
	case RESOLVER_TIMEOUT:
	case RESOLVER_BOGUS:
		note(d, d->domain, *a->text != '\0' ? a->text :
		    resolver_status_text(a->status));
		finish(d, NULL, DIAL_NOT_FOUND);
		return;
	}
	d->target = 0;
	use_target(d);
}

/* "name", "name:port", "ip", "[v6]:port" */
static void
add_proxy(struct dial *d, const char *text)
{
	const char *colon = strrchr(text, ':');
	char name[256], ip[ADDR_TEXT_SIZE];
	struct addr a;

	if (addr_parse(text, XMPP_PORT, &a, NULL) == 0) {
		add_target(d, addr_ip_text(&a, ip), addr_port(&a));
	} else if (colon != NULL && atoi(colon + 1) > 0 &&
	    atoi(colon + 1) < 65536) {
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(colon - text), text);
		add_target(d, name, (uint16_t)atoi(colon + 1));
	} else {
		add_target(d, text, XMPP_PORT);
	}
}

struct dial *
dial_start(const struct dial_setup *setup, dial_fn fn, void *arg)
{
	struct dial *d = mem_zalloc(sizeof(*d));
	char name[300];

	d->loop = setup->loop;
	d->resolver = setup->resolver;
	d->fn = fn;
	d->arg = arg;
	d->allow_private = setup->allow_private || setup->proxy_fqdn != NULL;
	d->domain = mem_strdup(setup->domain);
	d->source4 = setup->source4;
	d->source6 = setup->source6;
	if (setup->n_self > 0) {
		d->self = mem_dup(setup->self,
		    setup->n_self * sizeof(*d->self));
		d->n_self = setup->n_self;
	}
	d->stagger = loop_timer_new(d->loop, on_stagger, d);
	d->total = loop_timer_new(d->loop, on_total, d);
	loop_timer_set(d->total, TOTAL_MS);
	if (setup->proxy_fqdn != NULL) { /* */
		add_proxy(d, setup->proxy_fqdn);
		use_target(d);
		return d;
	}
	(void)snprintf(name, sizeof(name), "_xmpp-server._tcp.%.255s",
	    d->domain);
	d->srv = resolver_ask(d->resolver, RESOLVER_SRV, name, on_srv, d);
	return d;
}
