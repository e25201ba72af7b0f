/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.IO.File and System.IO.Directory: statics. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/encoding.h"
#include "types/enums.h"
#include "types/fileinfo.h"
#include "types/member.h"
#include "types/tables.h"

#define IO "System.IO."
#define ENC "System.Text.Encoding encoding"
#define SEQ "System.Collections.Generic.IEnumerable[string] contents"

static struct type type_file = {
	.name = IO "File",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static struct type type_directory = {
	.name = IO "Directory",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static char *
full(struct member_call *c, size_t arg)
{
	return fileinfo_full(c->run, value_chars(c->args[arg]));
}

/* Null and empty paths have exceptions of their own. */
static bool
bad_path(struct member_call *c, enum flow *flowp)
{
	const char *s = value_chars(c->args[0]);

	if (s != NULL && *s != '\0')
		return false;
	*flowp = member_throw(c, "System.ArgumentException",
	    "The value cannot be an empty string. (Parameter 'path')");
	return true;
}

static enum text_encoding
encoding_arg(struct member_call *c, size_t at)
{
	enum text_encoding e = TEXT_UTF8;

	if (c->n > at)
		(void)encoding_which(c->args[at], &e);
	return e;
}

/* ---- whole files ---- */

static enum flow
split_lines(struct text_reader *r, struct value *outp)
{
	struct list *l = list_new(types_string_array, 16);
	const char *s;
	size_t n;

	while (text_reader_next(r, NULL, &s, &n) > 0)
		list_add_take(l, text_value(s, n));
	*outp = list_value(l);
	return FLOW_MORE;
}

static enum flow
file_read(struct member_call *c)
{
	struct buf b = { 0 };
	struct text_reader *r;
	enum flow flow = FLOW_MORE;
	char chunk[16384], *path;
	ssize_t n = 0;

	if (bad_path(c, &flow))
		return flow;
	path = full(c, 0);
	r = text_reader_open(path, encoding_arg(c, 1));
	if (r == NULL) {
		flow = fileinfo_throw(c, errno, path, false);
	} else if (strcmp(c->name, "ReadAllBytes") == 0) {
		while ((n = text_reader_bytes(r, chunk, sizeof(chunk))) > 0)
			buf_add(&b, chunk, (size_t)n);
		c->out = value_bytes(buf_text(&b), b.len);
	} else if (strcmp(c->name, "ReadAllText") == 0) {
		n = text_reader_rest(r, &b);
		c->out = text_value(buf_text(&b), b.len);
	} else {
		flow = split_lines(r, &c->out);
	}
	if (n < 0) {
		value_clear(&c->out);
		flow = fileinfo_throw(c, errno, path, false);
	}
	text_reader_close(r);
	buf_clear(&b);
	mem_free(path);
	return flow;
}

static enum flow
write_lines(struct member_call *c, struct text_writer *w)
{
	struct list *l = NULL;
	struct value text;
	enum flow flow = collect(c->run, c->args[1], &l);

	for (size_t i = 0; flow == FLOW_MORE && i < l->count; i++) {
		flow = value_text(c->run, l->items[i], &text);
		if (flow != FLOW_MORE)
			break;
		(void)text_writer_add(w, value_chars(text),
		    value_chars_len(text));
		(void)text_writer_add(w, "\n", 1);
		value_unref(text);
	}
	if (l != NULL)
		value_unref(list_value(l));
	return flow;
}

static enum flow
file_write(struct member_call *c)
{
	struct text_writer *w;
	enum flow flow = FLOW_MORE;
	char *path;
	int error;

	if (bad_path(c, &flow))
		return flow;
	path = full(c, 0);
	w = text_writer_open(path,
	    strncmp(c->name, "Append", 6) == 0 ? TEXT_APPEND : 0,
	    encoding_arg(c, 2));
	if (w == NULL) {
		flow = fileinfo_throw(c, errno, path, false);
		mem_free(path);
		return flow;
	}
	if (c->args[1].type == &type_bytes)
		(void)text_writer_bytes(w, bytes_of(c->args[1])->data,
		    bytes_of(c->args[1])->len);
	else if (strstr(c->name, "Lines") != NULL)
		flow = write_lines(c, w);
	else if (value_is_string(c->args[1]))
		(void)text_writer_add(w, value_chars(c->args[1]),
		    value_chars_len(c->args[1]));
	error = text_writer_close(w);
	if (error != 0 && flow == FLOW_MORE)
		flow = fileinfo_throw(c, error, path, false);
	mem_free(path);
	return flow;
}

/* ---- there, gone, elsewhere ---- */

static enum flow
file_exists(struct member_call *c)
{
	struct stat st;
	char *path;

	if (!value_is_string(c->args[0]) || value_chars_len(c->args[0]) == 0) {
		c->out = value_bool(false);
		return FLOW_MORE;
	}
	path = full(c, 0);
	c->out = value_bool(stat(path, &st) == 0 &&
	    (c->type == &type_directory) == (S_ISDIR(st.st_mode) != 0));
	mem_free(path);
	return FLOW_MORE;
}

static enum flow
file_delete(struct member_call *c)
{
	enum flow flow = FLOW_MORE;
	char *path;

	if (bad_path(c, &flow))
		return flow;
	path = full(c, 0);
	if (unlink(path) != 0 && errno != ENOENT)
		flow = fileinfo_throw(c, errno, path, false);
	mem_free(path);
	return flow;
}

static int
copy_bytes(const char *from, const char *to, bool overwrite)
{
	char chunk[65536];
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC), out, error = 0;
	ssize_t n;

	if (in < 0)
		return errno;
	(void)fstat(in, &st);
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC |
		(overwrite ? O_TRUNC : O_EXCL), st.st_mode & 0777);
	if (out < 0)
		error = errno;
	while (error == 0 && (n = read(in, chunk, sizeof(chunk))) > 0)
		if (write(out, chunk, (size_t)n) != n)
			error = errno != 0 ? errno : EIO;
	(void)close(in);
	if (out >= 0 && close(out) != 0 && error == 0)
		error = errno;
	return error;
}

