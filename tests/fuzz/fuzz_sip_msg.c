/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SIP message door: framing, reading, every typed reader, writing. */
#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg.h"
#include "gateway/sip/msg_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at(const struct sip_msg *m)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++) {
		struct sip_span v = sip_field_value(m, &m->fields[i]), one;
		struct sip_addr a;
		struct sip_via via;
		struct sip_auth auth;
		struct sip_event e;
		struct sip_substate s;
		struct sip_media_type t;

		while (sip_list_next(&v, &one)) {
			(void)sip_addr_read(one, &a);
			(void)sip_via_read(one, &via);
		}
		v = sip_field_value(m, &m->fields[i]);
		(void)sip_event_read(v, &e);
		(void)sip_substate_read(v, &s);
		(void)sip_media_type_read(v, &t);
		if (sip_auth_read(v, &auth) == 0)
			(void)sip_auth_param(&auth, "nonce", &one);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum sip_carrier carrier;

	for (carrier = SIP_DATAGRAM; carrier <= SIP_STREAM; carrier++) {
		struct sip_msg *m = sip_msg_read(data, size, carrier, NULL);
		struct sip_msg *r;
		struct buf b = { 0 };

		if (m == NULL)
			continue;
		look_at(m);
		r = sip_response_new(m, 400, NULL);
		sip_msg_add_tag(r, SIP_HDR_TO, "x");
		sip_msg_write(r, &b);
		sip_msg_write(m, &b);
		buf_clear(&b);
		sip_msg_unref(r);
		sip_msg_unref(m);
	}
	{
		struct sip_framer fr = { 0 };

		(void)sip_frame_next(&fr, (const char *)data, size / 2);
		(void)sip_frame_next(&fr, (const char *)data, size);
	}
	return 0;
}
