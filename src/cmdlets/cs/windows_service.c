/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get- Start- Stop-CsWindowsService. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/remote.h"
#include "cmdlets/cs/rows.h"
#include "core/list.h"
#include "core/mem.h"

#define SERVICE_TYPE "Microsoft.Rtc.Management.Deployment.Core.NTService"

/* LIMIT: how long a start or stop may say nothing. */
#define ORDER_MS 60000

static const struct service_row {
	const char *name, *display, *role;
} service_rows[] = {
	{ "REPLICA", "Lync Server Replica Replicator Agent", "ManagementStore" },
	{ "RTCSRV", "Lync Server Front-End", "Registrar" },
	{ "RTCXMPPTGW", "Lync Server XMPP Translating Gateway", "Registrar" },
	{ "RTCXMPPTGWPX", "Lync Server XMPP Translating Gateway Proxy",
	    "EdgeServer" },
};

#define SERVICES (sizeof(service_rows) / sizeof(service_rows[0]))

static const struct service_row *
find_row(const char *name)
{
	size_t i;

	for (i = 0; i < SERVICES; i++)
		if (strcasecmp(service_rows[i].name, name) == 0)
			return &service_rows[i];
	return NULL;
}

static enum flow
unknown(struct call *c, const char *name)
{
	struct value target = value_string(name);
	enum flow flow = call_faultf(c, FAULT_NOT_FOUND, "ServiceNotFound",
	    target,
	    "\"%s\" is not a service of this product; there are REPLICA, "
	    "RTCSRV, RTCXMPPTGW and RTCXMPPTGWPX",
	    name);

	value_unref(target);
	return flow;
}

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

/* live: what the supervisor says; null where none runs. */
static struct value
service_object(
    const struct service_row *row, struct value live, bool activity)
{
	struct object *o = object_new(SERVICE_TYPE);
	const char *status = remote_text(live, "Status");
	struct list *roles = list_new(NULL, 1);

	list_add_take(roles, value_string(row->role));
	add(o, "Status", value_string(status != NULL ? status : "Stopped"));
	add(o, "Name", value_string(row->name));
	if (activity)
		add(o, "ActivityLevel",
		    value_ref(remote_get(live, "ActivityLevel")));
	add(o, "DisplayName", value_string(row->display));
	add(o, "RoleName", list_value(roles));
	add(o, "ProcessId", value_ref(remote_get(live, "ProcessId")));
	add(o, "Restarts", value_ref(remote_get(live, "Restarts")));
	add(o, "Snapshot", value_ref(remote_get(live, "Snapshot")));
	add(o, "Problems", value_ref(remote_get(live, "Problems")));
	return object_value(o);
}

/* --- Get --- */

struct get_state {
	struct value live[SERVICES];
};

static enum flow
take_live(struct call *c, struct value v, void *ctx)
{
	struct get_state *st = ctx;
	const char *name = remote_text(v, "Name");
	size_t i;

	(void)c;
	for (i = 0; name != NULL && i < SERVICES; i++)
		if (strcasecmp(service_rows[i].name, name) == 0)
			value_set(&st->live[i], v);
	return FLOW_MORE;
}

static enum flow
get_process(struct call *c)
{
	const char *name = cs_string(c, "Name");
	struct get_state st = { .live = { VALUE_NULL } };
	enum flow flow;
	struct fault f;
	size_t i;

	if (name != NULL && find_row(name) == NULL)
		return unknown(c, name);
	/* No supervisor: nothing runs. */
	if (remote_call(c, "service-list", VALUE_NULL, false, 0, take_live,
		&st, &flow, &f) != 0 &&
	    f.code != FAULT_UNAVAILABLE)
		flow = cs_fault(c, &f, name);
	for (i = 0; i < SERVICES; i++) {
		if (flow == FLOW_MORE &&
		    (name == NULL ||
			strcasecmp(name, service_rows[i].name) == 0))
			flow = call_emit_take(c,
			    service_object(&service_rows[i], st.live[i],
				!cs_switch(c, "ExcludeActivityLevel")));
		value_clear(&st.live[i]);
	}
	return flow;
}

#define NAME_ROW(sets)                                                         \
	{ "Name", "string", NULL, sets, 0, NULL, 0, 0,                         \
	    "The short name: REPLICA, RTCSRV, RTCXMPPTGW, RTCXMPPTGWPX; all "  \
	    "if not said" }
#define COMPUTER_ROW                                                           \
	{ "ComputerName", "string", NULL, NULL, 0, NULL, 0, 0,                 \
	    "Kept for the original's sake: this computer" }
#define REPORT_ROW                                                             \
	{ "Report", "string", NULL, NULL, 0, NULL, 0, 0,                       \
	    "Kept for the original's sake" }

