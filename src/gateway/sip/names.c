/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of methods, headers and status codes, both ways. */
#include "config.h"

#include <string.h>

#include "gateway/sip/msg.h"
#include "gateway/sip/msg_write.h"

static const struct header_row {
	const char *name;
	char compact;
	enum sip_header_kind kind;
} header_rows[SIP_HDR_COUNT] = {
	[SIP_HDR_OTHER] = { "", 0, SIP_HEADER_MANY },
#define HEADER(id, name, compact, kind) \
	[SIP_HDR_##id] = { name, compact, SIP_HEADER_##kind },
#include "gateway/sip/header.def"
#undef HEADER
};

static const char *const method_names[] = {
	[SIP_METHOD_OTHER] = "",
	[SIP_ACK] = "ACK",
	[SIP_BYE] = "BYE",
	[SIP_CANCEL] = "CANCEL",
	[SIP_INFO] = "INFO",
	[SIP_INVITE] = "INVITE",
	[SIP_MESSAGE] = "MESSAGE",
	[SIP_NOTIFY] = "NOTIFY",
	[SIP_OPTIONS] = "OPTIONS",
	[SIP_PRACK] = "PRACK",
	[SIP_PUBLISH] = "PUBLISH",
	[SIP_REFER] = "REFER",
	[SIP_REGISTER] = "REGISTER",
	[SIP_SUBSCRIBE] = "SUBSCRIBE",
	[SIP_UPDATE] = "UPDATE",
};

static const struct {
	int status;
	const char *phrase;
} reason_phrases[] = {
	{ 100, "Trying" },
	{ 180, "Ringing" },
	{ 181, "Call Is Being Forwarded" },
	{ 182, "Queued" },
	{ 183, "Session Progress" },
	{ 200, "OK" },
	{ 202, "Accepted" },
	{ 204, "No Notification" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Moved Temporarily" },
	{ 305, "Use Proxy" },
	{ 380, "Alternative Service" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 410, "Gone" },
	{ 412, "Conditional Request Failed" },
	{ 413, "Request Entity Too Large" },
	{ 414, "Request-URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Unsupported URI Scheme" },
	{ 420, "Bad Extension" },
	{ 421, "Extension Required" },
	{ 422, "Session Interval Too Small" },
	{ 423, "Interval Too Brief" },
	{ 430, "Flow Failed" },
	{ 439, "First Hop Lacks Outbound Support" },
	{ 440, "Max-Breadth Exceeded" },
	{ 469, "Bad Info Package" },
	{ 480, "Temporarily Unavailable" },
	{ 481, "Call/Transaction Does Not Exist" },
	{ 482, "Loop Detected" },
	{ 483, "Too Many Hops" },
	{ 484, "Address Incomplete" },
	{ 485, "Ambiguous" },
	{ 486, "Busy Here" },
	{ 487, "Request Terminated" },
	{ 488, "Not Acceptable Here" },
	{ 489, "Bad Event" },
	{ 491, "Request Pending" },
	{ 493, "Undecipherable" },
	{ 494, "Security Agreement Required" },
	{ 500, "Server Internal Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Server Time-out" },
	{ 505, "Version Not Supported" },
	{ 513, "Message Too Large" },
	{ 600, "Busy Everywhere" },
	{ 603, "Decline" },
	{ 604, "Does Not Exist Anywhere" },
	{ 606, "Not Acceptable" },
};

static const char *const reason_families[] = {
	"Trying",
	"OK",
	"Redirect",
	"Bad Request",
	"Server Failure",
	"Global Failure",
};

/* Open addressing by a hash of the lower case name; filled on first use. */
#define NAME_SLOTS 256
static uint8_t name_slots[NAME_SLOTS];
static uint8_t compact_slots[26];

static unsigned
name_hash(const char *p, size_t n)
{
	unsigned h = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)sip_lower(p[i])) * 16777619u;
	return (h ^ (h >> 15)) % NAME_SLOTS;
}

static void
names_fill(void)
{
	unsigned id;

	for (id = 1; id < SIP_HDR_COUNT; id++) {
		const struct header_row *row = &header_rows[id];
		unsigned slot = name_hash(row->name, strlen(row->name));

		while (name_slots[slot] != 0)
			slot = (slot + 1) % NAME_SLOTS;
		name_slots[slot] = (uint8_t)id;
		if (row->compact != 0)
			compact_slots[row->compact - 'a'] = (uint8_t)id;
	}
}

enum sip_header
sip_header_find(struct sip_span name)
{
	unsigned slot;

	if (name.n == 0)
		return SIP_HDR_OTHER;
	if (compact_slots['v' - 'a'] == 0)
		names_fill();
	if (name.n == 1) {
		char c = sip_lower(name.p[0]);

		return c >= 'a' && c <= 'z' ? compact_slots[c - 'a']
					    : SIP_HDR_OTHER;
	}
	slot = name_hash(name.p, name.n);
	while (name_slots[slot] != 0) {
		if (sip_span_is_nocase(
			name, header_rows[name_slots[slot]].name))
			return name_slots[slot];
		slot = (slot + 1) % NAME_SLOTS;
	}
	return SIP_HDR_OTHER;
}

const char *
sip_header_name(enum sip_header id)
{
	return header_rows[id].name;
}

enum sip_header_kind
sip_header_kind(enum sip_header id)
{
	return header_rows[id].kind;
}

enum sip_method
sip_method_find(struct sip_span name)
{
	unsigned i;

	for (i = 1; i < sizeof(method_names) / sizeof(method_names[0]); i++)
		if (sip_span_is(name, method_names[i]))
			return i;
	return SIP_METHOD_OTHER;
}

const char *
sip_method_name(enum sip_method method)
{
	return method_names[method];
}

const char *
sip_reason_phrase(int status)
{
	size_t i;

	for (i = 0; i < sizeof(reason_phrases) / sizeof(reason_phrases[0]); i++)
		if (reason_phrases[i].status == status)
			return reason_phrases[i].phrase;
	if (status < 100 || status > 699)
		return "Server Failure";
	return reason_families[status / 100 - 1];
}
