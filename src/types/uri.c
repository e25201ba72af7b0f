/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Uri: the type and its members. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/uri_internal.h"

static void
uri_release(struct cell *c)
{
	struct uri *u = (struct uri *)(void *)c;

	mem_free(u->original);
	mem_free(u->scheme);
	mem_free(u->user);
	mem_free(u->host);
	mem_free(u->path);
	mem_free(u->query);
	mem_free(u->fragment);
	mem_free(u);
}

struct type type_uri = {
	.name = "System.Uri",
	.short_name = "uri",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = uri_release,
};

struct uri *
uri_of(struct value v)
{
	return (struct uri *)(void *)v.u.p;
}

/* --- members --- */

static enum flow
uri_throw(struct member_call *c, const char *why)
{
	return member_throw(c, "System.UriFormatException", "%s", why);
}

/* base and a reference: RFC 3986 5.2. */
static const char *
uri_join(const struct uri *base, const char *ref, struct value *outp)
{
	struct buf b = { 0 };
	const char *why, *slash;

	if (uri_scheme_length(ref) > 0)
		return uri_read(ref, 1, outp);
	buf_printf(&b, "%s:", base->scheme);
	if (ref[0] == '/' && ref[1] == '/') {
		buf_add_str(&b, ref);
	} else {
		buf_add_str(&b, base->authority ? "//" : "");
		uri_add_authority(base, true, &b);
		if (ref[0] == '?' || ref[0] == '#' || ref[0] == '\0') {
			buf_add_str(&b, base->path);
			if (ref[0] != '?')
				buf_add_str(&b, base->query);
		} else if (ref[0] != '/') {
			slash = strrchr(base->path, '/');
			if (slash != NULL)
				buf_add(&b, base->path,
				    (size_t)(slash + 1 - base->path));
		}
		buf_add_str(&b, ref);
	}
	why = uri_read(buf_text(&b), 1, outp);
	buf_clear(&b);
	return why;
}

static const char *
uri_from_args(struct member_call *c, size_t n, struct value *outp)
{
	const struct uri *base;
	struct value second = n > 1 ? c->args[1] : VALUE_NULL;

	if (c->args[0].type != &type_uri)
		return uri_read(value_chars(c->args[0]),
		    second.type == &type_urikind ? second.u.i : 1, outp);
	base = uri_of(c->args[0]);
	if (!base->absolute)
		return "The base URI must be an absolute URI.";
	if (second.type == &type_uri) {
		if (uri_of(second)->absolute) {
			*outp = value_ref(second);
			return NULL;
		}
		return uri_join(base, uri_of(second)->original, outp);
	}
	return uri_join(base, value_chars(second), outp);
}

static enum flow
uri_new(struct member_call *c)
{
	const char *why = NULL;

	if (c->bare) /* a cast takes relative ones too */
		why = uri_read(value_chars(c->args[0]), 0, &c->out);
	else
		why = uri_from_args(c, c->n, &c->out);
	return why == NULL ? FLOW_MORE : uri_throw(c, why);
}

static enum flow
uri_try_create(struct member_call *c)
{
	struct value got = VALUE_NULL;
	const char *why = uri_from_args(c, c->n - 1, &got);
	enum flow flow = value_set_member(c->run, c->args[c->n - 1], "Value",
	    got);

	value_unref(got);
	c->out = value_bool(why == NULL);
	return flow;
}

static struct value
unescaped(const char *s)
{
	struct buf b = { 0 };

	uri_undo_escapes(s, NULL, &b);
	return uri_clean_text(&b);
}

static struct value
segments(const struct uri *u)
{
	struct list *l = list_new(types_string_array, 4);
	const char *s = u->path, *slash;

	while (*s != '\0') {
		slash = strchr(s, '/');
		if (slash == NULL) {
			list_add_take(l, value_string(s));
			break;
		}
		list_add_take(l, value_string_n(s, (size_t)(slash + 1 - s)));
		s = slash + 1;
	}
	return list_value(l);
}

/* 0 unknown, 1 basic, 2 DNS, 3 IPv4, 4 IPv6 */
static int64_t
host_kind(const char *host)
{
	size_t n = strspn(host, "0123456789.");

	if (*host == '\0')
		return 1;
	if (*host == '[')
		return 4;
	return host[n] == '\0' && strchr(host, '.') != NULL ? 3 : 2;
}

static bool
is_loopback_host(const char *host)
{
	return strcmp(host, "localhost") == 0 ||
	    strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0 ||
	    strcmp(host, "loopback") == 0;
}

