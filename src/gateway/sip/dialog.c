/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two ends share between requests (RFC 3261 section 12). */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "gateway/sip/dialog.h"

/* LIMIT: routes one dialog may have. */
#define ROUTES_MAX 16

/* "Name <uri>;tag=x;y" without its tag, for building From and To anew. */
static char *
value_without_tag(struct sip_span value)
{
	struct buf b = { 0 };
	struct sip_span rest, name, param;
	struct sip_addr a;

	if (sip_addr_read(value, &a) != 0)
		return mem_strdup("");
	if (a.display.n != 0) {
		sip_span_add(&b, a.display);
		buf_add_byte(&b, ' ');
	}
	buf_add_byte(&b, '<');
	sip_span_add(&b, a.uri_text);
	buf_add_byte(&b, '>');
	rest = a.params;
	while (sip_param_next(&rest, &name, &param)) {
		if (sip_span_is_nocase(name, "tag"))
			continue;
		buf_add_byte(&b, ';');
		sip_span_add(&b, name);
		if (param.n != 0) {
			buf_add_byte(&b, '=');
			sip_span_add(&b, param);
		}
	}
	return buf_take(&b);
}

/* Record-Route, in order or (for the one who asked) backwards. */
static void
routes_take(struct sip_dialog *d, const struct sip_msg *m, bool backwards)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_RECORD_ROUTE);
	struct sip_span value;
	unsigned i;

	d->routes = mem_zalloc(ROUTES_MAX * sizeof(*d->routes));
	while (d->n_routes < ROUTES_MAX && sip_values_next(&it, &value))
		d->routes[d->n_routes++] = sip_span_dup(value);
	for (i = 0; backwards && i < d->n_routes / 2; i++) {
		char *t = d->routes[i];

		d->routes[i] = d->routes[d->n_routes - 1 - i];
		d->routes[d->n_routes - 1 - i] = t;
	}
}

static char *
contact_uri(const struct sip_msg *m)
{
	struct sip_addr a;

	if (sip_msg_contact(m, &a) != 0 || a.star)
		return NULL;
	return sip_span_dup(a.uri_text);
}

struct sip_dialog *
sip_dialog_new_uas(const struct sip_msg *request, const char *local_tag,
    const struct sip_peer *peer)
{
	char *target = contact_uri(request);
	struct sip_cseq cseq;
	struct sip_dialog *d;

	if (target == NULL || sip_msg_cseq(request, &cseq) != 0) {
		mem_free(target);
		return NULL;
	}
	d = mem_zalloc(sizeof(*d));
	d->remote_target = target;
	d->call_id = sip_span_dup(sip_msg_call_id(request));
	d->local_tag = mem_strdup(local_tag);
	d->remote_tag = sip_span_dup(sip_msg_tag(request, SIP_HDR_FROM));
	d->local = value_without_tag(sip_msg_header(request, SIP_HDR_TO));
	d->remote = value_without_tag(sip_msg_header(request, SIP_HDR_FROM));
	d->remote_cseq = cseq.number;
	d->local_cseq = 0;
	routes_take(d, request, false);
	sip_target_from_peer(peer, &d->target);
	return d;
}

struct sip_dialog *
sip_dialog_new_uac(const struct sip_msg *request, const struct sip_msg *other,
    const struct sip_target *target)
{
	/* In a NOTIFY that came first the other end is its From. */
	enum sip_header there = other->is_request ? SIP_HDR_FROM : SIP_HDR_TO;
	char *contact = contact_uri(other);
	struct sip_cseq cseq;
	struct sip_dialog *d;

	if (contact == NULL || sip_msg_cseq(request, &cseq) != 0) {
		mem_free(contact);
		return NULL;
	}
	d = mem_zalloc(sizeof(*d));
	d->remote_target = contact;
	d->call_id = sip_span_dup(sip_msg_call_id(request));
	d->local_tag = sip_span_dup(sip_msg_tag(request, SIP_HDR_FROM));
	d->remote_tag = sip_span_dup(sip_msg_tag(other, there));
	d->local = value_without_tag(sip_msg_header(request, SIP_HDR_FROM));
	d->remote = value_without_tag(sip_msg_header(other, there));
	d->local_cseq = cseq.number;
	routes_take(d, other, !other->is_request);
	d->target = *target;
	return d;
}

