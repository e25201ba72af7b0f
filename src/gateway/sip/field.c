/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed readers of header values. */
#include "config.h"

#include <string.h>

#include "gateway/sip/field.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct sip_span
span_skip(struct sip_span s, size_t n)
{
	return sip_span_make(s.p + n, s.n - n);
}

static struct sip_span
span_skip_blanks(struct sip_span s)
{
	while (s.n != 0 && is_blank(s.p[0]))
		s = span_skip(s, 1);
	return s;
}

/* Length of the quoted string s starts with, quotes included; 0: broken. */
static size_t
quoted_length(struct sip_span s)
{
	size_t i;

	for (i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 0;
}

static bool
param_value_ok(struct sip_span v)
{
	size_t i;

	if (v.n != 0 && v.p[0] == '"')
		return quoted_length(v) == v.n;
	for (i = 0; i < v.n; i++)
		if (is_blank(v.p[i]) || strchr("\"<>,;\r\n", v.p[i]) != NULL)
			return false;
	return true;
}

/* What follows a value: nothing, or ";a=b;c" with blanks anywhere between. */
static int
params_read(struct sip_span s, struct sip_span *paramsp)
{
	struct sip_span rest, name, value;

	s = sip_span_trim(s);
	*paramsp = sip_span_make(s.p, 0);
	if (s.n == 0)
		return 0;
	if (s.p[0] != ';')
		return -1;
	s = sip_span_trim(span_skip(s, 1));
	if (s.n == 0 || s.p[s.n - 1] == ';')
		return -1;
	rest = s;
	while (sip_param_next(&rest, &name, &value))
		if (!sip_is_token(name) || !param_value_ok(value))
			return -1;
	*paramsp = s;
	return 0;
}

/* Unquoted display names are tokens and blanks; UTF-8 is let through. */
static bool
display_ok(struct sip_span s)
{
	size_t i;

	if (s.n != 0 && s.p[0] == '"')
		return quoted_length(s) == s.n;
	for (i = 0; i < s.n; i++)
		if (!is_blank(s.p[i]) && !sip_is(s.p[i], SIP_C_TOKEN) &&
		    (unsigned char)s.p[i] < 0x80)
			return false;
	return true;
}

static int
addr_bracketed_read(struct sip_span value, size_t open, struct sip_addr *a)
{
	const char *close = memchr(value.p + open, '>', value.n - open);
	size_t end;

	if (close == NULL)
		return -1;
	end = (size_t)(close - value.p);
	a->bracketed = true;
	a->display = sip_span_trim(sip_span_make(value.p, open));
	a->uri_text = sip_span_make(value.p + open + 1, end - open - 1);
	if (!display_ok(a->display))
		return -1;
	return params_read(span_skip(value, end + 1), &a->params);
}

int
sip_addr_read(struct sip_span value, struct sip_addr *a)
{
	size_t i = 0;

	memset(a, 0, sizeof(*a));
	value = sip_span_trim(value);
	if (value.n == 0)
		return -1;
	if (value.n == 1 && value.p[0] == '*') {
		a->star = true;
		return 0;
	}
	if (value.p[0] == '"' && (i = quoted_length(value)) == 0)
		return -1;
	while (i < value.n && value.p[i] != '<')
		i++;
	if (i < value.n) {
		if (addr_bracketed_read(value, i, a) != 0)
			return -1;
	} else {
		const char *semi = memchr(value.p, ';', value.n);
		size_t end = semi == NULL ? value.n : (size_t)(semi - value.p);

		a->uri_text = sip_span_trim(sip_span_make(value.p, end));
		/* RFC 3261 section 20: such a URI needs brackets. */
		if (memchr(value.p, '?', end) != NULL ||
		    memchr(value.p, ',', end) != NULL ||
		    params_read(span_skip(value, end), &a->params) != 0)
			return -1;
	}
	return sip_uri_parse(a->uri_text, &a->uri, NULL);
}

/* A token at the front, then one separator (0: none) with blanks around. */
static int
token_take(struct sip_span *sp, struct sip_span *tokenp, char separator)
{
	struct sip_span s = span_skip_blanks(*sp);
	size_t n = 0;

	while (n < s.n && sip_is(s.p[n], SIP_C_TOKEN))
		n++;
	if (n == 0)
		return -1;
	*tokenp = sip_span_make(s.p, n);
	s = span_skip(s, n);
	if (separator != 0) {
		s = span_skip_blanks(s);
		if (s.n == 0 || s.p[0] != separator)
			return -1;
		s = span_skip(s, 1);
	}
	*sp = s;
	return 0;
}

static int
sent_by_read(struct sip_span s, struct sip_via *v)
{
	size_t n = 0;
	uint64_t port;

	s = sip_span_trim(s);
	if (s.n != 0 && s.p[0] == '[') {
		const char *close = memchr(s.p, ']', s.n);

		if (close == NULL)
			return -1;
		n = (size_t)(close - s.p) + 1;
	} else {
		while (n < s.n && s.p[n] != ':' && !is_blank(s.p[n]))
			n++;
	}
	v->host = sip_span_make(s.p, n);
	if (n == 0 || n > 255)
		return -1;
	s = span_skip_blanks(span_skip(s, n));
	if (s.n == 0)
		return 0;
	if (s.p[0] != ':' ||
	    sip_span_uint(sip_span_trim(span_skip(s, 1)), 65535, &port) != 0)
		return -1;
	v->port = (uint16_t)port;
	return 0;
}

int
sip_via_read(struct sip_span value, struct sip_via *v)
{
	struct sip_span token, rport;
	const char *semi;
	uint64_t port;
	size_t n;

	memset(v, 0, sizeof(*v));
	if (token_take(&value, &token, '/') != 0 ||
	    token_take(&value, &token, '/') != 0 ||
	    token_take(&value, &v->transport, 0) != 0 || value.n == 0 ||
	    !is_blank(value.p[0]))
		return -1;
	semi = memchr(value.p, ';', value.n);
	n = semi == NULL ? value.n : (size_t)(semi - value.p);
	if (sent_by_read(sip_span_make(value.p, n), v) != 0 ||
	    params_read(span_skip(value, n), &v->params) != 0)
		return -1;
	(void)sip_param(v->params, "branch", &v->branch);
	(void)sip_param(v->params, "received", &v->received);
	(void)sip_param(v->params, "maddr", &v->maddr);
	v->has_rport = sip_param(v->params, "rport", &rport);
	if (v->has_rport && rport.n != 0) {
		if (sip_span_uint(rport, 65535, &port) != 0)
			return -1;
		v->rport = (uint16_t)port;
	}
	return 0;
}

int
sip_cseq_read(struct sip_span value, struct sip_cseq *c)
{
	uint64_t number;
	size_t n = 0;

	value = sip_span_trim(value);
	while (n < value.n && !is_blank(value.p[n]))
		n++;
	if (sip_span_uint(sip_span_make(value.p, n), INT32_MAX, &number) != 0)
		return -1;
	c->number = (uint32_t)number;
	c->method = sip_span_trim(span_skip(value, n));
	return sip_is_token(c->method) ? 0 : -1;
}

/* "token;params" */
static int
token_and_params(
    struct sip_span value, struct sip_span *tokenp, struct sip_span *paramsp)
{
	if (token_take(&value, tokenp, 0) != 0)
		return -1;
	return params_read(value, paramsp);
}

int
sip_event_read(struct sip_span value, struct sip_event *e)
{
	struct sip_span params;

	memset(e, 0, sizeof(*e));
	if (token_and_params(value, &e->package, &params) != 0)
		return -1;
	(void)sip_param(params, "id", &e->id);
	return 0;
}

int
sip_substate_read(struct sip_span value, struct sip_substate *s)
{
	struct sip_span params, number;
	uint64_t n;

	memset(s, 0, sizeof(*s));
	if (token_and_params(value, &s->state, &params) != 0)
		return -1;
	(void)sip_param(params, "reason", &s->reason);
	if (sip_param(params, "expires", &number) &&
	    sip_span_uint(number, UINT32_MAX, &n) == 0) {
		s->has_expires = true;
		s->expires = (uint32_t)n;
	}
	if (sip_param(params, "retry-after", &number) &&
	    sip_span_uint(number, UINT32_MAX, &n) == 0) {
		s->has_retry_after = true;
		s->retry_after = (uint32_t)n;
	}
	return 0;
}

int
sip_media_type_read(struct sip_span value, struct sip_media_type *t)
{
	memset(t, 0, sizeof(*t));
	if (token_take(&value, &t->type, '/') != 0)
		return -1;
	return token_and_params(value, &t->subtype, &t->params);
}

bool
sip_media_type_is(
    const struct sip_media_type *t, const char *type, const char *subtype)
{
	return sip_span_is_nocase(t->type, type) &&
	       sip_span_is_nocase(t->subtype, subtype);
}

int
sip_auth_read(struct sip_span value, struct sip_auth *a)
{
	memset(a, 0, sizeof(*a));
	if (token_take(&value, &a->scheme, 0) != 0)
		return -1;
	a->params = sip_span_trim(value);
	return 0;
}

bool
sip_auth_param(
    const struct sip_auth *a, const char *name, struct sip_span *valuep)
{
	struct sip_span rest = a->params, one;

	while (sip_list_next(&rest, &one)) {
		const char *eq = one.n == 0 ? NULL : memchr(one.p, '=', one.n);
		struct sip_span key, value;
		size_t n;

		if (eq == NULL)
			continue;
		n = (size_t)(eq - one.p);
		key = sip_span_trim(sip_span_make(one.p, n));
		if (!sip_span_is_nocase(key, name))
			continue;
		value = sip_span_trim(span_skip(one, n + 1));
		if (value.n >= 2 && value.p[0] == '"' &&
		    value.p[value.n - 1] == '"')
			value = sip_span_make(value.p + 1, value.n - 2);
		*valuep = value;
		return true;
	}
	return false;
}

void
sip_unquote(struct sip_span s, struct buf *out)
{
	size_t i;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"') {
		sip_span_add(out, s);
		return;
	}
	for (i = 1; i < s.n - 1; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n - 1)
			i++;
		buf_add_byte(out, s.p[i]);
	}
}

