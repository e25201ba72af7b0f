/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-CsManagementStoreReplicationStatus, Invoke-CsManagementStoreReplication. */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/home.h"
#include "core/mem.h"
#include "model/topology.h"
#include "svc/client.h"

#define TICKS_1970 INT64_C(621355968000000000)
#define TICKS_UTC  (INT64_C(1) << 62)

/* What REPLICA wrote last: its number and when. */
struct published {
	int64_t number; /* -1: nothing yet */
	time_t when;
};

static struct published
newest_snapshot(void)
{
	struct published p = { -1, 0 };
	char *folder = home_path(HOME_STATE, "replica"), *path, *end;
	DIR *dir = opendir(folder);
	struct dirent *e;
	struct stat st;
	long long n;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, "settings-", 9) != 0)
			continue;
		n = strtoll(e->d_name + 9, &end, 10);
		if (*end != '\0' || n <= p.number)
			continue;
		p.number = n;
		path = mem_printf("%s/%s", folder, e->d_name);
		p.when = stat(path, &st) == 0 ? st.st_mtime : 0;
		mem_free(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	mem_free(folder);
	return p;
}

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

static struct value
date(time_t t)
{
	if (t == 0)
		return VALUE_NULL;
	return value_datetime(
	    (TICKS_1970 + (int64_t)t * 10000000) | TICKS_UTC);
}

static enum flow
status_process(struct call *c)
{
	const char *only = cs_string(c, "ReplicaFqdn");
	struct store *s = cs_store(c);
	struct published p;
	struct fault f;
	struct stat st;
	struct object *o;
	int64_t number;
	char *fqdn;

	if (s == NULL)
		return FLOW_LEAVE;
	if ((number = store_number(s, NULL, &f)) < 0 ||
	    (fqdn = topology_realm(s, &f)) == NULL)
		return cs_fault(c, &f, NULL);
	if (only != NULL && strcasecmp(only, fqdn) != 0) {
		mem_free(fqdn);
		return cs_not_found(c, only);
	}
	p = newest_snapshot();
	o = object_new("Microsoft.Rtc.Management.Xds.ReplicaState");
	add(o, "UpToDate", value_bool(p.number >= number));
	add(o, "ReplicaFqdn", value_string(fqdn));
	add(o, "LastStatusReport", date(p.when));
	add(o, "LastUpdateCreation",
	    date(stat(store_path(s), &st) == 0 ? st.st_mtime : 0));
	add(o, "ProductVersion", value_string(PACKAGE_VERSION));
	mem_free(fqdn);
	return call_emit_take(c, object_value(o));
}

static const struct param_spec status_params[] = {
	{ "ReplicaFqdn", "string", NULL, "*/0p", 0, NULL, 0, 0,
	    "Only this replica" },
	{ "CentralManagementStoreStatus", "switch", NULL, "*/p", 0, NULL, 0,
	    0, "Kept for the original's sake" },
	CS_END,
};

const struct cmdlet cmdlet_get_cs_management_store_replication_status = {
	.name = "Get-CsManagementStoreReplicationStatus",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = status_params,
	.synopsis = "Shows whether services have the newest configuration",
	.process = status_process,
};

static enum flow
invoke_process(struct call *c)
{
	struct store *s = cs_store(c);
	struct fault f;

	if (s == NULL)
		return FLOW_LEAVE;
	if (client_poke("poke", VALUE_NULL, &f) != 0)
		return cs_fault(c, &f, NULL);
	store_poke(s);
	return FLOW_MORE;
}

static const struct param_spec invoke_params[] = {
	{ "ReplicaFqdn", "string", NULL, "*/0p", 0, NULL, 0, 0,
	    "Only this replica" },
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_invoke_cs_management_store_replication = {
	.name = "Invoke-CsManagementStoreReplication",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = invoke_params,
	.synopsis = "Hands the whole configuration to the services again",
	.process = invoke_process,
};
