/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIP, SIPS, tel, im and pres URIs: reading, comparing, writing. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/fault.h"
#include "gateway/sip/uri.h"

static const struct {
	const char *name;
	enum sip_scheme scheme;
} uri_schemes[] = {
	{ "sip", SIP_SCHEME_SIP },
	{ "sips", SIP_SCHEME_SIPS },
	{ "tel", SIP_SCHEME_TEL },
	{ "im", SIP_SCHEME_IM },
	{ "pres", SIP_SCHEME_PRES },
};

/* Parameters that make two URIs differ when only one has them. */
static const char *const uri_strict_params[] = {
	"user",
	"ttl",
	"method",
	"maddr",
	"transport",
	"gr",
};

/* LIMIT: parameters and headers of one URI; they are compared pairwise. */
#define URI_PARTS_MAX 64

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = sip_lower(c);
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Every byte in one of the classes, or a well formed escape. */
static bool
uri_bytes_ok(struct sip_span s, unsigned classes)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			if (s.n - i < 3 || hex_digit(s.p[i + 1]) < 0 ||
			    hex_digit(s.p[i + 2]) < 0)
				return false;
			i += 2;
		} else if (!sip_is(s.p[i], classes)) {
			return false;
		}
	}
	return true;
}

static bool
uri_host_ok(struct sip_span host)
{
	size_t i;

	if (host.n == 0 || host.n > 255)
		return false;
	if (host.p[0] == '[') {
		if (host.n < 4 || host.p[host.n - 1] != ']')
			return false;
		for (i = 1; i < host.n - 1; i++)
			if (hex_digit(host.p[i]) < 0 && host.p[i] != ':' &&
			    host.p[i] != '.')
				return false;
		return true;
	}
	for (i = 0; i < host.n; i++) {
		char c = sip_lower(host.p[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '.' && c != '_')
			return false;
	}
	return host.p[0] != '.' && host.p[0] != '-';
}

static const char *
span_find(struct sip_span s, char c)
{
	return s.n == 0 ? NULL : memchr(s.p, c, s.n);
}

/* Takes what stands before stop off *restp; all of it when there is none. */
static struct sip_span
span_cut(struct sip_span *restp, const char *stop, size_t skip)
{
	struct sip_span head = *restp;
	size_t used;

	if (stop == NULL) {
		restp->p = restp->n == 0 ? restp->p : restp->p + restp->n;
		restp->n = 0;
		return head;
	}
	head.n = (size_t)(stop - restp->p);
	used = head.n + skip;
	restp->p += used;
	restp->n -= used;
	return head;
}

/* Equal once escapes are resolved; no allocation. */
static bool
escaped_equal(struct sip_span a, struct sip_span b, bool nocase)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		char x = a.p[i++], y = b.p[j++];

		if (x == '%' && i + 1 < a.n) {
			x = (char)(hex_digit(a.p[i]) * 16 +
				   hex_digit(a.p[i + 1]));
			i += 2;
		}
		if (y == '%' && j + 1 < b.n) {
			y = (char)(hex_digit(b.p[j]) * 16 +
				   hex_digit(b.p[j + 1]));
			j += 2;
		}
		if (nocase ? sip_lower(x) != sip_lower(y) : x != y)
			return false;
	}
	return i == a.n && j == b.n;
}

/* A name stands once (RFC 3261 section 19.1.1). */
static bool
params_are_unique(struct sip_span params)
{
	struct sip_span name, other, value;

	while (sip_param_next(&params, &name, &value)) {
		struct sip_span rest = params;

		while (sip_param_next(&rest, &other, &value))
			if (escaped_equal(name, other, true))
				return false;
	}
	return true;
}

static int
uri_params_check(struct sip_span params, struct fault *f)
{
	struct sip_span all = params, name, value;
	unsigned n = 0;

	if (params.n != 0 && params.p[params.n - 1] == ';')
		return fault_set(
		    f, FAULT_INVALID, "empty parameter in the URI");
	while (sip_param_next(&params, &name, &value)) {
		if (name.n == 0 || ++n > URI_PARTS_MAX ||
		    !uri_bytes_ok(name, SIP_C_UNRESERVED | SIP_C_PARAM) ||
		    !uri_bytes_ok(value, SIP_C_UNRESERVED | SIP_C_PARAM))
			return fault_set(
			    f, FAULT_INVALID, "bad parameter in the URI");
	}
	if (!params_are_unique(all))
		return fault_set(
		    f, FAULT_INVALID, "a parameter of the URI stands twice");
	return 0;
}

