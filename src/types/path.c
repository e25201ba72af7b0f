/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.IO.Path: names of files, never the files. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "types/fileinfo.h"
#include "types/member.h"
#include "types/tables.h"

static struct type type_path = {
	.name = "System.IO.Path",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static enum flow
path_char(struct member_call *c)
{
	c->out = value_char(strcasecmp(c->name, "PathSeparator") == 0 ? ':' :
									'/');
	return FLOW_MORE;
}

static const char *
base_of(const char *s)
{
	const char *slash = strrchr(s, '/');

	return slash == NULL ? s : slash + 1;
}

static enum flow
path_part(struct member_call *c)
{
	const char *s = value_chars(c->args[0]), *base = base_of(s);
	const char *dot = strrchr(base, '.'), *n = c->name;
	size_t len;

	if (strcmp(n, "GetFileName") == 0) {
		c->out = value_string(base);
	} else if (strcmp(n, "GetExtension") == 0) {
		c->out = value_string(dot == NULL || dot[1] == '\0' ? "" :
								      dot);
	} else if (strcmp(n, "GetFileNameWithoutExtension") == 0) {
		c->out = value_string_n(base,
		    dot == NULL ? strlen(base) : (size_t)(dot - base));
	} else if (strcmp(n, "HasExtension") == 0) {
		c->out = value_bool(dot != NULL && dot[1] != '\0');
	} else if (strcmp(n, "IsPathRooted") == 0 ||
	    strcmp(n, "IsPathFullyQualified") == 0) {
		c->out = value_bool(*s == '/');
	} else if (strcmp(n, "GetPathRoot") == 0) {
		c->out = value_string(*s == '/' ? "/" : "");
	} else { /* GetDirectoryName */
		len = (size_t)(base - s);
		if (len == 0) {
			c->out = *s == '\0' ? VALUE_NULL : value_string("");
			return FLOW_MORE;
		}
		if (len == 1 && *base == '\0') {
			c->out = VALUE_NULL; /* the root has none */
			return FLOW_MORE;
		}
		while (len > 1 && s[len - 1] == '/')
			len--;
		c->out = value_string_n(s, len);
	}
	return FLOW_MORE;
}

static enum flow
path_combine(struct member_call *c)
{
	struct buf b = { 0 };
	struct list *l = NULL;
	const struct value *args = c->args;
	size_t n = c->n, i;
	bool join = strcmp(c->name, "Join") == 0;

	if (n == 1 && value_is_list(args[0])) {
		l = list_of(args[0]);
		args = l->items;
		n = l->count;
	}
	for (i = 0; i < n; i++) {
		const char *s = value_chars(args[i]);

		if (s == NULL || *s == '\0')
			continue;
		if (*s == '/' && !join)
			buf_reset(&b);
		if (b.len > 0 && b.data[b.len - 1] != '/' && *s != '/')
			buf_add_byte(&b, '/');
		buf_add_str(&b, s);
	}
	c->out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
path_full(struct member_call *c)
{
	c->out = value_string_take(
	    fileinfo_full(c->run, value_chars(c->args[0])));
	return FLOW_MORE;
}

static enum flow
path_change_extension(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	const char *dot = strrchr(base_of(s), '.');
	const char *ext = value_chars(c->args[1]);
	size_t n = dot == NULL ? strlen(s) : (size_t)(dot - s);

	if (ext == NULL || *ext == '\0')
		c->out = value_string_n(s, n);
	else
		c->out = value_printf("%.*s%s%s", (int)n, s,
		    *ext == '.' ? "" : ".", ext);
	return FLOW_MORE;
}

static enum flow
path_temp(struct member_call *c)
{
	const char *dir = getenv("TMPDIR");
	char *name;
	int fd;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	if (strcmp(c->name, "GetTempPath") == 0) {
		c->out = value_printf("%s/", dir);
		return FLOW_MORE;
	}
	name = mem_printf("%s/tmpXXXXXX", dir);
	if (strcmp(c->name, "GetRandomFileName") == 0) {
		fd = mkstemp(name);
		(void)unlink(name);
		c->out = value_printf("%s.tmp", base_of(name));
	} else {
		fd = mkstemp(name);
		c->out = value_string(name);
	}
	if (fd >= 0)
		(void)close(fd);
	mem_free(name);
	return FLOW_MORE;
}

static enum flow
path_invalid(struct member_call *c)
{
	struct list *l = list_new(types_char_array, 2);

	list_add_take(l, value_char(0));
	if (strcmp(c->name, "GetInvalidFileNameChars") == 0)
		list_add_take(l, value_char('/'));
	c->out = list_value(l);
	return FLOW_MORE;
}

#define PATH(T, n) { "static " T " " n "(string path)", path_part }
static const struct member_spec path_members[] = {
	{ "static char DirectorySeparatorChar get", path_char },
	{ "static char AltDirectorySeparatorChar get", path_char },
	{ "static char VolumeSeparatorChar get", path_char },
	{ "static char PathSeparator get", path_char },
	PATH("string", "GetFileName"), PATH("string", "GetExtension"),
	PATH("string", "GetFileNameWithoutExtension"),
	PATH("string", "GetDirectoryName"), PATH("string", "GetPathRoot"),
	PATH("bool", "HasExtension"), PATH("bool", "IsPathRooted"),
	PATH("bool", "IsPathFullyQualified"),
	{ "static string Combine(string path1, string path2)", path_combine },
	{ "static string Combine(string path1, string path2, string path3)",
	    path_combine },
	{ "static string Combine(params string[] paths)", path_combine },
	{ "static string Join(string path1, string path2)", path_combine },
	{ "static string Join(params string[] paths)", path_combine },
	{ "static string GetFullPath(string path)", path_full },
	{ "static string ChangeExtension(string path, string extension)",
	    path_change_extension },
	{ "static string GetTempPath()", path_temp },
	{ "static string GetTempFileName()", path_temp },
	{ "static string GetRandomFileName()", path_temp },
	{ "static char[] GetInvalidFileNameChars()", path_invalid },
	{ "static char[] GetInvalidPathChars()", path_invalid },
	{ NULL },
};

void
path_init(void)
{
	type_add_members(&type_path, path_members);
	type_add(&type_path);
}
