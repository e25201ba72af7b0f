/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_ARCHIVE_H
#define CMDLETS_CS_ARCHIVE_H

#include "core/buf.h"
#include "store/store.h"

/*
 * What is in the store as one file, and back: a ZIP with "version.txt" (what
 * it is, for people too) and "objects" (records: four bytes of length, then
 * { Class, Key, Object } in the codec).
 */
enum archive_kind {
	ARCHIVE_CONFIGURATION, /* topology, policies, settings */
	ARCHIVE_USERS,
};

/* LIMIT: bytes of an archive that is read. */
#define ARCHIVE_MAX ((size_t)1 << 30)

/* wanted (may be NULL) says which objects; *np counts them. */
int archive_write(struct store *s, enum archive_kind kind,
    bool (*wanted)(const struct store_row *row, void *ctx), void *ctx,
    struct buf *b, size_t *np, struct fault *f);
/*
 * Looks at all of it first, then changes the store in one transaction. What
 * the archive does not hold goes, if replace is set.
 */
int archive_apply(struct store *s, enum archive_kind kind, const void *data,
    size_t len, bool replace, size_t *np, struct fault *f);

#endif
