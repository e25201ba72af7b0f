/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages from SIP to XMPP. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "gateway/map/address.h"
#include "gateway/map/body.h"
#include "gateway/map/message.h"
#include "gateway/sip/field.h"
#include "xml/xml_read.h"

#define ACCEPT                                                                 \
	"text/plain, text/html, message/cpim, multipart/alternative, "         \
	"application/im-iscomposing+xml"
#define NICK_MAX    64
#define SUBJECT_MAX 255
#define DELAY_LEAST 60

/* What one body, or one part of it, came to. */
enum taken {
	TAKEN,       /* there is something to show */
	TAKEN_STATE, /* typing */
	TAKEN_DROP,  /* reports and the like */
	TAKEN_NOT,   /* of no kind we know */
	TAKEN_FORBIDDEN,
};

struct reading {
	const struct sip_msg *msg;
	struct message_of_s *out;
	unsigned int depth;
};

static enum taken take(struct reading *r, const struct body_part *p);

static struct sip_span
param_of(const struct sip_media_type *t, const char *name)
{
	struct sip_span v = sip_span_make("", 0);

	(void)sip_param(t->params, name, &v);
	return v;
}

static enum taken
take_text(struct reading *r, const struct sip_media_type *t,
    const struct body_part *p, bool html)
{
	struct buf utf8 = { 0 }, plain = { 0 };
	struct buf *from = &utf8;

	if (body_decode(param_of(t, "charset"), p->text, &utf8) < 0) {
		buf_clear(&utf8);
		return TAKEN_NOT;
	}
	if (html) {
		body_from_html(sip_span_make(utf8.data, utf8.len), &plain);
		from = &plain;
	}
	body_to_xmpp(sip_span_make(buf_text(from), from->len), &r->out->body);
	buf_clear(&utf8);
	buf_clear(&plain);
	return TAKEN;
}

/* The best of several forms: plain text, then HTML, then what there is. */
static enum taken
take_alternative(struct reading *r, struct sip_span text,
    struct sip_span boundary)
{
	static const char *const order[] = { "plain", "html", NULL };
	struct sip_media_type t;
	struct body_part p;
	struct sip_span rest;
	unsigned int n, i;
	enum taken got;

	for (i = 0; order[i] != NULL; i++) {
		rest = text;
		for (n = 0; n < BODY_PARTS_MAX &&
		     body_part_next(&rest, boundary, &p); n++) {
			if (sip_media_type_read(p.type, &t) == 0 &&
			    sip_media_type_is(&t, "text", order[i]))
				return take(r, &p);
		}
	}
	rest = text;
	for (n = 0; n < BODY_PARTS_MAX && body_part_next(&rest, boundary, &p);
	     n++) {
		if ((got = take(r, &p)) != TAKEN_NOT)
			return got;
	}
	return TAKEN_NOT;
}

/* The first text; what else there is, is said to be there. */
static enum taken
take_mixed(struct reading *r, struct sip_span rest, struct sip_span boundary)
{
	enum taken best = TAKEN_NOT, got;
	struct buf notes = { 0 };
	struct body_part p;
	unsigned int n;

	for (n = 0; n < BODY_PARTS_MAX && body_part_next(&rest, boundary, &p);
	     n++) {
		got = best == TAKEN ? TAKEN_NOT : take(r, &p);
		if (got == TAKEN_FORBIDDEN) {
			buf_clear(&notes);
			return got;
		}
		if (got != TAKEN_NOT) {
			best = got;
			continue;
		}
		buf_add_str(&notes, "\n[attachment ");
		xml_text_clean(&notes, p.type.p, p.type.n < 100 ? p.type.n : 100);
		buf_printf(&notes, ", %zu bytes]", p.text.n);
	}
	if (best == TAKEN)
		buf_add(&r->out->body, buf_text(&notes), notes.len);
	buf_clear(&notes);
	return best;
}

/* The addresses inside must be those of the request [4.3]. */
static bool
same_user(struct sip_span inner, const struct sip_addr *outer)
{
	struct jid a = { 0 }, b = { 0 };
	struct sip_uri u;
	bool same;

	if (inner.n == 0)
		return true;
	if (sip_uri_parse(inner, &u, NULL) < 0)
		return false;
	if (sip_span_is_nocase(u.host, "anonymous.invalid"))
		return true;
	if (address_from_uri(&u, &a, NULL) < 0)
		return false;
	same = address_from_uri(&outer->uri, &b, NULL) == 0 &&
	    jid_bare_equal(&a, &b);
	jid_clear(&a);
	jid_clear(&b);
	return same;
}

static char *
clean(struct sip_span s, size_t max)
{
	struct buf b = { 0 };
	size_t n = s.n;

	if (n > max) {
		n = max;
		while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
	}
	xml_text_clean(&b, s.p, n);
	if (b.len == 0) {
		buf_clear(&b);
		return NULL;
	}
	return buf_take(&b);
}