static int
uri_userinfo_parse(struct sip_span info, struct sip_uri *u, struct fault *f)
{
	const char *colon = span_find(info, ':');

	u->has_user = true;
	if (colon != NULL) {
		u->has_password = true;
		u->user = span_cut(&info, colon, 1);
		u->password = info;
	} else {
		u->user = info;
	}
	if (u->user.n == 0 ||
	    !uri_bytes_ok(u->user, SIP_C_UNRESERVED | SIP_C_USER) ||
	    !uri_bytes_ok(u->password, SIP_C_UNRESERVED | SIP_C_PASSWORD))
		return fault_set(f, FAULT_INVALID, "bad user in the URI");
	return 0;
}

static int
uri_hostport_parse(struct sip_span hp, struct sip_uri *u, struct fault *f)
{
	const char *colon;
	const char *close = span_find(hp, ']');
	struct sip_span after = hp;
	uint64_t port;

	if (hp.n != 0 && hp.p[0] == '[' && close != NULL)
		(void)span_cut(&after, close, 1);
	colon = span_find(after, ':');
	u->host = span_cut(&hp, colon, 1);
	if (!uri_host_ok(u->host))
		return fault_set(f, FAULT_INVALID, "bad host in the URI");
	if (colon == NULL)
		return 0;
	if (sip_span_uint(hp, 65535, &port) != 0 || port == 0)
		return fault_set(f, FAULT_INVALID, "bad port in the URI");
	u->port = (uint16_t)port;
	return 0;
}

static int
uri_headers_check(struct sip_span headers, struct fault *f)
{
	unsigned n = 0;

	while (headers.n != 0) {
		struct sip_span one =
		    span_cut(&headers, span_find(headers, '&'), 1);
		const char *eq = span_find(one, '=');

		if (eq == NULL || eq == one.p || ++n > URI_PARTS_MAX ||
		    !uri_bytes_ok(
			span_cut(&one, eq, 1), SIP_C_UNRESERVED | SIP_C_HNV) ||
		    !uri_bytes_ok(one, SIP_C_UNRESERVED | SIP_C_HNV))
			return fault_set(
			    f, FAULT_INVALID, "bad header in the URI");
	}
	return 0;
}

static int
uri_sip_parse(struct sip_span rest, struct sip_uri *u, struct fault *f)
{
	const char *at = span_find(rest, '@');
	const char *mark;
	struct sip_span hostport;

	if (at != NULL && uri_userinfo_parse(span_cut(&rest, at, 1), u, f) != 0)
		return -1;
	if ((mark = span_find(rest, '?')) != NULL) {
		struct sip_span left = span_cut(&rest, mark, 1);

		u->headers = rest;
		rest = left;
		if (u->headers.n == 0)
			return fault_set(
			    f, FAULT_INVALID, "empty header in the URI");
	}
	mark = span_find(rest, ';');
	hostport = span_cut(&rest, mark, 1);
	if (mark != NULL) {
		u->params = rest;
		if (rest.n == 0)
			return fault_set(
			    f, FAULT_INVALID, "empty parameter in the URI");
	}
	if (uri_hostport_parse(hostport, u, f) != 0 ||
	    uri_params_check(u->params, f) != 0)
		return -1;
	return uri_headers_check(u->headers, f);
}

static int
uri_tel_parse(struct sip_span rest, struct sip_uri *u, struct fault *f)
{
	const char *semi = span_find(rest, ';');
	size_t i;

	u->user = span_cut(&rest, semi, 1);
	u->params = rest;
	u->has_user = true;
	for (i = 0; i < u->user.n; i++)
		if (strchr("+-.()*#0123456789abcdefABCDEF", u->user.p[i]) ==
			NULL ||
		    u->user.p[i] == '\0')
			break;
	if (u->user.n == 0 || i < u->user.n)
		return fault_set(f, FAULT_INVALID, "bad telephone number");
	return uri_params_check(u->params, f);
}

