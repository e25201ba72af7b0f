/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process RTCXMPPTGW: what its supervisor hands it, and its calls. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/home.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/object.h"
#include "gateway/services.h"
#include "gateway/gateway.h"
#include "gateway/service_parts.h"
#include "svc/args.h"
#include "svc/service.h"

#define NAME "RTCXMPPTGW"
/* LIMIT: proxies of one deployment. */
#define PROXIES_MAX 16
/* LIMIT: addresses we listen on. */
#define SOCKETS_MAX 16

struct tgw {
	struct gateway *gw; /* NULL until the first snapshot */
	struct settings *settings;
	struct service_journal journal;
	bool secured; /* identity and trust are there */
	bool started;
	int sockets[SOCKETS_MAX]; /* kept until there is a certificate */
	size_t n_sockets;
};

static int
on_init(struct service *s, struct fault *f)
{
	struct tgw *t = service_ctx(s);

	return service_journal_open(&t->journal, NAME, f);
}

/* The proxies' inside addresses; a wildcard is this machine. */
static void
connect_link(struct tgw *t)
{
	const struct settings *s = t->settings;
	struct addr at[PROXIES_MAX], from;
	size_t i, n = 0;

	for (i = 0; i < s->edge.internal.n && n < PROXIES_MAX; i++) {
		if (addr_from_ip(s->edge.internal.items[i], s->edge.link_port,
		    &at[n], NULL) < 0)
			continue;
		if (addr_is_any(&at[n])) {
			/* One address is enough to find it. */
			if (n > 0)
				continue;
			(void)addr_from_ip("127.0.0.1", s->edge.link_port,
			    &at[n], NULL);
		}
		n++;
	}
	/* From the address the inside knows us by, where that is one. */
	if (s->registrar.addresses.n == 1 &&
	    addr_from_ip(s->registrar.addresses.items[0], 0, &from, NULL) ==
	    0 && !addr_is_any(&from))
		gateway_connect_from(t->gw, &from);
	else
		gateway_connect_from(t->gw, NULL);
	gateway_connect(t->gw, at, n);
}

static void
on_journal(const struct fault *failed, void *arg)
{
	service_journal_problem(arg, failed);
}

static int
on_snapshot(struct service *s, int64_t number, int settings_fd, int users_fd,
    struct fault *f)
{
	struct tgw *t = service_ctx(s);
	struct settings *next = settings_read_fd(settings_fd, users_fd, f);

	(void)number;
	if (next == NULL)
		return -1;
	settings_unref(t->settings);
	t->settings = next;
	if (t->gw == NULL) {
		struct gateway_opts o = { .loop = service_loop(s),
			.settings = next, .live = t->journal.live,
			.product = "fedsh", .on_journal = on_journal,
			.arg = s };

		t->gw = gateway_open(&o);
	} else {
		gateway_configure(t->gw, next);
	}
	if (t->started)
		connect_link(t);
	return 0;
}

/* Listeners wait for the first certificate; a 5098 without TLS is none. */
static void
listen_all(struct service *s)
{
	struct tgw *t = service_ctx(s);
	struct fault f;

	while (t->n_sockets > 0 && t->gw != NULL && t->secured) {
		if (gateway_listen_fd_take(t->gw, SIP_TLS,
		    t->sockets[--t->n_sockets], &f) < 0)
			log_error("gateway", "listener: %s", f.text);
	}
}

static int
on_listener(struct service *s, const char *name, const char *transport,
    int fd, struct fault *f)
{
	struct tgw *t = service_ctx(s);

	if (strcmp(name, "sip") != 0 || strcmp(transport, "tcp") != 0 ||
	    t->n_sockets >= SOCKETS_MAX) {
		(void)close(fd);
		return fault_set(f, FAULT_INVALID,
		    "%s has no listener %s/%s", NAME, name, transport);
	}
	t->sockets[t->n_sockets++] = fd;
	listen_all(s);
	return 0;
}

static void
on_unlisten(struct service *s, const char *name, const struct addr *at)
{
	struct tgw *t = service_ctx(s);
	struct addr own;
	size_t i;

	(void)name;
	if (t->gw != NULL)
		gateway_unlisten(t->gw, at);
	for (i = 0; i < t->n_sockets; i++) {
		if (addr_of_socket(t->sockets[i], &own) == 0 &&
		    addr_equal(&own, at)) {
			(void)close(t->sockets[i]);
			t->sockets[i] = t->sockets[--t->n_sockets];
			return;
		}
	}
}

