/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of stanza errors and SIP statuses; [E1] to [E9]. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "gateway/map/address.h"
#include "gateway/map/condition.h"

/* LIMIT: seconds to wait where the other side says no number. */
#define RETRY_AFTER 60
#define REASON_MAX  128

/* clang-format off */
static const struct {
	int message, subscribe, invite, other;
} conditions[CONDITIONS] = {
	[CONDITION_NONE] = { 200, 200, 200, 200 },
	[CONDITION_BAD_REQUEST] = { 400, 400, 400, 400 },
	[CONDITION_CONFLICT] = { 400, 400, 400, 400 },
	[CONDITION_FEATURE_NOT_IMPLEMENTED] = { 415, 405, 405, 405 },
	[CONDITION_FORBIDDEN] = { 403, 403, 403, 403 },
	[CONDITION_GONE] = { 410, 410, 410, 410 },
	[CONDITION_INTERNAL_SERVER_ERROR] = { 500, 500, 500, 500 },
	[CONDITION_ITEM_NOT_FOUND] = { 404, 404, 404, 404 },
	[CONDITION_JID_MALFORMED] = { 400, 400, 400, 400 },
	[CONDITION_NOT_ACCEPTABLE] = { 406, 406, 488, 406 },
	[CONDITION_NOT_ALLOWED] = { 403, 403, 403, 403 },
	/* A 401 or 407 must carry a challenge that we cannot build. */
	[CONDITION_NOT_AUTHORIZED] = { 403, 403, 403, 403 },
	[CONDITION_POLICY_VIOLATION] = { 403, 403, 403, 403 },
	[CONDITION_RECIPIENT_UNAVAILABLE] = { 480, 480, 480, 480 },
	[CONDITION_REDIRECT] = { 480, 480, 480, 480 },
	[CONDITION_REGISTRATION_REQUIRED] = { 403, 403, 403, 403 },
	[CONDITION_REMOTE_SERVER_NOT_FOUND] = { 404, 404, 404, 404 },
	[CONDITION_REMOTE_SERVER_TIMEOUT] = { 504, 504, 408, 504 },
	[CONDITION_RESOURCE_CONSTRAINT] = { 500, 500, 500, 500 },
	[CONDITION_SERVICE_UNAVAILABLE] = { 480, 480, 480, 405 },
	[CONDITION_SUBSCRIPTION_REQUIRED] = { 403, 403, 403, 403 },
	[CONDITION_UNDEFINED_CONDITION] = { 500, 500, 500, 500 },
	[CONDITION_UNEXPECTED_REQUEST] = { 400, 400, 400, 400 },
};

static const struct {
	int status;
	enum stanza_condition condition;
} statuses[] = {
	{ 300, CONDITION_REDIRECT },
	{ 301, CONDITION_GONE },
	{ 302, CONDITION_REDIRECT },
	{ 305, CONDITION_REDIRECT },
	{ 380, CONDITION_NOT_ACCEPTABLE },
	{ 400, CONDITION_BAD_REQUEST },
	{ 401, CONDITION_NOT_AUTHORIZED },
	{ 402, CONDITION_BAD_REQUEST },
	{ 403, CONDITION_FORBIDDEN },
	{ 404, CONDITION_ITEM_NOT_FOUND },
	{ 405, CONDITION_FEATURE_NOT_IMPLEMENTED },
	{ 406, CONDITION_NOT_ACCEPTABLE },
	{ 407, CONDITION_REGISTRATION_REQUIRED },
	{ 408, CONDITION_REMOTE_SERVER_TIMEOUT },
	{ 410, CONDITION_GONE },
	{ 413, CONDITION_POLICY_VIOLATION },
	{ 414, CONDITION_POLICY_VIOLATION },
	{ 415, CONDITION_NOT_ACCEPTABLE },
	{ 416, CONDITION_NOT_ACCEPTABLE },
	{ 420, CONDITION_FEATURE_NOT_IMPLEMENTED },
	{ 421, CONDITION_NOT_ACCEPTABLE },
	{ 423, CONDITION_RESOURCE_CONSTRAINT },
	{ 430, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 439, CONDITION_FEATURE_NOT_IMPLEMENTED },
	{ 440, CONDITION_POLICY_VIOLATION },
	{ 480, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 481, CONDITION_ITEM_NOT_FOUND },
	{ 482, CONDITION_NOT_ACCEPTABLE },
	{ 483, CONDITION_NOT_ACCEPTABLE },
	{ 484, CONDITION_ITEM_NOT_FOUND },
	{ 485, CONDITION_ITEM_NOT_FOUND },
	{ 486, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 487, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 488, CONDITION_NOT_ACCEPTABLE },
	{ 489, CONDITION_POLICY_VIOLATION },
	{ 491, CONDITION_UNEXPECTED_REQUEST },
	{ 493, CONDITION_BAD_REQUEST },
	{ 500, CONDITION_INTERNAL_SERVER_ERROR },
	{ 501, CONDITION_FEATURE_NOT_IMPLEMENTED },
	{ 502, CONDITION_REMOTE_SERVER_NOT_FOUND },
	{ 503, CONDITION_INTERNAL_SERVER_ERROR },
	{ 504, CONDITION_REMOTE_SERVER_TIMEOUT },
	{ 505, CONDITION_NOT_ACCEPTABLE },
	{ 513, CONDITION_POLICY_VIOLATION },
	{ 600, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 603, CONDITION_RECIPIENT_UNAVAILABLE },
	{ 604, CONDITION_ITEM_NOT_FOUND },
	{ 606, CONDITION_NOT_ACCEPTABLE },
	{ 607, CONDITION_POLICY_VIOLATION },
	{ 608, CONDITION_POLICY_VIOLATION },
};

