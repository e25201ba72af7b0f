/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbered snapshots: in memory for services, on disk for what starts alone. */
#include "config.h"

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/mem.h"
#include "core/usertable.h"
#include "model/snapshot.h"
#include "replica/publish.h"

struct publisher {
	struct store *store;
	char *folder;
	struct publication last; /* number -1: none yet */
	int users_fds[SNAPSHOT_USERS_SECRET + 1]; /* by kind */
	int64_t settings_written, users_written;
};

struct publisher *
publisher_open(struct store *s, const char *folder)
{
	struct publisher *p = mem_zalloc(sizeof(*p));

	p->store = s;
	p->folder = mem_strdup(folder);
	p->last.number = p->last.user_number = -1;
	p->users_fds[SNAPSHOT_USERS] = p->users_fds[SNAPSHOT_USERS_SECRET] = -1;
	p->settings_written = p->users_written = -1;
	return p;
}

static void
close_fd(int *fdp)
{
	if (*fdp >= 0)
		(void)close(*fdp);
	*fdp = -1;
}

/* The user tables are the publisher's own: several services share one. */
static void
parts_clear(struct publication *pub)
{
	while (pub->n_parts > 0)
		close_fd(&pub->parts[--pub->n_parts].settings_fd);
}

void
publisher_close(struct publisher *p)
{
	if (p == NULL)
		return;
	parts_clear(&p->last);
	close_fd(&p->users_fds[SNAPSHOT_USERS]);
	close_fd(&p->users_fds[SNAPSHOT_USERS_SECRET]);
	value_unref(p->last.settings);
	mem_free(p->folder);
	mem_free(p);
}

int
publisher_is_due(struct publisher *p, struct fault *f)
{
	int64_t number = store_number(p->store, NULL, f);

	if (number < 0)
		return -1;
	return number != p->last.number;
}

