/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FileInfo and DirectoryInfo: what stat says, as .NET tells it on Unix. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/enums.h"
#include "types/fileinfo.h"
#include "types/member.h"
#include "types/tables.h"

#define IO "System.IO."
/* ticks at 1970-01-01 */
#define UNIX_TICKS 621355968000000000LL

enum { /* FileAttributes */
	ATTR_READONLY = 1,
	ATTR_HIDDEN = 2,
	ATTR_DIRECTORY = 16,
	ATTR_NORMAL = 128,
	ATTR_LINK = 1024,
};

struct file_info {
	struct cell cell;
	char *path; /* full */
	char *text; /* as it was given */
	bool fresh; /* the rest is what was found */
	bool exists;
	bool link;
	struct stat st; /* of the target where a link leads somewhere */
	struct timespec born;
};

static struct file_info *
info_of(struct value v)
{
	return (struct file_info *)(void *)v.u.p;
}

static void
info_release(struct cell *c)
{
	struct file_info *f = (struct file_info *)(void *)c;

	mem_free(f->path);
	mem_free(f->text);
	mem_free(f);
}

static enum flow
info_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = value_string(info_of(v)->text);
	return FLOW_MORE;
}

static const struct type_ops info_ops = { .text = info_text };

struct type type_filesysteminfo = {
	.name = IO "FileSystemInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_ABSTRACT,
	.base = &type_system_object,
	.release = info_release,
	.ops = &info_ops,
};

struct type type_fileinfo = {
	.name = IO "FileInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_filesysteminfo,
	.release = info_release,
	.ops = &info_ops,
};

struct type type_directoryinfo = {
	.name = IO "DirectoryInfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_filesysteminfo,
	.release = info_release,
	.ops = &info_ops,
};

struct value
fileinfo_new(const char *path, bool directory, const char *text)
{
	struct file_info *f = cell_new(
	    directory ? &type_directoryinfo : &type_fileinfo, sizeof(*f));
	size_t len = strlen(path);

	while (directory && text == NULL && len > 1 && path[len - 1] == '/')
		len--;
	f->path = mem_strndup(path, len);
	f->text = mem_strdup(text == NULL ? f->path : text);
	return cell_value(f);
}

struct value
fileinfo_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0 && lstat(path, &st) != 0)
		return VALUE_NULL;
	return fileinfo_new(path, S_ISDIR(st.st_mode), NULL);
}

const char *
fileinfo_path(struct value v)
{
	v = value_base(v);
	return v.type == &type_fileinfo || v.type == &type_directoryinfo ?
	    info_of(v)->path :
	    NULL;
}

static void
find_birth(struct file_info *f)
{
	struct statx sx;

	f->born = f->st.st_mtim.tv_sec < f->st.st_ctim.tv_sec ?
	    f->st.st_mtim :
	    f->st.st_ctim;
	if (statx(AT_FDCWD, f->path, 0, STATX_BTIME, &sx) == 0 &&
	    (sx.stx_mask & STATX_BTIME) != 0) {
		f->born.tv_sec = sx.stx_btime.tv_sec;
		f->born.tv_nsec = sx.stx_btime.tv_nsec;
	}
}

