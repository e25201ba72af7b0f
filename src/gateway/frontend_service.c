/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process RTCSRV: what its supervisor hands it, and its calls. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/home.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/object.h"
#include "gateway/services.h"
#include "gateway/frontend.h"
#include "gateway/service_parts.h"
#include "svc/service.h"

#define NAME "RTCSRV"
/* LIMIT: listeners that came before the first snapshot. */
#define SOCKETS_MAX 32

static const struct {
	const char *name;
	enum sip_transport transport;
} listener_rows[] = {
	{ "sip-udp", SIP_UDP },
	{ "sip-tcp", SIP_TCP },
	{ "sip-tls", SIP_TLS },
};
#define LISTENER_ROWS (sizeof(listener_rows) / sizeof(listener_rows[0]))

struct rtcsrv {
	struct frontend *fe; /* NULL until the first snapshot */
	struct service_journal journal;
	bool secured, started;
	struct {
		enum sip_transport transport;
		int fd;
	} sockets[SOCKETS_MAX];
	size_t n_sockets;
};

static int
on_init(struct service *s, struct fault *f)
{
	struct rtcsrv *r = service_ctx(s);

	return service_journal_open(&r->journal, NAME, f);
}

static void
on_translator(bool reachable, void *arg)
{
	struct service *s = arg;

	if (reachable) {
		service_problem_clear(s, "translator");
		evlog_write(EVLOG_SIP_TARGET_REACHABLE,
		    "%s reaches RTCXMPPTGW again", NAME);
	} else {
		service_problem(s, "translator", EVLOG_SIP_TARGET_UNREACHABLE,
		    "%s cannot reach RTCXMPPTGW: messages to XMPP are "
		    "refused until it runs",
		    NAME);
	}
}

static void
on_journal(const struct fault *failed, void *arg)
{
	service_journal_problem(arg, failed);
}

static void
listen_all(struct service *s)
{
	struct rtcsrv *r = service_ctx(s);
	struct fault f;
	size_t i, kept = 0;

	for (i = 0; i < r->n_sockets; i++) {
		/* TLS waits for the first certificate. */
		if (r->fe == NULL ||
		    (r->sockets[i].transport == SIP_TLS && !r->secured))
			r->sockets[kept++] = r->sockets[i];
		else if (frontend_listen_fd_take(r->fe, r->sockets[i].transport,
			     r->sockets[i].fd, &f) != 0)
			evlog_write(
			    EVLOG_LISTEN_FAILED, "%s: %s", NAME, f.text);
	}
	r->n_sockets = kept;
}

static int
on_snapshot(struct service *s, int64_t number, int settings_fd, int users_fd,
    struct fault *f)
{
	struct rtcsrv *r = service_ctx(s);
	struct settings *next = settings_read_fd(settings_fd, users_fd, f);
	struct frontend_opts o = { .loop = service_loop(s),
		.product = "fedsh",
		.live = r->journal.live,
		.on_translator = on_translator,
		.on_journal = on_journal,
		.arg = s };

	(void)number;
	if (next == NULL)
		return -1;
	if (r->fe == NULL)
		r->fe = frontend_open(&o, next);
	else
		frontend_set_settings(r->fe, next);
	settings_unref(next);
	if (r->started)
		listen_all(s);
	return 0;
}

static int
on_listener(struct service *s, const char *name, const char *transport, int fd,
    struct fault *f)
{
	struct rtcsrv *r = service_ctx(s);
	size_t i;

	for (i = 0; i < LISTENER_ROWS; i++)
		if (strcmp(name, listener_rows[i].name) == 0)
			break;
	if (i == LISTENER_ROWS || r->n_sockets == SOCKETS_MAX) {
		(void)close(fd);
		return fault_set(f, FAULT_INVALID, "%s has no listener %s/%s",
		    NAME, name, transport);
	}
	r->sockets[r->n_sockets].transport = listener_rows[i].transport;
	r->sockets[r->n_sockets++].fd = fd;
	if (r->started)
		listen_all(s);
	return 0;
}

