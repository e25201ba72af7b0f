/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where things live at run time. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/home.h"
#include "core/mem.h"

static const struct home_row {
	const char *below_home; /* inside FEDSH_HOME; "" the folder itself */
	const char *root;
	const char *xdg;      /* environment variable */
	const char *xdg_else; /* below HOME where it is not set */
} home_rows[] = {
	[HOME_STATE] = { "", "/var/lib/fedsh", "XDG_STATE_HOME",
	    ".local/state" },
	[HOME_RUN] = { "/run", "/run/fedsh", "XDG_RUNTIME_DIR",
	    ".local/state/fedsh/run" },
	[HOME_CONFIG] = { "/etc", "/etc/fedsh", "XDG_CONFIG_HOME", ".config" },
	[HOME_LOG] = { "/log", "/var/log/fedsh", "XDG_STATE_HOME",
	    ".local/state" },
};

static char *
home_dir(enum home_kind kind)
{
	const struct home_row *row = &home_rows[kind];
	const char *home = getenv("FEDSH_HOME");
	const char *base;

	if (home != NULL && *home != '\0')
		return mem_printf("%s%s", home, row->below_home);
	if (geteuid() == 0)
		return mem_strdup(row->root);
	base = getenv(row->xdg);
	if (base != NULL && *base == '/')
		return mem_printf(
		    "%s/fedsh%s", base, kind == HOME_LOG ? "/log" : "");
	home = getenv("HOME");
	if (home == NULL || *home == '\0')
		home = "/nonexistent";
	if (kind == HOME_RUN)
		return mem_printf("%s/%s", home, row->xdg_else);
	return mem_printf("%s/%s/fedsh%s", home, row->xdg_else,
	    kind == HOME_LOG ? "/log" : "");
}

char *
home_path(enum home_kind kind, const char *name)
{
	char *dir = home_dir(kind);
	char *path;

	if (name == NULL)
		return dir;
	path = mem_printf("%s/%s", dir, name);
	mem_free(dir);
	return path;
}

static int
make_folder(const char *path, struct fault *f)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return fault_errno(f, errno, "cannot make folder %s", path);
	if (stat(path, &st) != 0)
		return fault_errno(f, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return fault_set(f, FAULT_INVALID,
		    "%s is in the way: a folder is needed there", path);
	return 0;
}

char *
home_make(enum home_kind kind, const char *name, struct fault *f)
{
	char *path = home_path(kind, name);
	char *slash = path;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (make_folder(path, f) != 0)
			goto fail;
		*slash = '/';
	}
	if (make_folder(path, f) != 0)
		goto fail;
	return path;
fail:
	mem_free(path);
	return NULL;
}