/* Parts that are one string each. */
static bool
text_part(const struct uri *u, const char *n, struct value *outp)
{
	struct buf b = { 0 };

	if (strcasecmp(n, "Scheme") == 0)
		*outp = value_string(u->scheme);
	else if (strcasecmp(n, "Host") == 0 || strcasecmp(n, "IdnHost") == 0 ||
	    strcasecmp(n, "DnsSafeHost") == 0)
		*outp = value_string(u->host);
	else if (strcasecmp(n, "UserInfo") == 0)
		*outp = value_string(u->user);
	else if (strcasecmp(n, "AbsolutePath") == 0)
		*outp = value_string(u->path);
	else if (strcasecmp(n, "LocalPath") == 0)
		*outp = unescaped(u->path);
	else if (strcasecmp(n, "Query") == 0)
		*outp = value_string(u->query);
	else if (strcasecmp(n, "Fragment") == 0)
		*outp = value_string(u->fragment);
	else if (strcasecmp(n, "PathAndQuery") == 0)
		*outp = value_printf("%s%s", u->path, u->query);
	else if (strcasecmp(n, "Authority") == 0) {
		uri_add_authority(u, false, &b);
		*outp = value_take_buf(&b);
	} else if (strcasecmp(n, "AbsoluteUri") == 0) {
		uri_add_uri(u, &b);
		*outp = value_take_buf(&b);
	} else
		return false;
	return true;
}

static enum flow
uri_part(struct member_call *c)
{
	const struct uri *u = uri_of(c->self);
	const char *n = c->name;
	bool web;

	if (strcasecmp(n, "OriginalString") == 0)
		c->out = value_string(u->original);
	else if (strcasecmp(n, "IsAbsoluteUri") == 0)
		c->out = value_bool(u->absolute);
	else if (strcasecmp(n, "UserEscaped") == 0)
		c->out = value_bool(false);
	else if (!u->absolute)
		return member_throw(c, "System.InvalidOperationException",
		    "This operation is not supported for a relative URI.");
	else if (text_part(u, n, &c->out))
		return FLOW_MORE;
	else if (strcasecmp(n, "Port") == 0)
		c->out = value_int(u->port);
	else if (strcasecmp(n, "IsDefaultPort") == 0)
		c->out = value_bool(u->port == uri_scheme_port(u->scheme, &web));
	else if (strcasecmp(n, "IsFile") == 0)
		c->out = value_bool(strcmp(u->scheme, "file") == 0);
	else if (strcasecmp(n, "IsUnc") == 0)
		c->out = value_bool(strcmp(u->scheme, "file") == 0 &&
		    *u->host != '\0');
	else if (strcasecmp(n, "IsLoopback") == 0)
		c->out = value_bool(is_loopback_host(u->host) ||
		    (strcmp(u->scheme, "file") == 0 && *u->host == '\0'));
	else if (strcasecmp(n, "HostNameType") == 0)
		c->out = enum_value(&type_urihostnametype,
		    host_kind(u->host));
	else
		c->out = segments(u);
	return FLOW_MORE;
}

