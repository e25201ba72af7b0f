/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Convert, Environment, IO.Path, IO.File and IO.Directory basics. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/member.h"
#include "types/tables.h"

/* LIMIT: bytes File.ReadAll takes. */
#define FILE_MAX_BYTES (1u << 30)

static struct value
take(struct buf *b)
{
	struct value v = value_string_n(buf_text(b), b->len);

	buf_clear(b);
	return v;
}

/* --- Convert --- */

static struct type type_conversion = {
	.name = "System.Convert",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static const struct {
	const char *name;
	const struct type *type;
} targets[] = {
	{ "ToInt32", &type_int }, { "ToInt64", &type_long },
	{ "ToInt16", &type_int16 }, { "ToByte", &type_byte },
	{ "ToSByte", &type_sbyte }, { "ToUInt16", &type_uint16 },
	{ "ToUInt32", &type_uint }, { "ToUInt64", &type_ulong },
	{ "ToDouble", &type_double }, { "ToSingle", &type_single },
	{ "ToDecimal", &type_decimal }, { "ToBoolean", &type_bool },
	{ "ToChar", &type_char }, { "ToDateTime", &type_datetime },
	{ "ToString", &type_string },
};

static const struct type *
target_of(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(targets); i++) {
		if (strcmp(targets[i].name, name) == 0)
			return targets[i].type;
	}
	return &type_string;
}

static enum flow
convert_to(struct member_call *c)
{
	const struct type *t = target_of(c->name);
	struct conv_state cs = { .run = c->run };
	const char *why;
	enum flow flow;

	if (t == &type_bool && value_is_string(c->args[0])) {
		if (strcasecmp(value_chars(c->args[0]), "true") != 0 &&
		    strcasecmp(value_chars(c->args[0]), "false") != 0)
			return member_throw(c, "System.FormatException",
			    "String '%s' was not recognized as a valid "
			    "Boolean.", value_chars(c->args[0]));
		c->out = value_bool(
		    (value_chars(c->args[0])[0] | 32) == 't');
		return FLOW_MORE;
	}
	if (t == &type_string)
		return value_to_string(c->run, c->args[0], &c->out);
	switch ((int)convert(&cs, c->args[0], t, &c->out)) {
	case CONV_OK:
		conv_clear(&cs);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&cs);
		return FLOW_LEAVE;
	default:
		break;
	}
	/* the reason alone, as .NET says it */
	why = cs.message == NULL ? NULL : strstr(cs.message, "Error: \"");
	why = why == NULL ? "" : why + 8;
	flow = member_throw(c, strstr(why, "too large") != NULL ?
		"System.OverflowException" : "System.FormatException", "%.*s",
	    (int)(strlen(why) > 0 ? strlen(why) - 1 : 0), why);
	conv_clear(&cs);
	return flow;
}

