/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remove-Item. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmdlets/item/item_internal.h"
#include "core/mem.h"
#include "types/types.h"

enum {
	R_PATH,
	R_LITERAL_PATH,
	R_FILTER,
	R_INCLUDE,
	R_EXCLUDE,
	R_RECURSE,
	R_FORCE,
	R_CREDENTIAL,
};

static const struct param_spec remove_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Recurse", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "what is below too" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct protect {
	bool force;
	char *which; /* what could not be removed */
};

/* 0 or errno. */
static int
remove_tree(const char *path, struct protect *pr)
{
	struct file_names names;
	struct stat st;
	int error = lstat(path, &st) != 0 ? errno : 0;

	if (error == 0 && S_ISDIR(st.st_mode)) {
		error = run_stack_ok() ? file_names_read(path, &names) :
					 ELOOP;
		for (size_t i = 0; error == 0 && i < names.n; i++) {
			char *child = mem_printf("%s/%s", path, names.v[i]);

			error = remove_tree(child, pr);
			mem_free(child);
		}
		if (error == 0 || pr->which != NULL)
			file_names_clear(&names);
		if (error == 0 && rmdir(path) != 0)
			error = errno;
	} else if (error == 0) {
		error = unlink(path) != 0 ? errno : 0;
	}
	if (error != 0 && pr->which == NULL)
		pr->which = mem_strdup(path);
	return error;
}

int
file_tree_remove(const char *path, char **whichp)
{
	struct protect pr = { true, NULL };
	int error = remove_tree(path, &pr);

	*whichp = pr.which;
	return error;
}

static enum flow
protected(struct call *c, const struct place *p)
{
	static const char why[] = "You do not have sufficient access rights "
				  "to perform this operation or the item is "
				  "hidden, system, or read only.";
	struct value target = fileinfo_of(p->path);
	char *message = mem_printf("Cannot remove item %s: %s", p->path, why);
	struct error_spec spec = { .exception = "System.IO.IOException",
		.id = "RemoveFileSystemItemUnAuthorizedAccess",
		.category = "PermissionDenied", .target = target,
		.message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
could_not(struct call *c, const char *path, int error)
{
	struct value target = fileinfo_of(path);
	bool denied = error == EACCES || error == EPERM;
	char *message = denied ?
	    mem_printf("Access to the path '%s' is denied.", path) :
	    mem_printf("Cannot remove item %s: %s", path, strerror(error));
	struct error_spec spec = { .exception = denied ?
		    "System.UnauthorizedAccessException" :
		    "System.IO.IOException",
		.id = denied ? "RemoveFileSystemItemUnAuthorizedAccess" :
			       "RemoveFileSystemItemIOError",
		.category = denied ? "PermissionDenied" : "WriteError",
		.target = target, .message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
ask_children(struct call *c, const struct place *p, bool *yesp)
{
	char *query = mem_printf("The item at %s has children and the Recurse "
				 "parameter was not specified. If you "
				 "continue, all children will be removed with "
				 "the item. Are you sure you want to "
				 "continue?", p->path);
	enum flow flow = call_should_continue(c, query, "Confirm", yesp);

	mem_free(query);
	return flow;
}

/* The present location and what it lies in stay. */
static bool
in_use(struct call *c, const struct place *p)
{
	const char *at = call_run(c)->ops->location(call_run(c));
	size_t len = strlen(p->path);

	return strcmp(p->path, "/") == 0 ||
	    (strncmp(at, p->path, len) == 0 &&
		(at[len] == '/' || at[len] == '\0'));
}

static enum flow
remove_file(struct call *c, const struct place *p, bool folder)
{
	int64_t a = fileinfo_attributes(p->path);
	struct protect pr = { call_switch(c, R_FORCE), NULL };
	bool yes;
	int error;
	enum flow flow = call_should(c, p->path,
	    folder ? "Remove Directory" : "Remove File", &yes);

	if (flow != FLOW_MORE || !yes)
		return flow;
	if (!pr.force && a > 0 && (a & 3) != 0)
		return protected(c, p);
	error = remove_tree(p->path, &pr);
	if (error != 0)
		flow = could_not(c, pr.which != NULL ? pr.which : p->path,
		    error);
	mem_free(pr.which);
	return flow;
}

static enum flow
remove_place(struct call *c, const struct place *p)
{
	struct stat st;
	bool folder, yes = true;
	enum flow flow = FLOW_MORE;

	if (p->provider != PROVIDER_FILESYSTEM) {
		char *what = mem_printf("Item: %s", p->path);

		flow = call_should(c, what, "Remove Item", &yes);
		mem_free(what);
		return flow == FLOW_MORE && yes ?
		    flat_remove(c, p, call_switch(c, R_FORCE)) : flow;
	}
	folder = lstat(p->path, &st) == 0 && S_ISDIR(st.st_mode);
	if (folder && in_use(c, p)) {
		struct error_spec spec = {
			.exception = "System.Management.Automation."
				     "PSInvalidOperationException",
			.id = "InvalidOperation",
			.category = "InvalidOperation" };
		char *message = mem_printf("Cannot remove the item at '%s' "
					   "because it is in use.", p->path);

		spec.message = message;
		flow = call_error(c, &spec);
		mem_free(message);
		return flow;
	}
	if (folder && !call_switch(c, R_RECURSE) && !call_whatif(c)) {
		struct file_names names;
		size_t n = 0;

		if (file_names_read(p->path, &names) == 0) {
			n = names.n;
			file_names_clear(&names);
		}
		if (n > 0)
			flow = ask_children(c, p, &yes);
	}
	return flow == FLOW_MORE && yes ? remove_file(c, p, folder) : flow;
}

/* With -Recurse -Include what matches below goes, not the folder. */
static enum flow
remove_below(struct call *c, const struct place *p,
    const struct name_filter *f)
{
	struct file_names names;
	enum flow flow = place_names(c, p, &names);

	for (size_t i = 0; i < names.n && flow == FLOW_MORE; i++) {
		struct place child;

		place_child(p, names.v[i], &child);
		if (name_passes(f, names.v[i]))
			flow = remove_place(c, &child);
		else if (i < names.folders)
			flow = remove_below(c, &child, f);
		place_clear(&child);
	}
	file_names_clear(&names);
	return flow;
}

static enum flow
remove_one(struct call *c, const struct place *p, void *arg)
{
	const struct name_filter *f = arg;

	if (name_passes(f, place_leaf(p)))
		return remove_place(c, p);
	if (call_switch(c, R_RECURSE) && place_is_container(c, p) &&
	    p->provider == PROVIDER_FILESYSTEM)
		return remove_below(c, p, f);
	return FLOW_MORE;
}

static enum flow
remove_process(struct call *c)
{
	struct name_filter f = { call_string(c, R_FILTER),
		call_param(c, R_INCLUDE), call_param(c, R_EXCLUDE) };

	return place_each_of(c, R_PATH, R_LITERAL_PATH,
	    call_switch(c, R_FORCE) ? GLOB_HIDDEN : 0, NULL, remove_one, &f);
}

const struct cmdlet cmdlet_remove_item = {
	.name = "Remove-Item",
	.class_name = "Microsoft.PowerShell.Commands.RemoveItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = remove_params,
	.synopsis = "Removes files, folders, variables ...",
	.process = remove_process,
};
