/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names to commands: aliases, functions, cmdlets, scripts, programs. */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell/lang/lang_internal.h"
#include "shell/lang/module.h"

#define SMA "System.Management.Automation."

/* ---- cmdlets ---- */

static size_t
cmdlet_slot(const struct session *s, const struct atom *name)
{
	size_t at = name->hash & (s->cmdlets.cap - 1);

	while (s->cmdlets.name[at] != NULL && s->cmdlets.name[at] != name)
		at = (at + 1) & (s->cmdlets.cap - 1);
	return at;
}

static void
cmdlets_grow(struct session *s)
{
	struct cmdlet_table old = s->cmdlets;
	size_t cap = old.cap == 0 ? 1024 : old.cap * 2;

	s->cmdlets.cap = cap;
	s->cmdlets.name = mem_zalloc(cap * sizeof(*old.name));
	s->cmdlets.cmdlet = mem_zalloc(cap * sizeof(*old.cmdlet));
	s->cmdlets.info = mem_zalloc(cap * sizeof(*old.info));
	for (size_t i = 0; i < old.cap; i++) {
		size_t at;

		if (old.name[i] == NULL)
			continue;
		at = cmdlet_slot(s, old.name[i]);
		s->cmdlets.name[at] = old.name[i];
		s->cmdlets.cmdlet[at] = old.cmdlet[i];
		s->cmdlets.info[at] = old.info[i];
	}
	mem_free(old.name);
	mem_free(old.cmdlet);
	mem_free(old.info);
}

void
command_add_table(struct session *s, const struct cmdlet *const *table)
{
	for (; *table != NULL; table++) {
		const struct atom *name = atom_str((*table)->name);
		size_t at;

		if (s->cmdlets.n * 2 >= s->cmdlets.cap)
			cmdlets_grow(s);
		at = cmdlet_slot(s, name);
		if (s->cmdlets.name[at] == NULL)
			s->cmdlets.n++;
		s->cmdlets.name[at] = name;
		s->cmdlets.cmdlet[at] = *table;
		if (s->cmdlets.info[at] != NULL)
			bind_info_free(s->cmdlets.info[at]);
		s->cmdlets.info[at] = NULL;
	}
	s->generation++;
}

bool
command_cmdlet(struct session *s, const struct atom *name,
    const struct cmdlet **cp)
{
	size_t at;

	if (s->cmdlets.cap == 0)
		return false;
	at = cmdlet_slot(s, name);
	if (s->cmdlets.name[at] == NULL)
		return false;
	*cp = s->cmdlets.cmdlet[at];
	return true;
}

struct bind_info *
command_bind_info(struct session *s, const struct cmdlet *c)
{
	size_t at = cmdlet_slot(s, atom_str(c->name));

	if (s->cmdlets.cmdlet[at] != c)
		return NULL;
	if (s->cmdlets.info[at] == NULL)
		s->cmdlets.info[at] = bind_info_cmdlet(s, c);
	return s->cmdlets.info[at];
}

/* ---- found ones ---- */

void
command_clear(struct command *c)
{
	value_clear(&c->block);
	mem_free(c->path);
	memset(c, 0, sizeof(*c));
}

static void
command_set_block(struct command *cp, struct value block, const char *name)
{
	cp->type = CT_BLOCK;
	cp->kind = block_of(value_base(block))->is_filter ? COMMAND_FILTER :
							    COMMAND_FUNCTION;
	cp->block = value_ref(value_base(block));
	cp->name = name;
}

static bool
is_file(const char *path, bool executable)
{
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	return !executable || access(path, X_OK) == 0;
}

static bool
ends_ps1(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcasecmp(name + len - 4, ".ps1") == 0;
}

/* In PATH; an absolute path, owned, or NULL. */
char *
command_path(struct session *s, const char *name)
{
	const char *path = getenv("PATH");

	(void)s;
	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		char *full = mem_printf("%.*s/%s", (int)len, path, name);

		if (len > 0 && is_file(full, !ends_ps1(name)))
			return full;
		mem_free(full);
		path += len;
		path += *path == ':';
	}
	return NULL;
}

static bool
set_file(struct command *cp, char *take, unsigned kinds)
{
	bool script = ends_ps1(take);

	if ((kinds & (script ? COMMAND_EXTERNAL_SCRIPT :
			       COMMAND_APPLICATION)) == 0) {
		mem_free(take);
		return false;
	}
	cp->type = script ? CT_BLOCK : CT_NATIVE;
	cp->kind = script ? COMMAND_EXTERNAL_SCRIPT : COMMAND_APPLICATION;
	cp->script_file = script;
	cp->path = take;
	cp->name = atom_str(take)->name;
	return true;
}

