/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The initiating side: header, features, STARTTLS, the choice between
 * EXTERNAL and dialback, acknowledgements, open.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/stream_internal.h"

/* LIMIT: a peer's stream id, which goes into keys and back to it. */
#define PEER_ID_MAX 512

static void
ready(struct stream *s)
{
	stream_enter(s, STREAM_READY);
	if (s->authenticating) { /* asked for before TLS came to its end */
		stream_authenticate(s);
		return;
	}
	if (s->ready_told)
		return;
	s->ready_told = true;
	s->ops->on_ready(s->arg);
}

void
stream_out_header(struct stream *s, const struct xml_event *ev)
{
	const struct xml *x = ev->x;
	const char *id = xml_get(x, "id"), *version = xml_get(x, "version");

	if (!xml_is(x, "stream", NS_STREAMS) ||
	    strcmp(ev->content_ns, NS_SERVER) != 0) {
		stream_fail_app(s, "invalid-namespace", NULL, NULL, NULL);
		return;
	}
	if (id != NULL && strlen(id) > PEER_ID_MAX) {
		stream_fail_app(s, "bad-format", "stream id too long", NULL,
		    NULL);
		return;
	}
	mem_free(s->peer_id);
	s->peer_id = id != NULL ? mem_strdup(id) : NULL;
	s->version_1 = version != NULL && atoi(version) >= 1;
	s->offers_dialback = xml_reader_declares(s->reader, "db", NS_DIALBACK);
	if (s->version_1) {
		stream_enter(s, STREAM_FEATURES);
		return;
	}
	/* S-06: from before 1.0; no features follow. */
	if (s->methods.tls_required)
		stream_end_with(s, STREAM_END_NO_METHOD, "policy-violation",
		    "the partner's server knows no TLS, which is required");
	else
		ready(s);
}

static void
read_features(struct stream *s, const struct xml *x)
{
	const struct xml *limits = xml_child(x, "limits", NS_LIMITS);
	const char *max;

	s->offers_starttls = xml_child(x, "starttls", NS_TLS) != NULL;
	s->offers_external = sasl_offers_external(x);
	if (xml_child(x, "dialback", NS_DB_FEATURE) != NULL)
		s->offers_dialback = true;
	s->offers_sm = xml_child(x, "sm", NS_SM) != NULL;
	if (limits != NULL &&
	    (max = xml_child_text(limits, "max-bytes", NS_LIMITS)) != NULL)
		s->send_max = (size_t)strtoull(max, NULL, 10);
}

static void
opened(struct stream *s)
{
	s->last_stanza = loop_now(s->loop);
	xml_reader_set_max_bytes(s->reader, s->limits.max_after);
	if (s->offers_sm) {
		stream_sm_enable(s);
		return;
	}
	stream_enter(s, STREAM_OPEN);
	s->ops->on_open(s->arg, s->local, s->remote, s->method);
}

static void
features(struct stream *s, const struct xml *x)
{
	const struct xml *tls = xml_child(x, "starttls", NS_TLS);

	read_features(s, x);
	if (s->authenticated != NULL) {
		opened(s);
		return;
	}
	if (!s->tls && s->methods.tls &&
	    (tls != NULL || s->methods.tls_required)) { /* T-01, T-02 */
		stream_write_take(s, xml_new("starttls", NS_TLS));
		stream_enter(s, STREAM_STARTTLS);
		return;
	}
	if (!s->tls && tls != NULL && xml_child(tls, "required", NS_TLS)) {
		stream_end_with(s, STREAM_END_NO_METHOD, "policy-violation",
		    "the partner requires TLS, TlsNegotiation says "
		    "NotSupported");
		return;
	}
	ready(s);
}

static void
starttls_answer(struct stream *s, const struct xml *x)
{
	if (!xml_is(x, "proceed", NS_TLS)) {
		stream_end_with(s, STREAM_END_NO_METHOD, "policy-violation",
		    "the partner's server refused TLS");
		return;
	}
	stream_enter(s, STREAM_TLS);
	xml_reader_reset(s->reader, false);
	if (s->ops->start_tls(s->arg, s->remote) < 0)
		stream_end_with(s, STREAM_END_OUR_ERROR, NULL,
		    "cannot begin TLS");
}

