/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one message ends on a stream: Content-Length and nothing else. */
#include "config.h"

#include <string.h>

#include "gateway/sip/msg.h"

/* The value of Content-Length in a head; -1 missing, bad or contradictory. */
static int
head_length(const char *p, size_t n, uint64_t *lengthp)
{
	struct sip_span rest = sip_span_make(p, n);
	bool found = false;

	while (rest.n != 0) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		size_t used = nl == NULL ? rest.n : (size_t)(nl - rest.p) + 1;
		struct sip_span line = sip_span_make(rest.p, used);
		const char *colon;
		uint64_t length;

		rest = sip_span_make(rest.p + used, rest.n - used);
		if (sip_lower(line.p[0]) != 'c' && sip_lower(line.p[0]) != 'l')
			continue;
		/* A folded number: the value is on the next lines. */
		while (rest.n != 0 && (rest.p[0] == ' ' || rest.p[0] == '\t')) {
			nl = memchr(rest.p, '\n', rest.n);
			used = nl == NULL ? rest.n : (size_t)(nl - rest.p) + 1;
			line.n += used;
			rest = sip_span_make(rest.p + used, rest.n - used);
		}
		colon = memchr(line.p, ':', line.n);
		if (colon == NULL ||
		    sip_header_find(sip_span_trim(sip_span_make(line.p,
			(size_t)(colon - line.p)))) != SIP_HDR_CONTENT_LENGTH)
			continue;
		used = (size_t)(colon - line.p) + 1;
		if (sip_span_uint(sip_span_trim(sip_span_make(
				      line.p + used, line.n - used)),
			UINT32_MAX, &length) != 0 ||
		    (found && length != *lengthp))
			return -1;
		*lengthp = length;
		found = true;
	}
	return found ? 0 : -1;
}

/* Looks for the empty line; remembers how far it came. */
static bool
framer_find_head(struct sip_framer *fr, const char *p, size_t len)
{
	size_t at = fr->scanned;

	while (at < len) {
		const char *nl = memchr(p + at, '\n', len - at);
		size_t next;

		if (nl == NULL)
			break;
		next = (size_t)(nl - p) + 1;
		if (len - next >= 1 && p[next] == '\n') {
			fr->head = next + 1;
			return true;
		}
		if (len - next >= 2 && p[next] == '\r' && p[next + 1] == '\n') {
			fr->head = next + 2;
			return true;
		}
		if (len - next < 2) { /* look again from this line end */
			fr->scanned = (size_t)(nl - p);
			return false;
		}
		at = next;
	}
	fr->scanned = len;
	return false;
}

enum sip_frame
sip_frame_next(struct sip_framer *fr, const char *p, size_t len)
{
	uint64_t body = 0;

	if (fr->total != 0)
		return len >= fr->total ? SIP_FRAME_MESSAGE : SIP_FRAME_MORE;
	if (fr->scanned == 0 && len > 0 && (p[0] == '\r' || p[0] == '\n')) {
		if (len < 2)
			return SIP_FRAME_MORE;
		if (p[0] != '\r' || p[1] != '\n') {
			fr->head = len;
			return SIP_FRAME_BAD;
		}
		if (++fr->crlfs % 2 == 0)
			return SIP_FRAME_PING;
		return SIP_FRAME_CRLF;
	}
	if (!framer_find_head(fr, p, len))
		return len > SIP_HEAD_MAX_STREAM ? SIP_FRAME_TOO_LARGE
						 : SIP_FRAME_MORE;
	if (fr->head > SIP_HEAD_MAX_STREAM)
		return SIP_FRAME_TOO_LARGE;
	if (head_length(p, fr->head, &body) != 0)
		return SIP_FRAME_BAD;
	if (body > SIP_BODY_MAX)
		return SIP_FRAME_TOO_LARGE;
	fr->total = fr->head + (size_t)body;
	return len >= fr->total ? SIP_FRAME_MESSAGE : SIP_FRAME_MORE;
}
