/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user part of a snapshot: written once, mapped and read in place. */
#include "config.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/usertable.h"

#define TABLE_MAGIC   "FEDUSERS"
#define TABLE_VERSION 1u
/* LIMIT: users in a table; bytes of one record. */
#define TABLE_USERS_MAX  (1u << 26)
#define TABLE_RECORD_MAX 16384u
#define TABLE_ALIGN      8u
#define WRITE_CHUNK      65536u

/* Host byte order: a table never leaves the machine that wrote it. */
struct table_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint64_t number;
	uint64_t count;
	uint64_t seed;
	uint64_t records_at, records_end;
	uint64_t index_at, slots; /* slots is a power of two */
};

/* at is in units of TABLE_ALIGN from the file's start; 0 is a free slot. */
struct table_slot {
	uint32_t hash;
	uint32_t at;
};

enum {
	RECORD_ENABLED = 1 << 0,
	RECORD_FEDERATION = 1 << 1,
	RECORD_XMPP = 1 << 2,
	RECORD_OUTSIDE = 1 << 3,
	RECORD_PUBLIC_CLOUD = 1 << 4,
};

/* address, name, policy, two logins, 2 x 2 digests. */
#define RECORD_STRINGS (5 + USERTABLE_LOGINS * USERTABLE_DIGESTS)

/* Followed by the strings, each NUL terminated, in order. */
struct table_record {
	uint32_t size; /* all of it, before padding */
	uint32_t flags;
};

enum key_kind { KEY_ADDRESS = 'a', KEY_LOGIN = 'l' };

struct usertable {
	const unsigned char *map;
	size_t size;
	const struct table_header *head;
	const struct table_slot *slots;
};

struct usertable_writer {
	int fd;
	uint64_t at; /* where buf goes */
	struct table_header head;
	struct buf buf;
	struct table_slot *keys;
	size_t n_keys, cap_keys;
};

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static uint32_t
key_hash(uint64_t seed, enum key_kind kind, const char *text)
{
	uint64_t h = 14695981039346656037ull ^ seed;

	h = (h ^ (unsigned char)kind) * 1099511628211ull;
	for (; *text != '\0'; text++)
		h = (h ^ lower((unsigned char)*text)) * 1099511628211ull;
	h ^= h >> 32;
	return (uint32_t)h;
}

/* --- reading --- */

static bool
header_is_sound(const struct table_header *h, uint64_t size)
{
	if (memcmp(h->magic, TABLE_MAGIC, sizeof(h->magic)) != 0 ||
	    h->version != TABLE_VERSION || h->header_size != sizeof(*h))
		return false;
	if (h->count > TABLE_USERS_MAX || h->slots > (uint64_t)1 << 32 ||
	    h->slots == 0 || (h->slots & (h->slots - 1)) != 0)
		return false;
	if (h->records_at < sizeof(*h) || h->records_at % TABLE_ALIGN != 0 ||
	    h->records_end < h->records_at || h->records_end > size)
		return false;
	return h->index_at >= h->records_end && h->index_at <= size &&
	    h->index_at % TABLE_ALIGN == 0 &&
	    h->slots <= (size - h->index_at) / sizeof(struct table_slot);
}

struct usertable *
usertable_open(int fd, struct fault *f)
{
	struct usertable *t;
	struct stat st;
	void *map;

	if (fstat(fd, &st) != 0) {
		fault_errno(f, errno, "user table");
		return NULL;
	}
	if ((uint64_t)st.st_size < sizeof(struct table_header)) {
		fault_set(f, FAULT_INVALID_DATA, "user table: too short");
		return NULL;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		fault_errno(f, errno, "user table");
		return NULL;
	}
	if (!header_is_sound(map, (uint64_t)st.st_size)) {
		(void)munmap(map, (size_t)st.st_size);
		fault_set(f, FAULT_INVALID_DATA, "user table: bad header");
		return NULL;
	}
	t = mem_zalloc(sizeof(*t));
	t->map = map;
	t->size = (size_t)st.st_size;
	t->head = map;
	t->slots = (const void *)(t->map + t->head->index_at);
	return t;
}

void
usertable_close(struct usertable *t)
{
	union {
		const void *c;
		void *p;
	} map;

	if (t == NULL)
		return;
	map.c = t->map;
	(void)munmap(map.p, t->size);
	mem_free(t);
}

uint64_t
usertable_number(const struct usertable *t)
{
	return t->head->number;
}

uint64_t
usertable_count(const struct usertable *t)
{
	return t->head->count;
}