static bool
uri_scheme_ok(struct sip_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = sip_lower(s.p[i]);
		bool alpha = c >= 'a' && c <= 'z';

		if (!alpha && (i == 0 || !((c >= '0' && c <= '9') || c == '+' ||
					     c == '-' || c == '.')))
			return false;
	}
	return s.n != 0;
}

int
sip_uri_parse(struct sip_span text, struct sip_uri *u, struct fault *f)
{
	const char *colon = span_find(text, ':');
	size_t i;

	memset(u, 0, sizeof(*u));
	if (colon == NULL)
		return fault_set(f, FAULT_INVALID, "no scheme in the URI");
	u->scheme_text = span_cut(&text, colon, 1);
	u->rest = text;
	u->scheme = SIP_SCHEME_OTHER;
	if (!uri_scheme_ok(u->scheme_text))
		return fault_set(f, FAULT_INVALID, "bad scheme in the URI");
	for (i = 0; i < sizeof(uri_schemes) / sizeof(uri_schemes[0]); i++)
		if (sip_span_is_nocase(u->scheme_text, uri_schemes[i].name))
			u->scheme = uri_schemes[i].scheme;
	switch (u->scheme) {
	case SIP_SCHEME_TEL:
		return uri_tel_parse(text, u, f);
	case SIP_SCHEME_OTHER:
		for (i = 0; i < text.n; i++)
			if (text.p[i] <= ' ' || strchr("<>\"", text.p[i]))
				return fault_set(
				    f, FAULT_INVALID, "bad byte in the URI");
		return text.n == 0 ? fault_set(f, FAULT_INVALID, "empty URI")
				   : 0;
	case SIP_SCHEME_SIP:
	case SIP_SCHEME_SIPS:
	case SIP_SCHEME_IM:
	case SIP_SCHEME_PRES:
		break;
	}
	return uri_sip_parse(text, u, f);
}

bool
sip_param_next(
    struct sip_span *restp, struct sip_span *namep, struct sip_span *valuep)
{
	struct sip_span s = *restp, one;
	size_t i;
	bool quoted = false;
	const char *eq;

	if (s.n == 0)
		return false;
	for (i = 0; i < s.n; i++) {
		if (quoted && s.p[i] == '\\' && i + 1 < s.n)
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ';' && !quoted)
			break;
	}
	one = span_cut(restp, i < s.n ? s.p + i : NULL, 1);
	eq = span_find(one, '=');
	*namep = sip_span_trim(span_cut(&one, eq, 1));
	*valuep = sip_span_trim(one);
	return true;
}

bool
sip_param(struct sip_span params, const char *name, struct sip_span *valuep)
{
	struct sip_span n, v;

	while (sip_param_next(&params, &n, &v)) {
		if (!sip_span_is_nocase(n, name))
			continue;
		if (valuep != NULL)
			*valuep = v;
		return true;
	}
	return false;
}

bool
sip_uri_param(
    const struct sip_uri *u, const char *name, struct sip_span *valuep)
{
	return sip_param(u->params, name, valuep);
}

static bool
uri_params_equal(const struct sip_uri *a, const struct sip_uri *b)
{
	struct sip_span rest = a->params, name, value, other;
	struct sip_span others, other_name;
	size_t i;

	while (sip_param_next(&rest, &name, &value)) {
		others = b->params;
		while (sip_param_next(&others, &other_name, &other))
			if (escaped_equal(name, other_name, true) &&
			    !escaped_equal(value, other, true))
				return false;
	}
	for (i = 0; i < sizeof(uri_strict_params) / sizeof(char *); i++)
		if (sip_uri_param(a, uri_strict_params[i], NULL) !=
		    sip_uri_param(b, uri_strict_params[i], NULL))
			return false;
	return true;
}

