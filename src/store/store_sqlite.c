/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of bytes in SQLite: the one file that says SQL. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/mem.h"
#include "store/store_internal.h"

/* "fdsh": so that file(1) and we know whose it is. */
#define APPLICATION_ID "1717859176"
#define SCHEMA_VERSION 1
#define BUSY_MS        5000

static const char schema[] =
    "CREATE TABLE object ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  class TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  version INTEGER NOT NULL,"
    "  body BLOB NOT NULL,"
    "  UNIQUE (class, key));"
    "CREATE INDEX object_class ON object (class);"
    "CREATE TABLE lookup ("
    "  class TEXT NOT NULL,"
    "  property TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  id INTEGER NOT NULL,"
    "  PRIMARY KEY (class, property, text, id)) WITHOUT ROWID;"
    "CREATE TABLE change ("
    "  class TEXT PRIMARY KEY,"
    "  number INTEGER NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id = " APPLICATION_ID ";"
    "PRAGMA user_version = 1;";

enum statement {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_MARK,
	ST_RELEASE,
	ST_BACK,
	ST_GET,
	ST_INSERT,
	ST_UPDATE,
	ST_REMOVE,
	ST_INDEX_ADD,
	ST_INDEX_REMOVE,
	ST_PAGE,
	ST_FIND,
	ST_NUMBER,
	ST_CHANGED,
	ST_COUNT
};

static const char *const statements[ST_COUNT] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_MARK] = "SAVEPOINT one",
	[ST_RELEASE] = "RELEASE one",
	[ST_BACK] = "ROLLBACK TO one",
	[ST_GET] = "SELECT id, key, version, body FROM object "
	    "WHERE class = ?1 AND key = ?2",
	[ST_INSERT] = "INSERT INTO object (class, key, version, body) "
	    "VALUES (?1, ?2, ?3, ?4)",
	[ST_UPDATE] = "UPDATE object SET version = ?2, body = ?3 WHERE id = ?1",
	[ST_REMOVE] = "DELETE FROM object WHERE id = ?1",
	[ST_INDEX_ADD] = "INSERT OR IGNORE INTO lookup "
	    "(class, property, text, id) VALUES (?1, ?2, ?3, ?4)",
	[ST_INDEX_REMOVE] = "DELETE FROM lookup WHERE class = ?1 AND "
	    "property = ?2 AND text = ?3 AND id = ?4",
	[ST_PAGE] = "SELECT id, key, version, body FROM object "
	    "INDEXED BY object_class "
	    "WHERE class = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
	[ST_FIND] = "SELECT o.id, o.key, o.version, o.body FROM lookup AS l "
	    "JOIN object AS o ON o.id = l.id WHERE l.class = ?1 AND "
	    "l.id > ?2 AND l.property = ?4 AND l.text = ?5 "
	    "ORDER BY l.id LIMIT ?3",
	[ST_NUMBER] = "SELECT number FROM change WHERE class = ?1",
	[ST_CHANGED] = "INSERT OR REPLACE INTO change (class, number) VALUES "
	    "(?1, 1 + coalesce((SELECT max(number) FROM change), 0))",
};

struct store_db {
	sqlite3 *sql;
	char *path;
	sqlite3_stmt *st[ST_COUNT];
};

void
store_raw_clear(struct store_raw *raw)
{
	mem_free(raw->key);
	buf_clear(&raw->blob);
	memset(raw, 0, sizeof(*raw));
}

