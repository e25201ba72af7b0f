/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_ZIP_H
#define CMDLETS_CS_ZIP_H

#include "core/buf.h"
#include "core/fault.h"

/*
 * A ZIP archive of a few files that are stored as they are: any unpacker
 * shows what is in it. Reading takes what zip_end wrote and nothing else, by
 * its central directory and with every check sum.
 */
struct zip {
	struct buf out, directory;
	unsigned entries;
};

void zip_begin(struct zip *z);
void zip_add(struct zip *z, const char *name, const void *data, size_t len);
/* The whole archive, added to b. */
void zip_end(struct zip *z, struct buf *b);

/* An entry's bytes, within data. */
int zip_find(const void *data, size_t len, const char *name,
    const unsigned char **p, size_t *np, struct fault *f);

#endif