static enum taken
take_cpim(struct reading *r, struct sip_span text)
{
	struct sip_addr from, to;
	struct body_cpim c;

	if (body_cpim_read(text, &c) < 0)
		return TAKEN_NOT;
	if (sip_msg_from(r->msg, &from) < 0 || sip_msg_to(r->msg, &to) < 0 ||
	    !same_user(c.from, &from) || !same_user(c.to, &to))
		return TAKEN_FORBIDDEN;
	if (r->out->subject == NULL)
		r->out->subject = clean(c.subject, SUBJECT_MAX);
	return take(r, &c.part);
}

/* application/vnd.gsma.rcs-ft-http+xml: the file's address. */
static enum taken
take_file(struct reading *r, struct sip_span text)
{
	static const struct xml_limits limits = { .max_bytes = 16384,
		.max_depth = 8, .max_nodes = 128 };
	struct xml *x = xml_parse(text.p, text.n, &limits, NULL);
	const struct xml *info, *data;
	const char *url = NULL;

	if (x == NULL)
		return TAKEN_NOT;
	for (info = xml_child(x, "file-info", NULL); info != NULL;
	     info = xml_next(info, "file-info", NULL)) {
		const char *type = xml_get(info, "type");

		if (type != NULL && strcmp(type, "file") != 0)
			continue;
		data = xml_child(info, "data", NULL);
		if (data != NULL)
			url = xml_get(data, "url");
	}
	if (url != NULL && strncmp(url, "http", 4) == 0) {
		r->out->url = mem_strdup(url);
		buf_add_str(&r->out->body, url);
	}
	xml_free(x);
	return r->out->url != NULL ? TAKEN : TAKEN_NOT;
}

static enum taken
take_multipart(struct reading *r, const struct sip_media_type *t,
    const struct body_part *p)
{
	struct sip_span boundary = param_of(t, "boundary");
	enum taken got;

	if (r->depth >= BODY_DEPTH_MAX)
		return TAKEN_NOT;
	r->depth++;
	if (sip_span_is_nocase(t->subtype, "alternative"))
		got = take_alternative(r, p->text, boundary);
	else
		got = take_mixed(r, p->text, boundary);
	r->depth--;
	return got;
}

static enum taken
take(struct reading *r, const struct body_part *p)
{
	struct sip_media_type t;

	if (p->encoding.n > 0 && !sip_span_is_nocase(p->encoding, "7bit") &&
	    !sip_span_is_nocase(p->encoding, "8bit") &&
	    !sip_span_is_nocase(p->encoding, "binary"))
		return TAKEN_NOT;
	if (sip_media_type_read(p->type.n > 0 ? p->type :
	    sip_span_of("text/plain"), &t) < 0)
		return TAKEN_NOT;
	if (sip_media_type_is(&t, "text", "plain"))
		return take_text(r, &t, p, false);
	if (sip_media_type_is(&t, "text", "html"))
		return take_text(r, &t, p, true);
	if (sip_span_is_nocase(t.type, "multipart"))
		return take_multipart(r, &t, p);
	if (sip_media_type_is(&t, "message", "cpim")) {
		if (r->depth++ >= BODY_DEPTH_MAX)
			return TAKEN_NOT;
		return take_cpim(r, p->text);
	}
	if (sip_media_type_is(&t, "application", "im-iscomposing+xml"))
		return chat_read(p->text, &r->out->typing,
		    &r->out->refresh) < 0 ? TAKEN_NOT : TAKEN_STATE;
	if (sip_media_type_is(&t, "message", "imdn+xml"))
		return TAKEN_DROP;
	if (sip_media_type_is(&t, "application",
	    "vnd.gsma.rcs-ft-http+xml"))
		return take_file(r, p->text);
	return TAKEN_NOT;
}

static void
refuse(struct message_of_s *out, int status, const char *reason)
{
	out->verdict = MESSAGE_REFUSE;
	out->status = status;
	out->reason = reason;
}

/* RFC 3261 section 20.17; 0: none, or not one. */
static int64_t
date_of(const struct sip_msg *m)
{
	char text[64];
	struct sip_span d = sip_msg_header(m, SIP_HDR_DATE);
	struct tm tm = { 0 };

	if (d.n == 0 || d.n >= sizeof(text))
		return 0;
	memcpy(text, d.p, d.n);
	text[d.n] = '\0';
	if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm) == NULL)
		return 0;
	return (int64_t)timegm(&tm);
}

/* Expires is an end of life here (RFC 3428 section 7). */
static bool
is_expired(const struct sip_msg *m, int64_t date, int64_t wall)
{
	if (!sip_msg_has(m, SIP_HDR_EXPIRES) || date == 0)
		return false;
	return date + (int64_t)sip_msg_uint(m, SIP_HDR_EXPIRES, INT32_MAX) <
	    wall;
}