/* What SQLite said, as a fault that names the store and what to do. */
static int
fail(struct store_db *db, int rc, struct fault *f)
{
	int error = sqlite3_system_errno(db->sql);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return fault_set(f, FAULT_DISK_FULL,
		    "disk full: %s; nothing was half-written, free some space "
		    "and try again",
		    db->path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fault_set(f, FAULT_BUSY,
		    "%s is locked by another program; end it and try again",
		    db->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return fault_set(f, FAULT_DENIED,
		    "%s cannot be written by this user", db->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return fault_set(f, FAULT_INVALID_DATA,
		    "%s is no store or is damaged (%s); restore it from a "
		    "backup",
		    db->path, sqlite3_errmsg(db->sql));
	case SQLITE_IOERR:
		if (error == ENOSPC || error == EDQUOT ||
		    error == EFBIG)
			return fault_set(f, FAULT_DISK_FULL,
			    "disk full: %s; nothing was half-written, free "
			    "some space and try again",
			    db->path);
		break;
	case SQLITE_CANTOPEN:
		if (error != 0)
			return fault_errno(f, error, "cannot open %s",
			    db->path);
		break;
	}
	return fault_set(f, FAULT_SYSTEM, "store %s: %s", db->path,
	    sqlite3_errmsg(db->sql));
}

static sqlite3_stmt *
statement(struct store_db *db, enum statement which, struct fault *f)
{
	sqlite3_stmt **st = &db->st[which];
	int rc;

	if (*st != NULL)
		return *st;
	rc = sqlite3_prepare_v3(db->sql, statements[which], -1,
	    SQLITE_PREPARE_PERSISTENT, st, NULL);
	if (rc != SQLITE_OK) {
		fail(db, rc, f);
		return NULL;
	}
	return *st;
}

/* Runs a statement that yields nothing; resets it. */
static int
run(struct store_db *db, sqlite3_stmt *st, struct fault *f)
{
	int rc = sqlite3_step(st);

	if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
		fail(db, rc, f);
		(void)sqlite3_reset(st);
		(void)sqlite3_clear_bindings(st);
		return -1;
	}
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return 0;
}

static int
run_plain(struct store_db *db, enum statement which, struct fault *f)
{
	sqlite3_stmt *st = statement(db, which, f);

	return st == NULL ? -1 : run(db, st, f);
}

static void
bind_text(sqlite3_stmt *st, int at, const char *text)
{
	(void)sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
}

/* --- opening --- */

static int
read_pragma(struct store_db *db, const char *sql, int *np, struct fault *f)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db->sql, sql, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
		*np = sqlite3_column_int(st, 0);
	if (rc != SQLITE_ROW)
		fail(db, rc, f);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : -1;
}

static int
exec(struct store_db *db, const char *sql, struct fault *f)
{
	int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(db, rc, f);
}

static int
check_schema(struct store_db *db, bool *madep, struct fault *f)
{
	int version = 0;

	if (read_pragma(db, "PRAGMA user_version", &version, f) != 0)
		return -1;
	if (version == SCHEMA_VERSION)
		return 0;
	if (version > SCHEMA_VERSION)
		return fault_set(f, FAULT_NOT_SUPPORTED,
		    "%s was written by a newer fedsh (schema %d, this one "
		    "knows %d); use that one",
		    db->path, version, SCHEMA_VERSION);
	/* Somebody else may be making it too: look again inside. */
	if (exec(db, "BEGIN IMMEDIATE", f) != 0)
		return -1;
	if (read_pragma(db, "PRAGMA user_version", &version, f) != 0)
		goto fail;
	if (version == 0) {
		if (exec(db, schema, f) != 0)
			goto fail;
		if (madep != NULL)
			*madep = true;
	}
	if (exec(db, "COMMIT", f) == 0)
		return 0;
fail:
	(void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

/* SQLite would make the file with the umask's rights. */
static int
touch(const char *path, struct fault *f)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return fault_errno(f, errno, "cannot open %s", path);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return fault_set(f, FAULT_INVALID,
		    "%s is no regular file; the store is kept there", path);
	}
	(void)close(fd);
	return 0;
}

struct store_db *
store_db_open(const char *path, bool *madep, struct fault *f)
{
	struct store_db *db;
	int rc;

	if (madep != NULL)
		*madep = false;
	if (path != NULL && touch(path, f) != 0)
		return NULL;
	db = mem_zalloc(sizeof(*db));
	db->path = mem_strdup(path != NULL ? path : "memory");
	rc = sqlite3_open_v2(path != NULL ? path : ":memory:", &db->sql,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	    NULL);
	if (rc != SQLITE_OK) {
		fail(db, rc, f);
		goto fail;
	}
	(void)sqlite3_extended_result_codes(db->sql, 1);
	(void)sqlite3_busy_timeout(db->sql, BUSY_MS);
	(void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(
	    db->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (exec(db,
		"PRAGMA journal_mode = WAL;"
		"PRAGMA synchronous = NORMAL;"
		"PRAGMA temp_store = MEMORY",
		f) != 0 ||
	    check_schema(db, madep, f) != 0)
		goto fail;
	return db;
fail:
	store_db_close(db);
	return NULL;
}

void
store_db_close(struct store_db *db)
{
	size_t i;

	if (db == NULL)
		return;
	for (i = 0; i < ST_COUNT; i++)
		(void)sqlite3_finalize(db->st[i]);
	(void)sqlite3_close(db->sql);
	mem_free(db->path);
	mem_free(db);
}

/* --- transactions --- */

int
store_db_begin(struct store_db *db, struct fault *f)
{
	return run_plain(db, ST_BEGIN, f);
}

bool
store_db_is_open(struct store_db *db)
{
	return sqlite3_get_autocommit(db->sql) == 0;
}

void
store_db_rollback(struct store_db *db)
{
	if (store_db_is_open(db))
		(void)run_plain(db, ST_ROLLBACK, NULL);
}

static int
bump(struct store_db *db, const char *class_name, struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_CHANGED, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	return run(db, st, f);
}

int
store_db_commit(struct store_db *db, const char *const *classes, size_t n,
    struct fault *f)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (bump(db, classes[i], f) != 0)
			return -1;
	if (n > 0 && bump(db, "", f) != 0)
		return -1;
	return run_plain(db, ST_COMMIT, f);
}

int
store_db_mark(struct store_db *db, struct fault *f)
{
	return run_plain(db, ST_MARK, f);
}

int
store_db_release(struct store_db *db, struct fault *f)
{
	return run_plain(db, ST_RELEASE, f);
}

void
store_db_back_to_mark(struct store_db *db)
{
	if (!store_db_is_open(db))
		return;
	(void)run_plain(db, ST_BACK, NULL);
	(void)run_plain(db, ST_RELEASE, NULL);
}

/* --- rows --- */

static void
read_row(sqlite3_stmt *st, struct store_raw *raw)
{
	const void *body = sqlite3_column_blob(st, 3);
	const unsigned char *key = sqlite3_column_text(st, 1);

	raw->id = sqlite3_column_int64(st, 0);
	raw->key = mem_strdup(key != NULL ? (const char *)key : "");
	raw->version = sqlite3_column_int64(st, 2);
	if (body != NULL)
		buf_add(&raw->blob, body,
		    (size_t)sqlite3_column_bytes(st, 3));
}

int
store_db_get(struct store_db *db, const char *class_name, const char *key,
    struct store_raw *raw, struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_GET, f);
	int rc, found = 0;

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	bind_text(st, 2, key);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		found = 1;
		if (raw != NULL)
			read_row(st, raw);
	} else if (rc != SQLITE_DONE)
		found = fail(db, rc, f);
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return found;
}