static enum flow
file_move(struct member_call *c)
{
	char *from = full(c, 0), *to = full(c, 1);
	bool over = c->n > 2 && c->args[2].type == &type_bool &&
	    c->args[2].u.b;
	bool folder = c->type == &type_directory;
	struct stat st;
	int error = 0;
	enum flow flow = FLOW_MORE;

	if (lstat(from, &st) != 0)
		error = errno;
	else if (strcmp(c->name, "Copy") == 0)
		error = copy_bytes(from, to, over);
	else if (!over && access(to, F_OK) == 0)
		error = EEXIST;
	else if (rename(from, to) != 0)
		error = errno == EXDEV && !folder ?
		    copy_bytes(from, to, true) : errno;
	if (error == EEXIST && strcmp(c->name, "Move") == 0)
		flow = member_throw(c, IO "IOException", folder ?
			"Cannot create '%s' because a file or directory with "
			"the same name already exists." :
			"Cannot create a file when that file already exists.",
		    to);
	else if (error != 0)
		flow = fileinfo_throw(c, error,
		    error == EEXIST || error == EACCES ? to : from, folder);
	mem_free(from);
	mem_free(to);
	return flow;
}

/* ---- what a file is ---- */

static const char *
after_verb(const char *name)
{
	return name + 3; /* Get, Set */
}

/* GetLastWriteTime and its kind: FileInfo's property. */
static enum flow
file_property(struct member_call *c)
{
	char *path = full(c, 0);
	struct value info = fileinfo_new(path, c->type == &type_directory,
	    NULL);
	bool found = false;
	enum flow flow = FLOW_MORE;

	if (c->n == 1 && access(path, F_OK) != 0 &&
	    strstr(c->name, "Time") == NULL)
		flow = fileinfo_throw(c, errno, path,
		    c->type == &type_directory);
	else if (c->n == 1)
		flow = value_get_member(c->run, info, after_verb(c->name),
		    &c->out, &found);
	else if (access(path, F_OK) != 0)
		flow = fileinfo_throw(c, errno, path, false);
	else
		flow = value_set_member(c->run, info, after_verb(c->name),
		    c->args[1]);
	value_unref(info);
	mem_free(path);
	return flow;
}

