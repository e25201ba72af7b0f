/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to streams, as rows of the admin's event log. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/proxy_internal.h"

static const char *
or_unknown(const char *text)
{
	return *text != '\0' ? text : "an unknown domain";
}

/* A stream we wanted did not come about: which of the steps, whose fault. */
static void
out_failed(const struct s2s_event *e)
{
	switch (e->end) {
	case STREAM_END_PEER_ERROR:
		evlog_write(EVLOG_PARTNER_STREAM_ERROR,
		    "%s (%s) refused a stream from %s: %s%s%s", e->remote,
		    e->address, e->local, e->condition,
		    *e->text != '\0' ? ": " : "", e->text);
		return;
	case STREAM_END_REFUSED:
		evlog_write(strcmp(e->condition, "not-authorized") == 0 ?
		    EVLOG_STREAM_FAILED : EVLOG_DIALBACK_FAILED,
		    "%s (%s) did not accept us as %s: %s", e->remote,
		    e->address, e->local, e->text);
		return;
	case STREAM_END_NO_METHOD:
		evlog_write(strcmp(e->condition, "policy-violation") == 0 ?
		    EVLOG_TLS_REQUIRED : EVLOG_PARTNER_NOT_AUTHENTICATED,
		    "no stream from %s to %s (%s): %s", e->local, e->remote,
		    e->address, e->text);
		return;
	case STREAM_END_NONE:
	case STREAM_END_CLOSED:
	case STREAM_END_OUR_ERROR:
	case STREAM_END_LOST:
	case STREAM_END_TIMEOUT:
		break;
	}
	evlog_write(EVLOG_STREAM_FAILED, "no stream from %s to %s%s%s%s: %s",
	    e->local, e->remote, *e->address != '\0' ? " (" : "", e->address,
	    *e->address != '\0' ? ")" : "", e->text);
}

/* Noise from the internet is a line in our log; partners get an event. */
static void
in_failed(const struct proxy *p, const struct s2s_event *e)
{
	if (p->config == NULL ||
	    s2s_config_partner(p->config, e->remote) == NULL)
		return;
	if (e->end == STREAM_END_PEER_ERROR)
		evlog_write(EVLOG_PARTNER_STREAM_ERROR,
		    "%s (%s) gave up a stream to %s: %s %s", e->remote,
		    e->address, or_unknown(e->local), e->condition, e->text);
	else
		evlog_write(EVLOG_PARTNER_NOT_AUTHENTICATED,
		    "%s (%s) did not prove its domain to %s: %s %s",
		    e->remote, e->address, or_unknown(e->local),
		    e->condition, e->text);
}

static void
closed(const struct s2s_event *e)
{
	if (e->end == STREAM_END_PEER_ERROR)
		evlog_write(EVLOG_PARTNER_STREAM_ERROR,
		    "%s (%s) ended a stream with %s: %s %s", e->remote,
		    e->address, e->local, e->condition, e->text);
	else if (e->end == STREAM_END_OUR_ERROR &&
	    e->kind == S2S_IN_CLOSED &&
	    strcmp(e->condition, "system-shutdown") != 0 &&
	    strcmp(e->condition, "connection-timeout") != 0 &&
	    strcmp(e->condition, "reset") != 0)
		evlog_write(EVLOG_STREAM_POLICY,
		    "%s (%s) was disconnected: %s %s", e->remote, e->address,
		    e->condition, e->text);
}

void
proxy_on_event(struct s2s *m, const struct s2s_event *e, void *arg)
{
	struct proxy *p = arg;

	(void)m;
	log_info("proxy", "event kind=%d s2s=%llu local=%s peer=%s address=%s "
	    "method=%s condition=%s text=\"%s\"", (int)e->kind,
	    (unsigned long long)e->stream, e->local, e->remote, e->address,
	    e->method, e->condition, e->text);
	switch (e->kind) {
	case S2S_IN_OPENED:
	case S2S_OUT_OPENED:
		evlog_write(EVLOG_STREAM_OPENED, "%s %s %s (%s, %s)",
		    e->kind == S2S_IN_OPENED ? e->remote : e->local, "to",
		    e->kind == S2S_IN_OPENED ? e->local : e->remote,
		    e->method, e->text);
		break;
	case S2S_IN_FAILED:
		in_failed(p, e);
		break;
	case S2S_OUT_FAILED:
		out_failed(e);
		break;
	case S2S_DNS_FAILED:
		evlog_write(EVLOG_DNS_FAILED, "no server found for %s: %s",
		    e->remote, e->text);
		break;
	case S2S_IN_CLOSED:
	case S2S_OUT_CLOSED:
		closed(e);
		break;
	case S2S_PARTNER_REFUSED:
		evlog_write(EVLOG_PARTNER_REFUSED,
		    "%s is no allowed partner (for %s)", e->remote,
		    or_unknown(e->local));
		break;
	case S2S_LIMIT_REACHED:
		evlog_write(EVLOG_CONNECTION_LIMIT, "%s%s%s", e->text,
		    *e->remote != '\0' ? ": " : "", e->remote);
		break;
	case S2S_DIALBACK_FAILED:
		evlog_write(EVLOG_DIALBACK_FAILED,
		    "the key of %s for %s was not confirmed: %s (%s)",
		    e->remote, e->local, e->condition, e->text);
		break;
	case S2S_NO_CERTIFICATE:
		if (p->without_certificate == NULL)
			p->without_certificate = mem_strdup(e->local);
		break;
	case S2S_LISTEN_FAILED:
		evlog_write(EVLOG_LISTEN_FAILED, "%s: %s", e->address,
		    e->text);
		break;
	case S2S_EVENTS:
		break;
	}
}