static struct file_info *
look(struct file_info *f)
{
	struct stat st;

	if (f->fresh)
		return f;
	f->fresh = true;
	f->link = false;
	f->exists = lstat(f->path, &f->st) == 0;
	if (!f->exists) {
		memset(&f->st, 0, sizeof(f->st));
		return f;
	}
	f->link = S_ISLNK(f->st.st_mode);
	if (f->link && stat(f->path, &st) == 0)
		f->st = st;
	find_birth(f);
	return f;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

static bool
may_write(const struct stat *st)
{
	uid_t me = geteuid();

	/* .NET reads the bits, also for root */
	if (st->st_uid == me)
		return (st->st_mode & S_IWUSR) != 0;
	if (st->st_gid == getegid())
		return (st->st_mode & S_IWGRP) != 0;
	return (st->st_mode & S_IWOTH) != 0;
}

static int64_t
attributes(struct file_info *f)
{
	int64_t a = 0;

	if (!look(f)->exists)
		return -1;
	if (!may_write(&f->st))
		a |= ATTR_READONLY;
	if (base_name(f->path)[0] == '.')
		a |= ATTR_HIDDEN;
	if (S_ISDIR(f->st.st_mode))
		a |= ATTR_DIRECTORY;
	if (f->link)
		a |= ATTR_LINK;
	return a == 0 ? ATTR_NORMAL : a;
}

int64_t
fileinfo_attributes(const char *path)
{
	struct file_info f = { .path = (char *)(uintptr_t)path };

	return attributes(&f);
}

void
fileinfo_unix_mode(const char *path, char out[11])
{
	struct stat st;
	mode_t m;
	static const char bits[] = "rwxrwxrwx";

	out[0] = '\0';
	if (lstat(path, &st) != 0)
		return;
	m = st.st_mode;
	out[0] = S_ISDIR(m) ? 'd' : S_ISLNK(m) ? 'l' : S_ISCHR(m) ? 'c' :
	    S_ISBLK(m) ? 'b' : S_ISFIFO(m) ? 'p' : S_ISSOCK(m) ? 's' : '-';
	for (int i = 0; i < 9; i++)
		out[1 + i] = (m >> (8 - i) & 1) ? bits[i] : '-';
	if (m & S_ISUID)
		out[3] = (m & S_IXUSR) ? 's' : 'S';
	if (m & S_ISGID)
		out[6] = (m & S_IXGRP) ? 's' : 'S';
	if (m & S_ISVTX)
		out[9] = (m & S_IXOTH) ? 't' : 'T';
	out[10] = '\0';
}

char *
fileinfo_full(struct run *r, const char *path)
{
	struct buf b = { 0 };
	char *whole, *part, *save = NULL;

	if (*path == '/') {
		whole = mem_strdup(path);
	} else if (r != NULL && r->ops != NULL && r->ops->location != NULL) {
		whole = mem_printf("%s/%s", r->ops->location(r), path);
	} else {
		char cwd[PATH_MAX];

		whole = mem_printf("%s/%s",
		    getcwd(cwd, sizeof(cwd)) == NULL ? "" : cwd, path);
	}
	for (part = strtok_r(whole, "/", &save); part != NULL;
	     part = strtok_r(NULL, "/", &save)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			char *slash = b.len > 0 ? strrchr(b.data, '/') : NULL;

			buf_truncate(&b,
			    slash == NULL ? 0 : (size_t)(slash - b.data));
			continue;
		}
		buf_printf(&b, "/%s", part);
	}
	if (b.len == 0)
		buf_add_byte(&b, '/');
	mem_free(whole);
	return buf_take(&b);
}

/* ---- times ---- */

void
ticks_to_timespec(struct value date, struct timespec *ts)
{
	int64_t t = ticks_of(date);

	if (kind_of(date) != KIND_UTC)
		t -= (int64_t)local_offset_at_local(t) * TICKS_PER_SECOND;
	t -= UNIX_TICKS;
	ts->tv_sec = t / TICKS_PER_SECOND;
	if (t % TICKS_PER_SECOND < 0)
		ts->tv_sec--;
	ts->tv_nsec = (long)(t - ts->tv_sec * TICKS_PER_SECOND) * 100;
}

struct value
timespec_to_date(const struct timespec *ts, bool utc)
{
	int64_t t = UNIX_TICKS + ts->tv_sec * TICKS_PER_SECOND +
	    ts->tv_nsec / 100;

	if (utc)
		return datetime_value(t, KIND_UTC);
	return datetime_value(t +
		(int64_t)local_offset_at_utc(t) * TICKS_PER_SECOND,
	    KIND_LOCAL);
}

static enum flow
get_time(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));
	struct timespec none = { -11644473600LL, 0 }; /* 1601, as .NET */
	const struct timespec *ts = !f->exists		? &none :
	    strncmp(c->name, "Creation", 8) == 0	? &f->born :
	    strncmp(c->name, "LastAccess", 10) == 0	? &f->st.st_atim :
							  &f->st.st_mtim;

	c->out = timespec_to_date(ts, strstr(c->name, "Utc") != NULL);
	return FLOW_MORE;
}

