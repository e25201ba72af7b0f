/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages from XMPP to SIP. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "gateway/map/body.h"
#include "gateway/map/condition.h"
#include "gateway/map/message.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg_write.h"

/* LIMIT: header values made from stanzas. */
#define SUBJECT_MAX 255
#define NICK_MAX    64
/* A delay is worth telling beyond so many seconds. */
#define DELAY_LEAST 60

/* What marks a message that only its own end can read [4.4]. */
static const struct {
	const char *name;
	const char *ns;
} encrypted[] = {
	{ "encryption", "urn:xmpp:eme:0" },
	{ "encrypted", "eu.siacs.conversations.axolotl" },
	{ "encrypted", "urn:xmpp:omemo:1" },
	{ "encrypted", "urn:xmpp:omemo:2" },
	{ "openpgp", "urn:xmpp:openpgp:0" },
	{ "x", "jabber:x:encrypted" },
};

/* Payloads whose body is only a fallback, or that must not be believed. */
static const struct {
	const char *name; /* NULL: any */
	const char *ns;
} dropped[] = {
	{ "reactions", "urn:xmpp:reactions:0" },
	{ "retract", "urn:xmpp:message-retract:1" },
	{ "retract", "urn:xmpp:message-retract:0" },
	{ "apply-to", "urn:xmpp:fasten:0" },
	{ "moderated", "urn:xmpp:message-moderate:0" },
	{ "moderate", "urn:xmpp:message-moderate:1" },
	{ NULL, "urn:xmpp:carbons:2" },
	{ "forwarded", "urn:xmpp:forward:0" }, /* Z-15 */
	{ "x", "jabber:x:conference" },
	{ "event", "http://jabber.org/protocol/pubsub#event" },
	{ NULL, "urn:xmpp:call-invites:0" },
};

static bool
is_encrypted(const struct xml *x)
{
	const char *body = xml_child_text(x, "body", NULL);
	size_t i;

	for (i = 0; i < sizeof(encrypted) / sizeof(encrypted[0]); i++) {
		if (xml_child(x, encrypted[i].name, encrypted[i].ns) != NULL)
			return true;
	}
	return body != NULL && strncmp(body, "?OTR", 4) == 0;
}

static bool
is_dropped(const struct xml *x)
{
	const struct xml *muc;
	size_t i;

	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
		if (xml_child(x, dropped[i].name, dropped[i].ns) != NULL)
			return true;
	}
	muc = xml_child(x, "x", "http://jabber.org/protocol/muc#user");
	return muc != NULL && xml_child(muc, "invite", NULL) != NULL;
}

/* By the target's language, else without one, else the first [M7]. */
static const struct xml *
choose(const struct xml *x, const char *name, const char *lang)
{
	const struct xml *b, *first = NULL, *plain = NULL;

	for (b = xml_child(x, name, x->ns); b != NULL;
	    b = xml_next(b, name, x->ns)) {
		const char *own = xml_get_ns(b, XML_NS_XML, "lang");

		if (first == NULL)
			first = b;
		if (plain == NULL && own == NULL)
			plain = b;
		if (lang != NULL && own != NULL && strcasecmp(own, lang) == 0)
			return b;
	}
	return plain != NULL ? plain : first;
}

/* A file offered by address; NULL: none. */
static const char *
url_of(const struct xml *x)
{
	const struct xml *e = xml_child(x, "x", NS_OOB);
	const char *url = e != NULL ? xml_child_text(e, "url", NULL) : NULL;

	if (url != NULL)
		return url;
	e = xml_child(x, "file-sharing", "urn:xmpp:sfs:0");
	if (e != NULL)
		e = xml_child(e, "sources", NULL);
	if (e != NULL)
		e = xml_child(e, "url-data", NULL);
	return e != NULL ? xml_get(e, "target") : NULL;
}

/* One line without controls, at most max bytes of whole characters. */
static char *
one_line(const char *text, size_t max)
{
	struct buf b = { 0 };
	size_t n;

	for (; *text != '\0' && b.len <= max + 4; text++) {
		unsigned char c = (unsigned char)*text;

		buf_add_byte(&b, c < 0x20 || c == 0x7f ? ' ' : *text);
	}
	if (b.len > max) {
		n = max;
		while (n > 0 && ((unsigned char)b.data[n] & 0xc0) == 0x80)
			n--;
		buf_truncate(&b, n);
	}
	if (b.len == 0) {
		buf_clear(&b);
		return NULL;
	}
	return buf_take(&b);
}