static void
on_certificates(struct service *s)
{
	struct tgw *t = service_ctx(s);
	struct tls_identity *id = service_identity(s, "Internal");
	struct tls_trust *trust = service_internal_trust(s);
	struct fault f;

	if (id == NULL || trust == NULL) {
		service_problem(s, "certificate", EVLOG_CERTIFICATE_MISSING,
		    "%s has no certificate for Internal; it can reach neither "
		    "the proxy nor the front end", NAME);
		return;
	}
	if (t->gw == NULL)
		return;
	if (gateway_set_tls(t->gw, id, trust, &f) < 0) {
		service_problem(s, "certificate", EVLOG_CERTIFICATE_UNUSABLE,
		    "%s: %s", NAME, f.text);
		return;
	}
	service_problem_clear(s, "certificate");
	t->secured = true;
	listen_all(s);
}

static int
on_start(struct service *s, struct fault *f)
{
	struct tgw *t = service_ctx(s);

	if (t->gw == NULL)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    "%s was started without a configuration", NAME);
	if (!t->secured)
		on_certificates(s);
	listen_all(s);
	t->started = true;
	connect_link(t);
	log_info("gateway", "started link=%s:%u",
	    t->settings->edge.internal.n > 0 ?
	    t->settings->edge.internal.items[0] : "",
	    (unsigned int)t->settings->edge.link_port);
	return 0;
}

static void
set_text(struct object *o, const char *name, const char *text)
{
	object_set_take(o, name,
	    text != NULL && *text != '\0' ? value_string(text) : VALUE_NULL);
}

static void
on_probed(void *arg, const struct gateway_probe_result *r)
{
	struct object *o = object_new("Fedsh.XmppTest");
	struct peer_call *call = arg;

	object_set_take(o, "Reached", value_bool(r->reached));
	set_text(o, "Gate", r->gate);
	set_text(o, "Policy", r->policy);
	set_text(o, "Condition", r->condition);
	set_text(o, "Text", r->text);
	report_end_take(call, o);
}

/* Test-CsXmppIM, Test-CsFederatedPartner: { From, To, Text }. */
static void
do_probe(struct tgw *t, struct peer_call *call, struct value arg)
{
	const char *from = args_text(arg, "From"), *to = args_text(arg, "To");
	struct fault f;

	if (from == NULL || to == NULL || t->gw == NULL)
		fault_set(&f, FAULT_INVALID_OPERATION,
		    "a test needs From and To, and a configuration");
	else if (gateway_probe(t->gw, from, to, args_text(arg, "Text"),
		     on_probed, call, &f) == 0)
		return;
	call_fail(call, &f);
}

/* What Get- cmdlets and status ask for. */
static void
on_call(struct service *s, struct peer_call *call, const char *method,
    struct value arg)
{
	struct tgw *t = service_ctx(s);
	const struct counters *c;
	struct gateway_counts n;
	struct object *o;
	int i;

	if (strcmp(method, "probe") == 0) {
		do_probe(t, call, arg);
		return;
	}
	if (strcmp(method, "status") != 0 && strcmp(method, "counters") != 0) {
		report_unknown(call, NAME, method);
		return;
	}
	o = object_new(NULL);
	if (t->gw != NULL && strcmp(method, "counters") == 0) {
		c = gateway_counters(t->gw);
		for (i = 0; i < COUNTERS; i++)
			report_put(o, counter_name((enum counter)i), c->n[i]);
	} else if (t->gw != NULL) {
		gateway_count(t->gw, &n);
		object_set_take(o, "LinkUp", value_bool(n.link_up));
		report_put(o, "Contacts", n.contacts);
		report_put(o, "Watches", n.watches);
		report_put(o, "Watchers", n.watchers);
		report_put(o, "HeldToSip", n.held_to_sip);
		report_put(o, "HeldToXmpp", n.held_to_xmpp);
	}
	report_end_take(call, o);
}

static void
on_stopped(void *arg)
{
	service_drained(arg);
}

static void
on_drain(struct service *s, int64_t limit_ms)
{
	struct tgw *t = service_ctx(s);

	(void)limit_ms;
	if (t->gw == NULL)
		service_drained(s);
	else
		gateway_stop(t->gw, on_stopped, s);
}

static void
on_close(struct service *s)
{
	struct tgw *t = service_ctx(s);

	gateway_close(t->gw);
	while (t->n_sockets > 0)
		(void)close(t->sockets[--t->n_sockets]);
	settings_unref(t->settings);
	service_journal_close(&t->journal);
	memset(t, 0, sizeof(*t));
	t->journal.dir = -1;
}

int
gateway_service_main(void)
{
	static const struct service_ops ops = {
		.folder = "live",
		.init = on_init,
		.snapshot = on_snapshot,
		.listener = on_listener,
		.unlisten = on_unlisten,
		.certificates = on_certificates,
		.start = on_start,
		.call = on_call,
		.drain = on_drain,
		.close = on_close,
	};
	struct tgw t = { .journal = { .dir = -1 } };

	return service_main(NAME, &ops, &t);
}
