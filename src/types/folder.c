/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in a folder, in the order people see them; paths as they are typed. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "types/drives.h"
#include "types/fileinfo.h"
#include "types/tables.h"

static int
name_order(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int order = text_compare(x, strlen(x), y, strlen(y), true);

	return order != 0 ? order : strcmp(x, y);
}

static bool
entry_is_folder(const char *path, const struct dirent *e)
{
	struct stat st;
	char *whole;
	bool yes;

	if (e->d_type != DT_UNKNOWN && e->d_type != DT_LNK)
		return e->d_type == DT_DIR;
	whole = mem_printf("%s/%s", path, e->d_name);
	yes = stat(whole, &st) == 0 && S_ISDIR(st.st_mode);
	mem_free(whole);
	return yes;
}

static void
join(char ***vp, size_t *np, char *name)
{
	if ((*np & (*np - 1)) == 0)
		*vp = mem_array_grow(*vp, *np == 0 ? 8 : *np * 2,
		    sizeof(char *));
	(*vp)[(*np)++] = name;
}

int
file_names_read(const char *path, struct file_names *out)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char **files = NULL;
	size_t nfiles = 0;

	memset(out, 0, sizeof(*out));
	if (d == NULL)
		return errno;
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (entry_is_folder(path, e))
			join(&out->v, &out->n, mem_strdup(e->d_name));
		else
			join(&files, &nfiles, mem_strdup(e->d_name));
	}
	(void)closedir(d);
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(char *), name_order);
	if (nfiles > 1)
		qsort(files, nfiles, sizeof(char *), name_order);
	out->folders = out->n;
	for (size_t i = 0; i < nfiles; i++)
		join(&out->v, &out->n, files[i]);
	mem_free(files);
	return 0;
}

void
file_names_clear(struct file_names *n)
{
	for (size_t i = 0; i < n->n; i++)
		mem_free(n->v[i]);
	mem_free(n->v);
	memset(n, 0, sizeof(*n));
}

char *
fileinfo_from_shell(struct run *r, const char *path)
{
	const char *home = getenv("HOME"), *colon;
	char *copy = mem_strdup(path), *whole = NULL, *out;
	struct drive *d = NULL;

	for (char *s = copy; *s != '\0'; s++)
		if (*s == '\\')
			*s = '/';
	colon = strchr(copy, ':');
	if (colon != NULL && strchr(copy, '/') != NULL &&
	    strchr(copy, '/') < colon)
		colon = NULL;
	if (colon != NULL && colon != copy && colon[1] != ':') {
		char *name = mem_strndup(copy, (size_t)(colon - copy));

		d = drive_find(name);
		mem_free(name);
	} else if (colon != NULL && colon[1] == ':') {
		whole = mem_strdup(colon + 2); /* after the provider's name */
	}
	if (d != NULL && d->provider == PROVIDER_FILESYSTEM)
		whole = mem_printf("%s/%s", d->root, colon + 1);
	else if (copy[0] == '~' && (copy[1] == '/' || copy[1] == '\0') &&
	    home != NULL)
		whole = mem_printf("%s%s", home, copy + 1);
	out = fileinfo_full(r, whole != NULL ? whole : copy);
	mem_free(whole);
	mem_free(copy);
	return out;
}