static enum flow
file_link(struct member_call *c)
{
	char *path = full(c, 0);
	enum flow flow = FLOW_MORE;

	if (symlink(value_chars(c->args[1]), path) != 0)
		flow = fileinfo_throw(c, errno, path, false);
	else
		c->out = fileinfo_of(path);
	mem_free(path);
	return flow;
}

/* ---- streams of a file ---- */

static enum flow
open_stream(struct member_call *c)
{
	static const struct {
		const char *name;
		const char *type;
		int mode;
		int access;
	} ways[] = {
		{ "OpenRead", IO "FileStream", 3, 1 },
		{ "OpenWrite", IO "FileStream", 4, 2 },
		{ "Create", IO "FileStream", 2, 3 },
		{ "OpenText", IO "StreamReader", 0, 0 },
		{ "CreateText", IO "StreamWriter", 0, 0 },
		{ "AppendText", IO "StreamWriter", 1, 0 },
	};
	struct value args[3];
	size_t n = 1, i;

	args[0] = c->args[0];
	if (strcmp(c->name, "Open") == 0) {
		args[1] = c->args[1];
		args[2] = c->n > 2 ? c->args[2] : VALUE_NULL;
		return type_construct(c->run,
		    type_find(IO "FileStream", strlen(IO "FileStream")), args,
		    c->n > 2 ? 3 : 2, &c->out);
	}
	for (i = 0; i < LEN(ways) - 1; i++)
		if (strcmp(ways[i].name, c->name) == 0)
			break;
	if (i < 3) {
		args[1] = enum_value(&type_filemode, ways[i].mode);
		args[2] = enum_value(&type_fileaccess, ways[i].access);
		n = 3;
	} else if (i > 3) {
		args[1] = value_bool(ways[i].mode != 0);
		n = 2;
	}
	return type_construct(c->run,
	    type_find(ways[i].type, strlen(ways[i].type)), args, n, &c->out);
}

/* ---- folders ---- */

