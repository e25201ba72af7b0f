/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New-Item, New-TemporaryFile. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/textfile.h"
#include "types/types.h"

enum {
	N_PATH,
	N_NAME,
	N_ITEM_TYPE,
	N_VALUE,
	N_FORCE,
	N_CREDENTIAL,
};

static const struct param_spec new_params[] = {
	{ "Path", "string[]", NULL,
	    "nameSet/0p pathSet/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "Name", "string", NULL,
	    "nameSet/mp", PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "the name" },
	{ "ItemType", "string", "Type",
	    "*/p", 0, NULL, 0, 0,
	    "File, Directory, SymbolicLink or HardLink" },
	{ "Value", "System.Object", "Target",
	    "*/vp", 0, NULL, 0, 0,
	    "the value" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

enum kind { KIND_FILE, KIND_FOLDER, KIND_SYMLINK, KIND_HARDLINK, KIND_NONE };

static const struct {
	const char *name;
	enum kind kind;
} kinds[] = {
	{ "file", KIND_FILE },
	{ "directory", KIND_FOLDER },
	{ "symboliclink", KIND_SYMLINK },
	{ "junction", KIND_SYMLINK },
	{ "hardlink", KIND_HARDLINK },
};

/* A beginning of a name will do. */
static enum kind
kind_named(const char *name)
{
	if (name == NULL || *name == '\0')
		return KIND_FILE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncasecmp(kinds[i].name, name, strlen(name)) == 0)
			return kinds[i].kind;
	if (strcasecmp(name, "container") == 0)
		return KIND_FOLDER;
	return KIND_NONE;
}

static void
make_parents(const char *path)
{
	char *copy = mem_strdup(path);

	for (char *s = strchr(copy + 1, '/'); s != NULL;
	     s = strchr(s + 1, '/')) {
		*s = '\0';
		(void)mkdir(copy, 0777);
		*s = '/';
	}
	mem_free(copy);
}

static enum flow
exists_already(struct call *c, const struct place *p)
{
	struct value target = value_string(p->path);
	char *message = mem_printf("An item with the specified name %s "
				   "already exists.", p->path);
	struct error_spec spec = { .exception = "System.IO.IOException",
		.id = "DirectoryExist", .category = "ResourceExists",
		.target = target, .message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
make_folder(struct call *c, const struct place *p, bool *madep)
{
	struct stat st;

	if (stat(p->path, &st) == 0 && S_ISDIR(st.st_mode)) {
		*madep = true;
		return call_switch(c, N_FORCE) ? FLOW_MORE :
		    (*madep = false, exists_already(c, p));
	}
	make_parents(p->path);
	*madep = mkdir(p->path, 0777) == 0;
	return *madep ? FLOW_MORE :
	    errno == EEXIST ? exists_already(c, p) :
	    place_failed(c, p, errno, "CreateDirectory ", "WriteError");
}

static enum flow
make_file(struct call *c, const struct place *p, bool *madep)
{
	bool force = call_switch(c, N_FORCE);
	struct value v = call_param(c, N_VALUE), text = VALUE_NULL;
	struct text_writer *w;
	enum flow flow = FLOW_MORE;
	int error;

	if (force)
		make_parents(p->path);
	w = text_writer_open(p->path, force ? TEXT_FORCE : TEXT_NO_CLOBBER,
	    TEXT_UTF8);
	if (w == NULL)
		return place_failed(c, p, errno, "NewItemIOError",
		    "WriteError");
	if (!value_is_nothing(v))
		flow = value_text_culture(call_run(c), v, &text);
	if (flow == FLOW_MORE && value_is_string(text))
		(void)text_writer_add(w, value_chars(text),
		    value_chars_len(text));
	value_unref(text);
	error = text_writer_close(w);
	*madep = flow == FLOW_MORE && error == 0;
	return error == 0 ? flow :
	    place_failed(c, p, error, "NewItemIOError", "WriteError");
}

static enum flow
make_link(struct call *c, const struct place *p, bool hard, bool *madep)
{
	struct value v = call_param(c, N_VALUE), text = VALUE_NULL;
	enum flow flow;
	struct place to;
	bool ok = true;
	int rc;

	if (value_is_nothing(v))
		return call_faultf(c, FAULT_INVALID, "ArgumentNull",
		    VALUE_NULL, "Value cannot be null. (Parameter 'content')");
	flow = value_text(call_run(c), v, &text);
	if (flow != FLOW_MORE)
		return flow;
	if (call_switch(c, N_FORCE))
		(void)unlink(p->path);
	if (hard) {
		flow = place_parse(c, value_chars(text), &to, &ok);
		rc = ok && flow == FLOW_MORE ? link(to.path, p->path) : 0;
		if (ok && flow == FLOW_MORE && rc != 0 && errno == ENOENT) {
			flow = place_missing(c, &to);
			ok = false;
		}
		place_clear(&to);
	} else {
		rc = symlink(value_chars(text), p->path);
	}
	value_unref(text);
	if (flow != FLOW_MORE || !ok)
		return flow;
	*madep = rc == 0;
	if (rc == 0)
		return FLOW_MORE;
	return errno == EEXIST ?
	    place_failed(c, p, errno, "NewItemIOError", "WriteError") :
	    place_failed(c, p, errno, "NewItem ", "WriteError");
}

static enum flow
new_file_system(struct call *c, const struct place *p)
{
	static const char *const actions[] = { "Create File",
		"Create Directory", "Create Symbolic Link",
		"Create Hard Link" };
	const char *type = call_string(c, N_ITEM_TYPE);
	enum kind kind = kind_named(type);
	bool yes, made = false;
	char *what;
	enum flow flow;

	if (kind == KIND_NONE) {
		struct error_spec spec = {
			.exception = "System.Management.Automation."
				     "PSArgumentException",
			.id = "Argument", .category = "InvalidArgument",
			.message = "The type is not a known type for the file "
				   "system. Only \"file\",\"directory\" or "
				   "\"symboliclink\" can be specified." };

		return call_error(c, &spec);
	}
	what = mem_printf("Destination: %s", p->path);
	flow = call_should(c, what, actions[kind], &yes);
	mem_free(what);
	if (flow != FLOW_MORE || !yes)
		return flow;
	flow = kind == KIND_FOLDER ? make_folder(c, p, &made) :
	    kind == KIND_FILE	   ? make_file(c, p, &made) :
				     make_link(c, p, kind == KIND_HARDLINK,
					 &made);
	return flow == FLOW_MORE && made ? item_emit(c, p) : flow;
}

static enum flow
new_flat(struct call *c, const struct place *p)
{
	char *what;
	bool yes;
	enum flow flow;

	if (place_exists(c, p) && !call_switch(c, N_FORCE)) {
		struct value target = value_string(p->path);
		char *message = mem_printf("The item at path '%s' already "
					   "exists.", p->path);
		struct error_spec spec = {
			.exception = "System.Management.Automation."
				     "PSArgumentException",
			.id = "Argument", .category = "InvalidArgument",
			.target = target, .message = message };

		flow = call_error(c, &spec);
		value_unref(target);
		mem_free(message);
		return flow;
	}
	what = mem_printf("Item: %s", p->path);
	flow = call_should(c, what, "New Item", &yes);
	mem_free(what);
	if (flow == FLOW_MORE && yes)
		flow = flat_set(c, p, call_param(c, N_VALUE),
		    call_switch(c, N_FORCE));
	return flow == FLOW_MORE && yes ? item_emit(c, p) : flow;
}

static enum flow
new_at(struct call *c, const char *path)
{
	const char *name = call_string(c, N_NAME);
	char *whole = name == NULL || *name == '\0' ? mem_strdup(path) :
	    mem_printf("%s%s%s", path, *path == '\0' ||
		path[strlen(path) - 1] == '/' ? "" : "/", name);
	struct place p;
	bool ok;
	enum flow flow = place_parse(c, whole, &p, &ok);

	mem_free(whole);
	if (flow == FLOW_MORE && ok)
		flow = p.provider == PROVIDER_FILESYSTEM ?
		    new_file_system(c, &p) : new_flat(c, &p);
	place_clear(&p);
	return flow;
}

static enum flow
new_process(struct call *c)
{
	struct value v = value_base(call_param(c, N_PATH));
	enum flow flow = FLOW_MORE;

	if (!value_is_list(v) || list_of(v)->count == 0)
		return new_at(c, "");
	for (size_t i = 0; i < list_of(v)->count && flow == FLOW_MORE; i++)
		flow = new_at(c, value_chars(list_of(v)->items[i]));
	return flow;
}

const struct cmdlet cmdlet_new_item = {
	.name = "New-Item",
	.class_name = "Microsoft.PowerShell.Commands.NewItemCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "pathSet",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = new_params,
	.synopsis = "Makes a file, folder, link, variable ...",
	.process = new_process,
};

static const struct param_spec temporary_params[] = {

	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
temporary_end(struct call *c)
{
	const char *dir = getenv("TMPDIR");
	char *path;
	bool yes;
	int fd;
	enum flow flow;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	flow = call_should(c, dir, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	path = mem_printf("%s/tmpXXXXXX.tmp", dir);
	fd = mkostemps(path, 4, O_CLOEXEC);
	if (fd < 0) {
		struct fault f;

		(void)fault_errno(&f, errno, "%s", path);
		mem_free(path);
		return call_throw_fault(c, &f, VALUE_NULL);
	}
	(void)close(fd);
	flow = call_emit_take(c, fileinfo_new(path, false, NULL));
	mem_free(path);
	return flow;
}

const struct cmdlet cmdlet_new_temporary_file = {
	.name = "New-TemporaryFile",
	.class_name = "Microsoft.PowerShell.Commands.NewTemporaryFileCommand",
	.module = "Microsoft.PowerShell.Utility",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = temporary_params,
	.synopsis = "Makes an empty file in the temporary folder",
	.end = temporary_end,
};
