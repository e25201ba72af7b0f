/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ProviderInfo, PSDriveInfo and PathInfo, and the drives there are. */
#include "config.h"

#include <stdlib.h>
#include <sys/statvfs.h>

#include "types/drives.h"
#include "types/member.h"
#include "types/tables.h"

#define SMA "System.Management.Automation."
#define CORE_PREFIX "Microsoft.PowerShell.Core\\"

static const struct {
	const char *name;
	const char *full;
	const char *class_name;
	const char *capabilities;
} providers[] = {
	[PROVIDER_FILESYSTEM] = { "FileSystem", CORE_PREFIX "FileSystem",
	    "Microsoft.PowerShell.Commands.FileSystemProvider",
	    "Filter, ShouldProcess, Credentials" },
	[PROVIDER_ALIAS] = { "Alias", CORE_PREFIX "Alias",
	    "Microsoft.PowerShell.Commands.AliasProvider", "ShouldProcess" },
	[PROVIDER_ENVIRONMENT] = { "Environment", CORE_PREFIX "Environment",
	    "Microsoft.PowerShell.Commands.EnvironmentProvider",
	    "ShouldProcess" },
	[PROVIDER_FUNCTION] = { "Function", CORE_PREFIX "Function",
	    "Microsoft.PowerShell.Commands.FunctionProvider",
	    "ShouldProcess" },
	[PROVIDER_VARIABLE] = { "Variable", CORE_PREFIX "Variable",
	    "Microsoft.PowerShell.Commands.VariableProvider",
	    "ShouldProcess" },
	[PROVIDER_CERTIFICATE] = { "Certificate",
	    "Microsoft.PowerShell.Security\\Certificate",
	    "Microsoft.PowerShell.Commands.CertificateProvider",
	    "ShouldProcess" },
};

const char *
provider_name(enum provider p)
{
	return providers[p].name;
}

const char *
provider_full_name(enum provider p)
{
	return providers[p].full;
}

enum provider
provider_find(const char *name)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (strcasecmp(name, providers[i].name) == 0 ||
		    strcasecmp(name, providers[i].full) == 0)
			return (enum provider)i;
	return PROVIDERS;
}

/* ---- the types ---- */

struct provider_cell {
	struct cell cell;
	enum provider p;
};

struct path_cell {
	struct cell cell;
	char *path;
	char *provider_path;
	struct drive *drive; /* a reference, or NULL */
	enum provider p;
};

static void
drive_release(struct cell *c)
{
	struct drive *d = (struct drive *)(void *)c;

	mem_free(d->name);
	mem_free(d->root);
	mem_free(d->current);
	mem_free(d->description);
	mem_free(d);
}

static void
path_release(struct cell *c)
{
	struct path_cell *p = (struct path_cell *)(void *)c;

	mem_free(p->path);
	mem_free(p->provider_path);
	if (p->drive != NULL)
		value_unref(cell_value(p->drive));
	mem_free(p);
}

static enum flow
provider_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = value_string(
	    providers[((struct provider_cell *)(void *)v.u.p)->p].full);
	return FLOW_MORE;
}

static enum flow
drive_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = value_string(((struct drive *)(void *)v.u.p)->name);
	return FLOW_MORE;
}

static enum flow
path_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = value_string(((struct path_cell *)(void *)v.u.p)->path);
	return FLOW_MORE;
}

static const struct type_ops provider_ops = { .text = provider_text };
static const struct type_ops drive_ops = { .text = drive_text };
static const struct type_ops path_ops = { .text = path_text };

static struct type type_provider_info = {
	.name = SMA "ProviderInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
	.ops = &provider_ops,
};

static struct type type_drive_info = {
	.name = SMA "PSDriveInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = drive_release,
	.ops = &drive_ops,
};

static struct type type_path_info = {
	.name = SMA "PathInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = path_release,
	.ops = &path_ops,
};

struct value
provider_value(enum provider p)
{
	struct provider_cell *c = cell_new(&type_provider_info, sizeof(*c));

	c->p = p;
	return cell_value(c);
}