static enum flow
convert_from_base(struct member_call *c)
{
	const struct type *t = target_of(c->name);
	int64_t base = c->args[1].u.i;
	const char *s = value_chars(c->args[0]);
	char *end;
	uint64_t u;
	int bits = t->size * 8;

	if (base != 2 && base != 8 && base != 10 && base != 16)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Base.");
	errno = 0;
	u = strtoull(s, &end, (int)base);
	if (*s == '\0')
		return member_throw_range(c, "startIndex",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection.");
	if (*end != '\0')
		return member_throw(c, "System.FormatException",
		    end == s ? "Could not find any recognizable digits." :
			       "Additional non-parsable characters are at the "
			       "end of the string.");
	if (errno != 0 || (bits < 64 && u >> bits != 0 && *s != '-'))
		return member_throw(c, "System.OverflowException",
		    "Value was either too large or too small for %s.",
		    t == &type_int ? "an Int32" : "a UInt32");
	if (bits == 32 && !is_unsigned(t))
		u = (uint64_t)(int32_t)u;
	else if (bits == 16 && !is_unsigned(t))
		u = (uint64_t)(int16_t)u;
	else if (bits == 8 && !is_unsigned(t))
		u = (uint64_t)(int8_t)u;
	c->out = value_integer(t, (int64_t)u);
	return FLOW_MORE;
}

static enum flow
convert_to_base(struct member_call *c)
{
	int64_t base = c->args[1].u.i;
	uint64_t u = (uint64_t)c->args[0].u.i;
	int bits = c->args[0].type->size * 8;
	char text[72];
	size_t at = sizeof(text);

	if (base != 2 && base != 8 && base != 10 && base != 16)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Base.");
	if (base == 10) {
		c->out = value_printf("%lld", (long long)c->args[0].u.i);
		return FLOW_MORE;
	}
	if (bits < 64)
		u &= (1ULL << bits) - 1;
	text[--at] = '\0';
	do {
		text[--at] = "0123456789abcdef"[u % (uint64_t)base];
		u /= (uint64_t)base;
	} while (u != 0);
	c->out = value_string(text + at);
	return FLOW_MORE;
}

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static enum flow
to_base64(struct member_call *c)
{
	struct bytes *x = bytes_of(c->args[0]);
	struct buf b = { 0 };
	bool breaks = c->n > 1 && c->args[1].u.i != 0;
	size_t i;

	for (i = 0; i < x->len; i += 3) {
		uint32_t v = (uint32_t)x->data[i] << 16;

		if (i + 1 < x->len)
			v |= (uint32_t)x->data[i + 1] << 8;
		if (i + 2 < x->len)
			v |= x->data[i + 2];
		if (breaks && i > 0 && i % 57 == 0)
			buf_add_str(&b, "\r\n");
		buf_add_byte(&b, base64[v >> 18]);
		buf_add_byte(&b, base64[v >> 12 & 63]);
		buf_add_byte(&b, i + 1 < x->len ? base64[v >> 6 & 63] : '=');
		buf_add_byte(&b, i + 2 < x->len ? base64[v & 63] : '=');
	}
	c->out = take(&b);
	return FLOW_MORE;
}

static enum flow
from_base64(struct member_call *c)
{
	const char *s = value_chars(c->args[0]), *p;
	struct buf b = { 0 };
	uint32_t v = 0;
	int n = 0, pad = 0;

	for (; *s != '\0'; s++) {
		if (isspace((unsigned char)*s))
			continue;
		p = strchr(base64, *s);
		if (*s == '=') {
			pad++;
			p = base64;
		}
		if (p == NULL || (pad > 0 && *s != '=') || pad > 2)
			goto bad;
		v = v << 6 | (uint32_t)(p - base64);
		if (++n == 4) {
			buf_add_byte(&b, (char)(v >> 16));
			if (pad < 2)
				buf_add_byte(&b, (char)(v >> 8));
			if (pad < 1)
				buf_add_byte(&b, (char)v);
			n = 0;
			v = 0;
		}
	}
	if (n != 0)
		goto bad;
	c->out = value_bytes(b.data, b.len);
	buf_clear(&b);
	return FLOW_MORE;
bad:
	buf_clear(&b);
	return member_throw(c, "System.FormatException",
	    "The input is not a valid Base-64 string as it contains a "
	    "non-base 64 character, more than two padding characters, or an "
	    "illegal character among the padding characters.");
}

static enum flow
to_hex(struct member_call *c)
{
	struct bytes *x = bytes_of(c->args[0]);
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < x->len; i++)
		buf_printf(&b, strcmp(c->name, "ToHexStringLower") == 0 ?
			"%02x" : "%02X", x->data[i]);
	c->out = take(&b);
	return FLOW_MORE;
}

