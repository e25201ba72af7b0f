/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_FILES_H
#define CMDLETS_DATA_FILES_H

#include "core/cmdlet.h"
#include "core/textfile.h"

/* An absolute path for a name that may not exist yet. Owned. */
char *data_path(struct call *c, const char *name);

typedef enum flow data_file_fn(struct call *c, const char *path, void *arg);
/*
 * Each file of -Path (wildcards expanded) or -LiteralPath; what is not there
 * is reported under the command's id.
 */
enum flow data_each_file(struct call *c, size_t path, size_t literal,
    data_file_fn *fn, void *arg);

/* -Encoding: utf8NoBOM where it is not given. */
enum flow data_encoding(struct call *c, size_t param,
    enum text_encoding *ep);

/* Could not be opened for reading: FileOpenFailure. */
enum flow data_open_failed(struct call *c, const char *path, int error);

#endif
