/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects, versions and shared transactions over rows of bytes. */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/log.h"
#include "core/mem.h"
#include "store/store_internal.h"

/*
 * LIMIT: the longest a shared transaction lasts and the most objects in it;
 * how long one writer waits for another; the pause between two objects from
 * which on each is committed at once.
 */
#define BATCH_MS      100
#define BATCH_OBJECTS 500
#define BUSY_MS       5000
#define SLOW_MS       20
/* LIMIT: classes touched by one transaction, writes of one transaction. */
#define CLASSES_MAX  32
#define VERSION_BITS 20

struct store {
	struct store_db *db;
	struct store_lock *lock; /* NULL in memory */
	char *path;
	const struct store_index *indexes;
	bool open;     /* the shared transaction is */
	bool marked;   /* between begin and settle */
	int64_t since; /* when it was opened */
	int64_t settled; /* when the last object was done */
	int64_t version;
	unsigned objects;
	uint64_t writes, committed;
	const char *classes[CLASSES_MAX];
	size_t n_classes;
	int poke_fd, folder_fd;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* --- opening --- */

/* The folder's descriptor: socket names are limited to 108 bytes. */
static int
open_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? mem_strdup(".")
	    : slash == path ? mem_strdup("/")
			    : mem_strndup(path, (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	mem_free(folder);
	return fd;
}

static void
poke_address(const struct store *s, struct sockaddr_un *un)
{
	const char *slash = strrchr(s->path, '/');

	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	(void)snprintf(un->sun_path, sizeof(un->sun_path),
	    "/proc/self/fd/%d/%.60s.poke", s->folder_fd,
	    slash != NULL ? slash + 1 : s->path);
}

void
store_poke(struct store *s)
{
	struct sockaddr_un un;

	if (s->folder_fd < 0)
		return;
	if (s->poke_fd < 0)
		s->poke_fd = socket(AF_UNIX,
		    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	poke_address(s, &un);
	/* Nobody may be there to hear: the number tells as well. */
	(void)sendto(s->poke_fd, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&un, sizeof(un));
}

int
store_watch(struct store *s, struct fault *f)
{
	struct sockaddr_un un;
	char *name;
	int fd;

	if (s->folder_fd < 0)
		return fault_set(f, FAULT_NOT_SUPPORTED,
		    "a store in memory cannot be watched");
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fault_errno(f, errno, "cannot watch the store");
	poke_address(s, &un);
	name = mem_printf("%s.poke", s->path);
	(void)unlink(name);
	mem_free(name);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) != 0) {
		fault_errno(f, errno, "cannot watch %s", s->path);
		(void)close(fd);
		return -1;
	}
	return fd;
}

void
store_watch_drain(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
		;
}

static struct store *
store_new(const char *path, const struct store_index *indexes)
{
	struct store *s = mem_zalloc(sizeof(*s));

	s->path = mem_strdup(path != NULL ? path : "memory");
	s->indexes = indexes;
	s->poke_fd = s->folder_fd = -1;
	return s;
}

struct store *
store_open(const char *path, const struct store_index *indexes, bool *madep,
    struct fault *f)
{
	struct store *s = store_new(path, indexes);
	char *lock = mem_printf("%s.lock", path);