static void
on_unlisten(struct service *s, const char *name, const struct addr *at)
{
	struct rtcsrv *r = service_ctx(s);
	size_t i;

	for (i = 0; r->fe != NULL && i < LISTENER_ROWS; i++)
		if (strcmp(name, listener_rows[i].name) == 0)
			frontend_unlisten(
			    r->fe, listener_rows[i].transport, at);
}

static void
on_certificates(struct service *s)
{
	struct rtcsrv *r = service_ctx(s);
	struct tls_identity *shown = service_identity(s, "Default");
	struct tls_identity *internal = service_identity(s, "Internal");
	struct fault f;

	if (r->fe == NULL)
		return;
	if (internal == NULL || service_internal_trust(s) == NULL) {
		service_problem(s, "certificate", EVLOG_CERTIFICATE_MISSING,
		    "%s has no certificate for Internal; it cannot reach "
		    "RTCXMPPTGW and offers no TLS",
		    NAME);
		return;
	}
	if (frontend_set_tls(
		r->fe, shown, internal, service_internal_trust(s), &f) != 0) {
		service_problem(s, "certificate", EVLOG_CERTIFICATE_UNUSABLE,
		    "%s: %s", NAME, f.text);
		return;
	}
	service_problem_clear(s, "certificate");
	r->secured = true;
	if (r->started)
		listen_all(s);
}

static int
on_start(struct service *s, struct fault *f)
{
	struct rtcsrv *r = service_ctx(s);

	if (r->fe == NULL)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    "%s was started without a configuration", NAME);
	if (!r->secured)
		on_certificates(s);
	listen_all(s);
	frontend_restore(r->fe);
	r->started = true;
	return 0;
}

static void
put_status(struct object *o, const struct frontend_counts *c)
{
	report_put(o, "Registered", c->registered);
	report_put(o, "Watchers", c->watchers);
	report_put(o, "Publications", c->publications);
	report_put(o, "Pending", c->pending);
	report_put(o, "Connections", c->sip.connections);
	report_put(o, "Transactions", c->sip.servers + c->sip.clients);
}

static void
put_counters(struct object *o, const struct frontend_counts *c)
{
	report_put(o, "RequestsReceived", c->sip.requests_in);
	report_put(o, "RequestsSent", c->sip.requests_out);
	report_put(o, "ResponsesReceived", c->sip.responses_in);
	report_put(o, "ResponsesSent", c->sip.responses_out);
	report_put(o, "Retransmissions", c->sip.retransmissions);
	report_put(o, "RefusedForOverload", c->sip.refused_overload);
	report_put(o, "BadMessages", c->sip.bad_messages);
	report_put(o, "Dropped", c->sip.dropped);
	report_put(o, "Messages", c->messages);
	report_put(o, "MessagesFailed", c->messages_failed);
	report_put(o, "Challenged", c->unauthorized);
}

static void
on_call(struct service *s, struct peer_call *call, const char *method,
    struct value arg)
{
	struct rtcsrv *r = service_ctx(s);
	bool counters = strcmp(method, "counters") == 0;
	struct frontend_counts c;
	struct object *o;

	(void)arg;
	if (!counters && strcmp(method, "status") != 0) {
		report_unknown(call, NAME, method);
		return;
	}
	o = object_new(NULL);
	if (r->fe != NULL) {
		frontend_count(r->fe, &c);
		if (counters)
			put_counters(o, &c);
		else
			put_status(o, &c);
	}
	report_end_take(call, o);
}

static void
on_drained(void *arg)
{
	service_drained(arg);
}

static void
on_drain(struct service *s, int64_t limit_ms)
{
	struct rtcsrv *r = service_ctx(s);

	(void)limit_ms;
	if (r->fe == NULL)
		service_drained(s);
	else
		frontend_drain(r->fe, on_drained, s);
}

static void
on_close(struct service *s)
{
	struct rtcsrv *r = service_ctx(s);

	frontend_close(r->fe);
	while (r->n_sockets > 0)
		(void)close(r->sockets[--r->n_sockets].fd);
	service_journal_close(&r->journal);
}

int
frontend_service_main(void)
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
	struct rtcsrv r = { .journal = { .dir = -1 } };

	return service_main(NAME, &ops, &r);
}
