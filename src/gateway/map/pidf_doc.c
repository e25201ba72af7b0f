/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PIDF and RPID documents; written for the readers there are [9.5]. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "gateway/map/pidf.h"
#include "gateway/map/pidf_internal.h"
#include "gateway/xmpp/jid.h"
#include "xml/xml_read.h"

#define NS_PIDF "urn:ietf:params:xml:ns:pidf"
#define NS_DM	"urn:ietf:params:xml:ns:pidf:data-model"
#define NS_RPID "urn:ietf:params:xml:ns:pidf:rpid"
/* An old draft's, which some servers still write. */
#define NS_RPID_OLD "urn:ietf:params:xml:ns:pidf:status:rpid-status"
#define NS_CLIENT   "jabber:client"

static const struct {
	const char *name;
	enum pidf_show show;
} activities[] = {
	{ "busy", PIDF_DND }, { "on-the-phone", PIDF_DND },
	{ "meeting", PIDF_DND }, { "appointment", PIDF_DND },
	{ "presentation", PIDF_DND },
	{ "vacation", PIDF_XA }, { "holiday", PIDF_XA },
	{ "permanent-absence", PIDF_XA }, { "sleeping", PIDF_XA },
	{ "away", PIDF_AWAY }, { "breakfast", PIDF_AWAY },
	{ "dinner", PIDF_AWAY }, { "lunch", PIDF_AWAY },
	{ "meal", PIDF_AWAY }, { "in-transit", PIDF_AWAY },
	{ "steering", PIDF_AWAY }, { "travel", PIDF_AWAY },
	{ "shopping", PIDF_AWAY }, { "playing", PIDF_AWAY },
	{ "tv", PIDF_AWAY }, { "worship", PIDF_AWAY },
	{ "spectator", PIDF_AWAY }, { "performance", PIDF_AWAY },
};

int64_t
pidf_time_read(const char *text)
{
	struct tm tm = { 0 };
	int hours = 0, minutes = 0;
	const char *zone;
	int64_t t;

	if (text == NULL || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d",
	    &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
	    &tm.tm_sec) != 6)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = (int64_t)timegm(&tm);
	zone = text + strcspn(text, "T");
	zone += strcspn(zone, "+-");
	if (*zone != '\0' && sscanf(zone + 1, "%2d:%2d", &hours, &minutes) == 2)
		t += (*zone == '-' ? 60 : -60) * (hours * 60 + minutes);
	return t > 0 ? t : 0;
}

const char *
pidf_time_write(int64_t t, char out[PIDF_TIME_SIZE])
{
	time_t seconds = (time_t)t;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(out, PIDF_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

/* ---- tuple ids ---- */

static bool
is_id_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.';
}

void
pidf_tuple_id(const char *resource, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)resource;

	buf_add_str(out, "ID-");
	for (; *p != '\0'; p++) {
		if (is_id_byte(*p))
			buf_add_byte(out, (char)*p);
		else
			buf_printf(out, "_%02x", *p);
	}
}

char *
pidf_tuple_resource(const char *id)
{
	struct buf b = { 0 };
	unsigned int byte;
	char *prepared = NULL;

	if (strncmp(id, "ID-", 3) != 0)
		return NULL;
	for (id += 3; *id != '\0'; id++) {
		if (*id == '_') {
			if (strspn(id + 1, "0123456789abcdef") < 2 ||
			    sscanf(id + 1, "%2x", &byte) != 1)
				goto out;
			buf_add_byte(&b, (char)byte);
			id += 2;
		} else if (is_id_byte((unsigned char)*id)) {
			buf_add_byte(&b, *id);
		} else {
			goto out;
		}
	}
	if (b.len > 0 && strlen(b.data) == b.len &&
	    jid_resource_prepare(b.data, &prepared, NULL) < 0)
		prepared = NULL;
out:
	buf_clear(&b);
	return prepared;
}

/* ---- writing ---- */

static void
add_escaped(struct buf *out, const char *text, bool in_attribute)
{
	xml_escape(out, text, strlen(text), in_attribute);
}

static void
write_note(struct buf *out, const char *note, const char *lang)
{
	buf_add_str(out, "<note");
	if (lang != NULL) {
		buf_add_str(out, " xml:lang=\"");
		add_escaped(out, lang, true);
		buf_add_byte(out, '"');
	}
	buf_add_byte(out, '>');
	add_escaped(out, note, false);
	buf_add_str(out, "</note>");
}

static void
write_tuple(const struct pidf_device *d, const char *im, bool notes,
    struct buf *out)
{
	const char *show = pidf_show_name(d->show);
	char text[PIDF_TIME_SIZE];
	int mil;

