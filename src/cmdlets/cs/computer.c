/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start-CsPool, Enable- and Disable-CsComputer, Get-CsServerVersion. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/remote.h"
#include "cmdlets/cs/rows.h"

/* LIMIT: how long a start or stop may say nothing. */
#define ORDER_MS 60000

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

/* All services of this computer. */
static enum flow
order_all(struct call *c, const char *method, bool start)
{
	struct dict *arg = remote_arg();
	enum flow flow;
	struct fault f;
	int rc;

	remote_set_bool(arg, "Force", true);
	rc = remote_call(c, method, dict_value(arg), start, ORDER_MS, on_done,
	    NULL, &flow, &f);
	value_unref(dict_value(arg));
	if (rc == 0 || flow != FLOW_MORE)
		return flow;
	if (!start && f.code == FAULT_UNAVAILABLE)
		return FLOW_MORE;
	return cs_fault(c, &f, NULL);
}

/* --- Start-CsPool --- */

static enum flow
start_pool_process(struct call *c)
{
	const char *pool = cs_string(c, "PoolFqdn");
	struct store *s = cs_store(c);
	const struct noun *const kinds[] = { &noun_registrar,
		&noun_edge_server };
	struct identity id;
	enum flow flow;
	struct fault f;
	int found = 0;
	size_t i;
	bool yes;

	if (s == NULL)
		return FLOW_LEAVE;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && found == 0; i++)
		if (identity_parse(pool, SCOPE_ROLE, kinds[i]->role, &id,
			&f) != 0 ||
		    (found = store_get(s, kinds[i]->class_name, id.key, NULL,
			 &f)) < 0)
			return cs_fault(c, &f, pool);
	if (found == 0)
		return cs_not_found(c, pool);
	flow = call_should(c, pool, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	return order_all(c, "service-start", true);
}

static const struct param_spec start_pool_params[] = {
	{ "PoolFqdn", "string", NULL, "*/0m", 0, NULL, 0, 0, "The pool" },
	CS_KEPT("QuorumLossRecovery", "switch"),
	CS_KEPT("SkipRoutingGroup", "string[]"),
	CS_KEPT("SkipServer", "string[]"),
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_start_cs_pool = {
	.name = "Start-CsPool",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = start_pool_params,
	.synopsis = "Starts the services of a pool, those needed first",
	.process = start_pool_process,
};

/* --- Enable- and Disable-CsComputer --- */

static enum flow
enable_process(struct call *c)
{
	struct store *s = cs_store(c);
	enum flow flow;
	struct fault f;
	bool yes;

	if (s == NULL)
		return FLOW_LEAVE;
	flow = call_should(c, "this computer", NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	/* The first start of the supervisor makes keys and certificates. */
	if (client_ensure_supervisor(&f) != 0)
		return cs_fault(c, &f, NULL);
	store_poke(s);
	return call_verbose(c,
	    "this computer is ready; Start-CsWindowsService starts its "
	    "services");
}

static enum flow
disable_process(struct call *c)
{
	enum flow flow;
	bool yes;

	flow = call_should(c, "this computer", NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	return order_all(c, "service-stop", false);
}

#define COMPUTER_ROWS                                                          \
	CS_KEPT("GlobalCatalog", "string"),                                    \
	    CS_KEPT("GlobalSettingsDomainController", "string"),               \
	    CS_KEPT("Report", "string"), CS_FORCE

static const struct param_spec enable_params[] = {
	COMPUTER_ROWS,
	CS_END,
};

static const struct param_spec disable_params[] = {
	CS_KEPT("Scorch", "switch"),
	COMPUTER_ROWS,
	CS_END,
};

const struct cmdlet cmdlet_enable_cs_computer = {
	.name = "Enable-CsComputer",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = enable_params,
	.synopsis = "Makes this computer ready to run its services",
	.process = enable_process,
};

const struct cmdlet cmdlet_disable_cs_computer = {
	.name = "Disable-CsComputer",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = disable_params,
	.synopsis = "Stops the services of this computer",
	.process = disable_process,
};

/* --- Get-CsServerVersion --- */

static enum flow
version_process(struct call *c)
{
	return call_emit_take(c,
	    value_string("fedsh (" PACKAGE_VERSION
			 "): no license key is required."));
}

static const struct param_spec no_params[] = { CS_END };
static const char *const string_output[] = { "System.String", NULL };

const struct cmdlet cmdlet_get_cs_server_version = {
	.name = "Get-CsServerVersion",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = no_params,
	.output = string_output,
	.synopsis = "Shows which version this is",
	.process = version_process,
};