/* XEP-0203's stamp as a SIP date, if it is old enough to tell. */
static char *
date_of(const struct xml *x, int64_t wall)
{
	const struct xml *d = xml_child(x, "delay", NS_DELAY);
	const char *stamp = d != NULL ? xml_get(d, "stamp") : NULL;
	struct tm tm = { 0 };
	char out[64];
	time_t t;

	if (stamp == NULL || sscanf(stamp, "%4d-%2d-%2dT%2d:%2d:%2d",
	    &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
	    &tm.tm_sec) != 6)
		return NULL;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = timegm(&tm);
	if (t < 0 || wall - (int64_t)t < DELAY_LEAST ||
	    gmtime_r(&t, &tm) == NULL)
		return NULL;
	if (strftime(out, sizeof(out), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		return NULL;
	return mem_strdup(out);
}

/* language-tag of RFC 3261. */
static bool
lang_is_good(const char *lang)
{
	size_t n = strspn(lang, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return n > 0 && n <= 35 && lang[n] == '\0';
}

static void
take_headers(const struct xml *x, const struct xml *body,
    const struct message_opts *o, struct message_of_x *m)
{
	const struct xml *subject = choose(x, "subject", o->lang);
	const char *text, *lang;

	if (subject != NULL)
		m->subject = one_line(xml_text(subject), SUBJECT_MAX);
	lang = body != NULL ? xml_lang(body) : xml_lang(x);
	if (lang != NULL && lang_is_good(lang))
		m->lang = mem_strdup(lang);
	text = xml_child_text(x, "nick", "http://jabber.org/protocol/nick");
	if (text != NULL)
		m->nick = one_line(text, NICK_MAX);
	text = xml_child_text(x, "thread", x->ns);
	if (text != NULL && text[0] != '\0')
		m->thread = mem_strdup(text);
	m->date = date_of(x, o->wall);
	m->wants_receipt = xml_child(x, "request", NS_RECEIPTS) != NULL;
}

static void
take_body(const struct xml *x, const struct xml *body, struct message_of_x *m)
{
	const char *text = body != NULL ? xml_text(body) : "";
	const char *url = url_of(x);

	if (text[0] != '\0' &&
	    xml_child(x, "replace", "urn:xmpp:message-correct:0") != NULL)
		buf_add_str(&m->body, "* "); /* XEP-0308 */
	body_to_sip(text, &m->body);
	if (url != NULL && strstr(text, url) == NULL) {
		if (m->body.len > 0)
			buf_add_str(&m->body, "\r\n");
		body_to_sip(url, &m->body);
	}
}

static void
refuse(struct message_of_x *m, enum stanza_condition c, const char *text)
{
	m->verdict = MESSAGE_REFUSE;
	m->condition = c;
	m->text = text;
}

void
message_from_xmpp(const struct xml *x, const struct message_opts *o,
    struct message_of_x *m)
{
	const struct xml *body = choose(x, "body", o->lang);
	size_t max = o->max_bytes != 0 ? o->max_bytes : MESSAGE_MAX_STREAM;
	enum stanza_type type = stanza_type(x);

	memset(m, 0, sizeof(*m));
	m->verdict = MESSAGE_DROP;
	if (type == STANZA_TYPE_ERROR)
		return;
	if (type == STANZA_TYPE_GROUPCHAT) {
		refuse(m, CONDITION_SERVICE_UNAVAILABLE, NULL); /* Z-08 */
		return;
	}
	m->state = chat_state_of(x);
	if (is_encrypted(x)) {
		if (body != NULL)
			refuse(m, CONDITION_NOT_ACCEPTABLE,
			    "end-to-end encryption is not available");
		return;
	}
	if (is_dropped(x))
		return;
	take_body(x, body, m);
	if (m->body.len == 0) {
		if (m->state != CHAT_NONE)
			m->verdict = MESSAGE_STATE;
		return;
	}
	if (m->body.len > max) {
		refuse(m, CONDITION_POLICY_VIOLATION,
		    "the message is too long for the receiver's network");
		return;
	}
	take_headers(x, body, o, m);
	m->verdict = MESSAGE_DELIVER;
}

void
message_of_x_clear(struct message_of_x *m)
{
	mem_free(m->subject);
	mem_free(m->lang);
	mem_free(m->nick);
	mem_free(m->date);
	mem_free(m->thread);
	buf_clear(&m->body);
	memset(m, 0, sizeof(*m));
}

static struct sip_msg *
request(const char *nick, const char *from, const char *to,
    const char *call_id, uint32_t cseq)
{
	struct buf f = { 0 }, t = { 0 };
	struct sip_msg *msg;

	if (nick != NULL) {
		sip_quote(sip_span_of(nick), &f);
		buf_add_byte(&f, ' ');
	}
	buf_printf(&f, "<%s>", from);
	buf_printf(&t, "<%s>", to);
	msg = sip_request_make(SIP_MESSAGE, sip_span_of(to), buf_text(&f),
	    buf_text(&t), call_id, cseq);
	buf_clear(&f);
	buf_clear(&t);
	return msg;
}

struct sip_msg *
message_to_sip(const struct message_of_x *m, const char *from, const char *to,
    const char *call_id, uint32_t cseq)
{
	struct sip_msg *msg = request(m->nick, from, to, call_id, cseq);

	if (m->subject != NULL)
		sip_msg_add_str(msg, SIP_HDR_SUBJECT, m->subject);
	if (m->date != NULL)
		sip_msg_add_str(msg, SIP_HDR_DATE, m->date);
	if (m->lang != NULL)
		sip_msg_add_str(msg, SIP_HDR_CONTENT_LANGUAGE, m->lang);
	sip_msg_set_body(msg, "text/plain;charset=UTF-8", m->body.data,
	    m->body.len);
	return msg;
}

struct sip_msg *
message_typing_to_sip(enum chat_typing t, const char *from, const char *to,
    uint32_t cseq)
{
	struct sip_msg *msg = request(NULL, from, to, NULL, cseq);
	struct buf b = { 0 };

	chat_write(t, &b);
	sip_msg_set_body(msg, CHAT_TYPE, b.data, b.len);
	buf_clear(&b);
	return msg;
}