	buf_add_str(out, "<tuple id=\"");
	pidf_tuple_id(d->resource, out);
	buf_add_str(out, "\"><status><basic>open</basic>");
	if (show != NULL)
		buf_printf(out, "<show xmlns=\"" NS_CLIENT "\">%s</show>",
		    show);
	buf_add_str(out, "</status>");
	if (d->idle_since != 0)
		buf_printf(out, "<rpid:user-input last-input=\"%s\">idle"
		    "</rpid:user-input>",
		    pidf_time_write(d->idle_since, text));
	if (d->priority >= 0) { /* 8048: negative ones are not mapped */
		mil = d->priority * 1000 / 127;
		buf_printf(out, "<contact priority=\"%d.%03d\">", mil / 1000,
		    mil % 1000);
		add_escaped(out, im, false);
		buf_add_str(out, "</contact>");
	}
	if (notes && d->note != NULL)
		write_note(out, d->note, d->lang);
	if (d->at != 0)
		buf_printf(out, "<timestamp>%s</timestamp>",
		    pidf_time_write(d->at, text));
	buf_add_str(out, "</tuple>");
}

/* What the best device does; baresip looks for these very words. */
static void
write_person(const struct pidf_device *best, struct buf *out)
{
	const char *activity = NULL;

	switch (best->show) {
	case PIDF_CHAT:
	case PIDF_ONLINE:
		return;
	case PIDF_DND:
		activity = "busy";
		break;
	case PIDF_AWAY:
	case PIDF_XA:
		activity = "away";
		break;
	}
	buf_printf(out, "<dm:person id=\"p1\"><rpid:activities><rpid:%s/>"
	    "</rpid:activities></dm:person>", activity);
}

void
pidf_write(const struct pidf *p, const char *entity, const char *im,
    bool notes, struct buf *out)
{
	const struct pidf_device *sorted[PIDF_DEVICES_MAX] = { NULL };
	const struct pidf_device *best = pidf_best(p);
	size_t i, n = p->n < PIDF_DEVICES_MAX ? p->n : PIDF_DEVICES_MAX;

	for (i = 0; i < n; i++)
		sorted[i] = &p->devices[i];
	qsort(sorted, n, sizeof(sorted[0]), pidf_device_compare);
	buf_add_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
	    "<presence xmlns=\"" NS_PIDF "\" xmlns:dm=\"" NS_DM "\""
	    " xmlns:rpid=\"" NS_RPID "\" entity=\"");
	add_escaped(out, entity, true);
	buf_add_str(out, "\">");
	for (i = 0; i < n; i++)
		write_tuple(sorted[i], im, notes, out);
	if (n == 0)
		buf_add_str(out, "<tuple id=\"ID-none\"><status><basic>closed"
		    "</basic></status></tuple>");
	if (notes && best != NULL && best->note != NULL)
		write_note(out, best->note, best->lang);
	else if (notes && best == NULL && p->note != NULL)
		write_note(out, p->note, NULL);
	if (best != NULL)
		write_person(best, out);
	buf_add_str(out, "</presence>\r\n");
}

/* ---- reading ---- */

static bool
is_rpid(const struct xml *x)
{
	return strcmp(x->ns, NS_RPID) == 0 || strcmp(x->ns, NS_RPID_OLD) == 0;
}

/* Several activities: dnd before xa before away. */
static void
read_activities(const struct xml *x, bool *knownp, enum pidf_show *sp)
{
	static const enum pidf_show order[] = { PIDF_DND, PIDF_XA, PIDF_AWAY };
	const struct xml *list, *a;
	size_t i, k;

	for (k = 0; k < 3 && !*knownp; k++) {
		XML_EACH(list, x) {
			if (!is_rpid(list) ||
			    strcmp(list->name, "activities") != 0)
				continue;
			XML_EACH(a, list) {
				for (i = 0; i < sizeof(activities) /
				     sizeof(activities[0]); i++) {
					if (activities[i].show == order[k] &&
					    is_rpid(a) && strcmp(a->name,
					    activities[i].name) == 0) {
						*knownp = true;
						*sp = order[k];
					}
				}
			}
		}
	}
}

struct document {
	const struct xml *root;
	bool person_known;
	enum pidf_show person;
	int64_t idle_since;
	const char *note, *lang;
};

static int64_t
read_idle(const struct xml *x)
{
	const struct xml *u;

	XML_EACH(u, x) {
		if (is_rpid(u) && strcmp(u->name, "user-input") == 0 &&
		    strcmp(xml_text(u), "idle") == 0)
			return pidf_time_read(xml_get(u, "last-input"));
	}
	return 0;
}

static void
read_person(struct document *doc)
{
	const struct xml *x;

	XML_EACH(x, doc->root) {
		if (xml_is(x, "person", NS_DM)) {
			read_activities(x, &doc->person_known, &doc->person);
			if (doc->idle_since == 0)
				doc->idle_since = read_idle(x);
		} else if (xml_is(x, "note", NS_PIDF) && doc->note == NULL) {
			doc->note = xml_text(x);
			doc->lang = xml_lang(x);
		}
	}
}

