/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_REPLACE_H
#define CORE_REPLACE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/fault.h"

/*
 * Writes a file whole or not at all: beside it under another name, synced,
 * renamed over it, the folder synced. When there is no room (DISK_FULL) the
 * old file stays and nothing is left behind.
 */
int replace_file(const char *path, const void *data, size_t len, mode_t mode,
    struct fault *f);

/* Appends a whole file to b; more than max bytes is a fault (LIMIT). */
int replace_read(
    const char *path, size_t max, struct buf *b, struct fault *f);

#endif
