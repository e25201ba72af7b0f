/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Live state in one append-only file:
 *
 *	"fedsh-live 1\n", then records:
 *	u32 length of the payload, u32 CRC-32 of the payload, payload:
 *	u8 operation, u32 length of the key, key, value   (little endian)
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/mem.h"
#include "live/live.h"

#define HEADER      "fedsh-live 1\n"
#define HEADER_LEN  (sizeof(HEADER) - 1)
#define RECORD_HEAD 8
#define PAYLOAD_MIN 5
#define PAYLOAD_MAX (PAYLOAD_MIN + LIVE_KEY_MAX + LIVE_VALUE_MAX)

/* LIMIT: below this size a journal is never rewritten. */
#define COMPACT_LEAST ((uint64_t)64 * 1024)
/* LIMIT: bytes a step writes. */
#define STEP_BYTES ((size_t)256 * 1024)

enum op { OP_PUT = 1, OP_REMOVE = 2 };

struct record {
	struct record *next;
	uint64_t hash;
	size_t key_len;
	size_t len;
	char bytes[]; /* key, value */
};

struct live {
	int dir;
	char *name;
	int fd;
	uint64_t size;    /* of the file, all good */
	uint64_t useful;  /* bytes a fresh journal would have */
	uint64_t dropped;
	bool unsynced;
	bool behind;      /* memory knows what the file could not take */
	struct record **buckets;
	size_t n_buckets; /* a power of two */
	size_t count;
	uint64_t seed;
	/* A rewrite under way: buckets below at are in it. */
	int new_fd;
	uint64_t new_size;
	size_t at;
	struct buf out;
};

static uint32_t
crc32_of(const void *data, size_t len)
{
	static uint32_t table[256];
	const unsigned char *p = data;
	uint32_t c = 0xffffffffu;
	size_t i;

	if (table[1] == 0) {
		for (i = 0; i < 256; i++) {
			uint32_t v = (uint32_t)i;

			for (int k = 0; k < 8; k++)
				v = (v >> 1) ^ ((v & 1) ? 0xedb88320u : 0);
			table[i] = v;
		}
	}
	for (i = 0; i < len; i++)
		c = table[(c ^ p[i]) & 0xff] ^ (c >> 8);
	return c ^ 0xffffffffu;
}

static void
put_u32(struct buf *b, uint32_t v)
{
	const char bytes[4] = { (char)(v & 0xff), (char)(v >> 8 & 0xff),
		(char)(v >> 16 & 0xff), (char)(v >> 24 & 0xff) };

	buf_add(b, bytes, sizeof(bytes));
}