static enum flow
provider_get(struct member_call *c)
{
	enum provider p = ((struct provider_cell *)(void *)c->self.u.p)->p;
	struct list *l;

	if (strcasecmp(c->name, "Name") == 0) {
		c->out = value_string(providers[p].name);
	} else if (strcasecmp(c->name, "ImplementingType") == 0) {
		c->out = value_string(providers[p].class_name);
	} else if (strcasecmp(c->name, "Capabilities") == 0) {
		c->out = value_string(providers[p].capabilities);
	} else if (strcasecmp(c->name, "Home") == 0) {
		const char *home = getenv("HOME");

		c->out = value_string(p == PROVIDER_FILESYSTEM && home != NULL ?
			home : "");
	} else if (strcasecmp(c->name, "ModuleName") == 0) {
		c->out = value_string_n(providers[p].full,
		    (size_t)(strchr(providers[p].full, '\\') -
			providers[p].full));
	} else if (strcasecmp(c->name, "Drives") == 0) {
		struct drive *d;

		l = list_new(NULL, 2);
		for (size_t i = 0; (d = drive_at(i)) != NULL; i++)
			if (d->provider == p)
				list_add_take(l, drive_value(d));
		c->out = list_value(l);
	} else {
		c->out = value_string("");
	}
	return FLOW_MORE;
}

static const struct member_spec provider_members[] = {
	{ "type ImplementingType get", provider_get },
	{ "string HelpFile get", provider_get },
	{ "string Name get", provider_get },
	{ "string PSSnapIn get", provider_get },
	{ "string ModuleName get", provider_get },
	{ "string Description get", provider_get },
	{ "System.Object Capabilities get", provider_get },
	{ "string Home get", provider_get },
	{ "System.Object Drives get", provider_get },
	{ NULL },
};

static struct drive *
drive_self(struct member_call *c)
{
	return (struct drive *)(void *)c->self.u.p;
}

static const char *
shown_root(const struct drive *d)
{
	return d->provider == PROVIDER_FILESYSTEM && d->root[0] == '\0' ? "/" :
									  d->root;
}

static enum flow
drive_get(struct member_call *c)
{
	struct drive *d = drive_self(c);
	struct statvfs st;

	if (strcasecmp(c->name, "Name") == 0) {
		c->out = value_string(d->name);
	} else if (strcasecmp(c->name, "Root") == 0) {
		c->out = value_string(shown_root(d));
	} else if (strcasecmp(c->name, "CurrentLocation") == 0) {
		c->out = value_string(d->current);
	} else if (strcasecmp(c->name, "Description") == 0) {
		c->out = value_string(d->description);
	} else if (strcasecmp(c->name, "Provider") == 0) {
		c->out = provider_value(d->provider);
	} else if (strcasecmp(c->name, "DisplayRoot") == 0 ||
	    strcasecmp(c->name, "MaximumSize") == 0) {
		c->out = VALUE_NULL;
	} else if (strcasecmp(c->name, "VolumeSeparatedByColon") == 0) {
		c->out = value_bool(strcmp(d->name, "/") != 0);
	} else if (d->provider != PROVIDER_FILESYSTEM ||
	    statvfs(shown_root(d), &st) != 0) {
		c->out = VALUE_NULL;
	} else {
		uint64_t unit = st.f_frsize, free = unit * st.f_bavail;

		c->out = value_long((int64_t)(strcasecmp(c->name, "Free") == 0 ?
			free : unit * st.f_blocks - free));
	}
	return FLOW_MORE;
}

static const struct member_spec drive_members[] = {
	{ "long Used get", drive_get },
	{ "long Free get", drive_get },
	{ "string CurrentLocation get", drive_get },
	{ "string Name get", drive_get },
	{ SMA "ProviderInfo Provider get", drive_get },
	{ "string Root get", drive_get },
	{ "string Description get", drive_get },
	{ "System.Object MaximumSize get", drive_get },
	{ "string DisplayRoot get", drive_get },
	{ "bool VolumeSeparatedByColon get", drive_get },
	{ NULL },
};

static enum flow
path_get(struct member_call *c)
{
	struct path_cell *p = (struct path_cell *)(void *)c->self.u.p;

	if (strcasecmp(c->name, "Path") == 0)
		c->out = value_string(p->path);
	else if (strcasecmp(c->name, "ProviderPath") == 0)
		c->out = value_string(p->provider_path);
	else if (strcasecmp(c->name, "Provider") == 0)
		c->out = provider_value(p->p);
	else
		c->out = p->drive == NULL ? VALUE_NULL : drive_value(p->drive);
	return FLOW_MORE;
}

static const struct member_spec path_members[] = {
	{ SMA "PSDriveInfo Drive get", path_get },
	{ SMA "ProviderInfo Provider get", path_get },
	{ "string ProviderPath get", path_get },
	{ "string Path get", path_get },
	{ NULL },
};

/* ---- drives ---- */

