/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The admin's event log: its rows, telling, and repeated events. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/evlog.h"
#include "core/log.h"

const struct evlog_row evlog_rows[] = {
#define EVLOG(id, name, level, source, text, action)                           \
	{ id, #name, EVLOG_##level, source, text, action },
#include "core/evlog.def"
#undef EVLOG
	{ 0 },
};

/* LIMIT: so many different events are watched for repetition. */
#define RECENT 64
#define QUIET_S 60

static struct recent {
	unsigned int id;
	time_t since;
	unsigned int again;
	char text[EVLOG_TEXT_SIZE];
} recent[RECENT];
static size_t recent_next;

static evlog_sink sink;
static void *sink_arg;

const struct evlog_row *
evlog_row(unsigned int id)
{
	const struct evlog_row *row;

	for (row = evlog_rows; row->id != 0; row++)
		if (row->id == id)
			return row;
	return NULL;
}

const char *
evlog_level_text(enum evlog_level l)
{
	switch (l) {
	case EVLOG_ERROR:
		return "Error";
	case EVLOG_WARNING:
		return "Warning";
	case EVLOG_INFO:
		return "Information";
	}
	return "Information";
}

void
evlog_set_sink(evlog_sink fn, void *arg)
{
	sink = fn;
	sink_arg = arg;
	memset(recent, 0, sizeof(recent));
}

static void
emit(unsigned int id, const char *text)
{
	const struct evlog_row *row;

	if (sink != NULL) {
		sink(id, text, sink_arg);
		return;
	}
	row = evlog_row(id);
	if (row != NULL && row->level == EVLOG_INFO)
		log_info("event", "%u %s", id, text);
	else
		log_warn("event", "%u %s", id, text);
}

/* Whether to tell now; what was held back is counted in *againp. */
static bool
is_due(unsigned int id, const char *text, unsigned int *againp)
{
	struct timespec now;
	struct recent *r;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	*againp = 0;
	for (r = recent; r < recent + RECENT; r++) {
		if (r->id != id || strcmp(r->text, text) != 0)
			continue;
		if (now.tv_sec - r->since < QUIET_S) {
			r->again++;
			return false;
		}
		*againp = r->again;
		r->again = 0;
		r->since = now.tv_sec;
		return true;
	}
	r = &recent[recent_next++ % RECENT];
	r->id = id;
	r->since = now.tv_sec;
	r->again = 0;
	(void)snprintf(r->text, sizeof(r->text), "%s", text);
	return true;
}

void
evlog_writev(enum evlog_id id, const char *fmt, va_list ap)
{
	char text[EVLOG_TEXT_SIZE];
	unsigned int again;
	size_t len;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (!is_due((unsigned int)id, text, &again))
		return;
	len = strlen(text);
	if (again > 0)
		(void)snprintf(text + len, sizeof(text) - len,
		    " (%u more times before)", again);
	emit((unsigned int)id, text);
}

void
evlog_write(enum evlog_id id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	evlog_writev(id, fmt, ap);
	va_end(ap);
}
