/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Via says: where answers go and which transaction a request is of. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "gateway/sip/stack_internal.h"

/* The host of sent-by is the address the request came from. */
static bool
sent_by_is(const struct sip_via *v, const char *ip)
{
	struct sip_span host = v->host;

	if (host.n >= 2 && host.p[0] == '[')
		host = sip_span_make(host.p + 1, host.n - 2);
	return sip_span_is_nocase(host, ip);
}

/* received and rport (T-04); the topmost Via is rewritten only if needed. */
void
sip_via_note_source(struct sip_msg *m, const struct addr *source)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_VIA);
	struct sip_span value, rest, name, param;
	char ip[ADDR_TEXT_SIZE];
	struct sip_via v;
	struct buf b = { 0 };

	if (!sip_values_next(&it, &value) || sip_via_read(value, &v) != 0)
		return;
	(void)addr_ip_text(source, ip);
	if (sent_by_is(&v, ip) && !v.has_rport && v.received.n == 0)
		return;
	sip_span_add(&b,
	    sip_span_make(value.p,
		v.params.n == 0 ? value.n : (size_t)(v.params.p - value.p)));
	while (b.len != 0 && strchr(" \t;", b.data[b.len - 1]) != NULL)
		buf_truncate(&b, b.len - 1);
	rest = v.params;
	while (sip_param_next(&rest, &name, &param)) {
		if (sip_span_is_nocase(name, "received") ||
		    sip_span_is_nocase(name, "rport"))
			continue;
		buf_add_byte(&b, ';');
		sip_span_add(&b, name);
		if (param.n != 0) {
			buf_add_byte(&b, '=');
			sip_span_add(&b, param);
		}
	}
	buf_printf(&b, ";received=%s", ip);
	if (v.has_rport)
		buf_printf(&b, ";rport=%u", addr_port(source));
	sip_msg_remove_first(m, SIP_HDR_VIA);
	sip_msg_prepend(m, SIP_HDR_VIA, sip_span_make(b.data, b.len));
	buf_clear(&b);
}

void
sip_via_return(
    const struct sip_msg *m, const struct sip_peer *peer, struct addr *to)
{
	struct sip_via v;

	*to = peer->remote;
	if (sip_msg_via(m, &v) != 0 ||
	    (v.has_rport && peer->transport == SIP_UDP))
		return;
	/* maddr is never followed (T-05). */
	addr_set_port(to, v.port != 0                  ? v.port
			  : peer->transport == SIP_TLS ? 5061
						       : 5060);
}

void
sip_call_key(const struct sip_msg *m, struct buf *out)
{
	struct sip_cseq cseq;

	(void)sip_msg_cseq(m, &cseq);
	sip_span_add(out, sip_msg_call_id(m));
	buf_printf(out, "\n%u\n", cseq.number);
	sip_span_add(out, sip_msg_tag(m, SIP_HDR_FROM));
}

void
sip_server_key(const struct sip_msg *m, enum sip_method method, struct buf *out)
{
	struct sip_via v;
	size_t i;

	if (sip_msg_via(m, &v) != 0)
		return;
	buf_printf(out, "%d\n", method);
	for (i = 0; i < v.host.n; i++)
		buf_add_byte(out, sip_lower(v.host.p[i]));
	buf_printf(out, ":%u\n", v.port);
	sip_span_add(out, v.branch);
	if (v.branch.n > 7 && memcmp(v.branch.p, "z9hG4bK", 7) == 0) {
		/* Unknown methods differ by name. */
		if (method == SIP_METHOD_OTHER)
			sip_span_add(out, sip_msg_method_text(m));
		return;
	}
	/* RFC 2543 peers: branch is not unique. */
	buf_add_byte(out, '\n');
	sip_call_key(m, out);
}
