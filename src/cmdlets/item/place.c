/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as people type them, and the places they mean. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/mem.h"
#include "core/string.h"

#define SMA "System.Management.Automation."

void
place_init(struct place *p)
{
	memset(p, 0, sizeof(*p));
}

static void
set_drive(struct place *p, struct drive *d)
{
	p->drive = d;
	if (d != NULL)
		(void)drive_value(d);
}

void
place_clear(struct place *p)
{
	if (p->drive != NULL)
		value_unref((struct value){ .type = p->drive->cell.type,
		    .u.p = &p->drive->cell });
	mem_free(p->path);
	memset(p, 0, sizeof(*p));
}

void
place_copy(struct place *to, const struct place *from)
{
	to->provider = from->provider;
	to->path = mem_strdup(from->path);
	set_drive(to, from->drive);
}

/* Without empty, . and .. parts; never above the root. */
static char *
plain_path(const char *text)
{
	struct buf b = { 0 };
	char *copy = mem_strdup(text), *part, *save = NULL;

	for (part = strtok_r(copy, "/", &save); part != NULL;
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
	mem_free(copy);
	return buf_take(&b);
}

/* A flat provider's name: no slashes around it. */
static char *
plain_name(const char *text)
{
	size_t len;

	while (*text == '/')
		text++;
	len = strlen(text);
	while (len > 0 && text[len - 1] == '/')
		len--;
	if (len == 1 && *text == '.')
		len = 0;
	return mem_strndup(text, len);
}

static void
set_path(struct place *p, const char *under, const char *rest)
{
	char *whole;

	if (p->provider == PROVIDER_CERTIFICATE) {
		whole = mem_printf("%s/%s", under, rest);
		p->path = plain_path(whole);
		memmove(p->path, p->path + 1, strlen(p->path));
		mem_free(whole);
	} else if (p->provider != PROVIDER_FILESYSTEM) {
		p->path = plain_name(rest);
	} else {
		whole = mem_printf("%s/%s", under, rest);
		p->path = plain_path(whole);
		mem_free(whole);
	}
}

static enum flow
no_drive(struct call *c, const char *name)
{
	struct value target = value_string(name);
	char *message = mem_printf("Cannot find drive. A drive with the name "
				   "'%s' does not exist.", name);
	struct error_spec spec = { .exception = SMA "DriveNotFoundException",
		.id = "DriveNotFound", .category = "ObjectNotFound",
		.target = target, .message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

static enum flow
no_provider(struct call *c, const char *name)
{
	struct value target = value_string(name);
	char *message = mem_printf("Cannot find a provider with the name "
				   "'%s'.", name);
	struct error_spec spec = {
		.exception = SMA "ProviderNotFoundException",
		.id = "ProviderNotFound", .category = "ObjectNotFound",
		.target = target, .message = message };
	enum flow flow = call_error(c, &spec);

	value_unref(target);
	mem_free(message);
	return flow;
}

/* After a drive's name; where the drive stands now if there is no slash. */
static void
on_drive(struct place *p, struct drive *d, const char *rest)
{
	p->provider = d->provider;
	set_drive(p, d);
	if (d->provider == PROVIDER_FILESYSTEM && rest[0] != '/' &&
	    d->current[0] != '\0') {
		char *under = mem_printf("%s/%s", d->root, d->current);

		set_path(p, under, rest);
		mem_free(under);
	} else {
		set_path(p, d->root, rest);
	}
}

/* Relative to the present location, or from / where it begins so. */
static void
from_here(struct call *c, struct place *p, const char *text)
{
	struct drive *d = drive_here();
	struct run *r = call_run(c);

	if (text[0] == '/' && d->provider != PROVIDER_CERTIFICATE)
		d = d->provider == PROVIDER_FILESYSTEM &&
			strcmp(d->name, "/") != 0 && strncmp(text, d->root,
			    strlen(d->root)) == 0 ? d : drive_find("/");
	if (d == NULL)
		d = drive_here();
	p->provider = d->provider;
	set_drive(p, d);
	if (d->provider == PROVIDER_FILESYSTEM)
		set_path(p, text[0] == '/' ? "" : r->ops->location(r), text);
	else
		set_path(p, text[0] == '/' ? "" : d->current, text);
}

/* ~ and ~/x: the home folder. */
static void
from_home(struct place *p, const char *rest)
{
	const char *home = getenv("HOME");

	p->provider = PROVIDER_FILESYSTEM;
	set_drive(p, drive_find("/"));
	set_path(p, home == NULL ? "/" : home, rest);
}

static enum flow
parse_slashed(struct call *c, char *text, struct place *out, bool quiet,
    bool *okp)
{
	char *sep = strstr(text, "::"), *colon;
	struct drive *d;

	if (sep != NULL) {
		char *name = mem_strndup(text, (size_t)(sep - text));

		for (char *s = name; *s != '\0'; s++)
			if (*s == '/')
				*s = '\\';
		out->provider = provider_find(name);
		if (out->provider == PROVIDERS) {
			enum flow flow = quiet ? FLOW_MORE :
			    no_provider(c, name);

			mem_free(name);
			*okp = false;
			return flow;
		}
		mem_free(name);
		set_path(out, sep[2] == '/' ||
			out->provider != PROVIDER_FILESYSTEM ? "" :
			call_run(c)->ops->location(call_run(c)), sep + 2);
		return FLOW_MORE;
	}
	if (text[0] == '~' && (text[1] == '\0' || text[1] == '/')) {
		from_home(out, text + 1);
		return FLOW_MORE;
	}
	colon = strchr(text, ':');
	if (colon != NULL && colon != text &&
	    memchr(text, '/', (size_t)(colon - text)) == NULL) {
		*colon = '\0';
		d = drive_find(text);
		if (d == NULL) {
			*okp = false;
			return quiet ? FLOW_MORE : no_drive(c, text);
		}
		on_drive(out, d, colon + 1);
		return FLOW_MORE;
	}
	from_here(c, out, text);
	return FLOW_MORE;
}

static enum flow
parse(struct call *c, const char *text, struct place *out, bool quiet,
    bool *okp)
{
	char *copy = mem_strdup(text);
	enum flow flow;

	place_init(out);
	*okp = true;
	for (char *s = copy; *s != '\0'; s++)
		if (*s == '\\')
			*s = '/';
	flow = parse_slashed(c, copy, out, quiet, okp);
	if (*okp && out->path == NULL)
		out->path = mem_strdup("");
	mem_free(copy);
	return flow;
}

enum flow
place_parse(struct call *c, const char *text, struct place *out, bool *okp)
{
	return parse(c, text, out, false, okp);
}

enum flow
place_parse_quiet(struct call *c, const char *text, struct place *out,
    bool *okp)
{
	return parse(c, text, out, true, okp);
}

char *
place_text(const struct place *p)
{
	if (p->drive == NULL)
		return p->provider == PROVIDER_FILESYSTEM ?
		    mem_strdup(p->path) : place_full(p);
	return drive_path(p->drive, p->path);
}

char *
place_full(const struct place *p)
{
	return mem_printf("%s::%s", provider_full_name(p->provider),
	    p->path[0] == '\0' && p->drive != NULL ? p->drive->name : p->path);
}

void
place_child(const struct place *p, const char *name, struct place *out)
{
	place_init(out);
	out->provider = p->provider;
	set_drive(out, p->drive);
	if (p->provider == PROVIDER_FILESYSTEM)
		out->path = mem_printf("%s%s%s", p->path,
		    strcmp(p->path, "/") == 0 ? "" : "/", name);
	else
		out->path = p->path[0] == '\0' ? mem_strdup(name) :
		    mem_printf("%s/%s", p->path, name);
}

bool
place_parent(const struct place *p, struct place *out)
{
	const char *slash = strrchr(p->path, '/');

	if (p->path[0] == '\0' || strcmp(p->path, "/") == 0)
		return false;
	place_init(out);
	out->provider = p->provider;
	set_drive(out, p->drive);
	out->path = slash == NULL ? mem_strdup("") :
	    mem_strndup(p->path, slash == p->path ? 1 :
		(size_t)(slash - p->path));
	return true;
}

const char *
place_leaf(const struct place *p)
{
	const char *slash = strrchr(p->path, '/');

	return slash == NULL || slash[1] == '\0' ? p->path : slash + 1;
}

bool
place_exists(struct call *c, const struct place *p)
{
	struct stat st;

	if (p->provider == PROVIDER_FILESYSTEM)
		return lstat(p->path, &st) == 0;
	return p->path[0] == '\0' || flat_exists(c, p);
}

bool
place_is_container(struct call *c, const struct place *p)
{
	struct stat st;

	(void)c;
	if (p->provider == PROVIDER_FILESYSTEM)
		return stat(p->path, &st) == 0 && S_ISDIR(st.st_mode);
	if (p->provider == PROVIDER_CERTIFICATE)
		return strchr(p->path, '/') == NULL ||
		    strrchr(p->path, '/') == strchr(p->path, '/');
	return p->path[0] == '\0';
}

bool
place_is_hidden(const struct place *p)
{
	return p->provider == PROVIDER_FILESYSTEM && place_leaf(p)[0] == '.';
}

enum flow
place_missing(struct call *c, const struct place *p)
{
	char *text = place_text(p);
	char *message;
	struct value target;
	struct error_spec spec = {
		.exception = SMA "ItemNotFoundException",
		.id = "PathNotFound", .category = "ObjectNotFound" };
	enum flow flow;

	if (p->provider != PROVIDER_FILESYSTEM && p->drive != NULL) {
		/* the providers without folders name the item alone */
		mem_free(text);
		text = mem_strdup(p->path);
	}
	message = mem_printf("Cannot find path '%s' because it does not "
			     "exist.", text);
	target = value_string(text);
	spec.target = target;
	spec.message = message;
	flow = call_error(c, &spec);
	value_unref(target);
	mem_free(message);
	mem_free(text);
	return flow;
}

enum flow
place_failed(struct call *c, const struct place *p, int error,
    const char *id, const char *category)
{
	struct error_spec spec = { .exception = "System.IO.IOException",
		.category = category };
	struct value target = value_string(p->path);
	char *message, *whole = NULL;
	enum flow flow;

	switch (error) {
	case ENOENT:
	case ENOTDIR:
		spec.exception = "System.IO.DirectoryNotFoundException";
		message = mem_printf("Could not find a part of the path '%s'.",
		    p->path);
		break;
	case EACCES:
	case EPERM:
	case EISDIR:
		spec.exception = "System.UnauthorizedAccessException";
		spec.category = "PermissionDenied";
		message = mem_printf("Access to the path '%s' is denied.",
		    p->path);
		break;
	case EEXIST:
		message = mem_printf("The file '%s' already exists.", p->path);
		break;
	case ENOSPC:
	case EDQUOT:
		message = mem_printf("There is not enough space on the disk. "
				     ": '%s'", p->path);
		break;
	default:
		message = mem_printf("%s : '%s'", strerror(error), p->path);
		break;
	}
	/* ids that end in a blank say what the rest is by the error */
	if (id[strlen(id) - 1] == ' ')
		whole = mem_printf("%.*s%s", (int)strlen(id) - 1, id,
		    strcmp(spec.exception, "System.IO.IOException") == 0 ?
			"IOError" :
			error == ENOENT || error == ENOTDIR ?
			"DirectoryNotFoundError" : "UnauthorizedAccessError");
	spec.id = whole != NULL ? whole : id;
	spec.target = target;
	spec.message = message;
	flow = call_error(c, &spec);
	value_unref(target);
	mem_free(message);
	mem_free(whole);
	return flow;
}
