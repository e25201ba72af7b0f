/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stanzas: reading heads, building the three kinds, errors. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/stanza.h"
#include "net/hash.h"

/* LIMIT: a payload up to this size is echoed in an error. */
#define ECHO_MAX 4096

static const struct condition_row {
	const char *name;
	const char *type;
} conditions[] = {
	{ NULL, NULL },
#define CONDITION(id, element, etype) { element, etype },
	STANZA_CONDITIONS(CONDITION)
#undef CONDITION
};

static const struct type_row {
	enum stanza_kind kind;
	enum stanza_type type;
	const char *name;
} types[] = {
	{ STANZA_MESSAGE, STANZA_TYPE_NORMAL, NULL },
	{ STANZA_MESSAGE, STANZA_TYPE_NORMAL, "normal" },
	{ STANZA_MESSAGE, STANZA_TYPE_CHAT, "chat" },
	{ STANZA_MESSAGE, STANZA_TYPE_GROUPCHAT, "groupchat" },
	{ STANZA_MESSAGE, STANZA_TYPE_HEADLINE, "headline" },
	{ STANZA_MESSAGE, STANZA_TYPE_ERROR, "error" },
	{ STANZA_PRESENCE, STANZA_TYPE_AVAILABLE, NULL },
	{ STANZA_PRESENCE, STANZA_TYPE_UNAVAILABLE, "unavailable" },
	{ STANZA_PRESENCE, STANZA_TYPE_SUBSCRIBE, "subscribe" },
	{ STANZA_PRESENCE, STANZA_TYPE_SUBSCRIBED, "subscribed" },
	{ STANZA_PRESENCE, STANZA_TYPE_UNSUBSCRIBE, "unsubscribe" },
	{ STANZA_PRESENCE, STANZA_TYPE_UNSUBSCRIBED, "unsubscribed" },
	{ STANZA_PRESENCE, STANZA_TYPE_PROBE, "probe" },
	{ STANZA_PRESENCE, STANZA_TYPE_ERROR, "error" },
	{ STANZA_IQ, STANZA_TYPE_GET, "get" },
	{ STANZA_IQ, STANZA_TYPE_SET, "set" },
	{ STANZA_IQ, STANZA_TYPE_RESULT, "result" },
	{ STANZA_IQ, STANZA_TYPE_ERROR, "error" },
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

const char *
stanza_condition_name(enum stanza_condition c)
{
	return c > CONDITION_NONE && c < CONDITIONS ?
	    conditions[c].name : "undefined-condition";
}

const char *
stanza_condition_type(enum stanza_condition c)
{
	return c > CONDITION_NONE && c < CONDITIONS ? conditions[c].type :
						      "cancel";
}

enum stanza_condition
stanza_condition_find(const char *name)
{
	int c;

	for (c = CONDITION_NONE + 1; name != NULL && c < CONDITIONS; c++) {
		if (strcmp(conditions[c].name, name) == 0)
			return (enum stanza_condition)c;
	}
	return CONDITION_NONE;
}

enum stanza_kind
stanza_kind(const struct xml *x)
{
	if (x->name == NULL ||
	    (strcmp(x->ns, NS_SERVER) != 0 && strcmp(x->ns, NS_CLIENT) != 0))
		return STANZA_NONE;
	if (strcmp(x->name, "message") == 0)
		return STANZA_MESSAGE;
	if (strcmp(x->name, "presence") == 0)
		return STANZA_PRESENCE;
	if (strcmp(x->name, "iq") == 0)
		return STANZA_IQ;
	return STANZA_NONE;
}

enum stanza_type
stanza_type(const struct xml *x)
{
	enum stanza_kind kind = stanza_kind(x);
	const char *name = xml_get(x, "type");
	size_t i;

	for (i = 0; i < N_TYPES; i++) {
		if (types[i].kind != kind)
			continue;
		if (name == NULL && types[i].name == NULL)
			return types[i].type;
		if (name != NULL && types[i].name != NULL &&
		    strcmp(name, types[i].name) == 0)
			return types[i].type;
	}
	return kind == STANZA_MESSAGE ? STANZA_TYPE_NORMAL :
					STANZA_TYPE_UNKNOWN;
}

const char *
stanza_type_name(enum stanza_type t)
{
	size_t i;

	if (t == STANZA_TYPE_NORMAL || t == STANZA_TYPE_AVAILABLE)
		return NULL;
	for (i = 0; i < N_TYPES; i++) {
		if (types[i].type == t)
			return types[i].name;
	}
	return NULL;
}

void
stanza_clear(struct stanza *st)
{
	jid_clear(&st->from);
	jid_clear(&st->to);
	memset(st, 0, sizeof(*st));
}

static int
read_address(const struct xml *x, const char *name, struct jid *j, bool *hasp,
    struct fault *f)
{
	const char *text = xml_get(x, name);

	*hasp = false;
	if (text == NULL)
		return 0;
	if (jid_parse(text, j, f) < 0)
		return -1;
	*hasp = true;
	return 0;
}

int
stanza_read(const struct xml *x, struct stanza *st,
    enum stanza_condition *conditionp, struct fault *f)
{
	enum stanza_condition c = CONDITION_BAD_REQUEST;

	memset(st, 0, sizeof(*st));
	st->x = x;
	st->kind = stanza_kind(x);
	st->type = stanza_type(x);
	st->id = xml_get(x, "id");
	if (st->kind == STANZA_NONE) {
		fault_set(f, FAULT_INVALID, "not a stanza");
		goto fail;
	}
	if (st->kind == STANZA_IQ &&
	    (st->id == NULL || st->type == STANZA_TYPE_UNKNOWN)) {
		fault_set(f, FAULT_INVALID, "iq without id or type");
		goto fail;
	}
	if (st->type == STANZA_TYPE_UNKNOWN) {
		fault_set(f, FAULT_INVALID, "presence of unknown type");
		goto fail;
	}
	c = CONDITION_JID_MALFORMED;
	if (read_address(x, "from", &st->from, &st->has_from, f) < 0 ||
	    read_address(x, "to", &st->to, &st->has_to, f) < 0)
		goto fail;
	return 0;
fail:
	stanza_clear(st);
	if (conditionp != NULL)
		*conditionp = c;
	return -1;
}

struct xml *
stanza_iq_payload(const struct xml *x)
{
	if (xml_child_count(x) != 1)
		return NULL;
	return xml_child(x, NULL, NULL);
}

static struct xml *
stanza_new(const char *name, enum stanza_type type, const char *from,
    const char *to, const char *id)
{
	struct xml *x = xml_new(name, NS_SERVER);

	xml_set(x, "from", from);
	xml_set(x, "to", to);
	xml_set(x, "id", id);
	xml_set(x, "type", stanza_type_name(type));
	return x;
}

struct xml *
stanza_message(enum stanza_type type, const char *from, const char *to,
    const char *id)
{
	return stanza_new("message", type, from, to, id);
}

struct xml *
stanza_presence(enum stanza_type type, const char *from, const char *to)
{
	return stanza_new("presence", type, from, to, NULL);
}

struct xml *
stanza_iq(enum stanza_type type, const char *from, const char *to,
    const char *id)
{
	return stanza_new("iq", type, from, to, id);
}

struct xml *
stanza_iq_result(const struct xml *request)
{
	return stanza_iq(STANZA_TYPE_RESULT, xml_get(request, "to"),
	    xml_get(request, "from"), xml_get(request, "id"));
}

struct xml *
stanza_error(const struct xml *x, enum stanza_condition c, const char *text)
{
	enum stanza_kind kind = stanza_kind(x);
	struct xml *reply, *error, *payload;

	if (kind == STANZA_NONE || xml_get(x, "from") == NULL ||
	    stanza_type(x) == STANZA_TYPE_ERROR ||
	    stanza_type(x) == STANZA_TYPE_RESULT)
		return NULL;
	reply = stanza_new(x->name, STANZA_TYPE_ERROR, xml_get(x, "to"),
	    xml_get(x, "from"), xml_get(x, "id"));
	if (kind == STANZA_IQ && xml_size(x, NULL) <= ECHO_MAX) {
		payload = stanza_iq_payload(x);
		if (payload != NULL)
			xml_add_take(reply, xml_copy(payload));
	}
	error = xml_add(reply, "error", NULL);
	xml_set(error, "type", stanza_condition_type(c));
	(void)xml_add(error, stanza_condition_name(c), NS_STANZA_ERROR);
	if (text != NULL)
		(void)xml_add_with_text(error, "text", NS_STANZA_ERROR, text);
	return reply;
}

void
stanza_error_read(const struct xml *x, struct stanza_error_info *ip)
{
	const struct xml *error, *child;
	enum stanza_condition c;

	memset(ip, 0, sizeof(*ip));
	ip->condition = CONDITION_UNDEFINED_CONDITION;
	error = xml_child(x, "error", x->ns);
	if (error == NULL)
		return;
	ip->type = xml_get(error, "type");
	ip->by = xml_get(error, "by");
	XML_EACH(child, error) {
		if (strcmp(child->ns, NS_STANZA_ERROR) != 0) {
			if (ip->app == NULL)
				ip->app = child->name;
			continue;
		}
		if (strcmp(child->name, "text") == 0) {
			ip->text = xml_text(child);
			continue;
		}
		c = stanza_condition_find(child->name);
		if (c == CONDITION_NONE)
			continue;
		ip->condition = c;
		if ((c == CONDITION_GONE || c == CONDITION_REDIRECT) &&
		    *xml_text(child) != '\0')
			ip->uri = xml_text(child);
	}
}

char *
stanza_new_id(void)
{
	char hex[17];

	return mem_strdup(hash_random_hex(8, hex));
}
