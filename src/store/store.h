/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/value.h"

/*
 * Configuration at rest: class and key in, object out. An object is a
 * dictionary of the codec's types; what it means is model's. Keys compare
 * byte by byte: whoever makes them folds case. Objects list in the order in
 * which they were made.
 */
struct store;

/*
 * A property the store can look an object up by (case-blind for ASCII): the
 * table is handed over at open and ends with a NULL class. Values that are
 * no strings are not found.
 */
struct store_index {
	const char *class_name;
	const char *property;
};

/* Makes the file (0600) where there is none; *madep (may be NULL) says so. */
struct store *store_open(const char *path, const struct store_index *indexes,
    bool *madep, struct fault *f);
/* For tests: nothing reaches a disk. */
struct store *store_open_memory(const struct store_index *indexes);
/* Commits what is pending; failure is logged. Accepts NULL. */
void store_close(struct store *s);

/*
 * Writing. What one object's change needs stands between store_begin and
 * store_settle, or store_undo where it did not work out: it happens as a
 * whole, what is read in between stays true, and nobody calls into script
 * meanwhile. The changes of one pipeline share a transaction: settle commits
 * it after 100 ms or 500 objects, or at once where objects come slowly;
 * a pipeline calls store_commit in end and clean. Reads of this store see
 * what is not committed yet, others do not. begin waits up to 5 s for another
 * writer, then the fault (FAULT_BUSY) names it.
 *
 * expected: STORE_ANY, STORE_NEW (fails with FAULT_EXISTS) or the version
 * that was read (fails with FAULT_BUSY where somebody changed it since, with
 * FAULT_NOT_FOUND where it is gone). *versionp (may be NULL) is the new one.
 */
#define STORE_ANY INT64_C(-1)
#define STORE_NEW INT64_C(0)

int store_begin(struct store *s, struct fault *f);
int store_settle(struct store *s, struct fault *f);
void store_undo(struct store *s);
int store_commit(struct store *s, struct fault *f);

int store_put(struct store *s, const char *class_name, const char *key,
    struct value object, int64_t expected, int64_t *versionp,
    struct fault *f);
/* 1 removed, 0 there was none, -1 failed. */
int store_remove(struct store *s, const char *class_name, const char *key,
    int64_t expected, struct fault *f);
/* Writes committed by this store since it was opened. */
uint64_t store_committed(const struct store *s);

/* One object. Zero it first; store_row_clear after use. */
struct store_row {
	char *key;
	struct value object;
	int64_t version;
	int64_t id; /* place in the listing */
};

void store_row_clear(struct store_row *row);

/* 1 found (row filled), 0 none, -1 failed. row may be NULL: just asks. */
int store_get(struct store *s, const char *class_name, const char *key,
    struct store_row *row, struct fault *f);

/*
 * At most n objects after place `after` (0: from the start). Holds no read
 * transaction when it returns. *np 0: no more.
 */
#define STORE_PAGE 256
int store_page(struct store *s, const char *class_name, int64_t after,
    struct store_row *rows, size_t n, size_t *np, struct fault *f);
/* The same for objects whose indexed property is text. */
int store_find(struct store *s, const char *class_name, const char *property,
    const char *text, int64_t after, struct store_row *rows, size_t n,
    size_t *np, struct fault *f);

/*
 * Grows with every commit that changed something; class_name NULL: any
 * class, else when that class last changed. -1 failed.
 */
int64_t store_number(struct store *s, const char *class_name,
    struct fault *f);

/*
 * A socket that becomes readable when a commit to this store file happened
 * (a datagram, may be lost: also look at store_number now and then); the
 * caller empties it with store_watch_drain. One watcher a store file.
 */
int store_watch(struct store *s, struct fault *f);
/* Wakes the watcher though nothing changed: it publishes again. */
void store_poke(struct store *s);
void store_watch_drain(int fd);

const char *store_path(const struct store *s);

#endif
