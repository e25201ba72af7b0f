/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The general checks of whoever answers requests. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg_write.h"
#include "gateway/sip/uas.h"

static bool
caps_support(const struct sip_caps *caps, struct sip_span tag)
{
	size_t i;

	for (i = 0; caps->supported != NULL && caps->supported[i] != NULL; i++)
		if (sip_span_is_nocase(tag, caps->supported[i]))
			return true;
	return false;
}

/* Steps to the next option tag in Require that we do not know. */
static bool
require_next_unknown(
    struct sip_values *it, const struct sip_caps *caps, struct sip_span *tagp)
{
	while (sip_values_next(it, tagp))
		if (!caps_support(caps, *tagp))
			return true;
	return false;
}

static bool
type_fits(const struct sip_media_type *t, const char *pattern)
{
	struct sip_span p = sip_span_of(pattern);

	if (t->type.n >= p.n ||
	    !sip_span_equal_nocase(t->type, sip_span_make(p.p, t->type.n)) ||
	    p.p[t->type.n] != '/')
		return false;
	p = sip_span_make(p.p + t->type.n + 1, p.n - t->type.n - 1);
	return p.n == 0 || sip_span_equal_nocase(t->subtype, p);
}

bool
sip_uas_takes(const struct sip_msg *m, const char *const *types)
{
	struct sip_media_type t;
	size_t i;

	if (types == NULL || !sip_msg_has(m, SIP_HDR_CONTENT_TYPE))
		return true;
	if (sip_media_type_read(sip_msg_header(m, SIP_HDR_CONTENT_TYPE), &t) !=
	    0)
		return false;
	for (i = 0; types[i] != NULL; i++)
		if (type_fits(&t, types[i]))
			return true;
	return false;
}

static bool
encoding_is_plain(const struct sip_msg *m)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_CONTENT_ENCODING);
	struct sip_span value;

	while (sip_values_next(&it, &value))
		if (!sip_span_is_nocase(value, "identity"))
			return false;
	return true;
}

/* An INVITE whose sender would not read a session description back. */
static bool
accept_refuses_sdp(const struct sip_msg *m)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_ACCEPT);
	struct sip_span value;

	if (m->method != SIP_INVITE || !sip_msg_has(m, SIP_HDR_ACCEPT))
		return false;
	while (sip_values_next(&it, &value)) {
		struct sip_media_type t;

		if (sip_media_type_read(value, &t) != 0)
			continue;
		if (sip_span_is(t.type, "*") ||
		    (sip_span_is_nocase(t.type, "application") &&
			(sip_span_is(t.subtype, "*") ||
			    sip_span_is_nocase(t.subtype, "sdp"))))
			return false;
	}
	return true;
}

int
sip_uas_check(const struct sip_msg *m, const struct sip_caps *caps)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_REQUIRE);
	struct sip_span tag;

	if (m->method == SIP_METHOD_OTHER)
		return 501;
	if ((caps->methods & SIP_CAP(m->method)) == 0)
		return 405;
	if (m->method != SIP_ACK && m->method != SIP_CANCEL &&
	    require_next_unknown(&it, caps, &tag))
		return 420;
	if (!encoding_is_plain(m) ||
	    (sip_msg_body(m).n != 0 && !sip_uas_takes(m, caps->content_types)))
		return 415;
	if (accept_refuses_sdp(m))
		return 406;
	return 0;
}

static void
dress_list(struct sip_msg *m, enum sip_header id, const char *const *words)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; words != NULL && words[i] != NULL; i++) {
		buf_add_str(&b, b.len == 0 ? "" : ", ");
		buf_add_str(&b, words[i]);
		if (words[i][strlen(words[i]) - 1] == '/')
			buf_add_byte(&b, '*');
	}
	if (b.len != 0)
		sip_msg_add(m, id, sip_span_make(b.data, b.len));
	buf_clear(&b);
}

static void
dress_allow(struct sip_msg *m, const struct sip_caps *caps)
{
	struct buf b = { 0 };
	enum sip_method i;

	for (i = SIP_ACK; i <= SIP_UPDATE; i++)
		if ((caps->methods & SIP_CAP(i)) != 0)
			buf_printf(&b, "%s%s", b.len == 0 ? "" : ", ",
			    sip_method_name(i));
	sip_msg_add(m, SIP_HDR_ALLOW, sip_span_make(buf_text(&b), b.len));
	buf_clear(&b);
}

void
sip_uas_dress(struct sip_msg *response, const struct sip_msg *request,
    const struct sip_caps *caps)
{
	struct sip_values it = sip_values_of(request, SIP_HDR_REQUIRE);
	struct sip_span tag;

	switch (response->status) {
	case 405:
	case 501:
		dress_allow(response, caps);
		break;
	case 415:
		dress_list(response, SIP_HDR_ACCEPT, caps->content_types);
		if (!encoding_is_plain(request))
			sip_msg_add_str(
			    response, SIP_HDR_ACCEPT_ENCODING, "identity");
		break;
	case 420:
		while (require_next_unknown(&it, caps, &tag))
			sip_msg_add(response, SIP_HDR_UNSUPPORTED, tag);
		break;
	case 489:
		dress_list(response, SIP_HDR_ALLOW_EVENTS, caps->events);
		break;
	case 200:
		if (request->method != SIP_OPTIONS)
			break;
		dress_allow(response, caps);
		dress_list(response, SIP_HDR_ACCEPT, caps->content_types);
		dress_list(response, SIP_HDR_SUPPORTED, caps->supported);
		dress_list(response, SIP_HDR_ALLOW_EVENTS, caps->events);
		break;
	default:
		break;
	}
}