static enum flow
set_time(struct member_call *c)
{
	struct file_info *f = info_of(c->self);
	struct timespec ts[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
	struct value date = c->args[0];

	if (strstr(c->name, "Utc") != NULL)
		date = datetime_value(ticks_of(date), KIND_UTC);
	ticks_to_timespec(date,
	    &ts[strncmp(c->name, "LastAccess", 10) == 0 ? 0 : 1]);
	f->fresh = false;
	if (utimensat(AT_FDCWD, f->path, ts, 0) != 0)
		return fileinfo_throw(c, errno, f->path, false);
	return FLOW_MORE;
}

/* ---- names and kinds ---- */

static struct value
link_target(const struct file_info *f)
{
	char target[PATH_MAX];
	ssize_t n = readlink(f->path, target, sizeof(target));

	return n < 0 ? VALUE_NULL : value_string_n(target, (size_t)n);
}

static struct value
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL || strcmp(path, "/") == 0)
		return VALUE_NULL;
	return value_string_n(path, slash == path ? 1 : (size_t)(slash - path));
}

static struct value
directory_value(const char *path)
{
	struct value parent = parent_of(path), out = VALUE_NULL;

	if (value_is_string(parent))
		out = fileinfo_new(value_chars(parent), true, NULL);
	value_unref(parent);
	return out;
}

static enum flow
get_name(struct member_call *c)
{
	struct file_info *f = info_of(c->self);
	const char *base = base_name(f->path), *dot = strrchr(base, '.');
	const char *n = c->name;
	size_t len = strlen(base);

	if (strcasecmp(n, "Name") == 0) {
		c->out = value_string(base);
	} else if (strcasecmp(n, "FullName") == 0) {
		/* a folder given with a slash keeps it */
		c->out = f->text[0] == '/' && strlen(f->text) > 1 &&
			f->text[strlen(f->text) - 1] == '/' ?
		    value_printf("%s/", f->path) : value_string(f->path);
	} else if (strcasecmp(n, "Extension") == 0) {
		c->out = value_string(dot == NULL || dot[1] == '\0' ? "" : dot);
	} else if (strcasecmp(n, "BaseName") == 0) {
		if (c->self.type == &type_fileinfo && dot != NULL)
			len = (size_t)(dot - base);
		c->out = value_string_n(base, len);
	} else if (strcasecmp(n, "DirectoryName") == 0) {
		c->out = parent_of(f->path);
	} else if (strcasecmp(n, "Root") == 0) {
		c->out = fileinfo_new("/", true, NULL);
	} else { /* Directory, Parent */
		c->out = directory_value(f->path);
	}
	return FLOW_MORE;
}

static enum flow
get_link(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));
	char whole[PATH_MAX];

	if (strcasecmp(c->name, "LinkType") == 0) {
		c->out = f->link ? value_string("SymbolicLink") :
		    f->exists && !S_ISDIR(f->st.st_mode) &&
			f->st.st_nlink > 1 ? value_string("HardLink") :
						    VALUE_NULL;
	} else if (strcasecmp(c->name, "ResolvedTarget") == 0) {
		c->out = value_string(f->link && realpath(f->path, whole) !=
			NULL ? whole : f->path);
	} else {
		c->out = f->link ? link_target(f) : VALUE_NULL;
	}
	return FLOW_MORE;
}

static enum flow
get_mode(struct member_call *c)
{
	struct file_info *f = info_of(c->self);
	int64_t a = attributes(f);
	char text[11];

	if (strcasecmp(c->name, "UnixMode") == 0) {
		fileinfo_unix_mode(f->path, text);
		c->out = value_string(text);
		return FLOW_MORE;
	}
	if (a < 0) {
		c->out = value_string("");
		return FLOW_MORE;
	}
	text[0] = f->link ? 'l' : (a & ATTR_DIRECTORY) ? 'd' : '-';
	text[1] = '-';
	text[2] = (a & ATTR_READONLY) ? 'r' : '-';
	text[3] = (a & ATTR_HIDDEN) ? 'h' : '-';
	text[4] = '-';
	c->out = value_string_n(text, 5);
	return FLOW_MORE;
}

