/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Export- and Import-CsConfiguration, Export- and Import-CsUserData,
 * Backup-CsPool: the store as a file and back.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmdlets/cs/archive.h"
#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/files.h"
#include "cmdlets/cs/rows.h"
#include "core/home.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"

/* Secrets are in it: for the owner only. */
#define ARCHIVE_MODE 0600

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		mem_wipe(b->data, b->len);
	buf_clear(b);
}

/* --- export --- */

static enum flow
export_configuration(struct call *c)
{
	const char *name = cs_string(c, "FileName");
	struct store *s = cs_store(c);
	struct buf b = { .data = NULL };
	enum flow flow = FLOW_MORE;
	char *path = NULL;
	struct fault f;
	bool yes = true;
	size_t n;

	if (s == NULL)
		return FLOW_LEAVE;
	if (archive_write(s, ARCHIVE_CONFIGURATION, NULL, NULL, &b, &n, &f) !=
	    0) {
		flow = cs_fault(c, &f, name);
	} else if (name == NULL) {
		flow = call_emit_take(c, value_bytes(b.data, b.len));
	} else {
		path = files_path(c, name);
		flow = call_should(c, path, NULL, &yes);
		if (flow == FLOW_MORE && yes &&
		    files_write(path, b.data, b.len, ARCHIVE_MODE, &f) != 0)
			flow = cs_fault(c, &f, path);
		else if (flow == FLOW_MORE && yes)
			flow = call_verbose(c, "%zu objects in %s", n, path);
	}
	mem_free(path);
	wipe(&b);
	return flow;
}

static const char *const bytes_output[] = { "System.Byte[]", NULL };