static enum flow
from_hex(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	size_t n = value_chars_len(c->args[0]), i;
	unsigned byte;

	for (i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)s[i]) || n % 2 != 0)
			return member_throw(c, "System.FormatException",
			    "The input is not a valid hex string as it "
			    "contains a non-hex character.");
	}
	c->out = value_bytes(NULL, n / 2);
	for (i = 0; i < n / 2; i++) {
		(void)sscanf(s + 2 * i, "%2x", &byte);
		bytes_of(c->out)->data[i] = (uint8_t)byte;
	}
	return FLOW_MORE;
}

static enum flow
change_type(struct member_call *c)
{
	const struct type *t = type_of_value(c->args[1]);

	return value_convert(c->run, c->args[0], t, &c->out);
}

#define CONV(T, n)                                                             \
	{ "static " T " " n "(System.Object value)", convert_to },             \
	{ "static " T " " n "(string value)", convert_to },                    \
	{ "static " T " " n "(string value, System.IFormatProvider "           \
	  "provider)", convert_to }
#define FROM_BASE(T, n)                                                        \
	{ "static " T " " n "(string value, int fromBase)", convert_from_base }
#define TO_BASE(T)                                                             \
	{ "static string ToString(" T " value, int toBase)", convert_to_base }

static const struct member_spec convert_members[] = {
	CONV("int", "ToInt32"), CONV("long", "ToInt64"),
	CONV("short", "ToInt16"), CONV("byte", "ToByte"),
	CONV("sbyte", "ToSByte"), CONV("ushort", "ToUInt16"),
	CONV("uint", "ToUInt32"), CONV("ulong", "ToUInt64"),
	CONV("double", "ToDouble"), CONV("float", "ToSingle"),
	CONV("decimal", "ToDecimal"), CONV("bool", "ToBoolean"),
	CONV("char", "ToChar"), CONV("datetime", "ToDateTime"),
	CONV("string", "ToString"), FROM_BASE("int", "ToInt32"),
	FROM_BASE("long", "ToInt64"), FROM_BASE("short", "ToInt16"),
	FROM_BASE("byte", "ToByte"), FROM_BASE("uint", "ToUInt32"),
	FROM_BASE("ulong", "ToUInt64"), FROM_BASE("ushort", "ToUInt16"),
	FROM_BASE("sbyte", "ToSByte"), TO_BASE("byte"), TO_BASE("short"),
	TO_BASE("int"), TO_BASE("long"),
	{ "static string ToBase64String(byte[] inArray)", to_base64 },
	{ "static byte[] FromBase64String(string s)", from_base64 },
	{ "static string ToHexString(byte[] inArray)", to_hex },
	{ "static string ToHexStringLower(byte[] inArray)", to_hex },
	{ "static byte[] FromHexString(string s)", from_hex },
	{ "static System.Object ChangeType(System.Object value, type "
	  "conversionType)", change_type },
	{ NULL },
};

/* --- Environment --- */

