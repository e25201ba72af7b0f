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
#include "core/mem.h"
#include "core/usertable.h"
#include "model/snapshot.h"
#include "replica/publish.h"

struct publisher {
	struct store *store;
	char *folder;
	struct publication last; /* number -1: none yet */
	int64_t settings_written, users_written;
};

struct publisher *
publisher_open(struct store *s, const char *folder)
{
	struct publisher *p = mem_zalloc(sizeof(*p));

	p->store = s;
	p->folder = mem_strdup(folder);
	p->last.number = p->last.user_number = -1;
	p->last.settings_fd = p->last.users_fd = -1;
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

void
publisher_close(struct publisher *p)
{
	if (p == NULL)
		return;
	close_fd(&p->last.settings_fd);
	close_fd(&p->last.users_fd);
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
users_file(struct store *s, int64_t number, struct fault *f)
{
	int fd = usertable_memfd(f);

	if (fd < 0)
		return -1;
	if (snapshot_users(s, fd, number, f) != 0 || usertable_seal(fd, f) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
publisher_make(struct publisher *p, struct publication *out, struct fault *f)
{
	struct publication *last = &p->last;
	struct value settings = VALUE_NULL;
	/* What is read afterwards may be newer: then one more follows. */
	int64_t number = store_number(p->store, NULL, f);
	int64_t users = snapshot_users_number(p->store, f);
	int settings_fd, users_fd = -1;

	if (number < 0 || users < 0)
		return -1;
	if (users != last->user_number &&
	    (users_fd = users_file(p->store, users, f)) < 0)
		return -1;
	if (snapshot_settings(p->store, number, users, &settings, f) != 0) {
		close_fd(&users_fd);
		return -1;
	}
	if ((settings_fd = settings_file(settings, f)) < 0) {
		value_unref(settings);
		close_fd(&users_fd);
		return -1;
	}
	last->users_changed = users_fd >= 0;
	if (users_fd >= 0) {
		close_fd(&last->users_fd);
		last->users_fd = users_fd;
	}
	close_fd(&last->settings_fd);
	last->settings_fd = settings_fd;
	value_set_take(&last->settings, settings);
	last->number = number;
	last->user_number = users;
	*out = *last;
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

int
publisher_write(struct publisher *p, struct fault *f)
{
	if (p->last.number < 0 ||
	    (p->users_written == p->last.user_number &&
		p->settings_written == p->last.number))
		return 0;
	/* Users first: settings name the table they go with. */
	if (p->users_written != p->last.user_number) {
		if (save(p, "users", p->last.user_number, p->last.users_fd, f) !=
		    0)
			return -1;
		p->users_written = p->last.user_number;
	}
	if (save(p, "settings", p->last.number, p->last.settings_fd, f) != 0)
		return -1;
	p->settings_written = p->last.number;
	sweep(p, "settings", p->settings_written);
	sweep(p, "users", p->users_written);
	return 0;
}
