/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where requests go that are not for this service itself. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/frontend_internal.h"

/* User part of our Record-Route: how the client of a dialog is reached. */
#define TOKEN_PREFIX "rr-"

/* "rr-2-17" (TLS, flow 17) or "rr-0-192.0.2.1%3A5060" (UDP). */
static void
token_write(const struct sip_peer *peer, struct buf *out)
{
	char addr[ADDR_TEXT_SIZE];

	buf_printf(out, TOKEN_PREFIX "%d-", peer->transport);
	if (peer->flow != 0)
		buf_printf(out, "%llu", (unsigned long long)peer->flow);
	else
		sip_escape_user(
		    sip_span_of(addr_text(&peer->remote, addr)), out);
}

static int
token_read(struct sip_span user, struct sip_target *t)
{
	struct buf b = { 0 };
	const char *text;
	int rc = -1;

	memset(t, 0, sizeof(*t));
	if (sip_unescape(user, &b) != 0)
		return -1;
	text = buf_text(&b);
	if (strncmp(text, TOKEN_PREFIX, 3) == 0 && text[3] >= '0' &&
	    text[3] <= '0' + SIP_TLS && text[4] == '-') {
		t->transport = (enum sip_transport)(text[3] - '0');
		text += 5;
		if (t->transport == SIP_UDP) {
			rc = addr_parse(text, 5060, &t->addr, NULL);
		} else {
			t->flow = strtoull(text, NULL, 10);
			t->flow_only = true;
			rc = t->flow == 0 ? -1 : 0;
		}
	}
	buf_clear(&b);
	return rc;
}

static int
max_forwards(const struct sip_msg *m)
{
	return (int)sip_msg_uint(m, SIP_HDR_MAX_FORWARDS, 70);
}

/* The topmost Route is ours: it has brought the request here. */
static bool
route_is_ours(struct frontend *fe, struct sip_server *t, struct sip_addr *a)
{
	struct sip_values it =
	    sip_values_of(sip_server_request(t), SIP_HDR_ROUTE);
	struct sip_span value;

	return sip_values_next(&it, &value) && sip_addr_read(value, a) == 0 &&
	       (frontend_is_us(fe, &a->uri, sip_server_peer(t)) ||
		   (a->uri.user.n > 3 &&
		       memcmp(a->uri.user.p, TOKEN_PREFIX, 3) == 0));
}

/* A copy to send on: without what was meant for us only. */
static struct sip_msg *
request_copy(struct frontend *fe, struct sip_server *t)
{
	const struct sip_peer *peer = sip_server_peer(t);
	struct sip_msg *m = sip_msg_copy(sip_server_request(t));
	struct sip_addr route;

	sip_msg_setf(m, SIP_HDR_MAX_FORWARDS, "%d", max_forwards(m) - 1);
	sip_msg_remove(m, SIP_HDR_VIA);
	sip_msg_remove(m, SIP_HDR_AUTHORIZATION);
	sip_msg_remove(m, SIP_HDR_PROXY_AUTHORIZATION);
	sip_msg_remove(m, SIP_HDR_P_PREFERRED_IDENTITY);
	if (!peer->trusted) /* U-08 */
		sip_msg_remove(m, SIP_HDR_P_ASSERTED_IDENTITY);
	if (route_is_ours(fe, t, &route))
		sip_msg_remove_first(m, SIP_HDR_ROUTE);
	return m;
}

static bool
hops_left(struct sip_server *t)
{
	if (max_forwards(sip_server_request(t)) > 0)
		return true;
	sip_server_answer(t, 483, NULL); /* */
	return false;
}