static const struct param_spec export_params[] = {
	{ "FileName", "string", NULL, "FileName/0m", 0, NULL, 0, 0,
	    "The ZIP file to write; one that is there is replaced" },
	{ "AsBytes", "switch", NULL, "AsBytes/m", 0, NULL, 0, 0,
	    "Gives the archive as a byte array" },
	CS_LOCAL_STORE,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_export_cs_configuration = {
	.name = "Export-CsConfiguration",
	.module = CS_MODULE,
	.default_set = "FileName",
	.flags = CS_FLAGS,
	.params = export_params,
	.output = bytes_output,
	.synopsis = "Writes topology, policies and settings to a file",
	.process = export_configuration,
};

/* --- import --- */

static enum flow
apply(struct call *c, enum archive_kind kind, const char *from,
    const void *data, size_t len)
{
	struct store *s = cs_store(c);
	enum flow flow;
	struct fault f;
	bool yes;
	size_t n;

	if (s == NULL)
		return FLOW_LEAVE;
	flow = call_should(c, from, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	/* Users that are not in the file stay; configuration is one whole. */
	if (archive_apply(s, kind, data, len, kind == ARCHIVE_CONFIGURATION,
		&n, &f) != 0)
		return cs_fault(c, &f, from);
	return call_verbose(c, "%zu objects taken from %s", n, from);
}

static enum flow
apply_file(struct call *c, enum archive_kind kind)
{
	char *path = files_path(c, cs_string(c, "FileName"));
	struct buf b = { .data = NULL };
	enum flow flow;
	struct fault f;

	if (files_read(path, ARCHIVE_MAX, &b, &f) != 0)
		flow = cs_fault(c, &f, path);
	else
		flow = apply(c, kind, path, buf_text(&b), b.len);
	wipe(&b);
	mem_free(path);
	return flow;
}

/* Bytes come as one array, or one by one down the pipeline. */
struct import_state {
	struct buf bytes;
};

static int
take_bytes(struct buf *b, struct value v, struct fault *f)
{
	size_t i;

	if (value_is_list(v)) {
		for (i = 0; i < list_of(v)->count; i++)
			if (take_bytes(b, list_of(v)->items[i], f) != 0)
				return -1;
		return 0;
	}
	if (v.type != &type_bytes)
		return fault_set(f, FAULT_INVALID,
		    "-ByteInput takes what Export-CsConfiguration -AsBytes "
		    "gave");
	buf_add(b, bytes_of(v)->data, bytes_of(v)->len);
	if (b->len > ARCHIVE_MAX)
		return fault_set(f, FAULT_LIMIT, "too many bytes");
	return 0;
}

static enum flow
import_process(struct call *c)
{
	struct import_state *st = call_state(c);
	struct fault f;

	if (cs_bound(c, "FileName"))
		return apply_file(c, ARCHIVE_CONFIGURATION);
	if (take_bytes(&st->bytes, cs_param(c, "ByteInput"), &f) != 0)
		return call_throw_fault(c, &f, VALUE_NULL);
	return FLOW_MORE;
}

static enum flow
import_end(struct call *c)
{
	struct import_state *st = call_state(c);

	if (st->bytes.len == 0)
		return FLOW_MORE;
	return apply(c, ARCHIVE_CONFIGURATION, "ByteInput", st->bytes.data,
	    st->bytes.len);
}

static void
import_clean(struct call *c)
{
	struct import_state *st = call_state(c);

	wipe(&st->bytes);
}

static const struct param_spec import_params[] = {
	{ "ByteInput", "byte[]", NULL, "ByteInput/0mv", 0, NULL, 0, 0,
	    "What Export-CsConfiguration -AsBytes gave" },
	{ "FileName", "string", NULL, "FileName/0m", 0, NULL, 0, 0,
	    "The file Export-CsConfiguration wrote" },
	CS_LOCAL_STORE,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_import_cs_configuration = {
	.name = "Import-CsConfiguration",
	.module = CS_MODULE,
	.default_set = "ByteInput",
	.flags = CS_FLAGS,
	.params = import_params,
	.synopsis = "Replaces topology, policies and settings by an export",
	.state_size = sizeof(struct import_state),
	.process = import_process,
	.end = import_end,
	.clean = import_clean,
};

/* --- users --- */

struct user_wish {
	const char *pool, *pattern;
};

static bool
user_is_wanted(const struct store_row *row, void *ctx)
{
	const struct user_wish *w = ctx;
	const char *pool, *sip;

	if (!value_is_dict(row->object))
		return false;
	pool = instance_text(dict_of(row->object), USER_POOL);
	sip = instance_text(dict_of(row->object), USER_SIP);
	if (w->pool != NULL && (pool == NULL || strcasecmp(pool, w->pool) != 0))
		return false;
	if (w->pattern == NULL)
		return true;
	if (sip != NULL && strncasecmp(sip, "sip:", 4) == 0)
		sip += 4;
	return sip != NULL && identity_wildcard(w->pattern, sip);
}

static enum flow
export_users(struct call *c)
{
	struct user_wish w = { cs_string(c, "PoolFqdn"),
		cs_string(c, "UserFilter") };
	struct store *s = cs_store(c);
	struct buf b = { .data = NULL };
	enum flow flow;
	struct fault f;
	char *path;
	bool yes;
	size_t n;

	if (s == NULL)
		return FLOW_LEAVE;
	path = files_path(c, cs_string(c, "FileName"));
	flow = call_should(c, path, NULL, &yes);
	if (flow == FLOW_MORE && yes) {
		if (archive_write(s, ARCHIVE_USERS, user_is_wanted, &w, &b, &n,
			&f) != 0 ||
		    files_write(path, b.data, b.len, ARCHIVE_MODE, &f) != 0)
			flow = cs_fault(c, &f, path);
		else if (n == 0)
			flow = call_warn(c, "No user fits: %s holds none.",
			    path);
		else
			flow = call_verbose(c, "%zu users in %s", n, path);
	}
	mem_free(path);
	wipe(&b);
	return flow;
}

static enum flow
import_users(struct call *c)
{
	return apply_file(c, ARCHIVE_USERS);
}

static const struct param_spec export_users_params[] = {
	{ "PoolFqdn", "string", NULL, "*/m", 0, NULL, 0, 0,
	    "Users of this pool" },
	{ "FileName", "string", NULL, "*/m", 0, NULL, 0, 0,
	    "The ZIP file to write; one that is there is replaced" },
	{ "UserFilter", "string", NULL, NULL, 0, NULL, 0, 0,
	    "A wildcard on the SIP address, without sip:" },
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_export_cs_user_data = {
	.name = "Export-CsUserData",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = export_users_params,
	.synopsis = "Writes the users of a pool to a file",
	.process = export_users,
};

static const struct param_spec import_users_params[] = {
	{ "FileName", "string", NULL, "*/m", 0, NULL, 0, 0,
	    "The file Export-CsUserData wrote" },
	{ "PoolFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake: users keep the pool they had" },
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_import_cs_user_data = {
	.name = "Import-CsUserData",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = import_users_params,
	.synopsis = "Adds users from an export, or brings them back to it",
	.process = import_users,
};

/* --- Backup-CsPool --- */

static const struct part_row {
	const char *category, *suffix;
	enum archive_kind kind;
} part_rows[] = {
	{ "CMS", "configuration", ARCHIVE_CONFIGURATION },
	{ "UserData", "users", ARCHIVE_USERS },
};

static enum flow
backup_part(struct call *c, struct store *s, const char *folder,
    const struct part_row *part, const char *pool)
{
	struct user_wish w = { pool, NULL };
	struct buf b = { .data = NULL };
	enum flow flow = FLOW_MORE;
	struct fault f;
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	char *path;
	size_t n;

	(void)strftime(
	    stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	path = mem_printf("%s/%s-%s.zip", folder, part->suffix, stamp);
	if (archive_write(s, part->kind,
		part->kind == ARCHIVE_USERS ? user_is_wanted : NULL, &w, &b,
		&n, &f) != 0 ||
	    files_write(path, b.data, b.len, ARCHIVE_MODE, &f) != 0)
		flow = cs_fault(c, &f, path);
	else
		flow = call_verbose(c, "%zu objects in %s", n, path);
	mem_free(path);
	wipe(&b);
	return flow;
}

static enum flow
backup_process(struct call *c)
{
	const char *pool = cs_string(c, "PoolFqdn");
	const char *category = cs_string(c, "Category");
	struct store *s = cs_store(c);
	struct identity id;
	enum flow flow;
	struct fault f;
	char *folder;
	bool yes;
	size_t i;
	int found;

	if (s == NULL)
		return FLOW_LEAVE;
	if (identity_parse(pool, SCOPE_ROLE, "Registrar", &id, &f) != 0 ||
	    (found = store_get(s, noun_registrar.class_name, id.key, NULL,
		 &f)) < 0)
		return cs_fault(c, &f, pool);
	if (found == 0)
		return cs_not_found(c, pool);
	flow = call_should(c, pool, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if ((folder = home_make(HOME_STATE, "backup", &f)) == NULL)
		return cs_fault(c, &f, pool);
	for (i = 0; i < sizeof(part_rows) / sizeof(part_rows[0]); i++)
		if (flow == FLOW_MORE &&
		    (category == NULL ||
			strcasecmp(category, part_rows[i].category) == 0))
			flow = backup_part(c, s, folder, &part_rows[i], pool);
	mem_free(folder);
	return flow;
}

static const char *const categories[] = { "CMS", "RGS", "UserData", NULL };

static const struct param_spec backup_params[] = {
	{ "PoolFqdn", "string", NULL, "*/m", 0, NULL, 0, 0, "The pool" },
	{ "Category", "string", NULL, NULL, 0, categories, 0, 0,
	    "CMS: configuration, UserData: users; both if not said" },
	{ "FullBackup", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake: a backup is always whole" },
	CS_KEPT("SteadyState", "switch"),
	CS_KEPT("FailedOverPoolOnly", "switch"),
	CS_KEPT("RetryCount", "int"),
	CS_KEPT("WaitTime", "timespan"),
	CS_KEPT("Report", "string"),
	CS_LOCAL_STORE,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_backup_cs_pool = {
	.name = "Backup-CsPool",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = backup_params,
	.synopsis = "Copies a pool's configuration and users to the backup "
		    "folder",
	.process = backup_process,
};