/* LIMIT: drives of a session. */
#define DRIVES_MAX 256

static struct drive *drives[DRIVES_MAX];
static size_t drive_count;
static struct drive *here;

static struct drive *
add(const char *name, enum provider p, const char *root,
    const char *description)
{
	struct drive *d;
	size_t len = strlen(root);

	if (drive_count == DRIVES_MAX)
		return NULL;
	d = cell_new(&type_drive_info, sizeof(*d));
	while (len > 0 && root[len - 1] == '/')
		len--;
	d->name = mem_strdup(name);
	d->root = mem_strndup(root, len);
	d->current = mem_strdup("");
	d->description = mem_strdup(description == NULL ? "" : description);
	d->provider = p;
	drives[drive_count++] = d;
	return d;
}

static void
ready(void)
{
	const char *temp = getenv("TMPDIR");

	if (drive_count > 0)
		return;
	here = add("/", PROVIDER_FILESYSTEM, "/", "");
	(void)add("Alias", PROVIDER_ALIAS, "",
	    "Drive that contains a view of the aliases stored in a session "
	    "state");
	(void)add("Env", PROVIDER_ENVIRONMENT, "",
	    "Drive that contains a view of the environment variables for the "
	    "process");
	(void)add("Function", PROVIDER_FUNCTION, "",
	    "Drive that contains a view of the functions stored in a session "
	    "state");
	(void)add("Temp", PROVIDER_FILESYSTEM,
	    temp != NULL && *temp != '\0' ? temp : "/tmp/",
	    "Drive that maps to the temporary directory path for the current "
	    "user");
	(void)add("Variable", PROVIDER_VARIABLE, "",
	    "Drive that contains a view of those variables stored in a "
	    "session state");
}

struct drive *
drive_at(size_t i)
{
	ready();
	return i < drive_count ? drives[i] : NULL;
}

struct drive *
drive_find(const char *name)
{
	struct drive *d;

	for (size_t i = 0; (d = drive_at(i)) != NULL; i++)
		if (strcasecmp(d->name, name) == 0)
			return d;
	return NULL;
}

struct drive *
drive_add(const char *name, enum provider p, const char *root,
    const char *description)
{
	ready();
	return add(name, p, root, description);
}

void
drive_remove(struct drive *d)
{
	for (size_t i = 0; i < drive_count; i++)
		if (drives[i] == d) {
			memmove(drives + i, drives + i + 1,
			    (drive_count - i - 1) * sizeof(struct drive *));
			drive_count--;
			d->removed = true;
			value_unref(cell_value(d));
			return;
		}
}

struct value
drive_value(struct drive *d)
{
	return value_ref(cell_value(d));
}

struct drive *
drive_here(void)
{
	ready();
	return here;
}

void
drive_set_here(struct drive *d)
{
	ready();
	here = d;
}

char *
drive_path(const struct drive *d, const char *inner)
{
	size_t len = strlen(d->root);

	if (d->provider != PROVIDER_FILESYSTEM)
		return inner[0] == '\0' ? mem_printf("%s:/", d->name) :
		    mem_printf("%s:/%s", d->name, inner);
	if (strcmp(d->name, "/") == 0)
		return mem_strdup(inner[0] == '\0' ? "/" : inner);
	if (strncmp(inner, d->root, len) == 0 &&
	    (inner[len] == '/' || inner[len] == '\0'))
		return mem_printf("%s:/%s", d->name,
		    inner[len] == '/' ? inner + len + 1 : "");
	return mem_strdup(inner);
}

struct value
path_info_new(const char *path, const char *provider_path, struct drive *d,
    enum provider p)
{
	struct path_cell *c = cell_new(&type_path_info, sizeof(*c));

	c->path = mem_strdup(path);
	c->provider_path = mem_strdup(provider_path);
	if (d != NULL)
		(void)value_ref(cell_value(d));
	c->drive = d;
	c->p = p;
	return cell_value(c);
}

struct value
path_info_here(const char *location)
{
	struct drive *d = drive_here();
	const char *inner = d->provider == PROVIDER_FILESYSTEM ? location :
								 d->current;
	char *path = drive_path(d, inner);
	struct value v = path_info_new(path, inner, d, d->provider);

	mem_free(path);
	return v;
}

void
drives_init(void)
{
	type_add_members(&type_provider_info, provider_members);
	type_add(&type_provider_info);
	type_add_members(&type_drive_info, drive_members);
	type_add(&type_drive_info);
	type_add_members(&type_path_info, path_members);
	type_add(&type_path_info);
}