static void
take_headers(const struct sip_msg *m, int64_t date,
    const struct message_opts *o, struct message_of_s *out)
{
	struct buf b = { 0 };
	struct sip_addr from;
	struct sip_span lang;
	char stamp[32];
	struct tm tm;
	time_t t = (time_t)date;

	if (out->subject == NULL)
		out->subject = clean(sip_msg_header(m, SIP_HDR_SUBJECT),
		    SUBJECT_MAX);
	lang = sip_msg_header(m, SIP_HDR_CONTENT_LANGUAGE);
	if (lang.n > 0 && memchr(lang.p, ',', lang.n) == NULL)
		out->lang = clean(lang, 35);
	if (sip_msg_from(m, &from) == 0 && from.display.n > 0) {
		sip_unquote(from.display, &b);
		out->nick = clean(sip_span_make(buf_text(&b), b.len), NICK_MAX);
	}
	buf_clear(&b);
	if (date > 0 && o->wall - date >= DELAY_LEAST &&
	    gmtime_r(&t, &tm) != NULL &&
	    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		out->delay = mem_strdup(stamp);
}

static bool
is_encoded(const struct sip_msg *m)
{
	struct sip_span e = sip_msg_header(m, SIP_HDR_CONTENT_ENCODING);

	return e.n > 0 && !sip_span_is_nocase(e, "identity");
}

void
message_from_sip(const struct sip_msg *m, const struct message_opts *o,
    struct message_of_s *out)
{
	struct reading r = { .msg = m, .out = out };
	struct body_part whole = {
		.type = sip_msg_header(m, SIP_HDR_CONTENT_TYPE),
		.encoding = sip_span_make("", 0),
		.text = sip_msg_body(m),
	};
	int64_t date = date_of(m);

	memset(out, 0, sizeof(*out));
	out->verdict = MESSAGE_DROP;
	if (is_encoded(m)) {
		refuse(out, 415, "Unsupported Content-Encoding");
		out->accept_encoding = "identity";
		return;
	}
	if (whole.text.n == 0 || is_expired(m, date, o->wall))
		return;
	if (whole.text.n > (o->max_bytes != 0 ? o->max_bytes :
	    MESSAGE_MAX_STREAM)) {
		refuse(out, 413, "The message is too long");
		return;
	}
	switch (take(&r, &whole)) {
	case TAKEN:
		take_headers(m, date, o, out);
		out->verdict = out->body.len > 0 ? MESSAGE_DELIVER :
						   MESSAGE_DROP;
		break;
	case TAKEN_STATE:
		out->verdict = MESSAGE_STATE;
		break;
	case TAKEN_DROP:
		break;
	case TAKEN_NOT:
		refuse(out, 415, NULL);
		out->accept = ACCEPT;
		break;
	case TAKEN_FORBIDDEN:
		refuse(out, 403, "Addresses inside the message differ");
		break;
	}
}

void
message_of_s_clear(struct message_of_s *m)
{
	mem_free(m->subject);
	mem_free(m->lang);
	mem_free(m->nick);
	mem_free(m->delay);
	mem_free(m->url);
	buf_clear(&m->body);
	memset(m, 0, sizeof(*m));
}

static void
add_state(struct xml *x, enum chat_state s)
{
	if (s != CHAT_NONE)
		(void)xml_add(x, chat_state_name(s), NS_CHATSTATES);
}

struct xml *
message_to_xmpp(const struct message_of_s *m, const struct message_envelope *e)
{
	struct xml *x = stanza_message(e->type, e->from, e->to, e->id), *c;

	if (m->lang != NULL)
		xml_set_ns(x, XML_NS_XML, "lang", m->lang);
	if (m->subject != NULL)
		(void)xml_add_with_text(x, "subject", NULL, m->subject);
	(void)xml_add_with_text(x, "body", NULL, buf_text(&m->body));
	if (e->thread != NULL)
		(void)xml_add_with_text(x, "thread", NULL, e->thread);
	add_state(x, e->state);
	if (m->nick != NULL)
		(void)xml_add_with_text(x, "nick",
		    "http://jabber.org/protocol/nick", m->nick);
	if (m->url != NULL) {
		c = xml_add(x, "x", NS_OOB);
		(void)xml_add_with_text(c, "url", NULL, m->url);
	}
	if (m->delay != NULL) {
		c = xml_add(x, "delay", NS_DELAY);
		xml_set(c, "stamp", m->delay);
	}
	c = xml_add(x, "origin-id", NS_STANZA_ID);
	xml_set(c, "id", e->id);
	return x;
}

struct xml *
message_state_to_xmpp(enum chat_state s, const char *from, const char *to,
    const char *id, const char *thread)
{
	struct xml *x = stanza_message(STANZA_TYPE_CHAT, from, to, id);

	add_state(x, s);
	if (thread != NULL)
		(void)xml_add_with_text(x, "thread", NULL, thread);
	(void)xml_add(x, "no-store", NS_HINTS);
	return x;
}