static struct type type_environment = {
	.name = "System.Environment",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

extern char **environ;

static enum flow
env_get(struct member_call *c)
{
	const char *n = c->name;
	char host[256] = "", *cwd;

	if (strcasecmp(n, "NewLine") == 0) {
		c->out = value_string("\n");
	} else if (strcasecmp(n, "MachineName") == 0) {
		(void)gethostname(host, sizeof(host) - 1);
		host[strcspn(host, ".")] = '\0';
		c->out = value_string(host);
	} else if (strcasecmp(n, "UserName") == 0) {
		const char *user = getenv("USER");

		c->out = value_string(user != NULL ? user :
			geteuid() == 0		   ? "root" :
						     "");
	} else if (strcasecmp(n, "UserDomainName") == 0) {
		(void)gethostname(host, sizeof(host) - 1);
		c->out = value_string(host);
	} else if (strcasecmp(n, "ProcessId") == 0) {
		c->out = value_int((int32_t)getpid());
	} else if (strcasecmp(n, "ProcessorCount") == 0) {
		c->out = value_int((int32_t)sysconf(_SC_NPROCESSORS_ONLN));
	} else if (strncasecmp(n, "Is64", 4) == 0) {
		c->out = value_bool(sizeof(void *) == 8);
	} else if (strcasecmp(n, "TickCount") == 0) {
		c->out = value_int((int32_t)(ticks_now_utc() / 10000));
	} else if (strcasecmp(n, "TickCount64") == 0) {
		c->out = value_long(ticks_now_utc() / 10000);
	} else if (strcasecmp(n, "ExitCode") == 0) {
		c->out = value_int(0);
	} else {
		cwd = c->run != NULL && c->run->ops != NULL &&
			c->run->ops->location != NULL ?
		    mem_strdup(c->run->ops->location(c->run)) :
		    getcwd(NULL, 0);
		c->out = value_string(cwd == NULL ? "/" : cwd);
		free(cwd);
	}
	return FLOW_MORE;
}

static enum flow
env_variable(struct member_call *c)
{
	const char *name = value_chars(c->args[0]);
	const char *text;

	if (strcmp(c->name, "GetEnvironmentVariable") == 0) {
		text = getenv(name);
		c->out = text == NULL ? VALUE_NULL : value_string(text);
		return FLOW_MORE;
	}
	if (*name == '\0' || strchr(name, '=') != NULL)
		return member_throw(c, "System.ArgumentException",
		    "Environment variable name cannot contain equal "
		    "character. (Parameter 'variable')");
	text = value_chars(c->args[1]);
	if (text == NULL || *text == '\0')
		(void)unsetenv(name);
	else
		(void)setenv(name, text, 1);
	return FLOW_MORE;
}

static enum flow
env_variables(struct member_call *c)
{
	struct dict *d = dict_new(NULL);
	char **e;

	for (e = environ; e != NULL && *e != NULL; e++) {
		size_t n = strcspn(*e, "=");

		if ((*e)[n] == '=')
			dict_set_take(d, value_string_n(*e, n),
			    value_string(*e + n + 1));
	}
	c->out = dict_value(d);
	return FLOW_MORE;
}

static enum flow
env_folder(struct member_call *c)
{
	const char *home = getenv("HOME");
	int64_t which = c->args[0].u.i;

	if (home == NULL)
		home = "/";
	c->out = which == 26 ? value_printf("%s/.config", home) :
	    which == 28	     ? value_printf("%s/.local/share", home) :
	    which == 35	     ? value_string("/usr/share") :
	    which == 40 || which == 5 ? value_string(home) :
	    which == 0		      ? value_printf("%s/Desktop", home) :
					value_string("");
	return FLOW_MORE;
}

static enum flow
env_expand(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct buf b = { 0 };

	while (*s != '\0') {
		const char *end = *s == '%' ? strchr(s + 1, '%') : NULL;

		if (end != NULL) {
			char *name = mem_strndup(s + 1, (size_t)(end - s - 1));
			const char *text = getenv(name);

			mem_free(name);
			if (text != NULL) {
				buf_add_str(&b, text);
				s = end + 1;
				continue;
			}
		}
		buf_add_byte(&b, *s++);
	}
	c->out = take(&b);
	return FLOW_MORE;
}

#define ENV(T, n) { "static " T " " n " get", env_get }
static const struct member_spec environment_members[] = {
	ENV("string", "NewLine"), ENV("string", "MachineName"),
	ENV("string", "UserName"), ENV("string", "UserDomainName"),
	ENV("string", "CurrentDirectory"), ENV("int", "ProcessId"),
	ENV("int", "ProcessorCount"), ENV("bool", "Is64BitProcess"),
	ENV("bool", "Is64BitOperatingSystem"), ENV("int", "TickCount"),
	ENV("long", "TickCount64"), ENV("int", "ExitCode"),
	{ "static string GetEnvironmentVariable(string variable)",
	    env_variable },
	{ "static string GetEnvironmentVariable(string variable, "
	  "System.EnvironmentVariableTarget target)", env_variable },
	{ "static void SetEnvironmentVariable(string variable, string "
	  "value)", env_variable },
	{ "static void SetEnvironmentVariable(string variable, string "
	  "value, System.EnvironmentVariableTarget target)", env_variable },
	{ "static System.Collections.IDictionary "
	  "GetEnvironmentVariables()", env_variables },
	{ "static string GetFolderPath(System.Environment+SpecialFolder "
	  "folder)", env_folder },
	{ "static string ExpandEnvironmentVariables(string name)",
	    env_expand },
	{ NULL },
};

/* --- IO.Path --- */

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
	c->out = take(&b);
	return FLOW_MORE;
}

