/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Uri: reading RFC 3986 as .NET does, and escapes. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"
#include "types/uri_internal.h"

static const struct {
	const char *name;
	int port;
	bool web; /* a path is never empty and has no dots */
} schemes[] = {
	{ "http", 80, true }, { "https", 443, true }, { "ws", 80, true },
	{ "wss", 443, true }, { "ftp", 21, true }, { "file", -1, true },
	{ "ldap", 389, false }, { "mailto", 25, false },
	{ "gopher", 70, false }, { "nntp", 119, false },
	{ "telnet", 23, false },
};

int
uri_scheme_port(const char *scheme, bool *webp)
{
	size_t i;

	*webp = false;
	for (i = 0; i < LEN(schemes); i++) {
		if (strcmp(schemes[i].name, scheme) == 0) {
			*webp = schemes[i].web;
			return schemes[i].port;
		}
	}
	return -1;
}

/* --- escapes --- */

bool
uri_is_unreserved(unsigned char c)
{
	return isalnum(c) || strchr("-._~", c) != NULL;
}

void
uri_escape_byte(struct buf *out, unsigned char c)
{
	buf_printf(out, "%%%02X", c);
}

bool
uri_is_escape(const char *s)
{
	return s[0] == '%' && isxdigit((unsigned char)s[1]) &&
	    isxdigit((unsigned char)s[2]);
}

/* What may not stand in a URI is escaped; escapes and separators stay. */
char *
uri_escape_part(const char *s, size_t n)
{
	struct buf b = { 0 };
	char *text;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c == '%' && i + 2 < n && uri_is_escape(s + i)) ||
		    uri_is_unreserved(c) ||
		    (c != '\0' && strchr("!*'();:@&=+$,/?#[]", c) != NULL))
			buf_add_byte(&b, (char)c);
		else
			uri_escape_byte(&b, c);
	}
	text = mem_strndup(buf_text(&b), b.len);
	buf_clear(&b);
	return text;
}

static int
hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
					   tolower((unsigned char)c) - 'a' + 10;
}

/* keep: characters whose escapes stay as they are. */
void
uri_undo_escapes(const char *s, const char *keep, struct buf *out)
{
	for (; *s != '\0'; s++) {
		if (uri_is_escape(s)) {
			unsigned char c = (unsigned char)(hex_value(s[1]) << 4 |
			    hex_value(s[2]));

			if (keep == NULL ||
			    (c >= ' ' && c != 0x7f && strchr(keep, c) == NULL)) {
				buf_add_byte(out, (char)c);
				s += 2;
				continue;
			}
		}
		buf_add_byte(out, *s);
	}
}

/* What unescaping made may not be UTF-8: it is scrubbed. */
struct value
uri_clean_text(struct buf *b)
{
	size_t n;
	char *clean = utf8_scrub(buf_text(b), b->len, &n);
	struct value v = value_string_n(clean, n);

	mem_free(clean);
	buf_clear(b);
	return v;
}

/* --- reading --- */

/* RFC 3986 5.2.4 */
static char *
without_dots(const char *path)
{
	struct buf b = { 0 };
	char *text;

	while (*path != '\0') {
		size_t n = strcspn(path + 1, "/") + 1;

		if (n == 2 && memcmp(path, "/.", 2) == 0) {
			if (path[n] == '\0')
				buf_add_byte(&b, '/');
		} else if (n == 3 && memcmp(path, "/..", 3) == 0) {
			while (b.len > 0 && b.data[--b.len] != '/')
				;
			if (path[n] == '\0')
				buf_add_byte(&b, '/');
		} else {
			buf_add(&b, path, n);
		}
		path += n;
	}
	text = mem_strndup(buf_text(&b), b.len);
	buf_clear(&b);
	return text;
}

size_t
uri_scheme_length(const char *s)
{
	size_t n = 0;

	if (!isalpha((unsigned char)s[0]))
		return 0;
	while (isalnum((unsigned char)s[n]) ||
	    (s[n] != '\0' && strchr("+-.", s[n]) != NULL))
		n++;
	return s[n] == ':' && n > 1 ? n : 0;
}

