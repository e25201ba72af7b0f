/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_FILES_H
#define CMDLETS_CS_FILES_H

#include "core/buf.h"
#include "core/cmdlet.h"

/* A path as an administrator writes it: ~ and the current location. Owned. */
char *files_path(struct call *c, const char *text);
/* The whole file, added to b. LIMIT: most bytes of it. */
int files_read(const char *path, size_t most, struct buf *b, struct fault *f);
/* New or replaced as a whole; nothing half-written stays. */
int files_write(const char *path, const void *data, size_t n, unsigned mode,
    struct fault *f);

#endif