/* "./x.ps1", "/bin/ls", ".\x.ps1", "~/bin/x". */
static bool
find_by_path(struct session *s, const char *name, unsigned kinds,
    struct command *cp)
{
	struct buf b = { 0 };
	bool ok;

	if (name[0] == '~' && (name[1] == '/' || name[1] == '\0')) {
		const char *home = getenv("HOME");

		buf_add_str(&b, home != NULL ? home : "");
		buf_add_str(&b, name + 1);
	} else if (name[0] == '/') {
		buf_add_str(&b, name);
	} else {
		buf_add_str(&b, buf_text(&s->location));
		buf_add_byte(&b, '/');
		buf_add_str(&b, name);
	}
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] == '\\')
			b.data[i] = '/';
	if (!is_file(buf_text(&b), false)) {
		buf_add_str(&b, ".ps1");
		if (!is_file(buf_text(&b), false)) {
			buf_clear(&b);
			return false;
		}
	}
	{
		/* ./ and ../ inside go, as a path in messages reads best */
		char *real = realpath(buf_text(&b), NULL);

		ok = set_file(cp, mem_strdup(real != NULL ? real :
							    buf_text(&b)),
		    kinds);
		free(real);
	}
	buf_clear(&b);
	return ok;
}

static bool
find_in_session(struct session *s, const struct atom *a, unsigned kinds,
    struct command *cp)
{
	struct scope *sc = s->frame != NULL ? s->frame->scope : s->global;
	struct variable *v;
	const struct cmdlet *cmdlet;

	if ((kinds & COMMAND_ALIAS) && (v = scope_alias(sc, a)) != NULL) {
		cp->kind = COMMAND_ALIAS;
		cp->name = v->name->name;
		cp->path = mem_strdup(value_chars(v->value));
		return true;
	}
	if ((kinds & (COMMAND_FUNCTION | COMMAND_FILTER)) &&
	    (v = scope_function(sc, a)) != NULL) {
		command_set_block(cp, v->value, v->name->name);
		return true;
	}
	if ((kinds & COMMAND_CMDLET) && command_cmdlet(s, a, &cmdlet)) {
		cp->type = CT_CMDLET;
		cp->kind = COMMAND_CMDLET;
		cp->cmdlet = cmdlet;
		cp->name = cmdlet->name;
		return true;
	}
	return false;
}

bool
command_find(struct session *s, const char *name, unsigned kinds,
    struct command *cp)
{
	const char *slash;
	char *path;

	memset(cp, 0, sizeof(*cp));
	if (name[0] == '\0')
		return false;
	if (find_in_session(s, atom_str(name), kinds, cp))
		return true;
	slash = strchr(name, '\\');
	if (slash != NULL && slash[1] != '\0' && slash != name &&
	    strchr(slash + 1, '\\') == NULL && strchr(name, '/') == NULL &&
	    find_in_session(s, atom_str(slash + 1),
		kinds & ~(unsigned)COMMAND_ALIAS, cp))
		return true;
	if (strchr(name, '/') != NULL || slash != NULL || name[0] == '~')
		return find_by_path(s, name, kinds, cp);
	if ((kinds & COMMAND_EXTERNAL_SCRIPT) && !ends_ps1(name)) {
		char *with = mem_printf("%s.ps1", name);

		path = command_path(s, with);
		mem_free(with);
		if (path != NULL)
			return set_file(cp, path, kinds);
	}
	path = command_path(s, name);
	return path != NULL && set_file(cp, path, kinds);
}

/* A script file is read and parsed when it is called. */
static enum flow
load_script(struct session *s, struct command *cp)
{
	struct script_tree *t = NULL;
	struct fault fault;
	struct buf text = { 0 };
	enum flow flow;

	if (script_read(cp->path, &text, &fault) != 0)
		return run_throw_fault(&s->run, &fault);
	flow = lang_parse(s, buf_text(&text), text.len, cp->path, &t);
	buf_clear(&text);
	if (flow != FLOW_MORE)
		return flow;
	cp->block = block_new(t, t->root);
	flow = run_requires(s, t);
	tree_unref(t);
	return flow;
}

static enum flow
follow_aliases(struct session *s, struct command *cp, bool *foundp)
{
	for (int hops = 0; cp->kind == COMMAND_ALIAS; hops++) {
		struct command next;
		bool found = hops < 32 &&
		    command_find(s, cp->path,
			COMMAND_ANY & (hops < 32 ? COMMAND_ANY : 0), &next);

		if (found && next.kind == COMMAND_ALIAS &&
		    next.name == cp->name) {
			command_clear(&next);
			found = command_find(s, cp->path,
			    COMMAND_ANY & ~(unsigned)COMMAND_ALIAS, &next);
		}
		command_clear(cp);
		if (!found) {
			*foundp = false;
			return FLOW_MORE;
		}
		*cp = next;
	}
	return FLOW_MORE;
}