static enum flow
get_owner(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));
	struct passwd *pw;
	struct group *gr;

	if (!f->exists)
		c->out = VALUE_NULL;
	else if (strcasecmp(c->name, "User") == 0)
		c->out = (pw = getpwuid(f->st.st_uid)) != NULL ?
		    value_string(pw->pw_name) :
		    value_printf("%u", (unsigned)f->st.st_uid);
	else
		c->out = (gr = getgrgid(f->st.st_gid)) != NULL ?
		    value_string(gr->gr_name) :
		    value_printf("%u", (unsigned)f->st.st_gid);
	return FLOW_MORE;
}

static enum flow
get_size(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));

	if (strcasecmp(c->name, "Length") == 0 &&
	    (!f->exists || S_ISDIR(f->st.st_mode)))
		return fileinfo_throw(c, ENOENT, f->path, false);
	c->out = value_long(f->st.st_size);
	return FLOW_MORE;
}

static enum flow
get_state(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));
	bool folder = S_ISDIR(f->st.st_mode);

	if (strcasecmp(c->name, "Exists") == 0) {
		c->out = value_bool(f->exists &&
		    folder == (c->self.type == &type_directoryinfo));
	} else if (strcasecmp(c->name, "IsReadOnly") == 0) {
		c->out = value_bool(f->exists && !may_write(&f->st));
	} else if (strcasecmp(c->name, "UnixFileMode") == 0) {
		c->out = enum_value(&type_unixfilemode,
		    f->exists ? (int64_t)(f->st.st_mode & 07777) : -1);
	} else {
		c->out = enum_value(&type_fileattributes, attributes(f));
	}
	return FLOW_MORE;
}

static enum flow
set_state(struct member_call *c)
{
	struct file_info *f = look(info_of(c->self));
	mode_t mode = f->st.st_mode & 07777;
	bool protect = strcasecmp(c->name, "IsReadOnly") == 0 ?
	    c->args[0].u.b : (c->args[0].u.i & ATTR_READONLY) != 0;

	f->fresh = false;
	if (strcasecmp(c->name, "UnixFileMode") == 0)
		mode = (mode_t)c->args[0].u.i & 07777;
	else if (protect)
		mode &= ~(mode_t)0222;
	else
		mode |= 0200;
	if (chmod(f->path, mode) != 0)
		return fileinfo_throw(c, errno, f->path, false);
	return FLOW_MORE;
}

static enum flow
get_nothing(struct member_call *c)
{
	c->out = value_string("");
	return FLOW_MORE;
}

/* ---- methods ---- */

enum flow
fileinfo_throw(struct member_call *c, int error, const char *path,
    bool directory)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR: {
		struct value parent = parent_of(path);
		bool there = !value_is_string(parent) ||
		    access(value_chars(parent), F_OK) == 0;

		value_unref(parent);
		if (directory || !there)
			return member_throw(c,
			    IO "DirectoryNotFoundException",
			    "Could not find a part of the path '%s'.", path);
		return member_throw(c, IO "FileNotFoundException",
		    "Could not find file '%s'.", path);
	}
	case EACCES:
	case EPERM:
	case EISDIR:
		return member_throw(c, "System.UnauthorizedAccessException",
		    "Access to the path '%s' is denied.", path);
	case EEXIST:
		return member_throw(c, IO "IOException",
		    "The file '%s' already exists.", path);
	case ENOTEMPTY:
		return member_throw(c, IO "IOException",
		    "Directory not empty : '%s'", path);
	default:
		return member_throw(c, IO "IOException", "%s : '%s'",
		    strerror(error), path);
	}
}

static enum flow
info_new(struct member_call *c)
{
	const char *text = value_chars(c->args[0]);
	char *path;

	if (text == NULL || *text == '\0')
		return member_throw(c, "System.ArgumentException",
		    "The value cannot be an empty string. (Parameter "
		    "'path')");
	path = fileinfo_full(c->run, text);
	c->out = fileinfo_new(path, c->type == &type_directoryinfo, text);
	mem_free(path);
	return FLOW_MORE;
}

static enum flow
info_refresh(struct member_call *c)
{
	info_of(c->self)->fresh = false;
	return FLOW_MORE;
}