/* -- on messages -------------------------------------------------------- */

int
sip_msg_from(const struct sip_msg *m, struct sip_addr *a)
{
	return sip_addr_read(sip_msg_header(m, SIP_HDR_FROM), a);
}

int
sip_msg_to(const struct sip_msg *m, struct sip_addr *a)
{
	return sip_addr_read(sip_msg_header(m, SIP_HDR_TO), a);
}

static bool
msg_first(const struct sip_msg *m, enum sip_header id, struct sip_span *valuep)
{
	struct sip_values it = sip_values_of(m, id);

	return sip_values_next(&it, valuep);
}

int
sip_msg_contact(const struct sip_msg *m, struct sip_addr *a)
{
	struct sip_span value;

	memset(a, 0, sizeof(*a));
	if (!msg_first(m, SIP_HDR_CONTACT, &value))
		return -1;
	return sip_addr_read(value, a);
}

int
sip_msg_via(const struct sip_msg *m, struct sip_via *v)
{
	struct sip_span value;

	memset(v, 0, sizeof(*v));
	if (!msg_first(m, SIP_HDR_VIA, &value))
		return -1;
	return sip_via_read(value, v);
}

int
sip_msg_cseq(const struct sip_msg *m, struct sip_cseq *c)
{
	memset(c, 0, sizeof(*c));
	return sip_cseq_read(sip_msg_header(m, SIP_HDR_CSEQ), c);
}

struct sip_span
sip_msg_tag(const struct sip_msg *m, enum sip_header id)
{
	struct sip_span tag = { "", 0 };
	struct sip_addr a;

	if (sip_addr_read(sip_msg_header(m, id), &a) == 0)
		(void)sip_param(a.params, "tag", &tag);
	return tag;
}

struct sip_span
sip_msg_call_id(const struct sip_msg *m)
{
	return sip_msg_header(m, SIP_HDR_CALL_ID);
}

uint32_t
sip_msg_uint(const struct sip_msg *m, enum sip_header id, uint32_t fallback)
{
	struct sip_span value = sip_msg_header(m, id);
	uint64_t n;
	size_t digits = 0;

	/* "Retry-After: 5 (comment);duration=3" */
	while (digits < value.n && value.p[digits] >= '0' &&
	       value.p[digits] <= '9')
		digits++;
	if (digits < value.n && !is_blank(value.p[digits]) &&
	    value.p[digits] != ';' && value.p[digits] != '(')
		return fallback;
	value.n = digits;
	return sip_span_uint(value, UINT32_MAX, &n) == 0 ? (uint32_t)n
							 : fallback;
}