enum flow
command_resolve(struct session *s, const char *name, struct command *cp,
    bool *foundp)
{
	enum flow flow;

	*foundp = command_find(s, name, COMMAND_ANY, cp);
	if (!*foundp && strchr(name, '-') == NULL && strchr(name, '/') == NULL) {
		char *get = mem_printf("Get-%s", name);

		*foundp = command_find(s, get,
		    COMMAND_ANY & ~(unsigned)(COMMAND_APPLICATION |
			COMMAND_EXTERNAL_SCRIPT), cp);
		mem_free(get);
	}
	if (!*foundp)
		return FLOW_MORE;
	flow = follow_aliases(s, cp, foundp);
	if (flow == FLOW_MORE && *foundp && cp->script_file &&
	    value_is_null(cp->block))
		flow = load_script(s, cp);
	return flow;
}

static enum flow
not_found(struct session *s, const char *name)
{
	struct value target = value_string(name);
	enum flow flow;

	flow = lang_error(s, SMA "CommandNotFoundException",
	    "CommandNotFoundException", "ObjectNotFound", target,
	    "The term '%s' is not recognized as a name of a cmdlet, function, "
	    "script file, or executable program.\nCheck the spelling of the "
	    "name, or if a path was included, verify that the path is correct "
	    "and try again.", name);
	value_set_take(&error_record_of(s->run.leave.value)->activity,
	    value_ref(target));
	value_unref(target);
	return flow;
}

enum flow
command_of_name(struct session *s, const char *name, struct command *cp)
{
	bool found;
	enum flow flow = command_resolve(s, name, cp, &found);

	if (flow == FLOW_MORE && !found)
		flow = not_found(s, name);
	if (flow != FLOW_MORE)
		command_clear(cp);
	return flow;
}

enum flow
command_of_value(struct session *s, struct value v, struct command *cp,
    bool *foundp)
{
	struct value base = value_base(v);
	const char *name;

	memset(cp, 0, sizeof(*cp));
	*foundp = true;
	if (base.type == &type_script_block) {
		cp->type = CT_BLOCK;
		cp->kind = COMMAND_FUNCTION;
		cp->block = value_ref(base);
		return FLOW_MORE;
	}
	if (value_is_nothing(base))
		return lang_error(s, NULL, "BadExpression", "InvalidOperation",
		    VALUE_NULL, "The expression after '&' in a pipeline "
		    "element produced an object that was not valid. It must "
		    "result in a command name, a script block, or a "
		    "CommandInfo object.");
	if (base.type == &type_module) { /* & $module { ... } */
		cp->type = CT_BLOCK;
		cp->kind = COMMAND_FUNCTION;
		cp->block = value_ref(module_of(base)->runner);
		return FLOW_MORE;
	}
	if (command_info_of(s, base, cp))
		return FLOW_MORE;
	if (!value_is_string(base)) {
		char *text = value_text_plain(base);
		enum flow flow = command_of_name(s, text, cp);

		mem_free(text);
		return flow;
	}
	name = value_chars(base);
	if (name[0] == '\0')
		return lang_error(s, NULL, "BadExpression", "InvalidOperation",
		    VALUE_NULL, "The expression after '&' in a pipeline "
		    "element produced an object that was not valid. It must "
		    "result in a command name, a script block, or a "
		    "CommandInfo object.");
	return command_of_name(s, name, cp);
}

/* Programs and scripts in PATH; each is added to *vp. */
void
command_each_program(struct session *s, const char *pattern, unsigned kinds,
    struct command **vp, size_t *np)
{
	const char *path = getenv("PATH");

	(void)s;
	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");
		char *folder = mem_strndup(path, len);
		DIR *d = len > 0 ? opendir(folder) : NULL;
		struct dirent *e;

		while (d != NULL && (e = readdir(d)) != NULL) {
			struct command c = { 0 };
			char *full;

			if (e->d_name[0] == '.' || (pattern != NULL &&
			    !wildcard_match(pattern, e->d_name, true)))
				continue;
			full = mem_printf("%s/%s", folder, e->d_name);
			if (!is_file(full, !ends_ps1(full)) ) {
				mem_free(full);
				continue;
			}
			if (!set_file(&c, full, kinds))
				continue;
			c.name = atom_str(e->d_name)->name;
			*vp = mem_array_grow(*vp, *np + 1, sizeof(**vp));
			(*vp)[(*np)++] = c;
		}
		if (d != NULL)
			(void)closedir(d);
		mem_free(folder);
		path += len;
		path += *path == ':';
	}
}