static int
read_priority(const struct xml *tuple)
{
	const struct xml *c = xml_child(tuple, "contact", NS_PIDF);
	const char *text = c != NULL ? xml_get(c, "priority") : NULL;
	unsigned int whole, i;
	double v = 0, scale = 0.1;

	if (text == NULL || text[0] < '0' || text[0] > '1')
		return 0;
	whole = (unsigned int)(text[0] - '0');
	v = whole;
	if (text[1] == '.') {
		for (i = 2; text[i] >= '0' && text[i] <= '9' && i < 6; i++) {
			v += (text[i] - '0') * scale;
			scale /= 10;
		}
	}
	if (v > 1)
		v = 1;
	return (int)(v * 127 + 0.5);
}

/* Show extension, then the person's activities, then the tuple's own. */
static enum pidf_show
read_show(const struct document *doc, const struct xml *tuple,
    const struct xml *status)
{
	enum pidf_show show = PIDF_ONLINE;
	bool known = false;

	if (pidf_show_find(xml_child_text(status, "show", NS_CLIENT), &show))
		return show;
	if (doc->person_known)
		return doc->person;
	read_activities(tuple, &known, &show);
	read_activities(status, &known, &show);
	return show;
}

/*
 * Something below x says that who does not understand it may not use x
 * (RFC 3863 section 4.2.3); we understand PIDF, RPID and the data model.
 */
static bool
is_beyond_us(const struct xml *x)
{
	const struct xml *c;
	const char *v;

	XML_EACH(c, x) {
		v = xml_get_ns(c, NS_PIDF, "mustUnderstand");
		if (v != NULL && (strcmp(v, "true") == 0 ||
		    strcmp(v, "1") == 0) && !is_rpid(c) &&
		    strcmp(c->ns, NS_PIDF) != 0 && strcmp(c->ns, NS_DM) != 0)
			return true;
	}
	return false;
}

/* Of several tuples without an id of ours the best one stands for all. */
static bool
is_better(const struct pidf *p, const char *fallback, enum pidf_show show,
    int priority)
{
	const struct pidf_device *old = pidf_find(p, fallback);

	return old == NULL || show < old->show ||
	    (show == old->show && priority > old->priority);
}

static bool
read_tuple(const struct document *doc, const struct xml *tuple,
    const char *fallback, int64_t wall, struct pidf *p)
{
	const struct xml *status = xml_child(tuple, "status", NS_PIDF), *note;
	const char *basic = status != NULL ?
	    xml_child_text(status, "basic", NS_PIDF) : NULL;
	const char *id = xml_get(tuple, "id");
	struct pidf_device *d;
	enum pidf_show show;
	char *resource;
	int64_t at;

	if (basic == NULL || strcmp(basic, "open") != 0 ||
	    is_beyond_us(tuple) || is_beyond_us(status))
		return false;
	show = read_show(doc, tuple, status);
	resource = id != NULL ? pidf_tuple_resource(id) : NULL;
	if (resource == NULL &&
	    !is_better(p, fallback, show, read_priority(tuple)))
		return false;
	d = pidf_add(p, resource != NULL ? resource : fallback);
	mem_free(resource);
	if (d == NULL)
		return false;
	d->show = show;
	d->priority = read_priority(tuple);
	note = xml_child(tuple, "note", NS_PIDF);
	d->note = pidf_note_dup(note != NULL ? xml_text(note) : doc->note);
	if (d->note != NULL && (note != NULL ? xml_lang(note) : doc->lang))
		d->lang = mem_strdup(note != NULL ? xml_lang(note) : doc->lang);
	d->idle_since = read_idle(tuple);
	if (d->idle_since == 0)
		d->idle_since = doc->idle_since;
	at = pidf_time_read(xml_child_text(tuple, "timestamp", NS_PIDF));
	d->at = at != 0 ? at : wall;
	return true;
}

int
pidf_read(const char *data, size_t len, const char *fallback, int64_t wall,
    struct pidf *p, struct fault *f)
{
	static const struct xml_limits limits = { .max_bytes = PIDF_BYTES_MAX,
		.max_depth = 16, .max_nodes = 1024 };
	struct xml *x = xml_parse(data, len, &limits, f);
	struct document doc = { .root = x };
	const struct xml *tuple;

	memset(p, 0, sizeof(*p));
	if (x == NULL)
		return -1;
	if (!xml_is(x, "presence", NS_PIDF) || is_beyond_us(x)) {
		xml_free(x);
		return fault_set(f, FAULT_INVALID_DATA,
		    "not a presence document");
	}
	read_person(&doc);
	for (tuple = xml_child(x, "tuple", NS_PIDF); tuple != NULL;
	     tuple = xml_next(tuple, "tuple", NS_PIDF))
		(void)read_tuple(&doc, tuple, fallback, wall, p);
	if (p->n == 0)
		p->note = pidf_note_dup(doc.note);
	xml_free(x);
	return 0;
}