static enum flow
uri_escape(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	size_t n = value_chars_len(c->args[0]), i;
	struct buf b = { 0 };
	char *text;

	if (strcmp(c->name, "EscapeUriString") == 0) {
		text = uri_escape_part(s, n);
		c->out = value_string(text);
		mem_free(text);
		return FLOW_MORE;
	}
	for (i = 0; i < n; i++) {
		if (uri_is_unreserved((unsigned char)s[i]))
			buf_add_byte(&b, s[i]);
		else
			uri_escape_byte(&b, (unsigned char)s[i]);
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
uri_unescape(struct member_call *c)
{
	c->out = unescaped(value_chars(c->args[0]));
	return FLOW_MORE;
}

static enum flow
uri_well_formed(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct value got = VALUE_NULL;
	bool ok = uri_read(s, c->args[1].u.i, &got) == NULL;

	for (; ok && *s != '\0'; s++) {
		if (*s == '%')
			ok = uri_is_escape(s);
		else
			ok = (unsigned char)*s >= 0x80 ||
			    (*s > ' ' && strchr("<>\"{}|\\^`", *s) == NULL);
	}
	value_unref(got);
	c->out = value_bool(ok);
	return FLOW_MORE;
}

static enum flow
uri_check(struct member_call *c)
{
	char *text;

	if (strcmp(c->name, "CheckHostName") == 0) {
		const char *s = value_chars(c->args[0]);
		size_t n = strlen(s);
		bool six = strchr(s, ':') != NULL;

		c->out = enum_value(&type_urihostnametype,
		    six				  ? 4 :
			n == 0 || strpbrk(s, " /?#@<>") != NULL ? 0 :
					    host_kind(s));
		return FLOW_MORE;
	}
	text = mem_printf("%s:", value_chars(c->args[0]));
	c->out = value_bool(uri_scheme_length(text) > 0);
	mem_free(text);
	return FLOW_MORE;
}

/* UriSchemeHttp and its like. */
static enum flow
uri_constant(struct member_call *c)
{
	char *text;

	if (strcasecmp(c->name, "SchemeDelimiter") == 0) {
		c->out = value_string("://");
		return FLOW_MORE;
	}
	text = uri_lower_copy(c->name + 9, strlen(c->name) - 9);
	c->out = value_string(text);
	mem_free(text);
	return FLOW_MORE;
}

static enum flow
uri_base_of(struct member_call *c)
{
	const struct uri *a = uri_of(c->self), *b = uri_of(c->args[0]);
	const char *slash = strrchr(a->path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash + 1 - a->path);

	c->out = value_bool(strcmp(a->scheme, b->scheme) == 0 &&
	    strcmp(a->host, b->host) == 0 && a->port == b->port &&
	    strncmp(a->path, b->path, n) == 0);
	return FLOW_MORE;
}

static enum flow
uri_equals(struct member_call *c)
{
	struct value other = value_base(c->args[0]), made = VALUE_NULL;
	bool same = false;

	if (other.type == &type_uri)
		same = uri_same(uri_of(c->self), uri_of(other));
	else if (value_is_string(other) &&
	    uri_read(value_chars(other), 0, &made) == NULL)
		same = uri_same(uri_of(c->self), uri_of(made));
	value_unref(made);
	c->out = value_bool(same);
	return FLOW_MORE;
}

#define PART(t, n) { t " " n " get", uri_part }
#define SCHEME(n) { "static string UriScheme" n " get", uri_constant }
static const struct member_spec uri_members[] = {
	{ "new(string uriString)", uri_new },
	{ "new(string uriString, System.UriKind uriKind)", uri_new },
	{ "new(uri baseUri, string relativeUri)", uri_new },
	{ "new(uri baseUri, uri relativeUri)", uri_new },
	PART("string", "AbsolutePath"), PART("string", "AbsoluteUri"),
	PART("string", "Authority"), PART("string", "DnsSafeHost"),
	PART("string", "Fragment"), PART("string", "Host"),
	PART("System.UriHostNameType", "HostNameType"),
	PART("string", "IdnHost"), PART("bool", "IsAbsoluteUri"),
	PART("bool", "IsDefaultPort"), PART("bool", "IsFile"),
	PART("bool", "IsLoopback"), PART("bool", "IsUnc"),
	PART("string", "LocalPath"), PART("string", "OriginalString"),
	PART("string", "PathAndQuery"), PART("int", "Port"),
	PART("string", "Query"), PART("string", "Scheme"),
	PART("string[]", "Segments"), PART("bool", "UserEscaped"),
	PART("string", "UserInfo"),
	{ "static string SchemeDelimiter get", uri_constant },
	SCHEME("File"), SCHEME("Ftp"), SCHEME("Ftps"), SCHEME("Gopher"),
	SCHEME("Http"), SCHEME("Https"), SCHEME("Mailto"), SCHEME("News"),
	SCHEME("Nntp"), SCHEME("Sftp"), SCHEME("Ssh"), SCHEME("Telnet"),
	SCHEME("Ws"), SCHEME("Wss"),
	{ "static System.UriHostNameType CheckHostName(string name)",
	    uri_check },
	{ "static bool CheckSchemeName(string schemeName)", uri_check },
	{ "bool Equals(System.Object comparand)", uri_equals },
	{ "static string EscapeDataString(string stringToEscape)",
	    uri_escape },
	{ "static string EscapeUriString(string stringToEscape)",
	    uri_escape },
	{ "bool IsBaseOf(uri uri)", uri_base_of },
	{ "static bool IsWellFormedUriString(string uriString, "
	  "System.UriKind uriKind)", uri_well_formed },
	{ "static bool TryCreate(string uriString, System.UriKind uriKind, "
	  "[ref] uri result)", uri_try_create },
	{ "static bool TryCreate(uri baseUri, string relativeUri, [ref] uri "
	  "result)", uri_try_create },
	{ "static bool TryCreate(uri baseUri, uri relativeUri, [ref] uri "
	  "result)", uri_try_create },
	{ "static string UnescapeDataString(string stringToUnescape)",
	    uri_unescape },
	{ NULL },
};

void
uri_init(void)
{
	type_uri.ops = &uri_ops;
	type_add(&type_uri);
	type_add_members(&type_uri, uri_members);
}
