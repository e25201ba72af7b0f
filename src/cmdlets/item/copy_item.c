/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copy-Item, Move-Item, Rename-Item. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmdlets/item/item_internal.h"
#include "core/mem.h"
#include "types/types.h"

/* ---- bytes ---- */

static int
copy_bytes(const char *from, const char *to, bool force)
{
	static char chunk[262144];
	struct timespec times[2];
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC), out, error = 0;
	ssize_t n;

	if (in < 0)
		return errno;
	if (fstat(in, &st) != 0)
		error = errno;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    st.st_mode & 0777);
	if (out < 0 && errno == EACCES && force && chmod(to, 0600) == 0)
		out = open(to, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (out < 0)
		error = errno;
	while (error == 0 && (n = read(in, chunk, sizeof(chunk))) != 0)
		if (n < 0 || write(out, chunk, (size_t)n) != n)
			error = errno != 0 ? errno : EIO;
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (out >= 0) {
		(void)futimens(out, times); /* a copy is as old */
		if (close(out) != 0 && error == 0)
			error = errno;
	}
	(void)close(in);
	return error;
}

static enum flow
own_error(struct call *c, const char *exception, const char *id,
    const char *category, const struct place *p, char *message_take)
{
	struct value target = value_string(p->path);
	struct error_spec spec = { .exception = exception, .id = id,
		.category = category, .target = target,
		.message = message_take };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message_take);
	return flow;
}

/* ---- Copy-Item ---- */

enum {
	C_PATH,
	C_LITERAL_PATH,
	C_DESTINATION,
	C_CONTAINER,
	C_FORCE,
	C_FILTER,
	C_INCLUDE,
	C_EXCLUDE,
	C_RECURSE,
	C_PASS_THRU,
	C_CREDENTIAL,
	C_FROM_SESSION,
	C_TO_SESSION,
};