static int
make_folders(const char *path)
{
	char *copy = mem_strdup(path);
	struct stat st;
	int error = 0;

	for (char *s = copy + 1; error == 0; s++) {
		if (*s != '/' && *s != '\0')
			continue;
		{
			char kept = *s;

			*s = '\0';
			if (mkdir(copy, 0777) != 0 && errno != EEXIST)
				error = errno;
			*s = kept;
			if (kept == '\0')
				break;
		}
	}
	if (error == 0 && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
		error = EEXIST;
	mem_free(copy);
	return error;
}

static enum flow
folder_create(struct member_call *c)
{
	enum flow flow = FLOW_MORE;
	char *path;
	int error;

	if (bad_path(c, &flow))
		return flow;
	path = full(c, 0);
	error = make_folders(path);
	if (error != 0)
		flow = fileinfo_throw(c, error, path, true);
	else
		c->out = fileinfo_new(path, true, NULL);
	mem_free(path);
	return flow;
}

static int
remove_tree(const char *path)
{
	struct file_names names;
	struct stat st;
	int error = lstat(path, &st) != 0 ? errno : 0;

	if (error == 0 && !S_ISDIR(st.st_mode))
		return unlink(path) != 0 ? errno : 0;
	if (error == 0 && !run_stack_ok())
		error = ELOOP;
	if (error == 0)
		error = file_names_read(path, &names);
	if (error != 0)
		return error;
	for (size_t i = 0; i < names.n && error == 0; i++) {
		char *child = mem_printf("%s/%s", path, names.v[i]);

		error = remove_tree(child);
		mem_free(child);
	}
	file_names_clear(&names);
	if (error == 0 && rmdir(path) != 0)
		error = errno;
	return error;
}

static enum flow
folder_delete(struct member_call *c)
{
	char *path = full(c, 0);
	bool all = c->n > 1 && c->args[1].u.b;
	int error = all ? remove_tree(path) : rmdir(path) != 0 ? errno : 0;
	enum flow flow = FLOW_MORE;

	if (error != 0)
		flow = fileinfo_throw(c, error, path, true);
	mem_free(path);
	return flow;
}

struct listing {
	struct list *out;
	const char *pattern;
	bool files, folders, all;
};

static int
list_folder(struct listing *l, const char *path)
{
	struct file_names names;
	int error = run_stack_ok() ? file_names_read(path, &names) : ELOOP;
	const char *sep = strcmp(path, "/") == 0 ? "" : "/";

	if (error != 0)
		return error;
	for (size_t i = 0; i < names.n; i++) {
		bool folder = i < names.folders;

		if ((folder ? l->folders : l->files) &&
		    wildcard_match(l->pattern, names.v[i], false))
			list_add_take(l->out, value_printf("%s%s%s", path, sep,
			    names.v[i]));
	}
	for (size_t i = 0; l->all && i < names.folders; i++) {
		char *child = mem_printf("%s%s%s", path, sep, names.v[i]);
		struct stat st;

		if (lstat(child, &st) == 0 && S_ISDIR(st.st_mode))
			(void)list_folder(l, child);
		mem_free(child);
	}
	file_names_clear(&names);
	return 0;
}

static enum flow
folder_list(struct member_call *c)
{
	char *path = full(c, 0);
	const char *pattern = c->n > 1 ? value_chars(c->args[1]) : "*";
	struct listing l = { .pattern = pattern,
		.files = strstr(c->name, "Directories") == NULL,
		.folders = strstr(c->name, "Files") == NULL,
		.all = c->n > 2 && c->args[2].u.i == 1 };
	enum flow flow = FLOW_MORE;
	int error;

	if (strcmp(pattern, "*.*") == 0)
		l.pattern = "*";
	l.out = list_new(types_string_array, 8);
	error = list_folder(&l, path);
	if (error != 0) {
		value_unref(list_value(l.out));
		flow = fileinfo_throw(c, error, path, true);
	} else {
		c->out = list_value(l.out);
	}
	mem_free(path);
	return flow;
}

static enum flow
folder_current(struct member_call *c)
{
	char *path;
	enum flow flow = FLOW_MORE;

	if (c->n == 0) {
		c->out = value_string_take(fileinfo_full(NULL, "."));
		return FLOW_MORE;
	}
	path = full(c, 0);
	if (chdir(path) != 0)
		flow = fileinfo_throw(c, errno, path, true);
	mem_free(path);
	return flow;
}

static enum flow
folder_parent(struct member_call *c)
{
	char *path = full(c, 0);
	char *slash = strrchr(path, '/');

	if (strcmp(c->name, "GetDirectoryRoot") == 0) {
		c->out = value_string("/");
	} else if (strcmp(path, "/") != 0) {
		slash[slash == path ? 1 : 0] = '\0';
		c->out = fileinfo_new(path, true, NULL);
	}
	mem_free(path);
	return FLOW_MORE;
}

/* ---- tables ---- */

#define PROPERTY(T, n) \
	{ "static " T " Get" n "(string path)", file_property, NULL }, \
	{ "static void Set" n "(string path, " T " value)", file_property, \
	    NULL }
#define TIMES \
	PROPERTY("datetime", "CreationTime"), \
	PROPERTY("datetime", "CreationTimeUtc"), \
	PROPERTY("datetime", "LastAccessTime"), \
	PROPERTY("datetime", "LastAccessTimeUtc"), \
	PROPERTY("datetime", "LastWriteTime"), \
	PROPERTY("datetime", "LastWriteTimeUtc")
#define READ(T, n) \
	{ "static " T " " n "(string path)", file_read, NULL }, \
	{ "static " T " " n "(string path, " ENC ")", file_read, NULL }
#define WRITE(n, T) \
	{ "static void " n "(string path, " T ")", file_write, NULL }, \
	{ "static void " n "(string path, " T ", " ENC ")", file_write, NULL }

static const struct member_spec file_members[] = {
	{ "static bool Exists(string path)", file_exists, NULL },
	READ("string", "ReadAllText"), READ("string[]", "ReadAllLines"),
	READ("string[]", "ReadLines"),
	{ "static byte[] ReadAllBytes(string path)", file_read, NULL },
	WRITE("WriteAllText", "string contents"),
	WRITE("WriteAllLines", "string[] contents"),
	WRITE("WriteAllLines", SEQ),
	{ "static void WriteAllBytes(string path, byte[] bytes)", file_write,
	    NULL },
	WRITE("AppendAllText", "string contents"),
	WRITE("AppendAllLines", SEQ),
	{ "static void AppendAllBytes(string path, byte[] bytes)", file_write,
	    NULL },
	{ "static void Delete(string path)", file_delete, NULL },
	{ "static void Copy(string sourceFileName, string destFileName)",
	    file_move, NULL },
	{ "static void Copy(string sourceFileName, string destFileName, bool "
	  "overwrite)", file_move, NULL },
	{ "static void Move(string sourceFileName, string destFileName)",
	    file_move, NULL },
	{ "static void Move(string sourceFileName, string destFileName, bool "
	  "overwrite)", file_move, NULL },
	PROPERTY(IO "FileAttributes", "Attributes"),
	PROPERTY(IO "UnixFileMode", "UnixFileMode"), TIMES,
	{ "static " IO "FileSystemInfo CreateSymbolicLink(string path, string "
	  "pathToTarget)", file_link, NULL },
	{ "static " IO "FileStream Open(string path, " IO "FileMode mode)",
	    open_stream, NULL },
	{ "static " IO "FileStream Open(string path, " IO "FileMode mode, " IO
	  "FileAccess access)", open_stream, NULL },
	{ "static " IO "FileStream OpenRead(string path)", open_stream, NULL },
	{ "static " IO "FileStream OpenWrite(string path)", open_stream, NULL },
	{ "static " IO "FileStream Create(string path)", open_stream, NULL },
	{ "static " IO "StreamReader OpenText(string path)", open_stream,
	    NULL },
	{ "static " IO "StreamWriter CreateText(string path)", open_stream,
	    NULL },
	{ "static " IO "StreamWriter AppendText(string path)", open_stream,
	    NULL },
	{ NULL, NULL, NULL },
};

#define LISTING(n) \
	{ "static string[] " n "(string path)", folder_list, NULL }, \
	{ "static string[] " n "(string path, string searchPattern)", \
	    folder_list, NULL }, \
	{ "static string[] " n "(string path, string searchPattern, " IO \
	  "SearchOption searchOption)", folder_list, NULL }

static const struct member_spec directory_members[] = {
	{ "static bool Exists(string path)", file_exists, NULL },
	{ "static " IO "DirectoryInfo CreateDirectory(string path)",
	    folder_create, NULL },
	{ "static void Delete(string path)", folder_delete, NULL },
	{ "static void Delete(string path, bool recursive)", folder_delete,
	    NULL },
	{ "static void Move(string sourceDirName, string destDirName)",
	    file_move, NULL },
	LISTING("GetFiles"), LISTING("GetDirectories"),
	LISTING("GetFileSystemEntries"), LISTING("EnumerateFiles"),
	LISTING("EnumerateDirectories"),
	LISTING("EnumerateFileSystemEntries"), TIMES,
	{ "static string GetCurrentDirectory()", folder_current, NULL },
	{ "static void SetCurrentDirectory(string path)", folder_current,
	    NULL },
	{ "static string GetDirectoryRoot(string path)", folder_parent, NULL },
	{ "static " IO "DirectoryInfo GetParent(string path)", folder_parent,
	    NULL },
	{ NULL, NULL, NULL },
};

void
file_init(void)
{
	type_add_members(&type_file, file_members);
	type_add(&type_file);
	type_add_members(&type_directory, directory_members);
	type_add(&type_directory);
}
