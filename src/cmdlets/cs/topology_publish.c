/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publish- and Enable-CsTopology. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/files.h"
#include "cmdlets/cs/rows.h"
#include "cmdlets/cs/topology_document.h"
#include "core/home.h"
#include "core/mem.h"
#include "model/walk.h"
#include "types/types.h"

/* --- Publish-CsTopology --- */

/* Where what is in force now is kept. Owned, or NULL with a fault. */
static char *
backup_path(struct call *c, struct fault *f)
{
	const char *text = cs_string(c, "BackupFileName");
	time_t now = time(NULL);
	char stamp[32], *folder, *path;
	struct tm tm;

	if (text != NULL)
		return files_path(c, text);
	folder = home_make(HOME_STATE, "backup", f);
	if (folder == NULL)
		return NULL;
	(void)strftime(
	    stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	path = mem_printf("%s/topology-%s.xml", folder, stamp);
	mem_free(folder);
	return path;
}

static enum flow
publish_text(struct call *c, const char *from, const char *text, size_t len)
{
	struct store *s = cs_store(c);
	struct buf was = { .data = NULL };
	enum flow flow;
	struct fault f;
	char *backup = NULL;
	bool yes;

	if (s == NULL)
		return FLOW_LEAVE;
	flow = call_should(c, from, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (topology_document_write(s, &was, &f) != 0 ||
	    (backup = backup_path(c, &f)) == NULL ||
	    files_write(backup, was.data, was.len, 0600, &f) != 0 ||
	    topology_document_apply(s, text, len, &f) != 0)
		flow = cs_fault(c, &f, from);
	else
		flow = call_verbose(c,
		    "what was in force is in %s; Enable-CsTopology hands the "
		    "new topology to the services", backup);
	mem_free(backup);
	buf_clear(&was);
	return flow;
}

static enum flow
publish_process(struct call *c)
{
	struct buf b = { .data = NULL };
	struct value document = cs_param(c, "Document");
	enum flow flow;
	struct fault f;
	char *text;

	if (cs_switch(c, "FinalizeUninstall"))
		return call_faultf(c, FAULT_INVALID_OPERATION,
		    "TopologyInUse", VALUE_NULL,
		    "the topology of a computer goes with its store; stop the "
		    "services with Stop-CsWindowsService and remove the "
		    "package");
	if (!value_is_null(document)) {
		text = value_text_plain(document);
		flow = publish_text(c, "Document", text, strlen(text));
		mem_free(text);
		return flow;
	}
	text = files_path(c, cs_string(c, "FileName"));
	if (files_read(text, TOPOLOGY_DOCUMENT_MAX, &b, &f) != 0)
		flow = cs_fault(c, &f, text);
	else
		flow = publish_text(c, text, buf_text(&b), b.len);
	buf_clear(&b);
	mem_free(text);
	return flow;
}

static const struct param_spec publish_params[] = {
	{ "FileName", "string", NULL, "Filename/0m", 0, NULL, 0, 0,
	    "The document, as Get-CsTopology -AsXml prints one" },
	{ "Document", "object", NULL, "Document/m", 0, NULL, 0, 0,
	    "The document itself" },
	{ "FinalizeUninstall", "switch", NULL, "Finalize/m", 0, NULL, 0, 0,
	    "Takes the topology down; not possible here" },
	{ "BackupFileName", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Where the present topology is kept; a file in the backup folder "
	    "if not said" },
	CS_KEPT("GlobalCatalog", "string"),
	CS_KEPT("GlobalSettingsDomainController", "string"),
	CS_KEPT("Report", "string"),
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_publish_cs_topology = {
	.name = "Publish-CsTopology",
	.module = CS_MODULE,
	.default_set = "Filename",
	.flags = CS_FLAGS,
	.params = publish_params,
	.synopsis = "Makes the topology what a document says",
	.process = publish_process,
};

/* --- Enable-CsTopology --- */

/* What is published counts at once here; this says what would not work. */
static enum flow
check_site(struct call *c, struct store *s, const struct dict *site)
{
	const char *route = instance_text(site, "XmppFederationRoute");
	const char *name = instance_text(site, "DisplayName");
	struct identity id;
	struct fault f;

	if (route == NULL)
		return call_warn(c,
		    "Site \"%s\" has no XmppFederationRoute: no XMPP federation "
		    "until Set-CsSite -XmppFederationRoute EdgeServer:FQDN.",
		    name);
	if (identity_parse(route, SCOPE_ROLE, "EdgeServer", &id, &f) != 0 ||
	    store_get(s, "EdgeServer", id.key, NULL, &f) != 1)
		return call_warn(c,
		    "Site \"%s\": the route \"%s\" leads to no edge of the "
		    "topology.",
		    name, route);
	return FLOW_MORE;
}

static enum flow
enable_process(struct call *c)
{
	struct store *s = cs_store(c);
	enum flow flow;
	struct store_row *row;
	struct walk w;
	struct fault f;
	bool yes;
	int rc = 0;

	if (s == NULL)
		return FLOW_LEAVE;
	flow = call_should(c, "Topology", NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	walk_begin(&w, s, noun_site.class_name, NULL, NULL);
	while (flow == FLOW_MORE && (rc = walk_next(&w, &row, &f)) == 1)
		if (value_is_dict(row->object))
			flow = check_site(c, s, dict_of(row->object));
	walk_end(&w);
	if (rc < 0)
		return cs_fault(c, &f, NULL);
	store_poke(s);
	return flow;
}

static const struct param_spec enable_params[] = {
	CS_KEPT("GlobalCatalog", "string"),
	CS_KEPT("GlobalSettingsDomainController", "string"),
	CS_KEPT("SkipPrepareCheck", "bool"),
	CS_KEPT("Report", "string"),
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_enable_cs_topology = {
	.name = "Enable-CsTopology",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = enable_params,
	.synopsis = "Checks the topology and hands it to the services",
	.process = enable_process,
};