/* Every header of a stands in b too. */
static bool
uri_headers_within(const struct sip_uri *a, const struct sip_uri *b)
{
	struct sip_span rest = a->headers;

	while (rest.n != 0) {
		struct sip_span one = span_cut(&rest, span_find(rest, '&'), 1);
		struct sip_span name = span_cut(&one, span_find(one, '='), 1);
		struct sip_span there = b->headers;
		bool found = false;

		while (there.n != 0 && !found) {
			struct sip_span v =
			    span_cut(&there, span_find(there, '&'), 1);
			struct sip_span n = span_cut(&v, span_find(v, '='), 1);

			found = escaped_equal(name, n, true) &&
				escaped_equal(one, v, false);
		}
		if (!found)
			return false;
	}
	return true;
}

bool
sip_uri_equal(const struct sip_uri *a, const struct sip_uri *b)
{
	if (a->scheme != b->scheme)
		return false;
	if (a->scheme == SIP_SCHEME_OTHER)
		return sip_span_equal_nocase(a->scheme_text, b->scheme_text) &&
		       sip_span_equal(a->rest, b->rest);
	return a->has_user == b->has_user &&
	       a->has_password == b->has_password && a->port == b->port &&
	       escaped_equal(a->user, b->user, false) &&
	       escaped_equal(a->password, b->password, false) &&
	       sip_span_equal_nocase(a->host, b->host) &&
	       uri_params_equal(a, b) && uri_headers_within(a, b) &&
	       uri_headers_within(b, a);
}

void
sip_uri_write(const struct sip_uri *u, unsigned flags, struct buf *out)
{
	sip_span_add(out, u->scheme_text);
	buf_add_byte(out, ':');
	if (u->scheme == SIP_SCHEME_OTHER) {
		sip_span_add(out, u->rest);
		return;
	}
	sip_span_add(out, u->user);
	if (u->has_password && (flags & SIP_URI_NO_PASSWORD) == 0) {
		buf_add_byte(out, ':');
		sip_span_add(out, u->password);
	}
	if (u->has_user && u->scheme != SIP_SCHEME_TEL)
		buf_add_byte(out, '@');
	sip_span_add(out, u->host);
	if (u->port != 0)
		buf_printf(out, ":%u", u->port);
	if (u->params.n != 0 && (flags & SIP_URI_NO_PARAMS) == 0) {
		buf_add_byte(out, ';');
		sip_span_add(out, u->params);
	}
	if (u->headers.n != 0 && (flags & SIP_URI_NO_HEADERS) == 0) {
		buf_add_byte(out, '?');
		sip_span_add(out, u->headers);
	}
}

static void
escape(struct sip_span s, unsigned classes, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (sip_is(s.p[i], classes)) {
			buf_add_byte(out, s.p[i]);
			continue;
		}
		buf_add_byte(out, '%');
		buf_add_byte(out, hex[c >> 4]);
		buf_add_byte(out, hex[c & 15]);
	}
}

void
sip_escape_user(struct sip_span s, struct buf *out)
{
	escape(s, SIP_C_UNRESERVED | SIP_C_USER, out);
}

void
sip_escape_param(struct sip_span s, struct buf *out)
{
	escape(s, SIP_C_UNRESERVED | SIP_C_PARAM, out);
}

int
sip_unescape(struct sip_span s, struct buf *out)
{
	size_t start = out->len;
	size_t i;

	for (i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] != '%') {
			buf_add_byte(out, s.p[i]);
			continue;
		}
		if (s.n - i < 3 || (high = hex_digit(s.p[i + 1])) < 0 ||
		    (low = hex_digit(s.p[i + 2])) < 0) {
			buf_truncate(out, start);
			return -1;
		}
		buf_add_byte(out, (char)(high * 16 + low));
		i += 2;
	}
	return 0;
}

int
sip_uri_aor(const struct sip_uri *u, struct buf *out)
{
	struct buf raw = { 0 };
	size_t i;

	if (!u->has_user || u->host.n == 0 ||
	    sip_unescape(u->user, &raw) != 0) {
		buf_clear(&raw);
		return -1;
	}
	for (i = 0; i < raw.len; i++)
		raw.data[i] = sip_lower(raw.data[i]);
	sip_escape_user(sip_span_make(raw.data, raw.len), out);
	buf_clear(&raw);
	buf_add_byte(out, '@');
	for (i = 0; i < u->host.n; i++)
		buf_add_byte(out, sip_lower(u->host.p[i]));
	return 0;
}