	if ((s->lock = store_lock_open(lock, f)) == NULL ||
	    (s->db = store_db_open(path, madep, f)) == NULL) {
		store_close(s);
		s = NULL;
	} else
		s->folder_fd = open_folder(path);
	mem_free(lock);
	return s;
}

struct store *
store_open_memory(const struct store_index *indexes)
{
	struct store *s = store_new(NULL, indexes);
	struct fault f;

	if ((s->db = store_db_open(NULL, NULL, &f)) == NULL) {
		log_error("store", "%s", f.text);
		store_close(s);
		return NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	struct fault f;

	if (s == NULL)
		return;
	if (s->open && store_commit(s, &f) != 0)
		log_error("store", "%s", f.text);
	store_db_close(s->db);
	store_lock_close(s->lock);
	if (s->poke_fd >= 0)
		(void)close(s->poke_fd);
	if (s->folder_fd >= 0)
		(void)close(s->folder_fd);
	mem_free(s->path);
	mem_free(s);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

uint64_t
store_committed(const struct store *s)
{
	return s->committed;
}

/* --- the shared transaction --- */

static void
batch_over(struct store *s)
{
	s->open = s->marked = false;
	s->objects = 0;
	s->writes = 0;
	s->n_classes = 0;
	store_lock_release(s->lock);
}

static int
batch_open(struct store *s, struct fault *f)
{
	int64_t number;

	if (s->lock != NULL && store_lock_take(s->lock, BUSY_MS, f) != 0)
		return -1;
	if (store_db_begin(s->db, f) != 0 ||
	    store_db_number(s->db, "", &number, f) != 0) {
		store_db_rollback(s->db);
		store_lock_release(s->lock);
		return -1;
	}
	s->open = true;
	s->since = now_ms();
	s->version = number << VERSION_BITS;
	return 0;
}

int
store_begin(struct store *s, struct fault *f)
{
	if (s->marked)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    "store: a change inside a change");
	if (!s->open && batch_open(s, f) != 0)
		return -1;
	if (store_db_mark(s->db, f) != 0) {
		store_db_rollback(s->db);
		batch_over(s);
		return -1;
	}
	s->marked = true;
	return 0;
}

void
store_undo(struct store *s)
{
	if (!s->marked)
		return;
	s->marked = false;
	store_db_back_to_mark(s->db);
	/* A full disk has ended the whole transaction by itself. */
	if (!store_db_is_open(s->db))
		batch_over(s);
}

int
store_settle(struct store *s, struct fault *f)
{
	int64_t now = now_ms(), pause = now - s->settled;

	if (!s->marked)
		return 0;
	s->marked = false;
	s->settled = now;
	if (store_db_release(s->db, f) != 0) {
		store_db_rollback(s->db);
		batch_over(s);
		return -1;
	}
	s->objects++;
	if (pause < SLOW_MS && s->objects < BATCH_OBJECTS &&
	    now - s->since < BATCH_MS)
		return 0;
	return store_commit(s, f);
}

int
store_commit(struct store *s, struct fault *f)
{
	uint64_t writes = s->writes;

	if (!s->open)
		return 0;
	if (store_db_commit(s->db, s->classes, s->n_classes, f) != 0) {
		store_db_rollback(s->db);
		batch_over(s);
		if (writes > 1)
			fault_within(f, "the last %llu changes were not saved",
			    (unsigned long long)writes);
		return -1;
	}
	batch_over(s);
	s->committed += writes;
	if (writes > 0)
		store_poke(s);
	return 0;
}

/* --- objects --- */

static int
touch_class(struct store *s, const char *class_name, struct fault *f)
{
	size_t i;

	for (i = 0; i < s->n_classes; i++)
		if (strcmp(s->classes[i], class_name) == 0)
			return 0;
	if (s->n_classes == CLASSES_MAX)
		return fault_set(f, FAULT_LIMIT, "store: too many classes");
	s->classes[s->n_classes++] = class_name;
	return 0;
}

static char *
fold(const char *text)
{
	char *folded = mem_strdup(text), *c;

	for (c = folded; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return folded;
}

/* The text an object is found by; NULL where it has none. Owned. */
static char *
index_text(struct value object, const char *property)
{
	const char *text = NULL;

	if (value_is_dict(object))
		text = value_chars(dict_peek(dict_of(object), property));
	return text != NULL ? fold(text) : NULL;
}

static int
reindex_one(struct store *s, const struct store_index *ix, int64_t id,
    struct value was, struct value is, struct fault *f)
{
	char *old = index_text(was, ix->property);
	char *new = index_text(is, ix->property);
	int rc = 0;

	if (old != NULL && new != NULL && strcmp(old, new) == 0)
		goto out;
	if (old != NULL)
		rc = store_db_index_remove(
		    s->db, ix->class_name, ix->property, old, id, f);
	if (rc == 0 && new != NULL)
		rc = store_db_index_add(
		    s->db, ix->class_name, ix->property, new, id, f);
out:
	mem_free(old);
	mem_free(new);
	return rc;
}

static bool
is_indexed(const struct store *s, const char *class_name)
{
	const struct store_index *ix = s->indexes;

	for (; ix != NULL && ix->class_name != NULL; ix++)
		if (strcmp(ix->class_name, class_name) == 0)
			return true;
	return false;
}

/* was, is: null where the object was not, or is no more. */
static int
reindex(struct store *s, const char *class_name, int64_t id,
    struct value was, struct value is, struct fault *f)
{
	const struct store_index *ix = s->indexes;

	for (; ix != NULL && ix->class_name != NULL; ix++)
		if (strcmp(ix->class_name, class_name) == 0 &&
		    reindex_one(s, ix, id, was, is, f) != 0)
			return -1;
	return 0;
}

static int
row_decode(const char *class_name, struct store_raw *raw,
    struct store_row *row, struct fault *f)
{
	if (codec_read(raw->blob.data, raw->blob.len, NULL, &row->object, f) !=
	    0)
		return fault_within(
		    f, "store: %s %.100s is damaged", class_name, raw->key);
	row->key = raw->key;
	raw->key = NULL;
	row->version = raw->version;
	row->id = raw->id;
	return 0;
}

void
store_row_clear(struct store_row *row)
{
	mem_free(row->key);
	value_unref(row->object);
	memset(row, 0, sizeof(*row));
}

/* What is there now; its object only where it is indexed. 1, 0, -1. */
static int
look(struct store *s, const char *class_name, const char *key,
    int64_t expected, struct store_raw *raw, struct value *objectp,
    struct fault *f)
{
	int found = store_db_get(s->db, class_name, key, raw, f);

	if (found < 0)
		return -1;
	if (found && expected == STORE_NEW)
		return fault_set(
		    f, FAULT_EXISTS, "%s \"%s\" already exists", class_name, key);
	if (!found && expected > 0)
		return fault_set(f, FAULT_NOT_FOUND,
		    "%s \"%s\" was removed by somebody else meanwhile",
		    class_name, key);
	if (found && expected > 0 && raw->version != expected)
		return fault_set(f, FAULT_BUSY,
		    "%s \"%s\" was changed by somebody else since it was "
		    "read; get it again and repeat the change",
		    class_name, key);
	if (found && is_indexed(s, class_name) &&
	    codec_read(raw->blob.data, raw->blob.len, NULL, objectp, f) != 0)
		return fault_within(
		    f, "store: %s %.100s is damaged", class_name, key);
	return found;
}

/* A write by itself is a change of its own. */
static int
begin_alone(struct store *s, bool *alonep, struct fault *f)
{
	*alonep = !s->marked;
	return s->marked ? 0 : store_begin(s, f);
}

static int
end_alone(struct store *s, bool alone, int rc, struct fault *f)
{
	if (!alone)
		return rc;
	if (rc < 0) {
		store_undo(s);
		return -1;
	}
	return store_settle(s, f) != 0 ? -1 : rc;
}

static int
put(struct store *s, const char *class_name, const char *key,
    struct value object, int64_t expected, int64_t *versionp,
    struct fault *f)
{
	struct store_raw raw = { .key = NULL };
	struct value was = VALUE_NULL;
	struct buf blob = { .data = NULL };
	int64_t version = ++s->version;
	int rc, found;

	found = look(s, class_name, key, expected, &raw, &was, f);
	rc = found < 0 ? -1 : 0;
	if (rc == 0)
		rc = codec_write(&blob, object, f);
	if (rc == 0)
		rc = touch_class(s, class_name, f);
	if (rc == 0 && found)
		rc = store_db_update(s->db, raw.id, version, &blob, f);
	else if (rc == 0)
		rc = store_db_insert(
		    s->db, class_name, key, version, &blob, &raw.id, f);
	if (rc == 0)
		rc = reindex(s, class_name, raw.id, was, object, f);
	if (rc == 0) {
		s->writes++;
		if (versionp != NULL)
			*versionp = version;
	}
	value_unref(was);
	buf_clear(&blob);
	store_raw_clear(&raw);
	return rc;
}

int
store_put(struct store *s, const char *class_name, const char *key,
    struct value object, int64_t expected, int64_t *versionp,
    struct fault *f)
{
	bool alone;

	if (begin_alone(s, &alone, f) != 0)
		return -1;
	return end_alone(s, alone,
	    put(s, class_name, key, object, expected, versionp, f), f);
}

static int
take_away(struct store *s, const char *class_name, const char *key,
    int64_t expected, struct fault *f)
{
	struct store_raw raw = { .key = NULL };
	struct value was = VALUE_NULL;
	int rc = look(s, class_name, key, expected, &raw, &was, f);

	if (rc == 1 &&
	    (touch_class(s, class_name, f) != 0 ||
		store_db_remove(s->db, raw.id, f) != 0 ||
		reindex(s, class_name, raw.id, was, VALUE_NULL, f) != 0))
		rc = -1;
	if (rc == 1)
		s->writes++;
	value_unref(was);
	store_raw_clear(&raw);
	return rc;
}

int
store_remove(struct store *s, const char *class_name, const char *key,
    int64_t expected, struct fault *f)
{
	bool alone;

	if (expected == STORE_NEW)
		expected = STORE_ANY;
	if (begin_alone(s, &alone, f) != 0)
		return -1;
	return end_alone(
	    s, alone, take_away(s, class_name, key, expected, f), f);
}

int
store_get(struct store *s, const char *class_name, const char *key,
    struct store_row *row, struct fault *f)
{
	struct store_raw raw = { .key = NULL };
	int found =
	    store_db_get(s->db, class_name, key, row != NULL ? &raw : NULL, f);

	if (found == 1 && row != NULL &&
	    row_decode(class_name, &raw, row, f) != 0)
		found = -1;
	store_raw_clear(&raw);
	return found;
}

static int
page(struct store *s, const char *class_name, const char *property,
    const char *text, int64_t after, struct store_row *rows, size_t n,
    size_t *np, struct fault *f)
{
	struct store_raw *raws = mem_array(n, sizeof(*raws));
	size_t got = 0, i, done = 0;
	int rc;

	rc = store_db_page(s->db, class_name, property, text, after, raws, n,
	    &got, f);
	for (i = 0; rc == 0 && i < got; i++) {
		memset(&rows[i], 0, sizeof(rows[i]));
		rc = row_decode(class_name, &raws[i], &rows[i], f);
		if (rc == 0)
			done++;
	}
	while (rc != 0 && done > 0)
		store_row_clear(&rows[--done]);
	for (i = 0; i < got; i++)
		store_raw_clear(&raws[i]);
	mem_free(raws);
	*np = done;
	return rc;
}

int
store_page(struct store *s, const char *class_name, int64_t after,
    struct store_row *rows, size_t n, size_t *np, struct fault *f)
{
	return page(s, class_name, NULL, NULL, after, rows, n, np, f);
}

int
store_find(struct store *s, const char *class_name, const char *property,
    const char *text, int64_t after, struct store_row *rows, size_t n,
    size_t *np, struct fault *f)
{
	char *folded = fold(text);
	int rc;

	rc = page(s, class_name, property, folded, after, rows, n, np, f);
	mem_free(folded);
	return rc;
}

int64_t
store_number(struct store *s, const char *class_name, struct fault *f)
{
	int64_t number;

	if (store_db_number(s->db, class_name != NULL ? class_name : "",
		&number, f) != 0)
		return -1;
	return number;
}
