/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every receiver must be able to read in a message (P-04..P-07). */
#include "config.h"

#include <string.h>

#include "gateway/sip/field.h"
#include "gateway/sip/msg_internal.h"

static const enum sip_header mandatory[] = {
	SIP_HDR_VIA,
	SIP_HDR_FROM,
	SIP_HDR_TO,
	SIP_HDR_CALL_ID,
	SIP_HDR_CSEQ,
};

/* Headers whose values are addresses. */
static bool
is_address(enum sip_header id)
{
	return id == SIP_HDR_FROM || id == SIP_HDR_TO ||
	       id == SIP_HDR_CONTACT || id == SIP_HDR_ROUTE ||
	       id == SIP_HDR_RECORD_ROUTE || id == SIP_HDR_PATH;
}

/* One pass: mandatory ones seen, single ones once. */
static void
check_presence(struct sip_msg *m)
{
	uint8_t seen[SIP_HDR_COUNT] = { 0 };
	size_t i;

	for (i = 0; i < m->nfields; i++) {
		enum sip_header id = m->fields[i].id;

		/* body_read has compared repeated Content-Lengths. */
		if (seen[id] != 0 && id != SIP_HDR_CONTENT_LENGTH &&
		    sip_header_kind(id) == SIP_HEADER_SINGLE)
			sip_msg_blame(m, 400, "a header may stand only once");
		seen[id] = 1;
	}
	for (i = 0; i < sizeof(mandatory) / sizeof(mandatory[0]); i++)
		if (!seen[mandatory[i]])
			sip_msg_blame(m, 400, "a mandatory header is missing");
	if (m->is_request && !seen[SIP_HDR_MAX_FORWARDS])
		sip_msg_blame(m, 400, "Max-Forwards is missing");
}

static void
check_addresses(struct sip_msg *m)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++) {
		enum sip_header id = m->fields[i].id;
		struct sip_span rest = sip_field_value(m, &m->fields[i]);
		struct sip_span one;
		struct sip_addr a;

		if (!is_address(id))
			continue;
		if (sip_header_kind(id) != SIP_HEADER_LIST) {
			if (sip_addr_read(rest, &a) != 0 || a.star)
				sip_msg_blame(m, 400, "bad address");
			continue;
		}
		if (rest.n == 0)
			sip_msg_blame(m, 400, "empty address");
		while (sip_list_next(&rest, &one))
			if (sip_addr_read(one, &a) != 0 ||
			    (a.star && id != SIP_HDR_CONTACT))
				sip_msg_blame(m, 400, "bad address in a list");
	}
}

static void
check_vias(struct sip_msg *m)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_VIA);
	struct sip_span value;
	struct sip_via via;
	unsigned n = 0;

	while (sip_values_next(&it, &value)) {
		if (sip_via_read(value, &via) != 0)
			sip_msg_blame(m, 400, "bad Via");
		if (++n > SIP_VIA_MAX) {
			sip_msg_blame(m, 400, "too many Vias");
			return;
		}
	}
	/* We never forward with an earlier Via left in (T-07). */
	if (!m->is_request && n > 1)
		sip_msg_blame(m, 400, "a response with more than our Via");
}

static void
check_numbers(struct sip_msg *m)
{
	struct sip_span max = sip_msg_header(m, SIP_HDR_MAX_FORWARDS);
	struct sip_cseq cseq;
	uint64_t n;

	if (sip_msg_has(m, SIP_HDR_MAX_FORWARDS) &&
	    sip_span_uint(max, 255, &n) != 0)
		sip_msg_blame(m, 400, "bad Max-Forwards");
	if (sip_msg_cseq(m, &cseq) != 0)
		sip_msg_blame(m, 400, "bad CSeq");
	else if (m->is_request &&
		 !sip_span_equal(cseq.method, sip_msg_method_text(m)))
		sip_msg_blame(m, 400, "CSeq names another method");
}

static void
check_call_id(struct sip_msg *m)
{
	struct sip_span id = sip_msg_call_id(m);
	size_t i;

	for (i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] <= ' ' || id.p[i] == ',')
			break;
	if (id.n == 0 || id.n > 512 || i < id.n)
		sip_msg_blame(m, 400, "bad Call-ID");
}

static void
check_request_uri(struct sip_msg *m)
{
	struct sip_uri uri;

	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) != 0)
		sip_msg_blame(m, 400, "bad Request-URI");
	else if (uri.scheme == SIP_SCHEME_OTHER)
		sip_msg_blame(m, 416, "unknown scheme in the Request-URI");
	else if (uri.headers.n != 0)
		sip_msg_blame(m, 400, "headers in the Request-URI");
}

/* Only a SIP user can be registered. */
static void
check_register(struct sip_msg *m)
{
	struct sip_addr to;

	if (sip_msg_to(m, &to) == 0 && to.uri.scheme != SIP_SCHEME_SIP &&
	    to.uri.scheme != SIP_SCHEME_SIPS)
		sip_msg_blame(m, 400, "To of a REGISTER is no SIP address");
}

void
sip_msg_check(struct sip_msg *m)
{
	if (m->is_request)
		check_request_uri(m);
	check_presence(m);
	check_vias(m);
	check_addresses(m);
	check_numbers(m);
	check_call_id(m);
	if (m->method == SIP_REGISTER)
		check_register(m);
}