/* Delete, MoveTo, CopyTo, Create ...: the static of File or Directory. */
static enum flow
info_static(struct member_call *c)
{
	struct file_info *f = info_of(c->self);
	bool dir = c->self.type == &type_directoryinfo;
	const struct type *t = type_find(dir ? IO "Directory" : IO "File",
	    strlen(dir ? IO "Directory" : IO "File"));
	static const struct {
		const char *own;
		const char *other;
	} map[] = {
		{ "MoveTo", "Move" }, { "CopyTo", "Copy" },
		{ "Create", "CreateDirectory" }, { NULL, NULL } };
	struct value args[4], out = VALUE_NULL;
	const char *name = c->name;
	enum flow flow;

	for (size_t i = 0; map[i].own != NULL; i++)
		if (strcasecmp(name, map[i].own) == 0 && (dir || i < 2))
			name = map[i].other;
	args[0] = value_string(f->path);
	for (size_t i = 0; i < c->n && i < 3; i++)
		args[i + 1] = c->args[i];
	flow = type_call_static(c->run, t, name, args,
	    1 + (c->n > 3 ? 3 : c->n), &out);
	value_unref(args[0]);
	f->fresh = false;
	if (flow != FLOW_MORE)
		return flow;
	if ((strcasecmp(name, "Move") == 0 || strcasecmp(name, "Copy") == 0)) {
		char *to = fileinfo_full(c->run, value_chars(c->args[0]));

		value_unref(out);
		out = VALUE_NULL;
		if (strcasecmp(name, "Copy") == 0) {
			out = fileinfo_new(to, false, NULL);
			mem_free(to);
		} else {
			mem_free(f->path);
			f->path = to;
			mem_free(f->text);
			f->text = mem_strdup(to);
		}
	} else if (strcasecmp(name, "CreateDirectory") == 0) {
		value_clear(&out);
	}
	c->out = out;
	return FLOW_MORE;
}

static enum flow
info_subdirectory(struct member_call *c)
{
	struct file_info *f = info_of(c->self);
	char *path = mem_printf("%s/%s", f->path, value_chars(c->args[0]));
	char *full = fileinfo_full(c->run, path);
	enum flow flow = FLOW_MORE;

	mem_free(path);
	if (mkdir(full, 0777) != 0 && errno != EEXIST)
		flow = fileinfo_throw(c, errno, full, true);
	else
		c->out = fileinfo_new(full, true, NULL);
	mem_free(full);
	return flow;
}

#define TIME(n) { "datetime " n " get/set", get_time, set_time }
static const struct member_spec base_members[] = {
	{ "string UnixMode get", get_mode, NULL },
	{ "string User get", get_owner, NULL },
	{ "string Group get", get_owner, NULL },
	{ "long Size get", get_size, NULL },
	{ "string FullName get", get_name, NULL },
	{ "string Extension get", get_name, NULL },
	TIME("CreationTime"), TIME("CreationTimeUtc"),
	TIME("LastAccessTime"), TIME("LastAccessTimeUtc"),
	TIME("LastWriteTime"), TIME("LastWriteTimeUtc"),
	{ "string LinkTarget get", get_link, NULL },
	{ IO "UnixFileMode UnixFileMode get/set", get_state, set_state },
	{ IO "FileAttributes Attributes get/set", get_state, set_state },
	{ "void Refresh()", info_refresh, NULL },
	{ NULL, NULL, NULL },
};

#define PS_MEMBERS \
	{ "string Mode get", get_mode, NULL }, \
	{ "string ModeWithoutHardLink get", get_mode, NULL }
#define PS_MORE \
	{ "string BaseName get", get_name, NULL }, \
	{ "string ResolvedTarget get", get_link, NULL }, \
	{ "string Target get", get_link, NULL }, \
	{ "string LinkType get", get_link, NULL }