static const struct param_spec get_params[] = {
	NAME_ROW("*/0"),
	{ "ExcludeActivityLevel", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Leaves the activity level out" },
	COMPUTER_ROW,
	REPORT_ROW,
	CS_END,
};

static const char *const output[] = { SERVICE_TYPE, NULL };

const struct cmdlet cmdlet_get_cs_windows_service = {
	.name = "Get-CsWindowsService",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows the services of this computer",
	.process = get_process,
};

/* --- Start and Stop --- */


static enum flow
on_done(struct call *c, struct value v, void *ctx)
{
	const char *name = remote_text(v, "Name");
	const char *status = remote_text(v, "Status");

	(void)ctx;
	if (name == NULL || status == NULL)
		return FLOW_MORE;
	return call_verbose(c, "%s: %s", name, status);
}

/* The names asked for; null: all. Owned. */
static enum flow
order_names(struct call *c, struct value *namesp)
{
	struct value input = cs_param(c, "InputObject");
	const char *name = cs_string(c, "Name");
	const struct service_row *row;
	struct list *l;

	*namesp = VALUE_NULL;
	if (!value_is_null(input)) {
		name = value_is_string(input) ? value_chars(input)
					      : remote_text(input, "Name");
		if (name == NULL)
			name = "";
	}
	if (name == NULL)
		return FLOW_MORE;
	row = find_row(name);
	if (row == NULL)
		return unknown(c, name);
	l = list_new(NULL, 1);
	list_add_take(l, value_string(row->name));
	*namesp = list_value(l);
	return FLOW_MORE;
}

/* What gives a service another port. */
static const char *
port_command(const char *service)
{
	return strcasecmp(service, "RTCXMPPTGWPX") == 0 ? "Set-CsEdgeServer"
							: "Set-CsRegistrar";
}

/* A started service without its port does half its work: said at once. */
static enum flow
tell_of_ports(struct call *c, struct value live, void *ctx)
{
	struct value names = *(struct value *)ctx, target;
	struct value problems = remote_get(live, "Problems");
	const char *name = remote_text(live, "Name");
	enum flow flow = FLOW_MORE;
	size_t i;

	if (name == NULL || !value_is_list(problems) ||
	    (value_is_list(names) &&
		strcasecmp(value_chars(list_of(names)->items[0]), name) != 0))
		return FLOW_MORE;
	target = value_string(name);
	for (i = 0; i < list_of(problems)->count && flow == FLOW_MORE; i++) {
		struct value text = list_of(problems)->items[i];

		if (value_is_string(text) &&
		    strncmp(value_chars(text), "listening on ", 13) == 0)
			flow = call_faultf(c, FAULT_BUSY, "PortNotAvailable",
			    target,
			    "%s: %s; free it or choose another (%s); the "
			    "service runs without it and tries again every "
			    "10 s",
			    name, value_chars(text), port_command(name));
	}
	value_unref(target);
	return flow;
}

static enum flow
give_order(struct call *c, bool start, struct value names)
{
	struct dict *arg = remote_arg();
	enum flow flow;
	struct fault f;
	int rc;

	if (!value_is_null(names))
		dict_set_str_take(arg, "Names", value_ref(names));
	if (cs_switch(c, "NoWait"))
		remote_set_bool(arg, "NoWait", true);
	/* Stop- takes dependants with it (cmdlets.md 7). */
	if (!start)
		remote_set_bool(arg, "Force", true);
	if (cs_switch(c, "Graceful"))
		remote_set_bool(arg, "Graceful", true);
	rc = remote_call(c, start ? "service-start" : "service-stop",
	    dict_value(arg), start, ORDER_MS, on_done, NULL, &flow, &f);
	value_unref(dict_value(arg));
	if (rc == 0 && flow == FLOW_MORE && start && !cs_switch(c, "NoWait") &&
	    remote_call(c, "service-list", VALUE_NULL, false, 0,
		tell_of_ports, &names, &flow, &f) != 0)
		return flow; /* what was asked is done all the same */
	if (rc == 0 || flow != FLOW_MORE)
		return flow;
	/* Nothing runs: there is nothing to stop. */
	if (!start && f.code == FAULT_UNAVAILABLE)
		return FLOW_MORE;
	return cs_fault(c, &f,
	    value_is_null(names) ? NULL : value_chars(list_of(names)->items[0]));
}

static enum flow
order_process(struct call *c, bool start)
{
	struct value names;
	enum flow flow = order_names(c, &names);
	bool yes = false;

	if (flow != FLOW_MORE ||
	    (value_is_null(names) && (cs_bound(c, "Name") ||
					 cs_bound(c, "InputObject"))))
		return flow;
	flow = call_should(c,
	    value_is_null(names) ? "all services"
				 : value_chars(list_of(names)->items[0]),
	    NULL, &yes);
	if (flow == FLOW_MORE && yes)
		flow = give_order(c, start, names);
	value_unref(names);
	return flow;
}

static enum flow
start_process(struct call *c)
{
	/* A store that cannot be made is said here and not in a log. */
	if (cs_store(c) == NULL)
		return FLOW_LEAVE;
	return order_process(c, true);
}

static enum flow
stop_process(struct call *c)
{
	return order_process(c, false);
}

#define ORDER_ROWS                                                             \
	NAME_ROW("Name/0"), COMPUTER_ROW, REPORT_ROW, CS_FORCE,                \
	    { "NoWait", "switch", NULL, NULL, 0, NULL, 0, 0,                   \
		"Returns at once" },                                           \
	{                                                                      \
		"InputObject", "psobject", NULL, "InputObject/v", 0, NULL, 0,  \
		    0, "What Get-CsWindowsService gave"                        \
	}

static const struct param_spec start_params[] = {
	ORDER_ROWS,
	CS_END,
};

static const struct param_spec stop_params[] = {
	ORDER_ROWS,
	{ "Graceful", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Refuses new work and ends when the old is done" },
	CS_KEPT("LeaveClsAgentRunning", "switch"),
	CS_KEPT("LeaveWebServerRunning", "switch"),
	CS_END,
};

const struct cmdlet cmdlet_start_cs_windows_service = {
	.name = "Start-CsWindowsService",
	.module = CS_MODULE,
	.default_set = "Name",
	.flags = CS_FLAGS,
	.params = start_params,
	.synopsis = "Starts services of this computer",
	.process = start_process,
};

const struct cmdlet cmdlet_stop_cs_windows_service = {
	.name = "Stop-CsWindowsService",
	.module = CS_MODULE,
	.default_set = "Name",
	.flags = CS_FLAGS,
	.params = stop_params,
	.synopsis = "Stops services of this computer",
	.process = stop_process,
};