static int
write_all(int fd, const char *data, size_t n, struct fault *f)
{
	ssize_t got;

	while (n > 0) {
		got = write(fd, data, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fault_errno(f, errno, "cannot write a snapshot");
		data += got;
		n -= (size_t)got;
	}
	return 0;
}

static int
settings_file(struct value settings, struct fault *f)
{
	struct buf b;
	int fd, rc;

	buf_init(&b);
	rc = codec_write(&b, settings, f);
	fd = rc == 0 ? memfd_create("fedsh-settings",
			   MFD_CLOEXEC | MFD_ALLOW_SEALING)
		     : -1;
	if (rc == 0 && fd < 0)
		rc = fault_errno(f, errno, "cannot make a memory file");
	if (rc == 0)
		rc = write_all(fd, b.data, b.len, f);
	if (rc == 0)
		rc = usertable_seal(fd, f);
	/* It holds the dialback secret. */
	mem_wipe(b.data, b.len);
	buf_clear(&b);
	if (rc != 0 && fd >= 0)
		(void)close(fd);
	return rc == 0 ? fd : -1;
}

static int
users_file(struct store *s, int64_t number, enum snapshot_users_kind kind,
    struct fault *f)
{
	int fd = usertable_memfd(f);

	if (fd < 0)
		return -1;
	if (snapshot_users(s, fd, number, kind, f) != 0 ||
	    usertable_seal(fd, f) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* Both tables, or neither is changed. */
static int
make_users(struct publisher *p, int64_t number, struct fault *f)
{
	int plain = users_file(p->store, number, SNAPSHOT_USERS, f), secret;

	if (plain < 0)
		return -1;
	secret = users_file(p->store, number, SNAPSHOT_USERS_SECRET, f);
	if (secret < 0) {
		close_fd(&plain);
		return -1;
	}
	close_fd(&p->users_fds[SNAPSHOT_USERS]);
	close_fd(&p->users_fds[SNAPSHOT_USERS_SECRET]);
	p->users_fds[SNAPSHOT_USERS] = plain;
	p->users_fds[SNAPSHOT_USERS_SECRET] = secret;
	return 0;
}

/* Each service's own file. */
static int
make_parts(struct value settings, struct publication *out, struct fault *f)
{
	const struct snapshot_service *row;
	struct service_part *part;
	struct value own;

	out->n_parts = 0;
	for (row = snapshot_services; row->name != NULL; row++) {
		part = &out->parts[out->n_parts];
		own = snapshot_part(settings, row->name);
		part->service = row->name;
		part->settings_fd = settings_file(own, f);
		value_unref(own);
		if (part->settings_fd < 0) {
			parts_clear(out);
			return -1;
		}
		out->n_parts++;
	}
	return 0;
}

int
publisher_make(struct publisher *p, struct publication *out, struct fault *f)
{
	struct publication fresh = { 0 };
	/* What is read afterwards may be newer: then one more follows. */
	int64_t number = store_number(p->store, NULL, f);
	int64_t users = snapshot_users_number(p->store, f);
	size_t i;

	if (number < 0 || users < 0)
		return -1;
	if (snapshot_settings(p->store, number, users, &fresh.settings, f) != 0)
		return -1;
	fresh.users_changed = users != p->last.user_number;
	if ((fresh.users_changed && make_users(p, users, f) != 0) ||
	    make_parts(fresh.settings, &fresh, f) != 0) {
		value_unref(fresh.settings);
		return -1;
	}
	for (i = 0; i < fresh.n_parts; i++) {
		enum snapshot_users_kind kind = snapshot_services[i].users;

		fresh.parts[i].users_fd =
		    kind == SNAPSHOT_NO_USERS ? -1 : p->users_fds[kind];
	}
	fresh.number = number;
	fresh.user_number = users;
	parts_clear(&p->last);
	value_unref(p->last.settings);
	p->last = fresh;
	*out = p->last;
	return 0;
}

/* --- files --- */

static int
copy_file(int from, const char *path, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct stat st;
	off_t at = 0;
	ssize_t got;
	int rc = 0;

	if (fd < 0)
		return fault_errno(f, errno, "cannot write %s", path);
	if (fstat(from, &st) != 0)
		rc = fault_errno(f, errno, "cannot write %s", path);
	while (rc == 0 && at < st.st_size) {
		got = sendfile(fd, from, &at, (size_t)(st.st_size - at));
		if (got <= 0 && errno != EINTR)
			rc = fault_errno(f, got == 0 ? EIO : errno,
			    "cannot write %s", path);
	}
	if (rc == 0 && fsync(fd) != 0)
		rc = fault_errno(f, errno, "cannot write %s", path);
	(void)close(fd);
	return rc;
}

static int
save(const struct publisher *p, const char *kind, int64_t number, int from,
    struct fault *f)
{
	char *path = mem_printf("%s/%s-%lld", p->folder, kind,
	    (long long)number);
	char *part = mem_printf("%s/.%s-%lld.part", p->folder, kind,
	    (long long)number);
	int rc = copy_file(from, part, f);

	if (rc == 0 && rename(part, path) != 0)
		rc = fault_errno(f, errno, "cannot write %s", path);
	if (rc != 0)
		(void)unlink(part);
	mem_free(part);
	mem_free(path);
	return rc;
}

/* All of a kind but the one that is in force. */
static void
sweep(const struct publisher *p, const char *kind, int64_t keep)
{
	DIR *dir = opendir(p->folder);
	size_t len = strlen(kind);
	struct dirent *e;
	char *path, *end;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL) {
		if (strncmp(e->d_name, kind, len) != 0 ||
		    e->d_name[len] != '-' ||
		    strtoll(e->d_name + len + 1, &end, 10) == keep ||
		    *end != '\0')
			continue;
		path = mem_printf("%s/%s", p->folder, e->d_name);
		(void)unlink(path);
		mem_free(path);
	}
	(void)closedir(dir);
}

/* A part's files; settings name the table they go with, so users first. */
static int
save_part(struct publisher *p, const struct service_part *part, bool users,
    struct fault *f)
{
	char *own = mem_printf("%s.settings", part->service);
	char *table = mem_printf("%s.users", part->service);
	int rc = 0;

	if (users && part->users_fd >= 0)
		rc = save(p, table, p->last.user_number, part->users_fd, f);
	if (rc == 0)
		rc = save(p, own, p->last.number, part->settings_fd, f);
	mem_free(table);
	mem_free(own);
	return rc;
}

static void
sweep_part(struct publisher *p, const struct service_part *part)
{
	char *own = mem_printf("%s.settings", part->service);
	char *table = mem_printf("%s.users", part->service);

	sweep(p, own, p->settings_written);
	sweep(p, table, p->users_written);
	mem_free(table);
	mem_free(own);
}

/* What says which number is out, for whoever asks; it holds nothing else. */
static int
save_mark(struct publisher *p, struct fault *f)
{
	struct dict *d = dict_new(NULL);
	int fd, rc;

	dict_set_str_take(d, "Number", value_long(p->last.number));
	fd = settings_file(dict_value(d), f);
	value_unref(dict_value(d));
	if (fd < 0)
		return -1;
	rc = save(p, "settings", p->last.number, fd, f);
	(void)close(fd);
	return rc;
}

int
publisher_write(struct publisher *p, struct fault *f)
{
	bool users = p->users_written != p->last.user_number;
	size_t i;

	if (p->last.number < 0 ||
	    (!users && p->settings_written == p->last.number))
		return 0;
	for (i = 0; i < p->last.n_parts; i++)
		if (save_part(p, &p->last.parts[i], users, f) != 0)
			return -1;
	if (save_mark(p, f) != 0)
		return -1;
	p->users_written = p->last.user_number;
	p->settings_written = p->last.number;
	for (i = 0; i < p->last.n_parts; i++)
		sweep_part(p, &p->last.parts[i]);
	sweep(p, "settings", p->settings_written);
	sweep(p, "users", -1); /* of a version that had one for all */
	return 0;
}