/* Absolute, without . and .. ; relative to the run's location. */
static char *
full_path(struct run *r, const char *s)
{
	struct buf b = { 0 };
	char *whole = NULL, *part, *save, *cwd;

	if (*s == '/') {
		whole = mem_strdup(s);
	} else if (r != NULL && r->ops != NULL && r->ops->location != NULL) {
		whole = mem_printf("%s/%s", r->ops->location(r), s);
	} else {
		cwd = getcwd(NULL, 0);
		whole = mem_printf("%s/%s", cwd == NULL ? "" : cwd, s);
		free(cwd);
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

static enum flow
path_full(struct member_call *c)
{
	c->out = value_string_take(full_path(c->run, value_chars(c->args[0])));
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

/* --- IO.File, IO.Directory --- */

static struct type type_file = {
	.name = "System.IO.File",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static struct type type_directory = {
	.name = "System.IO.Directory",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static enum flow
io_error(struct member_call *c, const char *path)
{
	switch (errno) {
	case ENOENT:
		return member_throw(c, "System.IO.FileNotFoundException",
		    "Could not find file '%s'.", path);
	case EACCES:
	case EPERM:
	case EISDIR:
		return member_throw(c, "System.UnauthorizedAccessException",
		    "Access to the path '%s' is denied.", path);
	case EEXIST:
		return member_throw(c, "System.IO.IOException",
		    "The file '%s' already exists.", path);
	default:
		return member_throw(c, "System.IO.IOException", "%s : '%s'",
		    strerror(errno), path);
	}
}

static enum flow
read_whole(struct member_call *c, struct buf *b)
{
	char *path = full_path(c->run, value_chars(c->args[0]));
	FILE *fp = fopen(path, "re");
	char chunk[16384];
	size_t n;
	enum flow flow = FLOW_MORE;

	if (fp == NULL) {
		flow = io_error(c, path);
		mem_free(path);
		return flow;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0 &&
	    b->len < FILE_MAX_BYTES)
		buf_add(b, chunk, n);
	if (ferror(fp))
		flow = io_error(c, path);
	(void)fclose(fp);
	mem_free(path);
	return flow;
}

static enum flow
file_read(struct member_call *c)
{
	struct buf b = { 0 };
	enum flow flow = read_whole(c, &b);
	const char *s;
	size_t n;

	if (flow != FLOW_MORE) {
		buf_clear(&b);
		return flow;
	}
	if (strcmp(c->name, "ReadAllBytes") == 0) {
		c->out = value_bytes(b.data, b.len);
		buf_clear(&b);
		return FLOW_MORE;
	}
	s = buf_text(&b);
	n = b.len;
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	if (strcmp(c->name, "ReadAllText") == 0) {
		size_t len;
		char *clean = utf8_scrub(s, n, &len);

		c->out = value_string_n(clean, len);
		mem_free(clean);
	} else {
		struct list *l = list_new(types_string_array, 16);
		const char *end = s + n, *nl;

		while (s < end) {
			size_t len;

			nl = memchr(s, '\n', (size_t)(end - s));
			len = nl == NULL ? (size_t)(end - s) :
					   (size_t)(nl - s);
			if (len > 0 && s[len - 1] == '\r')
				len--;
			list_add_take(l, value_string_n(s, len));
			s = nl == NULL ? end : nl + 1;
		}
		c->out = list_value(l);
	}
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
file_write(struct member_call *c)
{
	char *path = full_path(c->run, value_chars(c->args[0]));
	FILE *fp = fopen(path,
	    strncmp(c->name, "Append", 6) == 0 ? "ae" : "we");
	struct list *l = NULL;
	struct value text;
	size_t i;
	enum flow flow = FLOW_MORE;

	if (fp == NULL) {
		flow = io_error(c, path);
		mem_free(path);
		return flow;
	}
	if (c->args[1].type == &type_bytes) {
		(void)fwrite(bytes_of(c->args[1])->data, 1,
		    bytes_of(c->args[1])->len, fp);
	} else if (strstr(c->name, "Lines") != NULL) {
		flow = collect(c->run, c->args[1], &l);
		for (i = 0; flow == FLOW_MORE && i < l->count; i++) {
			flow = value_text(c->run, l->items[i], &text);
			if (flow != FLOW_MORE)
				break;
			(void)fprintf(fp, "%s\n", value_chars(text));
			value_unref(text);
		}
		if (l != NULL)
			value_unref(list_value(l));
	} else {
		(void)fwrite(value_chars(c->args[1]), 1,
		    value_chars_len(c->args[1]), fp);
	}
	if (fclose(fp) != 0 && flow == FLOW_MORE)
		flow = io_error(c, path);
	mem_free(path);
	return flow;
}

static enum flow
file_exists(struct member_call *c)
{
	char *path = full_path(c->run, value_chars(c->args[0]));
	struct stat st;
	bool ok = value_chars_len(c->args[0]) > 0 && stat(path, &st) == 0;

	c->out = value_bool(ok && (c->type == &type_directory) ==
	    (S_ISDIR(st.st_mode) != 0));
	mem_free(path);
	return FLOW_MORE;
}

static enum flow
file_delete(struct member_call *c)
{
	char *path = full_path(c->run, value_chars(c->args[0]));
	enum flow flow = FLOW_MORE;

	if (unlink(path) != 0 && errno != ENOENT)
		flow = io_error(c, path);
	mem_free(path);
	return flow;
}

static const struct member_spec file_members[] = {
	{ "static bool Exists(string path)", file_exists },
	{ "static string ReadAllText(string path)", file_read },
	{ "static string ReadAllText(string path, System.Text.Encoding "
	  "encoding)", file_read },
	{ "static string[] ReadAllLines(string path)", file_read },
	{ "static string[] ReadLines(string path)", file_read },
	{ "static byte[] ReadAllBytes(string path)", file_read },
	{ "static void WriteAllText(string path, string contents)",
	    file_write },
	{ "static void WriteAllText(string path, string contents, "
	  "System.Text.Encoding encoding)", file_write },
	{ "static void WriteAllLines(string path, string[] contents)",
	    file_write },
	{ "static void WriteAllLines(string path, System.Collections."
	  "Generic.IEnumerable[string] contents)", file_write },
	{ "static void WriteAllBytes(string path, byte[] bytes)",
	    file_write },
	{ "static void AppendAllText(string path, string contents)",
	    file_write },
	{ "static void AppendAllLines(string path, System.Collections."
	  "Generic.IEnumerable[string] contents)", file_write },
	{ "static void Delete(string path)", file_delete },
	{ NULL },
};

static const struct member_spec directory_members[] = {
	{ "static bool Exists(string path)", file_exists },
	{ "static string GetCurrentDirectory()", env_get },
	{ NULL },
};

void
environment_init(void)
{
	type_add_members(&type_conversion, convert_members);
	type_add(&type_conversion);
	type_add_members(&type_environment, environment_members);
	type_add(&type_environment);
	type_add_members(&type_path, path_members);
	type_add(&type_path);
	type_add_members(&type_file, file_members);
	type_add(&type_file);
	type_add_members(&type_directory, directory_members);
	type_add(&type_directory);
}