/* Fills u from the record at byte `at`; its padded size, 0 if damaged. */
static uint64_t
record_read(const struct usertable *t, uint64_t at, struct usertable_user *u)
{
	const struct table_record *r;
	const char *s[RECORD_STRINGS], *p, *end;
	size_t i, k;

	if (at < t->head->records_at || at >= t->head->records_end ||
	    at % TABLE_ALIGN != 0 || t->head->records_end - at < sizeof(*r))
		return 0;
	r = (const void *)(t->map + at);
	if (r->size < sizeof(*r) || r->size > TABLE_RECORD_MAX ||
	    r->size > t->head->records_end - at)
		return 0;
	p = (const char *)(r + 1);
	end = (const char *)r + r->size;
	for (i = 0; i < RECORD_STRINGS; i++) {
		s[i] = p;
		if (p == end || (p = memchr(p, '\0', (size_t)(end - p))) == NULL)
			return 0;
		p++;
	}
	u->address = s[0];
	u->display_name = s[1];
	u->policy = s[2];
	for (i = 0; i < USERTABLE_LOGINS; i++) {
		u->login[i] = s[3 + i];
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u->ha1[i][k] = s[5 + i * USERTABLE_DIGESTS + k];
	}
	u->enabled = (r->flags & RECORD_ENABLED) != 0;
	u->federation = (r->flags & RECORD_FEDERATION) != 0;
	u->xmpp = (r->flags & RECORD_XMPP) != 0;
	u->outside = (r->flags & RECORD_OUTSIDE) != 0;
	u->public_cloud = (r->flags & RECORD_PUBLIC_CLOUD) != 0;
	return (r->size + TABLE_ALIGN - 1) / TABLE_ALIGN * TABLE_ALIGN;
}

static bool
user_has_key(const struct usertable_user *u, enum key_kind kind,
    const char *text)
{
	if (*text == '\0')
		return false;
	if (kind == KEY_ADDRESS)
		return strcasecmp(u->address, text) == 0;
	return strcasecmp(u->login[USERTABLE_LOGIN_SAM], text) == 0 ||
	    strcasecmp(u->login[USERTABLE_LOGIN_UPN], text) == 0;
}

static bool
find(const struct usertable *t, enum key_kind kind, const char *text,
    struct usertable_user *u)
{
	uint32_t hash = key_hash(t->head->seed, kind, text);
	uint64_t mask = t->head->slots - 1;
	uint64_t i, tries;

	for (i = hash & mask, tries = 0; tries <= mask; tries++) {
		const struct table_slot *slot = &t->slots[i];

		if (slot->at == 0)
			return false;
		if (slot->hash == hash &&
		    record_read(t, (uint64_t)slot->at * TABLE_ALIGN, u) != 0 &&
		    user_has_key(u, kind, text))
			return true;
		i = (i + 1) & mask;
	}
	return false;
}

bool
usertable_find_address(
    const struct usertable *t, const char *address, struct usertable_user *u)
{
	if (strncasecmp(address, "sip:", 4) == 0)
		address += 4;
	return find(t, KEY_ADDRESS, address, u);
}

bool
usertable_find_login(
    const struct usertable *t, const char *login, struct usertable_user *u)
{
	const char *slash = strchr(login, '\\');

	return find(t, KEY_LOGIN, slash != NULL ? slash + 1 : login, u);
}

bool
usertable_next(
    const struct usertable *t, uint64_t *posp, struct usertable_user *u)
{
	uint64_t at = *posp == 0 ? t->head->records_at : *posp;
	uint64_t size;

	while (at < t->head->records_end) {
		size = record_read(t, at, u);
		at += size != 0 ? size : TABLE_ALIGN;
		if (size != 0) {
			*posp = at;
			return true;
		}
	}
	*posp = at;
	return false;
}

/* --- writing --- */