static bool
external_possible(const struct stream *s)
{
	/* C-15: we prove ourselves only to whom we believe. */
	return s->tls && s->methods.external && s->offers_external &&
	    s->has_certificate && !s->external_failed &&
	    s->ops->peer_proves(s->arg, s->remote);
}

/* Row 11 of what admins lost days on: what was offered, what was wanted. */
static void
no_method(struct stream *s)
{
	const char *why;

	if (!s->tls && s->methods.tls_required)
		why = "TLS is required";
	else if (s->external_failed)
		why = "the partner refused our certificate";
	else if (s->methods.external && s->tls &&
	    !s->ops->peer_proves(s->arg, s->remote))
		why = "the partner's certificate is not valid for its domain";
	else if (s->methods.external && s->tls && !s->has_certificate)
		why = "we have no certificate for EXTERNAL";
	else if (s->methods.external && s->tls && !s->offers_external)
		why = "the partner does not accept our certificate (offers "
		      "no EXTERNAL)";
	else
		why = "nothing in common";
	stream_end_with(s, s->external_failed ? STREAM_END_REFUSED :
						STREAM_END_NO_METHOD,
	    "not-authorized", "%s; dialback %s, offered by the partner: "
	    "EXTERNAL %s, dialback %s", why,
	    stream_db_allowed(s) ? "allowed" : "not allowed",
	    s->offers_external ? "yes" : "no",
	    s->offers_dialback ? "yes" : "no");
}

void
stream_authenticate(struct stream *s)
{
	s->busy++;
	s->authenticating = true;
	if (s->direction == STREAM_OUT && s->state == STREAM_READY) {
		if (external_possible(s)) {
			stream_write_take(s, sasl_client_auth(s->local));
			stream_enter(s, STREAM_SASL);
		} else if (stream_db_allowed(s) && s->offers_dialback &&
		    s->peer_id != NULL && s->secret != NULL) {
			stream_db_send_key(s);
			stream_enter(s, STREAM_DIALBACK);
		} else {
			no_method(s);
		}
	}
	s->busy--;
	stream_pump(s);
}

static void
sasl_answer(struct stream *s, const struct xml *x)
{
	const char *condition;

	switch (sasl_client_step(x, &condition)) {
	case SASL_SUCCESS:
		s->authenticated = mem_strdup(s->local);
		s->method = "EXTERNAL";
		stream_restart(s, true);
		break;
	case SASL_CHALLENGE:
		stream_write_take(s, sasl_client_response(s->local));
		break;
	case SASL_FAILURE:
	case SASL_GIVE_UP: /* C-11: dialback on the same stream */
		(void)snprintf(s->end.condition, sizeof(s->end.condition),
		    "%s", condition);
		s->external_failed = true;
		stream_enter(s, STREAM_READY);
		stream_authenticate(s);
		break;
	case SASL_FOREIGN:
		stream_fail_app(s, "bad-format", NULL, NULL, NULL);
		break;
	}
}

/* Dialback came to its good end [D-01]. */
void
stream_out_proven(struct stream *s, const char *method)
{
	s->method = method;
	opened(s);
}

void
stream_out_element(struct stream *s, struct xml_event *ev)
{
	const struct xml *x = ev->x;

	if (xml_is(x, "features", NS_STREAMS)) {
		if (s->state == STREAM_FEATURES)
			features(s, x);
		return; /* some send them again; nothing changes */
	}
	if (s->state == STREAM_STARTTLS && strcmp(x->ns, NS_TLS) == 0) {
		starttls_answer(s, x);
	} else if (s->state == STREAM_SASL && strcmp(x->ns, NS_SASL) == 0) {
		sasl_answer(s, x);
	} else if (stream_db_element(s, x) || stream_sm_element(s, x)) {
		return;
	} else if (strcmp(x->ns, NS_SERVER) == 0) {
		/* Nobody was allowed to send stanzas this way. */
		stream_fail_app(s, "not-authorized", NULL, NULL, NULL);
	} else {
		stream_fail_app(s, "unsupported-stanza-type", NULL, NULL,
		    NULL);
	}
}