static const struct member_spec file_members[] = {
	{ "new(string fileName)", info_new, NULL },
	PS_MEMBERS,
	{ "System.Object VersionInfo get", get_nothing, NULL },
	PS_MORE,
	{ "long Length get", get_size, NULL },
	{ "string DirectoryName get", get_name, NULL },
	{ IO "DirectoryInfo Directory get", get_name, NULL },
	{ "bool IsReadOnly get/set", get_state, set_state },
	{ "string Name get", get_name, NULL },
	{ "bool Exists get", get_state, NULL },
	{ IO "FileInfo CopyTo(string destFileName)", info_static, NULL },
	{ IO "FileInfo CopyTo(string destFileName, bool overwrite)",
	    info_static, NULL },
	{ "void MoveTo(string destFileName)", info_static, NULL },
	{ "void MoveTo(string destFileName, bool overwrite)", info_static,
	    NULL },
	{ IO "FileStream Create()", info_static, NULL },
	{ IO "FileStream OpenRead()", info_static, NULL },
	{ IO "FileStream OpenWrite()", info_static, NULL },
	{ IO "StreamReader OpenText()", info_static, NULL },
	{ IO "StreamWriter CreateText()", info_static, NULL },
	{ IO "StreamWriter AppendText()", info_static, NULL },
	{ "void Delete()", info_static, NULL },
	{ NULL, NULL, NULL },
};

static enum flow directory_list(struct member_call *c);

#define LISTING(T, n) \
	{ T "[] " n "()", directory_list, NULL }, \
	{ T "[] " n "(string searchPattern)", directory_list, NULL }, \
	{ T "[] " n "(string searchPattern, " IO "SearchOption " \
	  "searchOption)", directory_list, NULL }

static const struct member_spec directory_members[] = {
	{ "new(string path)", info_new, NULL },
	PS_MEMBERS,
	PS_MORE,
	{ IO "DirectoryInfo Parent get", get_name, NULL },
	{ IO "DirectoryInfo Root get", get_name, NULL },
	{ "string Name get", get_name, NULL },
	{ "bool Exists get", get_state, NULL },
	{ "void Create()", info_static, NULL },
	{ IO "DirectoryInfo CreateSubdirectory(string path)",
	    info_subdirectory, NULL },
	LISTING(IO "FileInfo", "GetFiles"),
	LISTING(IO "FileInfo", "EnumerateFiles"),
	LISTING(IO "DirectoryInfo", "GetDirectories"),
	LISTING(IO "DirectoryInfo", "EnumerateDirectories"),
	LISTING(IO "FileSystemInfo", "GetFileSystemInfos"),
	LISTING(IO "FileSystemInfo", "EnumerateFileSystemInfos"),
	{ "void MoveTo(string destDirName)", info_static, NULL },
	{ "void Delete()", info_static, NULL },
	{ "void Delete(bool recursive)", info_static, NULL },
	{ NULL, NULL, NULL },
};

/* ---- folders ---- */

/* GetFiles() and its kind: objects made of what Directory's statics name. */
static enum flow
directory_list(struct member_call *c)
{
	bool files = strstr(c->name, "Files") != NULL;
	bool folders = strstr(c->name, "Directories") != NULL;
	const struct type *element = files ? &type_fileinfo :
	    folders ? &type_directoryinfo : &type_filesysteminfo;
	struct value args[3], got = VALUE_NULL;
	struct list *l, *names;
	enum flow flow;

	args[0] = value_string(info_of(c->self)->path);
	for (size_t i = 0; i < c->n && i < 2; i++)
		args[i + 1] = c->args[i];
	flow = type_call_static(c->run,
	    type_find(IO "Directory", strlen(IO "Directory")),
	    files ? "GetFiles" : folders ? "GetDirectories" :
					   "GetFileSystemEntries",
	    args, 1 + (c->n > 2 ? 2 : c->n), &got);
	value_unref(args[0]);
	if (flow != FLOW_MORE)
		return flow;
	names = list_of(got);
	l = list_new(type_array_of(element), names->count);
	for (size_t i = 0; i < names->count; i++) {
		struct value v = fileinfo_of(value_chars(names->items[i]));

		if (!value_is_null(v))
			list_add_take(l, v);
	}
	value_unref(got);
	c->out = list_value(l);
	return FLOW_MORE;
}

void
fileinfo_init(void)
{
	type_add_members(&type_filesysteminfo, base_members);
	type_add(&type_filesysteminfo);
	type_add_members(&type_fileinfo, file_members);
	type_add(&type_fileinfo);
	type_add_members(&type_directoryinfo, directory_members);
	type_add(&type_directoryinfo);
}