/* [E5]: what would tell who exists, and who is there. */
static const int telling[] = { 404, 480, 486, 600, 604 };
/* clang-format on */

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* "<sip:...>" for an address of gone or redirect; NULL if it is none. */
static char *
contact_of(const char *address)
{
	struct jid j;
	char *uri, *contact;

	if (address == NULL)
		return NULL;
	if (address_from_iri(address, &j, NULL) < 0)
		return NULL;
	if (address_to_sip(&j, &uri, NULL) < 0) {
		jid_clear(&j);
		return NULL;
	}
	contact = mem_printf("<%s>", uri);
	mem_free(uri);
	jid_clear(&j);
	return contact;
}

static int
plain_status(enum stanza_condition c, enum condition_request what)
{
	if ((unsigned int)c >= CONDITIONS)
		c = CONDITION_UNDEFINED_CONDITION;
	switch (what) {
	case CONDITION_OF_MESSAGE:
		return conditions[c].message;
	case CONDITION_OF_SUBSCRIBE:
		return conditions[c].subscribe;
	case CONDITION_OF_INVITE:
		return conditions[c].invite;
	case CONDITION_OF_OTHER:
		break;
	}
	return conditions[c].other;
}

void
condition_to_status(const struct condition_in *in, enum condition_request what,
    struct condition_status *out)
{
	enum stanza_condition c = in->condition;

	memset(out, 0, sizeof(*out));
	out->status = plain_status(c, what);
	if (c == CONDITION_GONE || c == CONDITION_REDIRECT) {
		if ((out->contact = contact_of(in->address)) != NULL)
			out->status = c == CONDITION_GONE ? 301 : 302;
	} else if (c == CONDITION_JID_MALFORMED && in->about_user) {
		out->status = 404;
	} else if (c == CONDITION_REMOTE_SERVER_NOT_FOUND && in->dns_trouble) {
		out->status = 504;
	} else if (c == CONDITION_POLICY_VIOLATION && in->app != NULL &&
	    strcmp(in->app, "stanza-too-big") == 0) {
		out->status = 413;
	} else if (c == CONDITION_RESOURCE_CONSTRAINT) {
		out->retry_after = RETRY_AFTER;
	}
}

void
condition_reason(const char *text, struct buf *out)
{
	size_t start = out->len, n;

	if (text == NULL)
		return;
	while (*text == ' ' || *text == '\n' || *text == '\t')
		text++;
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\r' || c == '\n')
			break;
		buf_add_byte(out, c < 0x20 || c == 0x7f ? ' ' : *text);
		if (out->len - start > REASON_MAX + 4)
			break;
	}
	if (out->len - start > REASON_MAX) {
		n = start + REASON_MAX;
		while (n > start &&
		    ((unsigned char)out->data[n] & 0xc0) == 0x80)
			n--;
		buf_truncate(out, n);
	}
}

static enum stanza_condition
family(int status)
{
	if (status >= 600)
		return CONDITION_RECIPIENT_UNAVAILABLE;
	if (status >= 500)
		return CONDITION_INTERNAL_SERVER_ERROR;
	if (status >= 400)
		return CONDITION_BAD_REQUEST;
	return CONDITION_REDIRECT;
}

enum stanza_condition
condition_from_status(const struct condition_status_in *in)
{
	size_t i;

	if ((in->status == 401 || in->status == 407) && in->no_credentials)
		return CONDITION_INTERNAL_SERVER_ERROR;
	for (i = 0; i < N(telling) && in->hide_users; i++) {
		if (telling[i] == in->status)
			return CONDITION_SERVICE_UNAVAILABLE;
	}
	for (i = 0; i < N(statuses); i++) {
		if (statuses[i].status == in->status)
			return statuses[i].condition;
	}
	return family(in->status);
}

enum stanza_condition
condition_from_failure(enum condition_failure why)
{
	switch (why) {
	case CONDITION_BY_NO_TARGET:
		return CONDITION_REMOTE_SERVER_NOT_FOUND;
	case CONDITION_BY_TIMEOUT:
	case CONDITION_BY_TRANSPORT:
		break;
	}
	return CONDITION_REMOTE_SERVER_TIMEOUT;
}
