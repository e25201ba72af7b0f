/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Global, site:, tag: and the other forms of an Identity. */
#include "config.h"

#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "core/precis.h"
#include "model/identity.h"

#define DOMAIN_MAX 253
#define LABEL_MAX  63

static const struct prefix_row {
	enum scope scope;
	const char *prefix; /* as printed */
} prefix_rows[] = {
	{ SCOPE_SITE, "Site:" },
	{ SCOPE_TAG, "Tag:" },
	{ SCOPE_SERVICE, "Service:" },
};

char *
identity_fold(char *text)
{
	char *c;

	for (c = text; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return text;
}

static int
check_name(const char *whole, const char *name, struct fault *f)
{
	const unsigned char *c;

	if (*name == '\0')
		return fault_set(f, FAULT_INVALID,
		    "the identity \"%.100s\" has no name", whole);
	for (c = (const unsigned char *)name; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f || strchr("*?[]", *c) != NULL)
			return fault_set(f, FAULT_INVALID,
			    "the identity \"%.100s\" is not valid: it takes no "
			    "wildcards (use -Filter) and no control characters",
			    whole);
	return 0;
}

static int
finish(struct identity *id, enum scope scope, const char *prefix,
    const char *name, struct fault *f)
{
	int n = snprintf(id->text, sizeof(id->text), "%s%s", prefix, name);

	if (n < 0 || (size_t)n >= sizeof(id->text))
		return fault_set(f, FAULT_LIMIT,
		    "the identity \"%.60s...\" is too long", name);
	if (check_name(id->text, name, f) != 0)
		return -1;
	memcpy(id->key, id->text, (size_t)n + 1);
	identity_fold(id->key);
	id->scope = scope;
	id->name = id->text + strlen(prefix);
	return 0;
}

static int
parse_domain(const char *text, struct identity *id, struct fault *f)
{
	char *domain = identity_domain(text, f);
	int rc;

	if (domain == NULL)
		return -1;
	rc = finish(id, SCOPE_DOMAIN, "", domain, f);
	mem_free(domain);
	return rc;
}

static int
parse_role(const char *text, const char *role, struct identity *id,
    struct fault *f)
{
	size_t len = strlen(role);
	char prefix[64];
	char *fqdn;
	int rc;

	if (strncasecmp(text, role, len) == 0 && text[len] == ':')
		text += len + 1;
	else if (strncasecmp(text, "Service:", 8) == 0)
		return parse_role(text + 8, role, id, f);
	fqdn = identity_domain(text, f);
	if (fqdn == NULL)
		return -1;
	(void)snprintf(prefix, sizeof(prefix), "%s:", role);
	rc = finish(id, SCOPE_ROLE, prefix, fqdn, f);
	mem_free(fqdn);
	return rc;
}

static const char *
scopes_text(unsigned allowed)
{
	if ((allowed & SCOPE_TAG) != 0)
		return "Global, site:NAME or the policy's own name";
	if ((allowed & SCOPE_SERVICE) != 0)
		return "Global, site:NAME or service:ROLE:FQDN";
	if ((allowed & SCOPE_SITE) != 0)
		return "Global or site:NAME";
	if (allowed == SCOPE_GLOBAL)
		return "Global";
	return "a plain name";
}

int
identity_parse(const char *text, unsigned allowed, const char *role,
    struct identity *id, struct fault *f)
{
	size_t i;

	memset(id, 0, sizeof(*id));
	while (*text == ' ')
		text++;
	if (*text == '\0')
		return fault_set(f, FAULT_INVALID, "the identity is empty");
	if ((allowed & SCOPE_GLOBAL) != 0 && strcasecmp(text, "global") == 0) {
		(void)finish(id, SCOPE_GLOBAL, "", "Global", f);
		return 0;
	}
	if ((allowed & SCOPE_DOMAIN) != 0)
		return parse_domain(text, id, f);
	if ((allowed & SCOPE_ROLE) != 0)
		return parse_role(text, role, id, f);
	for (i = 0; i < sizeof(prefix_rows) / sizeof(prefix_rows[0]); i++) {
		const struct prefix_row *row = &prefix_rows[i];
		size_t len = strlen(row->prefix);

		if (strncasecmp(text, row->prefix, len) != 0)
			continue;
		if ((allowed & row->scope) == 0)
			return fault_set(f, FAULT_INVALID,
			    "the identity \"%.100s\" is not valid here: use %s",
			    text, scopes_text(allowed));
		return finish(id, row->scope, row->prefix, text + len, f);
	}
	if ((allowed & SCOPE_NAME) != 0)
		return finish(id, SCOPE_NAME, "", text, f);
	if ((allowed & SCOPE_TAG) != 0)
		return finish(id, SCOPE_TAG, "Tag:", text, f);
	return fault_set(f, FAULT_INVALID,
	    "the identity \"%.100s\" is not valid here: use %s", text,
	    scopes_text(allowed));
}

/* --- wildcards --- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* [abc], [a-z]; *pp is behind the bracket afterwards. */
static bool
class_matches(const char **pp, char c)
{
	const char *p = *pp + 1;
	bool hit = false;

	for (; *p != '\0' && *p != ']'; p++) {
		if (p[1] == '-' && p[2] != '\0' && p[2] != ']') {
			hit |= lower(c) >= lower(p[0]) &&
			    lower(c) <= lower(p[2]);
			p += 2;
		} else
			hit |= lower(*p) == lower(c);
	}
	*pp = *p == ']' ? p + 1 : p;
	return hit;
}

bool
identity_wildcard(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL, *p = pattern, *next;
	bool hit;

	while (*text != '\0') {
		if (*p == '*') {
			star = ++p;
			from = text;
			continue;
		}
		next = p;
		if (*p == '[')
			hit = class_matches(&next, *text);
		else {
			hit = *p == '?' || (*p != '\0' && lower(*p) == lower(*text));
			next = *p != '\0' ? p + 1 : p;
		}
		if (hit) {
			p = next;
			text++;
		} else if (star != NULL) {
			p = star;
			text = ++from;
		} else
			return false;
	}
	while (*p == '*')
		p++;
	return *p == '\0';
}

bool
identity_matches(const char *pattern, const char *text)
{
	const char *colon = strchr(text, ':');

	if (identity_wildcard(pattern, text))
		return true;
	return colon != NULL && strchr(pattern, ':') == NULL &&
	    identity_wildcard(pattern, colon + 1);
}

/* --- domains --- */

static bool
label_is_sound(const char *label, size_t len)
{
	size_t i;

	if (len == 0 || len > LABEL_MAX || label[0] == '-' ||
	    label[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++) {
		char c = label[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return true;
}

/* ascii: A-labels, lower case. */
static const char *
domain_trouble(const char *ascii)
{
	const char *label = ascii, *dot;
	struct in_addr v4;

	if (strlen(ascii) > DOMAIN_MAX)
		return "it is longer than 253 characters";
	if (inet_pton(AF_INET, ascii, &v4) == 1)
		return "it is an address; a name is needed";
	while ((dot = strchr(label, '.')) != NULL) {
		if (!label_is_sound(label, (size_t)(dot - label)))
			return "its parts are letters, digits and hyphens "
			       "between single dots";
		label = dot + 1;
	}
	if (!label_is_sound(label, strlen(label)))
		return "its parts are letters, digits and hyphens between "
		       "single dots";
	return NULL;
}

char *
identity_domain(const char *text, struct fault *f)
{
	char *plain, *ascii = NULL, *unicode = NULL;
	const char *trouble;
	size_t len;

	while (*text == ' ')
		text++;
	len = strlen(text);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len > 0 && text[len - 1] == '.')
		len--;
	plain = mem_strndup(text, len);
	if (len == 0 || len > 4 * DOMAIN_MAX)
		trouble = len == 0 ? "it is empty" : "it is too long";
	else if ((ascii = precis_to_a_labels(plain)) == NULL)
		trouble = "it is no name that DNS can carry";
	else if ((trouble = domain_trouble(identity_fold(ascii))) == NULL &&
	    (unicode = precis_to_u_labels(ascii)) == NULL)
		trouble = "it is no name that DNS can carry";
	if (trouble != NULL)
		fault_set(f, FAULT_INVALID,
		    "\"%.100s\" is not a domain name: %s", plain, trouble);
	mem_free(ascii);
	mem_free(plain);
	return unicode;
}
