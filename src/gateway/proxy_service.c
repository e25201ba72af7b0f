/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCXMPPTGWPX as a process: what its supervisor hands it, handed on. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/services.h"
#include "gateway/proxy.h"
#include "gateway/service_parts.h"
#include "svc/service.h"

#define NAME "RTCXMPPTGWPX"

struct proxy_service {
	struct service *s;
	struct proxy *p;
	struct settings *settings;
	struct service_journal journal; /* none where it cannot be had */
};

static void
on_problem(void *arg, const char *key, enum evlog_id event, const char *text)
{
	struct proxy_service *ps = arg;

	if (text != NULL)
		service_problem(ps->s, key, event, "%s", text);
	else
		service_problem_clear(ps->s, key);
}

static int
init(struct service *s, struct fault *f)
{
	struct proxy_service *ps = service_ctx(s);
	struct proxy_opts o = {
		.loop = service_loop(s), .problem = on_problem, .arg = ps,
	};

	ps->s = s;
	/* An Edge without a place for it forwards all the same. */
	if (service_journal_open(&ps->journal, NAME, f) < 0)
		log_warn("proxy", "no journal of messages under way: %s",
		    f->text);
	o.live = ps->journal.live;
	ps->p = proxy_open(&o);
	return 0;
}

/* Settings and certificates come one by one; both make the configuration. */
static int
reconfigure(struct proxy_service *ps, struct fault *f)
{
	struct s2s_config *c;
	int rc;

	if (ps->settings == NULL)
		return 0;
	c = proxy_config(ps->settings, service_identity(ps->s, "XmppServer"),
	    service_trust(ps->s));
	rc = proxy_configure(ps->p, c, f);
	s2s_config_unref(c);
	return rc;
}

static int
snapshot(struct service *s, int64_t number, int settings_fd, int users_fd,
    struct fault *f)
{
	struct proxy_service *ps = service_ctx(s);
	struct settings *fresh;

	(void)users_fd; /* the proxy knows domains, not people */
	fresh = settings_read_fd(settings_fd, -1, f);
	if (fresh == NULL)
		return -1;
	settings_unref(ps->settings);
	ps->settings = fresh;
	log_info("proxy", "settings taken number=%lld", (long long)number);
	return reconfigure(ps, f);
}

static int
listener(struct service *s, const char *name, const char *transport, int fd,
    struct fault *f)
{
	struct proxy_service *ps = service_ctx(s);

	(void)transport;
	return proxy_listen_fd_take(ps->p, name, fd, f);
}

static void
unlisten(struct service *s, const char *name, const struct addr *at)
{
	struct proxy_service *ps = service_ctx(s);

	proxy_unlisten(ps->p, name, at);
}

static void
certificates(struct service *s)
{
	struct proxy_service *ps = service_ctx(s);
	struct fault f;

	if (proxy_set_link_tls(ps->p, service_identity(s, "Internal"),
	    service_internal_trust(s), &f) < 0)
		log_error("proxy", "certificate Internal: %s", f.text);
	if (reconfigure(ps, &f) < 0)
		log_error("proxy", "certificate XmppServer: %s", f.text);
}

static void
emit(struct value v, void *arg)
{
	peer_call_emit(arg, v);
}

static void
call(struct service *s, struct peer_call *c, const char *method,
    struct value arg)
{
	struct proxy_service *ps = service_ctx(s);
	struct fault f;

	(void)arg;
	if (proxy_report(ps->p, method, emit, c, &f) < 0)
		call_fail(c, &f);
	else
		call_end(c);
}

static void
on_stopped(void *arg)
{
	struct proxy_service *ps = arg;

	service_drained(ps->s);
}

static void
drain(struct service *s, int64_t limit_ms)
{
	struct proxy_service *ps = service_ctx(s);

	(void)limit_ms;
	proxy_stop(ps->p, on_stopped, ps);
}

static void
close_all(struct service *s)
{
	struct proxy_service *ps = service_ctx(s);

	proxy_close(ps->p);
	settings_unref(ps->settings);
	service_journal_close(&ps->journal);
}

static const struct service_ops ops = {
	.sandbox = SANDBOX_PROXY,
	.init = init,
	.snapshot = snapshot,
	.listener = listener,
	.unlisten = unlisten,
	.certificates = certificates,
	.call = call,
	.drain = drain,
	.close = close_all,
};

int
proxy_service_main(void)
{
	struct proxy_service ps = { .journal = { .dir = -1 } };

	return service_main(NAME, &ops, &ps);
}
