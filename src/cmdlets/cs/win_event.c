/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-WinEvent -LogName 'Lync Server'. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/evlog.h"
#include "core/home.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

#define LOG_NAME   "Lync Server"
#define EVENT_TYPE "System.Diagnostics.Eventing.Reader.EventLogRecord"
#define TICKS_1970 INT64_C(621355968000000000)
#define TICKS_UTC  (INT64_C(1) << 62)

struct reading {
	struct call *call;
	enum flow flow;
	int64_t left;
	struct value ids; /* -FilterHashtable; null: all */
	int64_t level;    /* -1: all */
	const char *provider;
	int64_t from, until; /* ms since 1970; 0: none */
	size_t given;
};

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

static bool
has_id(struct value ids, unsigned id)
{
	size_t i;

	if (value_is_null(ids))
		return true;
	if (!value_is_list(ids))
		return ids.u.i == (int64_t)id;
	for (i = 0; i < list_of(ids)->count; i++)
		if (list_of(ids)->items[i].u.i == (int64_t)id)
			return true;
	return false;
}

static bool
on_event(const struct evlog_event *e, void *arg)
{
	const struct evlog_row *row = evlog_row(e->id);
	const char *source = row != NULL ? row->source : "";
	struct reading *r = arg;
	struct object *o;

	if (!has_id(r->ids, e->id) ||
	    (r->level >= 0 && r->level != (int64_t)e->level) ||
	    (r->from != 0 && e->time < r->from) ||
	    (r->until != 0 && e->time > r->until) ||
	    (r->provider != NULL && !identity_wildcard(r->provider, source)))
		return true;
	if (r->left == 0)
		return false;
	r->left--;
	r->given++;
	o = object_new(EVENT_TYPE);
	add(o, "TimeCreated",
	    value_datetime((TICKS_1970 + e->time * 10000) | TICKS_UTC));
	add(o, "Id", value_int((int32_t)e->id));
	add(o, "LevelDisplayName", value_string(evlog_level_text(e->level)));
	add(o, "Message", value_string(e->text));
	add(o, "Level", value_int((int32_t)e->level));
	add(o, "ProviderName", value_string(source));
	add(o, "LogName", value_string(LOG_NAME));
	add(o, "RecordId", value_long((int64_t)e->record));
	add(o, "Service", value_string(e->service != NULL ? e->service : ""));
	add(o, "Action", value_string(row != NULL ? row->action : ""));
	r->flow = call_emit_take(r->call, object_value(o));
	return r->flow == FLOW_MORE;
}

/* Ticks with kind to milliseconds since 1970. */
static int64_t
time_of(struct value v)
{
	if (v.type != &type_datetime)
		return 0;
	return ((v.u.i & (TICKS_UTC - 1)) - TICKS_1970) / 10000;
}

static bool
is_our_log(struct value names)
{
	size_t i;

	if (value_is_null(names))
		return true;
	if (value_is_string(names))
		return identity_wildcard(value_chars(names), LOG_NAME);
	for (i = 0; value_is_list(names) && i < list_of(names)->count; i++) {
		const char *text = value_chars(list_of(names)->items[i]);

		if (text != NULL && identity_wildcard(text, LOG_NAME))
			return true;
	}
	return false;
}

static void
read_filter(struct reading *r, struct value filter, struct value *namesp)
{
	const struct dict *d;
	struct value v;

	if (!value_is_dict(filter))
		return;
	d = dict_of(filter);
	if (!value_is_null(v = value_base(dict_peek(d, "LogName"))))
		*namesp = v;
	r->ids = value_base(dict_peek(d, "Id"));
	if (!value_is_null(v = value_base(dict_peek(d, "Level"))))
		r->level = v.u.i;
	r->provider = value_chars(value_base(dict_peek(d, "ProviderName")));
	r->from = time_of(value_base(dict_peek(d, "StartTime")));
	r->until = time_of(value_base(dict_peek(d, "EndTime")));
}

static enum flow
event_process(struct call *c)
{
	struct reading r = { .call = c, .left = INT64_MAX, .level = -1 };
	struct value names = cs_param(c, "LogName");
	struct value most = cs_param(c, "MaxEvents");
	struct fault f;
	char *path;
	int rc;

	read_filter(&r, cs_param(c, "FilterHashtable"), &names);
	if (!is_our_log(names)) {
		const char *text = value_chars(value_is_list(names)
			? list_of(names)->items[0]
			: names);

		return call_faultf(c, FAULT_NOT_FOUND, "NoMatchingLogsFound",
		    names,
		    "There is not an event log on the localhost computer that "
		    "matches \"%s\"; there is '" LOG_NAME "'.",
		    text != NULL ? text : "");
	}
	if (!value_is_null(most))
		r.left = most.u.i;
	path = home_path(HOME_LOG, "events");
	rc = evlog_file_read(
	    path, !cs_switch(c, "Oldest"), on_event, &r, &f);
	mem_free(path);
	if (rc != 0)
		return cs_fault(c, &f, LOG_NAME);
	if (r.flow == FLOW_MORE && r.given == 0)
		return call_faultf(c, FAULT_NOT_FOUND, "NoMatchingEventsFound",
		    VALUE_NULL,
		    "No events were found that match the specified selection "
		    "criteria.");
	return r.flow;
}

static const struct param_spec event_params[] = {
	{ "LogName", "string[]", NULL, "GetLogSet/0vp", 0, NULL, 0, 0,
	    "The log: 'Lync Server'" },
	{ "FilterHashtable", "hashtable", NULL, "HashQuerySet/0mvp", 0, NULL,
	    0, 0, "@{LogName=..; Id=..; Level=..; StartTime=..}" },
	{ "MaxEvents", "long", NULL, NULL, 0, NULL, 1, INT64_MAX,
	    "Most events, the newest first" },
	{ "Oldest", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "The oldest first" },
	CS_END,
};

static const char *const output[] = { EVENT_TYPE, NULL };

const struct cmdlet cmdlet_get_win_event = {
	.name = "Get-WinEvent",
	.module = "Microsoft.PowerShell.Diagnostics",
	.default_set = "GetLogSet",
	.params = event_params,
	.output = output,
	.synopsis = "Shows events of the services",
	.process = event_process,
};
