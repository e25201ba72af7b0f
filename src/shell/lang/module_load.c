/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modules on disk: where a name leads, and running what lies there. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shell/lang/module.h"

/* ---- finding files ---- */

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* base, base.psd1, base.psm1, base/NAME.psd1 ...; owned or NULL. */
static char *
file_near(const char *base)
{
	static const char *const ends[] = { ".psd1", ".psm1", ".ps1" };
	const char *slash = strrchr(base, '/');
	const char *name = slash == NULL ? base : slash + 1;
	struct stat st;
	char *path;

	if (is_file(base))
		return mem_strdup(base);
	for (size_t i = 0; i < 3; i++) {
		path = mem_printf("%s%s", base, ends[i]);
		if (is_file(path))
			return path;
		mem_free(path);
	}
	if (stat(base, &st) != 0 || !S_ISDIR(st.st_mode))
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		path = mem_printf("%s/%s%s", base, name, ends[i]);
		if (is_file(path))
			return path;
		mem_free(path);
	}
	return NULL;
}

char *
module_find_file(struct session *s, const char *name)
{
	const char *dirs = getenv("PSModulePath"), *home = getenv("HOME");
	const char *file = s->frame != NULL && s->frame->tree != NULL ?
	    s->frame->tree->file : NULL;
	char *copy, *found = NULL;

	if (strpbrk(name, "/\\") != NULL || name[0] == '~' ||
	    strstr(name, ".ps") != NULL) {
		copy = name[0] == '/' ? mem_strdup(name) :
		    name[0] == '~' && home != NULL ?
		    mem_printf("%s%s", home, name + 1) :
		    mem_printf("%s/%s", buf_text(&s->location),
			strncmp(name, "./", 2) == 0 ||
			    strncmp(name, ".\\", 2) == 0 ? name + 2 : name);
		for (char *c = copy; *c != '\0'; c++)
			if (*c == '\\')
				*c = '/';
		found = file_near(copy);
		mem_free(copy);
		if (found == NULL && file != NULL && name[0] != '/' &&
		    strrchr(file, '/') != NULL) {
			copy = mem_printf("%.*s/%s",
			    (int)(strrchr(file, '/') - file), file, name);
			found = file_near(copy);
			mem_free(copy);
		}
		return found;
	}
	while (dirs != NULL && *dirs != '\0' && found == NULL) {
		size_t len = strcspn(dirs, ":");

		copy = mem_printf("%.*s/%s", (int)len, dirs, name);
		found = file_near(copy);
		mem_free(copy);
		dirs += len + (dirs[len] == ':');
	}
	if (found == NULL && home != NULL) {
		copy = mem_printf("%s/.local/share/powershell/Modules/%s",
		    home, name);
		found = file_near(copy);
		mem_free(copy);
	}
	return found;
}

/* ---- loading ---- */

static enum flow
block_of_file(struct session *s, const char *path, struct value *blockp)
{
	struct script_tree *t = NULL;
	struct buf text = { 0 };
	struct fault fault;
	enum flow flow;

	if (script_read(path, &text, &fault) != 0)
		return run_throw_fault(&s->run, &fault);
	flow = lang_parse(s, buf_text(&text), text.len, path, &t);
	buf_clear(&text);
	if (flow != FLOW_MORE)
		return flow;
	*blockp = block_new(t, t->root);
	tree_unref(t);
	return FLOW_MORE;
}

char *
module_name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	const char *dot = strrchr(base, '.');

	return mem_strndup(base, dot == NULL ? strlen(base) :
					       (size_t)(dot - base));
}

static void
take_text(struct dict *d, const char *key, char **to)
{
	struct value v = dict_peek(d, key);

	if (!value_is_nothing(v)) {
		mem_free(*to);
		*to = value_text_plain(v);
	}
}

/* What a manifest says; its root module becomes the body. */
static enum flow
load_manifest(struct session *s, struct module *m, const char *path)
{
	struct value block = VALUE_NULL, out = VALUE_NULL, root;
	struct dict *d;
	enum flow flow = block_of_file(s, path, &block);

	if (flow == FLOW_MORE)
		flow = module_run(s, m, block, NULL, 0, &out);
	value_unref(block);
	if (flow != FLOW_MORE || !value_is_dict(value_base(out))) {
		value_unref(out);
		return flow;
	}
	d = dict_of(value_base(out));
	take_text(d, "ModuleVersion", &m->version);
	take_text(d, "Description", &m->description);
	take_text(d, "Author", &m->author);
	take_text(d, "GUID", &m->guid);
	value_set(&m->private_data, dict_peek(d, "PrivateData"));
	m->manifest_functions = module_strings(dict_peek(d, "FunctionsToExport"));
	m->manifest_variables = module_strings(dict_peek(d, "VariablesToExport"));
	m->manifest_aliases = module_strings(dict_peek(d, "AliasesToExport"));
	root = dict_peek(d, "RootModule");
	if (value_is_nothing(root))
		root = dict_peek(d, "ModuleToProcess");
	if (value_is_string(root) && value_chars_len(root) > 0) {
		const char *slash = strrchr(path, '/');
		char *base = mem_printf("%.*s/%s", (int)(slash - path), path,
		    value_chars(root));
		char *file = file_near(base);

		mem_free(base);
		m->kind = "Script";
		if (file != NULL)
			flow = module_load(s, m, file, NULL, 0);
		mem_free(file);
	}
	value_unref(out);
	return flow;
}

enum flow
module_load(struct session *s, struct module *m, const char *path,
    const struct value *args, size_t n)
{
	struct value block = VALUE_NULL, out = VALUE_NULL;
	size_t len = strlen(path);
	enum flow flow;

	if (len > 5 && string_equal_ci(path + len - 5, ".psd1"))
		return load_manifest(s, m, path);
	flow = block_of_file(s, path, &block);
	if (flow == FLOW_MORE)
		flow = module_run(s, m, block, args, n, &out);
	value_unref(block);
	value_unref(out);
	return flow;
}
