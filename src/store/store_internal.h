/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include "core/buf.h"
#include "store/store.h"

/* What lies behind store.c: rows of bytes. store_sqlite.c says SQL. */
struct store_db;

struct store_raw {
	char *key;
	struct buf blob;
	int64_t version;
	int64_t id;
};

void store_raw_clear(struct store_raw *raw);

/* path NULL: in memory. */
struct store_db *store_db_open(
    const char *path, bool *madep, struct fault *f);
void store_db_close(struct store_db *db);
int store_db_begin(struct store_db *db, struct fault *f);
/* The store's number grows; so does that of each class. */
int store_db_commit(struct store_db *db, const char *const *classes,
    size_t n, struct fault *f);
void store_db_rollback(struct store_db *db);
int store_db_mark(struct store_db *db, struct fault *f);
int store_db_release(struct store_db *db, struct fault *f);
void store_db_back_to_mark(struct store_db *db);
/* A failed write may have ended the transaction by itself. */
bool store_db_is_open(struct store_db *db);

int store_db_get(struct store_db *db, const char *class_name,
    const char *key, struct store_raw *raw, struct fault *f);
int store_db_insert(struct store_db *db, const char *class_name,
    const char *key, int64_t version, const struct buf *blob, int64_t *idp,
    struct fault *f);
int store_db_update(struct store_db *db, int64_t id, int64_t version,
    const struct buf *blob, struct fault *f);
int store_db_remove(struct store_db *db, int64_t id, struct fault *f);
/* text is folded already. */
int store_db_index_add(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t id, struct fault *f);
int store_db_index_remove(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t id, struct fault *f);
/* property NULL: the whole class. */
int store_db_page(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t after,
    struct store_raw *rows, size_t n, size_t *np, struct fault *f);
int store_db_number(struct store_db *db, const char *class_name,
    int64_t *np, struct fault *f);

/*
 * Who may write next. Two locks on one file, taken in turn, so that a writer
 * that commits and begins again lets a waiting one go first.
 */
struct store_lock;

struct store_lock *store_lock_open(const char *path, struct fault *f);
void store_lock_close(struct store_lock *l);
int store_lock_take(struct store_lock *l, int timeout_ms, struct fault *f);
void store_lock_release(struct store_lock *l);

#endif