static int
write_at(int fd, const void *p, size_t n, uint64_t at, struct fault *f)
{
	const char *data = p;
	ssize_t got;

	while (n > 0) {
		got = pwrite(fd, data, n, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fault_errno(f, errno, "cannot write user table");
		data += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return 0;
}

static int
flush(struct usertable_writer *w, struct fault *f)
{
	if (write_at(w->fd, w->buf.data, w->buf.len, w->at, f) != 0)
		return -1;
	w->at += w->buf.len;
	buf_reset(&w->buf);
	return 0;
}

struct usertable_writer *
usertable_writer_new(int fd, uint64_t number)
{
	struct usertable_writer *w = mem_zalloc(sizeof(*w));

	w->fd = fd;
	w->at = sizeof(w->head);
	w->head.version = TABLE_VERSION;
	w->head.header_size = sizeof(w->head);
	w->head.number = number;
	w->head.records_at = sizeof(w->head);
	if (getrandom(&w->head.seed, sizeof(w->head.seed), 0) < 0)
		w->head.seed = (uint64_t)getpid();
	buf_init(&w->buf);
	return w;
}

static void
add_key(struct usertable_writer *w, enum key_kind kind, const char *text,
    uint64_t at)
{
	struct table_slot *slot;

	if (*text == '\0')
		return;
	if (w->n_keys == w->cap_keys) {
		w->cap_keys = w->cap_keys == 0 ? 64 : w->cap_keys * 2;
		w->keys = mem_array_grow(
		    w->keys, w->cap_keys, sizeof(*w->keys));
	}
	slot = &w->keys[w->n_keys++];
	slot->hash = key_hash(w->head.seed, kind, text);
	slot->at = (uint32_t)(at / TABLE_ALIGN);
}

static void
add_strings(struct usertable_writer *w, const struct usertable_user *u)
{
	const char *s[RECORD_STRINGS];
	size_t i, k, start;

	s[0] = u->address;
	s[1] = u->display_name;
	s[2] = u->policy;
	for (i = 0; i < USERTABLE_LOGINS; i++) {
		s[3 + i] = u->login[i];
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			s[5 + i * USERTABLE_DIGESTS + k] = u->ha1[i][k];
	}
	for (i = 0; i < RECORD_STRINGS; i++) {
		start = w->buf.len;
		buf_add_str(&w->buf, s[i] != NULL ? s[i] : "");
		if (i == 0)
			for (; start < w->buf.len; start++)
				w->buf.data[start] = (char)lower(
				    (unsigned char)w->buf.data[start]);
		buf_add_byte(&w->buf, '\0');
	}
}

int
usertable_writer_add(struct usertable_writer *w,
    const struct usertable_user *u, struct fault *f)
{
	struct table_record r = { .size = 0 };
	size_t start = w->buf.len;
	uint64_t at = w->at + start;

	if (w->head.count == TABLE_USERS_MAX ||
	    at / TABLE_ALIGN > UINT32_MAX - TABLE_RECORD_MAX)
		return fault_set(f, FAULT_LIMIT, "user table: too many users");
	r.flags = (u->enabled ? RECORD_ENABLED : 0u) |
	    (u->federation ? RECORD_FEDERATION : 0u) |
	    (u->xmpp ? RECORD_XMPP : 0u) | (u->outside ? RECORD_OUTSIDE : 0u) |
	    (u->public_cloud ? RECORD_PUBLIC_CLOUD : 0u);
	buf_add(&w->buf, &r, sizeof(r));
	add_strings(w, u);
	if (w->buf.len - start > TABLE_RECORD_MAX) {
		buf_truncate(&w->buf, start);
		return fault_set(f, FAULT_LIMIT,
		    "user table: the attributes of %.200s are too long",
		    u->address);
	}
	r.size = (uint32_t)(w->buf.len - start);
	memcpy(w->buf.data + start, &r, sizeof(r));
	while (w->buf.len % TABLE_ALIGN != 0)
		buf_add_byte(&w->buf, '\0');
	add_key(w, KEY_ADDRESS, u->address, at);
	add_key(w, KEY_LOGIN, u->login[USERTABLE_LOGIN_SAM], at);
	if (strcasecmp(u->login[USERTABLE_LOGIN_SAM],
		u->login[USERTABLE_LOGIN_UPN]) != 0)
		add_key(w, KEY_LOGIN, u->login[USERTABLE_LOGIN_UPN], at);
	w->head.count++;
	return w->buf.len >= WRITE_CHUNK ? flush(w, f) : 0;
}

int
usertable_writer_finish(struct usertable_writer *w, struct fault *f)
{
	struct table_slot *slots;
	uint64_t mask, i;
	size_t k;
	int rc = -1;

	if (flush(w, f) != 0)
		return -1;
	w->head.records_end = w->at;
	w->head.index_at = w->at;
	for (w->head.slots = 8; w->head.slots < w->n_keys * 2;)
		w->head.slots *= 2;
	mask = w->head.slots - 1;
	slots = mem_zalloc((size_t)w->head.slots * sizeof(*slots));
	for (k = 0; k < w->n_keys; k++) {
		for (i = w->keys[k].hash & mask; slots[i].at != 0;)
			i = (i + 1) & mask;
		slots[i] = w->keys[k];
	}
	if (write_at(w->fd, slots, (size_t)w->head.slots * sizeof(*slots),
		w->head.index_at, f) != 0)
		goto out;
	memcpy(w->head.magic, TABLE_MAGIC, sizeof(w->head.magic));
	rc = write_at(w->fd, &w->head, sizeof(w->head), 0, f);
out:
	mem_free(slots);
	return rc;
}

void
usertable_writer_free(struct usertable_writer *w)
{
	if (w == NULL)
		return;
	/* It held digests. */
	if (w->buf.data != NULL)
		mem_wipe(w->buf.data, w->buf.cap);
	buf_clear(&w->buf);
	mem_free(w->keys);
	mem_free(w);
}

int
usertable_memfd(struct fault *f)
{
	int fd = memfd_create("fedsh-users", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return fault_errno(f, errno, "cannot make a memory file");
	return fd;
}

int
usertable_seal(int fd, struct fault *f)
{
	if (fcntl(fd, F_ADD_SEALS,
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		return fault_errno(f, errno, "cannot seal the user table");
	return 0;
}