static const struct param_spec copy_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Destination", "string", NULL,
	    "*/1p", 0, NULL, 0, 0,
	    "where it goes" },
	{ "Container", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "container" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
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
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ "FromSession", "System.Management.Automation.Runspaces.PSSession", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "fromsession" },
	{ "ToSession", "System.Management.Automation.Runspaces.PSSession", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "tosession" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
ask(struct call *c, const struct place *from, const struct place *to,
    const char *action, bool *yesp)
{
	char *what = mem_printf("Item: %s Destination: %s", from->path,
	    to->path);
	enum flow flow = call_should(c, what, action, yesp);

	mem_free(what);
	return flow;
}

static enum flow
copy_file(struct call *c, const struct place *from, const struct place *to)
{
	bool yes;
	struct stat a, b;
	int error;
	enum flow flow;

	if (stat(from->path, &a) == 0 && stat(to->path, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return own_error(c, "System.IO.IOException", "CopyError",
		    "WriteError", from,
		    mem_printf("Cannot overwrite the item %s with itself.",
			from->path));
	flow = ask(c, from, to, "Copy File", &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	error = copy_bytes(from->path, to->path, call_switch(c, C_FORCE));
	if (error != 0)
		return place_failed(c, to, error,
		    error == EACCES || error == EPERM ?
			"CopyFileInfoItemUnauthorizedAccessError" :
			"CopyFileInfoItemIOError", "WriteError");
	return call_switch(c, C_PASS_THRU) ? item_emit(c, to) : FLOW_MORE;
}

static enum flow
copy_folder(struct call *c, const struct place *from, const struct place *to,
    const struct name_filter *f)
{
	struct file_names names;
	struct stat st;
	bool yes, there = stat(to->path, &st) == 0;
	enum flow flow = FLOW_MORE;

	if (there && !S_ISDIR(st.st_mode))
		return own_error(c, "System.ArgumentException",
		    "CopyContainerItemToLeafError", "InvalidArgument", from,
		    mem_strdup("Container cannot be copied onto existing leaf "
			       "item."));
	flow = ask(c, from, to, "Copy Directory", &yes);
	if (flow != FLOW_MORE || !yes || !run_stack_ok())
		return flow;
	if (!there && mkdir(to->path, 0777) != 0)
		return place_failed(c, to, errno, "CopyDirectoryInfoItem ",
		    "WriteError");
	if (call_switch(c, C_PASS_THRU))
		flow = item_emit(c, to);
	if (!call_switch(c, C_RECURSE) || flow != FLOW_MORE)
		return flow;
	flow = place_names(c, from, &names);
	for (size_t i = 0; i < names.n && flow == FLOW_MORE; i++) {
		struct place a, b;

		if (f != NULL && !name_passes(f, names.v[i]) &&
		    i >= names.folders)
			continue;
		place_child(from, names.v[i], &a);
		place_child(to, names.v[i], &b);
		if (strcmp(a.path, to->path) != 0)
			flow = i < names.folders ?
			    copy_folder(c, &a, &b, NULL) :
			    copy_file(c, &a, &b);
		place_clear(&a);
		place_clear(&b);
	}
	file_names_clear(&names);
	return flow;
}

static enum flow
other_provider(struct call *c)
{
	struct error_spec spec = {
		.exception = "System.Management.Automation."
			     "PSArgumentException",
		.id = "Argument", .category = "InvalidArgument",
		.message = "Source and destination path did not resolve to "
			   "the same provider." };

	return call_error(c, &spec);
}

static enum flow
copy_flat(struct call *c, const struct place *from, const struct place *to)
{
	struct value v = VALUE_NULL;
	enum flow flow = flat_content(c, from, &v);

	if (flow == FLOW_MORE)
		flow = flat_set(c, to, v, call_switch(c, C_FORCE));
	value_unref(v);
	return flow;
}

/* Where from goes: into a folder under its own name, or exactly there. */
static enum flow
destination(struct call *c, const struct place *from, const char *text,
    struct place *to, bool *okp)
{
	struct place d;
	bool into;
	enum flow flow = place_parse(c, text == NULL ? "." : text, &d, okp);

	if (flow != FLOW_MORE || !*okp) {
		place_clear(&d);
		return flow;
	}
	into = d.provider == PROVIDER_FILESYSTEM && place_is_container(c, &d);
	if (into)
		place_child(&d, place_leaf(from), to);
	else
		place_copy(to, &d);
	place_clear(&d);
	if (from->provider != to->provider) {
		place_clear(to);
		*okp = false;
		return other_provider(c);
	}
	return FLOW_MORE;
}

static enum flow
copy_one(struct call *c, const struct place *from, void *arg)
{
	const char *text = call_string(c, C_DESTINATION);
	struct place to;
	bool ok;
	enum flow flow;

	place_init(&to);
	flow = destination(c, from, text, &to, &ok);
	if (flow != FLOW_MORE || !ok)
		return flow;
	if (from->provider != PROVIDER_FILESYSTEM)
		flow = copy_flat(c, from, &to);
	else if (place_is_container(c, from))
		flow = copy_folder(c, from, &to, arg);
	else if (text != NULL && text[0] != '\0' &&
	    text[strlen(text) - 1] == '/' && !place_exists(c, &to))
		flow = place_failed(c, &to, ENOENT, "CopyFileInfoItemIOError",
		    "WriteError");
	else
		flow = copy_file(c, from, &to);
	place_clear(&to);
	return flow;
}

static enum flow
copy_process(struct call *c)
{
	struct name_filter f = { call_string(c, C_FILTER),
		call_param(c, C_INCLUDE), call_param(c, C_EXCLUDE) };
	bool below = call_switch(c, C_RECURSE);

	return place_each_of(c, C_PATH, C_LITERAL_PATH,
	    call_switch(c, C_FORCE) ? GLOB_HIDDEN : 0, below ? NULL : &f,
	    copy_one, below ? &f : NULL);
}

const struct cmdlet cmdlet_copy_item = {
	.name = "Copy-Item",
	.class_name = "Microsoft.PowerShell.Commands.CopyItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = copy_params,
	.synopsis = "Copies files and folders",
	.process = copy_process,
};

/* ---- Move-Item ---- */

enum {
	M_PATH,
	M_LITERAL_PATH,
	M_DESTINATION,
	M_FORCE,
	M_FILTER,
	M_INCLUDE,
	M_EXCLUDE,
	M_PASS_THRU,
	M_CREDENTIAL,
};

static const struct param_spec move_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Destination", "string", NULL,
	    "*/1p", 0, NULL, 0, 0,
	    "where it goes" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* Across file systems: a copy, then the source goes. 0 or errno. */
static int
move_tree(const char *from, const char *to)
{
	struct file_names names;
	struct stat st;
	char *which = NULL;
	int error = 0;

	if (rename(from, to) == 0)
		return 0;
	if (errno != EXDEV)
		return errno;
	if (lstat(from, &st) != 0)
		return errno;
	if (!S_ISDIR(st.st_mode)) {
		error = copy_bytes(from, to, false);
	} else if (mkdir(to, st.st_mode & 0777) != 0) {
		error = errno;
	} else if ((error = file_names_read(from, &names)) == 0) {
		for (size_t i = 0; i < names.n && error == 0; i++) {
			char *a = mem_printf("%s/%s", from, names.v[i]);
			char *b = mem_printf("%s/%s", to, names.v[i]);

			error = move_tree(a, b);
			mem_free(a);
			mem_free(b);
		}
		file_names_clear(&names);
	}
	if (error == 0)
		error = file_tree_remove(from, &which);
	mem_free(which);
	return error;
}

/* A file that is in the way: an error, or gone with -Force. */
static enum flow
in_the_way(struct call *c, const struct place *from, const struct place *to,
    bool folder, const char *id, bool force, bool *okp)
{
	struct stat a, b;

	*okp = true;
	if (lstat(to->path, &b) != 0 || lstat(from->path, &a) != 0 ||
	    (a.st_dev == b.st_dev && a.st_ino == b.st_ino))
		return FLOW_MORE;
	if (force && !folder && !S_ISDIR(b.st_mode) && unlink(to->path) == 0)
		return FLOW_MORE;
	*okp = false;
	return own_error(c, "System.IO.IOException", id, "WriteError", from,
	    mem_strdup("Cannot create a file when that file already "
		       "exists."));
}

static enum flow
move_place(struct call *c, const struct place *from, const struct place *to,
    const char *const actions[2], const char *const ids[2], bool force,
    bool pass)
{
	bool folder = place_is_container(c, from), yes, ok;
	int error;
	enum flow flow = ask(c, from, to, actions[folder], &yes);

	if (flow != FLOW_MORE || !yes)
		return flow;
	flow = in_the_way(c, from, to, folder, ids[folder], force, &ok);
	if (flow != FLOW_MORE || !ok)
		return flow;
	error = move_tree(from->path, to->path);
	if (error != 0)
		return place_failed(c, to, error, ids[folder], "WriteError");
	return pass ? item_emit(c, to) : FLOW_MORE;
}

static enum flow
move_one(struct call *c, const struct place *from, void *arg)
{
	static const char *const actions[] = { "Move File",
		"Move Directory" };
	static const char *const ids[] = { "MoveFileInfoItemIOError",
		"MoveDirectoryItemIOError" };
	struct place to;
	bool ok;
	enum flow flow;

	(void)arg;
	place_init(&to);
	flow = destination(c, from, call_string(c, M_DESTINATION), &to, &ok);
	if (flow != FLOW_MORE || !ok)
		return flow;
	if (from->provider != PROVIDER_FILESYSTEM)
		flow = call_faultf(c, FAULT_NOT_SUPPORTED, "NotSupported",
		    VALUE_NULL, "Provider operation stopped because the "
		    "provider does not support this operation.");
	else
		flow = move_place(c, from, &to, actions, ids,
		    call_switch(c, M_FORCE), call_switch(c, M_PASS_THRU));
	place_clear(&to);
	return flow;
}

static enum flow
move_process(struct call *c)
{
	struct name_filter f = { call_string(c, M_FILTER),
		call_param(c, M_INCLUDE), call_param(c, M_EXCLUDE) };

	return place_each_of(c, M_PATH, M_LITERAL_PATH,
	    call_switch(c, M_FORCE) ? GLOB_HIDDEN : 0, &f, move_one, NULL);
}

const struct cmdlet cmdlet_move_item = {
	.name = "Move-Item",
	.class_name = "Microsoft.PowerShell.Commands.MoveItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = move_params,
	.synopsis = "Moves files and folders",
	.process = move_process,
};

/* ---- Rename-Item ---- */

enum {
	R_PATH,
	R_LITERAL_PATH,
	R_NEW_NAME,
	R_FORCE,
	R_PASS_THRU,
	R_CREDENTIAL,
};

static const struct param_spec rename_params[] = {
	{ "Path", "string", NULL,
	    "ByPath/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string", "PSPath LP",
	    "ByLiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "NewName", "string", NULL,
	    "*/1mp", 0, NULL, 0, 0,
	    "the new name" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
rename_flat(struct call *c, const struct place *from, const struct place *to)
{
	struct value v = VALUE_NULL;
	enum flow flow = flat_content(c, from, &v);

	if (flow == FLOW_MORE)
		flow = flat_set(c, to, v, call_switch(c, R_FORCE));
	if (flow == FLOW_MORE)
		flow = flat_remove(c, from, call_switch(c, R_FORCE));
	value_unref(v);
	return flow;
}

static enum flow
rename_to(struct call *c, const struct place *from, const char *name)
{
	static const char *const actions[] = { "Rename File",
		"Rename Directory" };
	static const char *const ids[] = { "RenameItemIOError",
		"RenameItemIOError" };
	struct place parent, to;
	enum flow flow;

	if (!place_parent(from, &parent))
		return place_missing(c, from);
	place_child(&parent, name, &to);
	if (from->provider != PROVIDER_FILESYSTEM)
		flow = rename_flat(c, from, &to);
	else
		flow = move_place(c, from, &to, actions, ids,
		    call_switch(c, R_FORCE), call_switch(c, R_PASS_THRU));
	place_clear(&parent);
	place_clear(&to);
	return flow;
}

static enum flow
rename_process(struct call *c)
{
	bool literal = call_bound(c, R_LITERAL_PATH);
	const char *text = call_string(c,
	    literal ? R_LITERAL_PATH : R_PATH);
	const char *name = call_string(c, R_NEW_NAME), *slash;
	struct place p;
	bool ok;
	enum flow flow = place_parse(c, text, &p, &ok);

	if (flow != FLOW_MORE || !ok) {
		place_clear(&p);
		return flow;
	}
	if (!place_exists(c, &p)) {
		struct value target = value_string(text);
		char *message = mem_printf("Cannot rename because item at "
					   "'%s' does not exist.", text);
		struct error_spec spec = {
			.exception = "System.Management.Automation."
				     "PSInvalidOperationException",
			.id = "InvalidOperation",
			.category = "InvalidOperation",
			.target = target, .message = message };

		flow = call_error(c, &spec);
		value_unref(target);
		mem_free(message);
	} else if ((slash = strrchr(name, '/')) != NULL &&
	    !(strncmp(name, "./", 2) == 0 && slash == name + 1)) {
		flow = own_error(c, "System.Management.Automation."
				    "PSArgumentException",
		    "Argument", "InvalidArgument", &p,
		    mem_strdup("Cannot rename the specified target, because "
			       "it represents a path or device name."));
	} else {
		flow = rename_to(c, &p, slash != NULL ? slash + 1 : name);
	}
	place_clear(&p);
	return flow;
}

const struct cmdlet cmdlet_rename_item = {
	.name = "Rename-Item",
	.class_name = "Microsoft.PowerShell.Commands.RenameItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "ByPath",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = rename_params,
	.synopsis = "Gives an item another name",
	.process = rename_process,
};