static uint32_t
get_u32(const void *data)
{
	const unsigned char *p = data;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static size_t
record_size(size_t key_len, size_t len)
{
	return RECORD_HEAD + PAYLOAD_MIN + key_len + len;
}

static void
record_write(struct buf *b, enum op op, const void *key, size_t key_len,
    const void *value, size_t len)
{
	size_t at = b->len;
	struct buf head = { 0 };

	put_u32(b, (uint32_t)(PAYLOAD_MIN + key_len + len));
	put_u32(b, 0);
	buf_add_byte(b, (char)op);
	put_u32(b, (uint32_t)key_len);
	buf_add(b, key, key_len);
	if (len > 0)
		buf_add(b, value, len);
	put_u32(&head, crc32_of(b->data + at + RECORD_HEAD,
	    b->len - at - RECORD_HEAD));
	memcpy(b->data + at + 4, head.data, 4);
	buf_clear(&head);
}

/* ---- what is in memory ---- */

static uint64_t
hash_key(const struct live *l, const void *key, size_t len)
{
	const unsigned char *p = key;
	uint64_t h = l->seed ^ len;
	size_t i;

	for (i = 0; i < len; i++) {
		h = (h ^ p[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h ^ h >> 32;
}

static struct record **
find_slot(const struct live *l, const void *key, size_t key_len, uint64_t hash)
{
	struct record **rp = &l->buckets[hash & (l->n_buckets - 1)];

	while (*rp != NULL &&
	    ((*rp)->hash != hash || (*rp)->key_len != key_len ||
	    memcmp((*rp)->bytes, key, key_len) != 0))
		rp = &(*rp)->next;
	return rp;
}

static void
grow(struct live *l)
{
	struct record **old = l->buckets, *r, *next;
	size_t n = l->n_buckets, i, to;

	l->n_buckets = n * 2;
	l->buckets = mem_zalloc(l->n_buckets * sizeof(struct record *));
	for (i = 0; i < n; i++) {
		for (r = old[i]; r != NULL; r = next) {
			next = r->next;
			to = r->hash & (l->n_buckets - 1);
			r->next = l->buckets[to];
			l->buckets[to] = r;
		}
	}
	mem_free(old);
}

static void
memory_put(struct live *l, const void *key, size_t key_len, const void *value,
    size_t len)
{
	uint64_t hash = hash_key(l, key, key_len);
	struct record **rp = find_slot(l, key, key_len, hash);
	struct record *r = mem_alloc(sizeof(*r) + key_len + len);
	struct record *old = *rp;

	r->hash = hash;
	r->key_len = key_len;
	r->len = len;
	memcpy(r->bytes, key, key_len);
	if (len > 0)
		memcpy(r->bytes + key_len, value, len);
	l->useful += record_size(key_len, len);
	if (old != NULL) {
		l->useful -= record_size(key_len, old->len);
		r->next = old->next;
		mem_free(old);
		*rp = r;
		return;
	}
	r->next = NULL;
	*rp = r;
	l->count++;
	/* A rewrite walks the buckets: they stay while it does. */
	if (l->count > l->n_buckets && l->new_fd < 0)
		grow(l);
}

static bool
memory_remove(struct live *l, const void *key, size_t key_len)
{
	struct record **rp = find_slot(l, key, key_len,
	    hash_key(l, key, key_len));
	struct record *r = *rp;

	if (r == NULL)
		return false;
	*rp = r->next;
	l->useful -= record_size(r->key_len, r->len);
	l->count--;
	mem_free(r);
	return true;
}

/* ---- the file ---- */

/* Appends all of it or nothing. */
static int
append(int fd, uint64_t *sizep, const char *data, size_t len, struct fault *f)
{
	size_t done = 0;
	ssize_t n;
	int error;

	while (done < len) {
		n = pwrite(fd, data + done, len - done,
		    (off_t)(*sizep + done));
		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		error = n < 0 ? errno : ENOSPC;
		/* A record cut here reads as a torn tail; the next one is
		 * written over it. */
		if (done > 0)
			(void)!ftruncate(fd, (off_t)*sizep);
		return fault_errno(f, error, "it cannot be written");
	}
	*sizep += len;
	return 0;
}

static void
rewrite_abandon(struct live *l)
{
	char *name;

	if (l->new_fd < 0)
		return;
	(void)close(l->new_fd);
	l->new_fd = -1;
	name = mem_printf("%s.new", l->name);
	(void)unlinkat(l->dir, name, 0);
	mem_free(name);
}

static int
within(const struct live *l, struct fault *f)
{
	return fault_within(f, "live state %s", l->name);
}

static int
log_change(struct live *l, enum op op, const void *key, size_t key_len,
    const void *value, size_t len, struct fault *f)
{
	buf_reset(&l->out);
	record_write(&l->out, op, key, key_len, value, len);
	if (l->new_fd >= 0 && append(l->new_fd, &l->new_size, l->out.data,
	    l->out.len, NULL) < 0)
		rewrite_abandon(l);
	if (l->behind)
		return fault_set(f, FAULT_DISK_FULL,
		    "live state %s is behind: the disk refused a change before",
		    l->name);
	if (append(l->fd, &l->size, l->out.data, l->out.len, f) < 0) {
		l->behind = true;
		return within(l, f);
	}
	l->unsynced = true;
	return 0;
}

int
live_put(struct live *l, const void *key, size_t key_len, const void *value,
    size_t len, struct fault *f)
{
	const void *old;
	size_t old_len;

	if (key_len > LIVE_KEY_MAX || len > LIVE_VALUE_MAX)
		return fault_set(f, FAULT_LIMIT, "live record is too big");
	old = live_get(l, key, key_len, &old_len);
	if (old != NULL && old_len == len && !l->behind &&
	    memcmp(old, value, len) == 0)
		return 0;
	memory_put(l, key, key_len, value, len);
	return log_change(l, OP_PUT, key, key_len, value, len, f);
}

int
live_remove(struct live *l, const void *key, size_t key_len, struct fault *f)
{
	if (!memory_remove(l, key, key_len))
		return 0;
	return log_change(l, OP_REMOVE, key, key_len, NULL, 0, f);
}

const void *
live_get(const struct live *l, const void *key, size_t key_len, size_t *lenp)
{
	struct record *r;

	r = *find_slot(l, key, key_len, hash_key(l, key, key_len));
	if (r == NULL)
		return NULL;
	*lenp = r->len;
	return r->bytes + r->key_len;
}

void
live_each(const struct live *l,
    bool (*fn)(const void *key, size_t key_len, const void *value, size_t len,
	void *arg),
    void *arg)
{
	struct record *r;
	size_t i;

	for (i = 0; i < l->n_buckets; i++) {
		for (r = l->buckets[i]; r != NULL; r = r->next) {
			if (!fn(r->bytes, r->key_len, r->bytes + r->key_len,
			    r->len, arg))
				return;
		}
	}
}

size_t
live_count(const struct live *l)
{
	return l->count;
}

uint64_t
live_dropped(const struct live *l)
{
	return l->dropped;
}

uint64_t
live_size(const struct live *l)
{
	return l->size;
}

/* ---- rewriting ---- */

static int
rewrite_begin(struct live *l, struct fault *f)
{
	char *name = mem_printf("%s.new", l->name);

	l->new_fd = openat(l->dir, name,
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->new_fd < 0) {
		fault_errno(f, errno, "%s", name);
		mem_free(name);
		return -1;
	}
	mem_free(name);
	/* The lock goes with the file that will be renamed into place. */
	(void)flock(l->new_fd, LOCK_EX | LOCK_NB);
	l->new_size = 0;
	l->at = 0;
	if (append(l->new_fd, &l->new_size, HEADER, HEADER_LEN, f) < 0) {
		rewrite_abandon(l);
		return within(l, f);
	}
	return 0;
}

static int
rewrite_finish(struct live *l, struct fault *f)
{
	char *name;
	int rc;

	if (fdatasync(l->new_fd) < 0) {
		fault_errno(f, errno, "syncing live state %s", l->name);
		rewrite_abandon(l);
		return -1;
	}
	name = mem_printf("%s.new", l->name);
	rc = renameat(l->dir, name, l->dir, l->name);
	mem_free(name);
	if (rc < 0) {
		fault_errno(f, errno, "renaming live state %s", l->name);
		rewrite_abandon(l);
		return -1;
	}
	if (l->dir >= 0)
		(void)fsync(l->dir);
	(void)close(l->fd);
	l->fd = l->new_fd;
	l->size = l->new_size;
	l->new_fd = -1;
	l->behind = false;
	l->unsynced = false;
	while (l->count > l->n_buckets)
		grow(l);
	return 0;
}

static int
rewrite_step(struct live *l, struct fault *f)
{
	struct record *r;

	buf_reset(&l->out);
	while (l->at < l->n_buckets && l->out.len < STEP_BYTES) {
		for (r = l->buckets[l->at]; r != NULL; r = r->next)
			record_write(&l->out, OP_PUT, r->bytes, r->key_len,
			    r->bytes + r->key_len, r->len);
		l->at++;
	}
	if (l->out.len > 0 && append(l->new_fd, &l->new_size, l->out.data,
	    l->out.len, f) < 0) {
		rewrite_abandon(l);
		return within(l, f);
	}
	if (l->at < l->n_buckets)
		return 1;
	return rewrite_finish(l, f);
}

int
live_step(struct live *l, struct fault *f)
{
	if (l->new_fd >= 0)
		return rewrite_step(l, f);
	if (l->behind || (l->size > COMPACT_LEAST &&
	    l->size > 2 * (l->useful + HEADER_LEN))) {
		if (rewrite_begin(l, f) < 0)
			return -1;
		return rewrite_step(l, f);
	}
	if (l->unsynced) {
		if (fdatasync(l->fd) < 0)
			return fault_errno(f, errno, "syncing live state %s",
			    l->name);
		l->unsynced = false;
	}
	return 0;
}

/* ---- opening ---- */

/* Takes one payload into memory; false when it makes no sense. */
static bool
replay(struct live *l, const char *p, size_t len)
{
	size_t key_len;

	if (len < PAYLOAD_MIN)
		return false;
	key_len = get_u32(p + 1);
	if (key_len > LIVE_KEY_MAX || key_len > len - PAYLOAD_MIN)
		return false;
	if (len - PAYLOAD_MIN - key_len > LIVE_VALUE_MAX)
		return false;
	if (p[0] == OP_PUT)
		memory_put(l, p + PAYLOAD_MIN, key_len,
		    p + PAYLOAD_MIN + key_len, len - PAYLOAD_MIN - key_len);
	else if (p[0] == OP_REMOVE)
		(void)memory_remove(l, p + PAYLOAD_MIN, key_len);
	else
		return false;
	return true;
}

/* Eats whole good records from in; false at the first that is not. */
static bool
replay_all(struct live *l, struct buf *in)
{
	size_t at = 0, len;
	bool good = true;

	while (in->len - at >= RECORD_HEAD) {
		len = get_u32(in->data + at);
		if (len > PAYLOAD_MAX) {
			good = false;
			break;
		}
		if (in->len - at - RECORD_HEAD < len)
			break;
		if (crc32_of(in->data + at + RECORD_HEAD, len) !=
		    get_u32(in->data + at + 4) ||
		    !replay(l, in->data + at + RECORD_HEAD, len)) {
			good = false;
			break;
		}
		at += RECORD_HEAD + len;
	}
	l->size += at;
	buf_consume(in, at);
	return good;
}

static int
read_all(struct live *l, struct fault *f)
{
	struct buf in = { 0 };
	char chunk[65536];
	bool header = false, good = true;
	uint64_t end = 0;
	ssize_t n = 0;

	while (good) {
		n = pread(l->fd, chunk, sizeof(chunk), (off_t)end);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		end += (uint64_t)n;
		buf_add(&in, chunk, (size_t)n);
		if (!header && in.len >= HEADER_LEN) {
			if (memcmp(in.data, HEADER, HEADER_LEN) != 0) {
				buf_clear(&in);
				return fault_set(f, FAULT_INVALID_DATA,
				    "%s is no live state of ours", l->name);
			}
			buf_consume(&in, HEADER_LEN);
			l->size = HEADER_LEN;
			header = true;
		}
		if (header)
			good = replay_all(l, &in);
	}
	buf_clear(&in);
	if (n < 0)
		return fault_errno(f, errno, "reading live state %s", l->name);
	return 0;
}

/* Cuts off what was torn; starts an empty file. */
static int
settle(struct live *l, struct fault *f)
{
	struct stat st;

	if (fstat(l->fd, &st) < 0)
		return fault_errno(f, errno, "%s", l->name);
	if ((uint64_t)st.st_size > l->size) {
		l->dropped = (uint64_t)st.st_size - l->size;
		log_warn("live", "dropped a torn tail file=%s bytes=%llu",
		    l->name, (unsigned long long)l->dropped);
		if (ftruncate(l->fd, (off_t)l->size) < 0)
			return fault_errno(f, errno, "%s", l->name);
	}
	if (l->size == 0)
		return append(l->fd, &l->size, HEADER, HEADER_LEN, f) < 0
		    ? within(l, f) : 0;
	return 0;
}

int
live_open(int dir, const char *name, struct live **lp, struct fault *f)
{
	struct live *l = mem_zalloc(sizeof(*l));

	l->dir = dir;
	l->name = mem_strdup(name);
	l->new_fd = -1;
	l->n_buckets = 64;
	l->buckets = mem_zalloc(l->n_buckets * sizeof(struct record *));
	if (getrandom(&l->seed, sizeof(l->seed), GRND_NONBLOCK) < 0)
		l->seed = (uint64_t)(uintptr_t)l;
	l->fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (l->fd < 0) {
		fault_errno(f, errno, "live state %s", name);
		goto fail;
	}
	if (flock(l->fd, LOCK_EX | LOCK_NB) < 0) {
		fault_set(f, errno == EWOULDBLOCK ? FAULT_BUSY : FAULT_SYSTEM,
		    "live state %s is in use by another process", name);
		goto fail;
	}
	if (read_all(l, f) < 0 || settle(l, f) < 0)
		goto fail;
	*lp = l;
	return 0;
fail:
	live_close(l);
	return -1;
}

void
live_close(struct live *l)
{
	struct record *r, *next;
	size_t i;

	if (l == NULL)
		return;
	rewrite_abandon(l);
	if (l->fd >= 0) {
		if (l->unsynced)
			(void)fdatasync(l->fd);
		(void)close(l->fd);
	}
	for (i = 0; i < l->n_buckets; i++) {
		for (r = l->buckets[i]; r != NULL; r = next) {
			next = r->next;
			mem_free(r);
		}
	}
	mem_free(l->buckets);
	buf_clear(&l->out);
	mem_free(l->name);
	mem_free(l);
}
