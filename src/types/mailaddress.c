/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Net.Mail.MailAddress. */
#include "config.h"

#include <ctype.h>

#include "types/member.h"
#include "types/tables.h"

struct mail {
	struct cell cell;
	char *user;
	char *host;
	char *display;
};

static void
mail_release(struct cell *c)
{
	struct mail *m = (struct mail *)(void *)c;

	mem_free(m->user);
	mem_free(m->host);
	mem_free(m->display);
	mem_free(m);
}

struct type type_mailaddress = {
	.name = "System.Net.Mail.MailAddress",
	.short_name = "mailaddress",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = mail_release,
};

static struct mail *
mail_of(struct value v)
{
	return (struct mail *)(void *)v.u.p;
}

static void
trim(const char **sp, size_t *np)
{
	while (*np > 0 && isspace((unsigned char)**sp)) {
		(*sp)++;
		(*np)--;
	}
	while (*np > 0 && isspace((unsigned char)(*sp)[*np - 1]))
		(*np)--;
}

/* A dot-atom of RFC 5322, or what is not ASCII. */
static bool
is_dot_atom(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '.' && s[i - 1] == '.')
			return false;
		if (c <= ' ' || c == 0x7f || strchr("()<>[]:;@\\,\"", c) != NULL)
			return false;
	}
	return true;
}

static bool
is_quoted(const char *s, size_t n)
{
	return n >= 2 && s[0] == '"' && s[n - 1] == '"' &&
	    memchr(s + 1, '"', n - 2) == NULL;
}

static bool
is_literal(const char *s, size_t n)
{
	return n > 2 && s[0] == '[' && s[n - 1] == ']';
}

/* local@domain, or Name <local@domain>. */
static bool
mail_read(const char *s, size_t n, const char *display, struct value *outp)
{
	const char *open, *at, *name = "";
	size_t name_len = 0, i;
	struct mail *m;

	trim(&s, &n);
	if (n > 0 && s[n - 1] == '>') {
		open = memrchr(s, '<', n);
		if (open == NULL)
			return false;
		name = s;
		name_len = (size_t)(open - s);
		n -= name_len + 2;
		s = open + 1;
		trim(&name, &name_len);
		trim(&s, &n);
		if (is_quoted(name, name_len)) {
			name++;
			name_len -= 2;
		}
	}
	at = memrchr(s, '@', n);
	if (at == NULL)
		return false;
	i = (size_t)(at - s);
	if (!(is_dot_atom(s, i) || is_quoted(s, i)) ||
	    !(is_dot_atom(at + 1, n - i - 1) ||
		is_literal(at + 1, n - i - 1)))
		return false;
	m = cell_new(&type_mailaddress, sizeof(*m));
	m->user = mem_strndup(s, i);
	m->host = mem_strndup(at + 1, n - i - 1);
	m->display = display != NULL && *display != '\0' ?
	    mem_strdup(display) :
	    mem_strndup(name, name_len);
	*outp = cell_value(m);
	return true;
}

static enum flow
mail_text(struct run *r, struct value v, struct value *textp)
{
	const struct mail *m = mail_of(v);

	(void)r;
	*textp = *m->display == '\0' ?
	    value_printf("%s@%s", m->user, m->host) :
	    value_printf("\"%s\" <%s@%s>", m->display, m->user, m->host);
	return FLOW_MORE;
}

static enum flow
mail_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	(void)r;
	(void)ignore_case;
	*equalp = a.type == b.type &&
	    strcasecmp(mail_of(a)->user, mail_of(b)->user) == 0 &&
	    strcasecmp(mail_of(a)->host, mail_of(b)->host) == 0;
	return FLOW_MORE;
}

static const struct type_ops mail_ops = {
	.text = mail_text,
	.equal = mail_equal,
};

static enum flow
mail_new(struct member_call *c)
{
	const char *display = c->n > 1 ? value_chars(c->args[1]) : NULL;

	if (value_chars_len(c->args[0]) == 0)
		return member_throw(c, "System.ArgumentException",
		    "The value cannot be an empty string. (Parameter "
		    "'address')");
	if (mail_read(value_chars(c->args[0]), value_chars_len(c->args[0]),
		display, &c->out))
		return FLOW_MORE;
	return member_throw(c, "System.FormatException",
	    "The specified string is not in the form required for an e-mail "
	    "address.");
}

static enum flow
mail_try(struct member_call *c)
{
	struct value got = VALUE_NULL;
	bool ok = mail_read(value_chars(c->args[0]),
	    value_chars_len(c->args[0]),
	    c->n > 2 ? value_chars(c->args[1]) : NULL, &got);
	enum flow flow = value_set_member(c->run, c->args[c->n - 1], "Value",
	    got);

	value_unref(got);
	c->out = value_bool(ok);
	return flow;
}

static enum flow
mail_part(struct member_call *c)
{
	const struct mail *m = mail_of(c->self);

	if (strcasecmp(c->name, "Address") == 0)
		c->out = value_printf("%s@%s", m->user, m->host);
	else if (strcasecmp(c->name, "User") == 0)
		c->out = value_string(m->user);
	else if (strcasecmp(c->name, "Host") == 0)
		c->out = value_string(m->host);
	else
		c->out = value_string(m->display);
	return FLOW_MORE;
}

static const struct member_spec mail_members[] = {
	{ "new(string address)", mail_new },
	{ "new(string address, string displayName)", mail_new },
	{ "string Address get", mail_part },
	{ "string DisplayName get", mail_part },
	{ "string Host get", mail_part },
	{ "string User get", mail_part },
	{ "static bool TryCreate(string address, [ref] mailaddress result)",
	    mail_try },
	{ "static bool TryCreate(string address, string displayName, [ref] "
	  "mailaddress result)", mail_try },
	{ NULL },
};

void
mailaddress_init(void)
{
	type_mailaddress.ops = &mail_ops;
	type_add(&type_mailaddress);
	type_add_members(&type_mailaddress, mail_members);
}