void
frontend_route_message(struct frontend *fe, struct sip_server *t,
    const struct sip_uri *uri, const char *aor)
{
	struct registrar_target found[REGISTRAR_BINDINGS_MAX];
	struct relay_branch branches[REGISTRAR_BINDINGS_MAX];
	struct sip_span gr;
	struct sip_msg *m;
	unsigned i, n;
	bool has_gr = sip_uri_param(uri, "gr", &gr) && gr.n != 0; /* [B5] */

	if (!hops_left(t))
		return;
	n = registrar_find(fe->registrar, aor, has_gr ? &gr : NULL, found);
	/* An instance that went: the user's others may do (5627 says 480,
	 * but the pseudo-resources of [B6] are no instances). */
	if (n == 0 && has_gr)
		n = registrar_find(fe->registrar, aor, NULL, found);
	if (n == 0) {
		fe->messages_failed++;
		sip_server_answer(t, 480, "Not signed in");
		return;
	}
	for (i = 0; i < n; i++) {
		branches[i].contact = found[i].contact;
		branches[i].target = found[i].target;
	}
	m = request_copy(fe, t);
	sip_msg_remove(m, SIP_HDR_ROUTE);
	relay_start(fe, t, m, aor, false, branches, n);
	sip_msg_unref(m);
}

static void
record_route_add(
    struct frontend *fe, struct sip_msg *m, const struct sip_peer *peer)
{
	struct buf user = { 0 }, value = { 0 };

	token_write(peer, &user);
	/* Both ends come back by the side they know: clients by theirs. */
	sip_stack_contact_at(fe->stack, peer, buf_text(&user), &value);
	buf_truncate(&value, value.len - 1); /* ">" */
	buf_add_str(&value, ";lr>");
	sip_msg_prepend(
	    m, SIP_HDR_RECORD_ROUTE, sip_span_make(value.data, value.len));
	buf_clear(&user);
	buf_clear(&value);
}

/* From a local user to the translator. */
void
frontend_route_outside(struct frontend *fe, struct sip_server *t)
{
	const struct sip_peer *peer = sip_server_peer(t);
	struct relay_branch branch = { .target = fe->translator };
	struct sip_addr from;
	struct sip_msg *m;

	if (!hops_left(t))
		return;
	if (fe->translator.addr.len == 0) {
		sip_server_answer(t, 504, "No gateway is configured");
		return;
	}
	m = request_copy(fe, t);
	if (sip_msg_from(m, &from) == 0) { /* U-08: we have asked who it is */
		struct buf id = { 0 };

		buf_add_byte(&id, '<');
		sip_uri_write(&from.uri,
		    SIP_URI_NO_PARAMS | SIP_URI_NO_HEADERS |
			SIP_URI_NO_PASSWORD,
		    &id);
		buf_add_byte(&id, '>');
		sip_msg_set(m, SIP_HDR_P_ASSERTED_IDENTITY,
		    sip_span_make(id.data, id.len));
		buf_clear(&id);
	}
	if (m->method == SIP_SUBSCRIBE)
		record_route_add(fe, m, peer);
	relay_start(fe, t, m, NULL, true, &branch, 1);
	sip_msg_unref(m);
}

/*
 * From the translator into a subscription of a local client: our Route says
 * by which connection; else the Request-URI must be a contact of the user.
 */
void
frontend_route_notify(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *request = sip_server_request(t);
	struct registrar_target found[REGISTRAR_BINDINGS_MAX];
	struct relay_branch branch = { .contact = NULL };
	struct sip_addr route, to;
	struct sip_msg *m;
	char *aor = NULL;
	unsigned i, n = 0;
	bool known = route_is_ours(fe, t, &route) &&
		     token_read(route.uri.user, &branch.target) == 0;

	if (!known && sip_msg_to(request, &to) == 0 &&
	    (aor = frontend_aor(&to.uri)) != NULL)
		n = registrar_find(fe->registrar, aor, NULL, found);
	for (i = 0; i < n && !known; i++) {
		known = sip_span_is(sip_msg_uri(request), found[i].contact);
		branch.target = found[i].target;
	}
	mem_free(aor);
	if (!known) {
		sip_server_answer(t, 481, NULL);
		return;
	}
	if (!hops_left(t))
		return;
	m = request_copy(fe, t);
	relay_start(fe, t, m, NULL, false, &branch, 1);
	sip_msg_unref(m);
}