void
sip_dialog_free(struct sip_dialog *d)
{
	unsigned i;

	if (d == NULL)
		return;
	for (i = 0; i < d->n_routes; i++)
		mem_free(d->routes[i]);
	mem_free(d->routes);
	mem_free(d->call_id);
	mem_free(d->local_tag);
	mem_free(d->remote_tag);
	mem_free(d->local);
	mem_free(d->remote);
	mem_free(d->remote_target);
	mem_free(d);
}

static bool
route_is_loose(const char *route)
{
	struct sip_addr a;

	return sip_addr_read(sip_span_of(route), &a) == 0 &&
	       sip_uri_param(&a.uri, "lr", NULL);
}

/* A strict router first: it becomes the Request-URI (section 12.2.1.1). */
static void
request_add_routes(const struct sip_dialog *d, struct sip_msg *m)
{
	struct sip_addr first;
	unsigned i;

	if (d->n_routes == 0)
		return;
	if (route_is_loose(d->routes[0]) ||
	    sip_addr_read(sip_span_of(d->routes[0]), &first) != 0) {
		for (i = 0; i < d->n_routes; i++)
			sip_msg_add_str(m, SIP_HDR_ROUTE, d->routes[i]);
		return;
	}
	sip_msg_set_uri(m, first.uri_text);
	for (i = 1; i < d->n_routes; i++)
		sip_msg_add_str(m, SIP_HDR_ROUTE, d->routes[i]);
	sip_msg_addf(m, SIP_HDR_ROUTE, "<%s>", d->remote_target);
}

struct sip_msg *
sip_dialog_request(struct sip_dialog *d, enum sip_method method)
{
	struct sip_msg *m =
	    sip_request_new(method, sip_span_of(d->remote_target));

	if (method != SIP_ACK && method != SIP_CANCEL)
		d->local_cseq++;
	request_add_routes(d, m);
	sip_msg_add_str(m, SIP_HDR_MAX_FORWARDS, "70");
	sip_msg_addf(m, SIP_HDR_FROM, "%s;tag=%s", d->local, d->local_tag);
	if (d->remote_tag[0] != '\0')
		sip_msg_addf(
		    m, SIP_HDR_TO, "%s;tag=%s", d->remote, d->remote_tag);
	else
		sip_msg_add_str(m, SIP_HDR_TO, d->remote);
	sip_msg_add_str(m, SIP_HDR_CALL_ID, d->call_id);
	sip_msg_addf(
	    m, SIP_HDR_CSEQ, "%u %s", d->local_cseq, sip_method_name(method));
	return m;
}

bool
sip_dialog_owns(const struct sip_dialog *d, const struct sip_msg *m)
{
	return sip_span_is(sip_msg_call_id(m), d->call_id) &&
	       sip_span_is(sip_msg_tag(m, SIP_HDR_TO), d->local_tag) &&
	       sip_span_is(sip_msg_tag(m, SIP_HDR_FROM), d->remote_tag);
}

static void
target_refresh(struct sip_dialog *d, const struct sip_msg *m)
{
	char *target = contact_uri(m);

	if (target == NULL)
		return;
	mem_free(d->remote_target);
	d->remote_target = target;
}

int
sip_dialog_seen(struct sip_dialog *d, const struct sip_msg *request)
{
	struct sip_cseq cseq;

	if (sip_msg_cseq(request, &cseq) != 0)
		return 400;
	if (d->remote_cseq != 0 && cseq.number <= d->remote_cseq)
		return 500;
	d->remote_cseq = cseq.number;
	target_refresh(d, request);
	return 0;
}

void
sip_dialog_refresh(struct sip_dialog *d, const struct sip_msg *response)
{
	if (response->status / 100 == 2)
		target_refresh(d, response);
}
