/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_DRIVES_H
#define TYPES_DRIVES_H

#include "core/value.h"

/*
 * Providers, drives and paths as a session knows them. A process has one
 * session, so the tables are the process's own. What a provider does is in
 * cmdlets/item; the language asks here what $PWD is.
 */

enum provider {
	PROVIDER_FILESYSTEM,
	PROVIDER_ALIAS,
	PROVIDER_ENVIRONMENT,
	PROVIDER_FUNCTION,
	PROVIDER_VARIABLE,
	PROVIDER_CERTIFICATE,
	PROVIDERS,
};

const char *provider_name(enum provider p);
/* "Microsoft.PowerShell.Core\FileSystem" */
const char *provider_full_name(enum provider p);
/* By name or full name; PROVIDERS where there is none. */
enum provider provider_find(const char *name);
struct value provider_value(enum provider p); /* ProviderInfo */

/* A PSDriveInfo. Strings are its own. */
struct drive {
	struct cell cell;
	char *name;
	char *root;        /* a folder, no '/' at its end; "" elsewhere */
	char *current;     /* below root, "" is the root itself */
	char *description;
	enum provider provider;
	bool removed;
};

struct drive *drive_at(size_t i); /* in order of making; NULL past them */
struct drive *drive_find(const char *name); /* NULL */
/* Borrowed: the table's own. */
struct drive *drive_add(const char *name, enum provider p, const char *root,
    const char *description);
void drive_remove(struct drive *d);
struct value drive_value(struct drive *d);

/* The drive of the present location; never NULL. */
struct drive *drive_here(void);
void drive_set_here(struct drive *d);
/*
 * The path to show for something of a drive: inner is a provider's own path.
 * Owned.
 */
char *drive_path(const struct drive *d, const char *inner);

/* A PathInfo; d may be NULL (a path that names its provider). */
struct value path_info_new(const char *path, const char *provider_path,
    struct drive *d, enum provider p);
/* $PWD, where location is the folder the session is in. */
struct value path_info_here(const char *location);

void drives_init(void);

#endif
