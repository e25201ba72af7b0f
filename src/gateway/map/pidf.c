/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a user's devices, and presence stanzas. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/map/pidf.h"
#include "gateway/map/pidf_internal.h"
#include "gateway/xmpp/stanza.h"

#define NS_IDLE "urn:xmpp:idle:1"

static const char *const shows[] = {
	[PIDF_CHAT] = "chat",
	[PIDF_ONLINE] = NULL,
	[PIDF_DND] = "dnd",
	[PIDF_AWAY] = "away",
	[PIDF_XA] = "xa",
};

const char *
pidf_show_name(enum pidf_show s)
{
	return shows[s];
}

bool
pidf_show_find(const char *name, enum pidf_show *sp)
{
	int s;

	for (s = PIDF_CHAT; name != NULL && s <= PIDF_XA; s++) {
		if (shows[s] != NULL && strcmp(shows[s], name) == 0) {
			*sp = (enum pidf_show)s;
			return true;
		}
	}
	return false;
}

static void
device_clear(struct pidf_device *d)
{
	mem_free(d->resource);
	mem_free(d->note);
	mem_free(d->lang);
}

void
pidf_clear(struct pidf *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		device_clear(&p->devices[i]);
	mem_free(p->devices);
	mem_free(p->note);
	memset(p, 0, sizeof(*p));
}

static char *
dup_or_null(const char *s)
{
	return s != NULL ? mem_strdup(s) : NULL;
}

void
pidf_copy(struct pidf *to, const struct pidf *from)
{
	size_t i;

	memset(to, 0, sizeof(*to));
	to->n = from->n;
	to->note = dup_or_null(from->note);
	to->devices = mem_zalloc((from->n + 1) * sizeof(*to->devices));
	for (i = 0; i < from->n; i++) {
		to->devices[i] = from->devices[i];
		to->devices[i].resource =
		    mem_strdup(from->devices[i].resource);
		to->devices[i].note = dup_or_null(from->devices[i].note);
		to->devices[i].lang = dup_or_null(from->devices[i].lang);
	}
}

struct pidf_device *
pidf_find(const struct pidf *p, const char *resource)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (strcmp(p->devices[i].resource, resource) == 0)
			return &p->devices[i];
	}
	return NULL;
}

/* More available first; then priority, then the newest. */
static int
compare(const struct pidf_device *a, const struct pidf_device *b)
{
	if (a->show != b->show)
		return a->show < b->show ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->at != b->at)
		return a->at > b->at ? -1 : 1;
	return strcmp(a->resource, b->resource);
}

int
pidf_device_compare(const void *a, const void *b)
{
	return compare(*(const struct pidf_device *const *)a,
	    *(const struct pidf_device *const *)b);
}

const struct pidf_device *
pidf_best(const struct pidf *p)
{
	const struct pidf_device *best = NULL;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (best == NULL || compare(&p->devices[i], best) < 0)
			best = &p->devices[i];
	}
	return best;
}

static bool
same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
pidf_same_device(const struct pidf_device *a, const struct pidf_device *b)
{
	return a->show == b->show && a->priority == b->priority &&
	    a->idle_since == b->idle_since && same_text(a->note, b->note) &&
	    same_text(a->lang, b->lang);
}

char *
pidf_note_dup(const char *text)
{
	size_t n;

	if (text == NULL || text[0] == '\0')
		return NULL;
	n = strlen(text);
	if (n > PIDF_NOTE_MAX) {
		n = PIDF_NOTE_MAX;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
	}
	return mem_strndup(text, n);
}

struct pidf_device *
pidf_add(struct pidf *p, const char *resource)
{
	struct pidf_device *d = pidf_find(p, resource);

	if (d != NULL) {
		mem_free(d->note);
		mem_free(d->lang);
		d->note = d->lang = NULL;
		d->idle_since = 0;
		d->show = PIDF_ONLINE;
		d->priority = 0;
		return d;
	}
	if (p->n >= PIDF_DEVICES_MAX)
		return NULL;
	p->devices = mem_array_grow(
	    p->devices, p->n + 1, sizeof(*p->devices));
	d = &p->devices[p->n++];
	memset(d, 0, sizeof(*d));
	d->resource = mem_strdup(resource);
	d->show = PIDF_ONLINE;
	return d;
}

static bool
take_away(struct pidf *p, const char *resource)
{
	struct pidf_device *d;
	size_t at;

	if (resource == NULL) {
		bool any = p->n > 0;

		while (p->n > 0)
			device_clear(&p->devices[--p->n]);
		return any;
	}
	if ((d = pidf_find(p, resource)) == NULL)
		return false;
	at = (size_t)(d - p->devices);
	device_clear(d);
	memmove(d, d + 1, (p->n - at - 1) * sizeof(*d));
	p->n--;
	return true;
}

static int
read_priority(const struct xml *presence)
{
	const char *text = xml_child_text(presence, "priority", presence->ns);
	char *end;
	long v;

	if (text == NULL)
		return 0;
	v = strtol(text, &end, 10);
	return end == text || v < -128 || v > 127 ? 0 : (int)v;
}

bool
pidf_take_stanza(struct pidf *p, const struct xml *presence,
    const char *resource, int64_t wall)
{
	enum stanza_type type = stanza_type(presence);
	struct pidf_device before = { 0 }, *d;
	const struct xml *status, *idle;
	bool known, changed;

	if (type == STANZA_TYPE_UNAVAILABLE || type == STANZA_TYPE_ERROR)
		return take_away(p, resource);
	if (type != STANZA_TYPE_AVAILABLE || resource == NULL)
		return false;
	if ((d = pidf_find(p, resource)) != NULL) {
		before = *d;
		before.note = dup_or_null(d->note);
		before.lang = dup_or_null(d->lang);
	}
	known = d != NULL;
	if ((d = pidf_add(p, resource)) == NULL)
		return false;
	(void)pidf_show_find(xml_child_text(presence, "show", presence->ns),
	    &d->show);
	d->priority = read_priority(presence);
	d->at = wall;
	status = xml_child(presence, "status", presence->ns);
	if (status != NULL) {
		d->note = pidf_note_dup(xml_text(status));
		d->lang = dup_or_null(xml_lang(status));
	}
	idle = xml_child(presence, "idle", NS_IDLE);
	if (idle != NULL)
		d->idle_since = pidf_time_read(xml_get(idle, "since"));
	changed = !known || !pidf_same_device(&before, d);
	mem_free(before.note);
	mem_free(before.lang);
	return changed;
}

struct xml *
pidf_stanza(
    const struct pidf_device *d, const char *from, const char *to, bool notes)
{
	char *full = mem_printf("%s/%s", from, d->resource);
	struct xml *x = stanza_presence(STANZA_TYPE_AVAILABLE, full, to), *c;
	char text[PIDF_TIME_SIZE];

	mem_free(full);
	if (shows[d->show] != NULL)
		(void)xml_add_with_text(x, "show", NULL, shows[d->show]);
	if (notes && d->note != NULL) {
		c = xml_add_with_text(x, "status", NULL, d->note);
		if (d->lang != NULL)
			xml_set_ns(c, XML_NS_XML, "lang", d->lang);
	}
	if (d->priority != 0) {
		char *number = mem_printf("%d", d->priority);

		(void)xml_add_with_text(x, "priority", NULL, number);
		mem_free(number);
	}
	if (d->idle_since != 0) {
		c = xml_add(x, "idle", NS_IDLE);
		xml_set(c, "since", pidf_time_write(d->idle_since, text));
	}
	return x;
}
