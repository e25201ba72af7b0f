/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain of ours answers to IQs: one row a request. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway/xmpp/iq.h"
#include "gateway/xmpp/stanza.h"

/* Fills the payload of a result, or returns why not. */
typedef enum stanza_condition (*iq_fn)(const struct xml *asked,
    const struct iq_facts *facts, struct xml *result);

static const char *const features[] = {
	NS_DISCO_INFO, NS_DISCO_ITEMS, NS_LAST, NS_PING, NS_TIME, NS_VERSION,
};

static void
add_identity(struct xml *query, const char *category, const char *type,
    const char *name)
{
	struct xml *x = xml_add(query, "identity", NULL);

	xml_set(x, "category", category);
	xml_set(x, "type", type);
	xml_set(x, "name", name);
}

static enum stanza_condition
disco_info(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	struct xml *query;
	size_t i;

	if (xml_get(asked, "node") != NULL)
		return CONDITION_ITEM_NOT_FOUND;
	query = xml_add(result, "query", NS_DISCO_INFO);
	add_identity(query, "gateway", "simple", facts->name);
	add_identity(query, "server", "im", facts->name);
	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (strcmp(features[i], NS_VERSION) == 0 &&
		    facts->version == NULL)
			continue;
		xml_set(xml_add(query, "feature", NULL), "var", features[i]);
	}
	return CONDITION_NONE;
}

static enum stanza_condition
disco_items(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	(void)facts;
	if (xml_get(asked, "node") != NULL)
		return CONDITION_ITEM_NOT_FOUND;
	(void)xml_add(result, "query", NS_DISCO_ITEMS);
	return CONDITION_NONE;
}

static enum stanza_condition
ping(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	(void)asked;
	(void)facts;
	(void)result;
	return CONDITION_NONE;
}

static enum stanza_condition
version(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	struct xml *query;

	(void)asked;
	if (facts->version == NULL)
		return CONDITION_SERVICE_UNAVAILABLE;
	query = xml_add(result, "query", NS_VERSION);
	(void)xml_add_with_text(query, "name", NULL, facts->name);
	(void)xml_add_with_text(query, "version", NULL, facts->version);
	return CONDITION_NONE;
}

static enum stanza_condition
entity_time(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	time_t now = (time_t)(facts->wall_ms / 1000);
	struct xml *x = xml_add(result, "time", NS_TIME);
	struct tm tm;
	char text[32];

	(void)asked;
	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return CONDITION_INTERNAL_SERVER_ERROR;
	(void)xml_add_with_text(x, "tzo", NULL, "+00:00");
	(void)xml_add_with_text(x, "utc", NULL, text);
	return CONDITION_NONE;
}

static enum stanza_condition
last(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	char text[24];

	(void)asked;
	(void)snprintf(text, sizeof(text), "%" PRId64, facts->uptime_s);
	xml_set(xml_add(result, "query", NS_LAST), "seconds", text);
	return CONDITION_NONE;
}

static enum stanza_condition
not_found(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	(void)asked;
	(void)facts;
	(void)result;
	return CONDITION_ITEM_NOT_FOUND;
}

static enum stanza_condition
forbidden(const struct xml *asked, const struct iq_facts *facts,
    struct xml *result)
{
	(void)asked;
	(void)facts;
	(void)result;
	return CONDITION_FORBIDDEN;
}

static const struct iq_row {
	const char *name, *ns;
	bool set; /* also for type set */
	iq_fn fn;
} rows[] = {
	{ "query", NS_DISCO_INFO, false, disco_info },
	{ "query", NS_DISCO_ITEMS, false, disco_items },
	{ "ping", NS_PING, false, ping },
	{ "query", NS_VERSION, false, version },
	{ "time", NS_TIME, false, entity_time },
	{ "query", NS_LAST, false, last },
	{ "vCard", NS_VCARD, false, not_found },
	{ "pubsub", "http://jabber.org/protocol/pubsub", false, not_found },
	{ "query", NS_ROSTER, true, forbidden },
};

struct xml *
iq_answer(const struct xml *iq, const struct iq_facts *facts)
{
	enum stanza_condition c = CONDITION_SERVICE_UNAVAILABLE;
	enum stanza_type type = stanza_type(iq);
	const struct xml *asked = stanza_iq_payload(iq);
	struct xml *result;
	size_t i;

	if (stanza_kind(iq) != STANZA_IQ || type == STANZA_TYPE_RESULT ||
	    type == STANZA_TYPE_ERROR)
		return NULL;
	if (asked == NULL || xml_get(iq, "id") == NULL ||
	    type == STANZA_TYPE_UNKNOWN)
		return stanza_error(iq, CONDITION_BAD_REQUEST, NULL);
	result = stanza_iq_result(iq);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!xml_is(asked, rows[i].name, rows[i].ns) ||
		    (type == STANZA_TYPE_SET && !rows[i].set))
			continue;
		c = rows[i].fn(asked, facts, result);
		break;
	}
	if (c == CONDITION_NONE)
		return result;
	xml_free(result);
	return stanza_error(iq, c, NULL);
}