static void
bind_blob(sqlite3_stmt *st, int at, const struct buf *blob)
{
	(void)sqlite3_bind_blob64(
	    st, at, blob->data, blob->len, SQLITE_STATIC);
}

int
store_db_insert(struct store_db *db, const char *class_name, const char *key,
    int64_t version, const struct buf *blob, int64_t *idp, struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_INSERT, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	bind_text(st, 2, key);
	(void)sqlite3_bind_int64(st, 3, version);
	bind_blob(st, 4, blob);
	if (run(db, st, f) != 0)
		return -1;
	*idp = sqlite3_last_insert_rowid(db->sql);
	return 0;
}

int
store_db_update(struct store_db *db, int64_t id, int64_t version,
    const struct buf *blob, struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_UPDATE, f);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, id);
	(void)sqlite3_bind_int64(st, 2, version);
	bind_blob(st, 3, blob);
	return run(db, st, f);
}

int
store_db_remove(struct store_db *db, int64_t id, struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_REMOVE, f);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, id);
	return run(db, st, f);
}

static int
index_change(struct store_db *db, enum statement which,
    const char *class_name, const char *property, const char *text,
    int64_t id, struct fault *f)
{
	sqlite3_stmt *st = statement(db, which, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	bind_text(st, 2, property);
	bind_text(st, 3, text);
	(void)sqlite3_bind_int64(st, 4, id);
	return run(db, st, f);
}

int
store_db_index_add(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t id, struct fault *f)
{
	return index_change(
	    db, ST_INDEX_ADD, class_name, property, text, id, f);
}

int
store_db_index_remove(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t id, struct fault *f)
{
	return index_change(
	    db, ST_INDEX_REMOVE, class_name, property, text, id, f);
}

int
store_db_page(struct store_db *db, const char *class_name,
    const char *property, const char *text, int64_t after,
    struct store_raw *rows, size_t n, size_t *np, struct fault *f)
{
	sqlite3_stmt *st =
	    statement(db, property != NULL ? ST_FIND : ST_PAGE, f);
	size_t got = 0;
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	(void)sqlite3_bind_int64(st, 2, after);
	(void)sqlite3_bind_int64(st, 3, (int64_t)n);
	if (property != NULL) {
		bind_text(st, 4, property);
		bind_text(st, 5, text);
	}
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && got < n) {
		memset(&rows[got], 0, sizeof(rows[got]));
		read_row(st, &rows[got++]);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
		fail(db, rc, f);
		while (got > 0)
			store_raw_clear(&rows[--got]);
	} else
		rc = 0;
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	*np = got;
	return rc == 0 ? 0 : -1;
}

int
store_db_number(struct store_db *db, const char *class_name, int64_t *np,
    struct fault *f)
{
	sqlite3_stmt *st = statement(db, ST_NUMBER, f);
	int rc;

	if (st == NULL)
		return -1;
	bind_text(st, 1, class_name);
	rc = sqlite3_step(st);
	*np = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(db, rc, f);
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}