char *
uri_lower_copy(const char *s, size_t n)
{
	char *text = mem_strndup(s, n);
	size_t i;

	for (i = 0; i < n; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	return text;
}

/* user@host:port; NULL or why not. */
static const char *
read_authority(struct uri *u, const char *s, size_t n)
{
	const char *at = memrchr(s, '@', n), *colon;
	size_t i;
	char *end;
	long port;

	if (at != NULL) {
		mem_free(u->user);
		u->user = mem_strndup(s, (size_t)(at - s));
		n -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	colon = n > 0 && s[0] == '[' ? memchr(s, ']', n) : s;
	if (colon == NULL)
		return "Invalid URI: The hostname could not be parsed.";
	colon = memchr(colon, ':', n - (size_t)(colon - s));
	if (colon != NULL) {
		port = strtol(colon + 1, &end, 10);
		if (end != s + n || port < 0 || port > 65535)
			return "Invalid URI: Invalid port specified.";
		if (end != colon + 1)
			u->port = (int)port;
		n = (size_t)(colon - s);
	}
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= ' ' || strchr("<>\"{}|\\^`", c) != NULL)
			return "Invalid URI: The hostname could not be parsed.";
	}
	mem_free(u->host);
	u->host = uri_lower_copy(s, n);
	return NULL;
}

static struct uri *
uri_alloc(const char *s)
{
	struct uri *u = cell_new(&type_uri, sizeof(*u));

	u->original = mem_strdup(s);
	u->scheme = mem_strdup("");
	u->user = mem_strdup("");
	u->host = mem_strdup("");
	u->path = mem_strdup("");
	u->query = mem_strdup("");
	u->fragment = mem_strdup("");
	u->port = -1;
	return u;
}

static void
set_part(char **partp, char *text)
{
	mem_free(*partp);
	*partp = text;
}

/* Path, query and fragment from s on. */
static void
read_path(struct uri *u, const char *s, bool web)
{
	size_t n = strcspn(s, "?#");
	char *path = uri_escape_part(s, n);

	if (web) {
		char *clean = without_dots(*path == '\0' ? "/" : path);

		mem_free(path);
		path = clean;
	}
	set_part(&u->path, path);
	s += n;
	if (*s == '?') {
		n = strcspn(s, "#");
		set_part(&u->query, uri_escape_part(s, n));
		s += n;
	}
	if (*s == '#')
		set_part(&u->fragment, uri_escape_part(s, strlen(s)));
}

static const char *
read_absolute(struct uri *u, const char *s, size_t n)
{
	const char *why;
	bool web;
	size_t len;

	u->absolute = true;
	set_part(&u->scheme, uri_lower_copy(s, n));
	u->port = uri_scheme_port(u->scheme, &web);
	s += n + 1;
	if (s[0] == '/' && s[1] == '/') {
		u->authority = true;
		s += 2;
		len = strcspn(s, "/?#");
		why = read_authority(u, s, len);
		if (why != NULL)
			return why;
		if (len == 0 && web && strcmp(u->scheme, "file") != 0)
			return "Invalid URI: The hostname could not be parsed.";
		s += len;
	} else if (strcmp(u->scheme, "mailto") == 0) {
		len = strcspn(s, "?#");
		if (memchr(s, '@', len) != NULL) {
			(void)read_authority(u, s, len);
			s += len;
		}
	} else if (web && strcmp(u->scheme, "file") != 0) {
		return "Invalid URI: The Authority/Host could not be parsed.";
	}
	read_path(u, s, web);
	return NULL;
}

/* kind: 0 either, 1 absolute, 2 relative. NULL and *outp, or why not. */
const char *
uri_read(const char *s, int64_t kind, struct value *outp)
{
	struct uri *u = uri_alloc(s);
	const char *trimmed = s, *why = NULL;
	size_t n;

	while (isspace((unsigned char)*trimmed))
		trimmed++;
	n = uri_scheme_length(trimmed);
	if (kind != 2 && n > 0) {
		why = read_absolute(u, trimmed, n);
	} else if (kind != 2 && trimmed[0] == '/' && trimmed[1] != '/') {
		u->absolute = true;
		u->authority = true;
		set_part(&u->scheme, mem_strdup("file"));
		read_path(u, trimmed, true);
	} else if (kind == 1) {
		why = *trimmed == '\0' ?
		    "Invalid URI: The URI is empty." :
		    "Invalid URI: The format of the URI could not be "
		    "determined.";
	} else if (kind == 2 && n > 0) {
		why = "A relative URI cannot be created because the "
		      "'uriString' parameter represents an absolute URI.";
	}
	if (why != NULL)
		value_unref(cell_value(u));
	else
		*outp = cell_value(u);
	return why;
}
