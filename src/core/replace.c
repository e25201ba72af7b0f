/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are replaced whole. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/replace.h"

static int
write_whole(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return -1;
		}
		data += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

/* The rename itself has to reach the disk. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL || slash == path
	    ? mem_strdup(slash == NULL ? "." : "/")
	    : mem_strndup(path, (size_t)(slash - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1) {
		(void)fsync(fd);
		(void)close(fd);
	}
	mem_free(dir);
}

int
replace_file(const char *path, const void *data, size_t len, mode_t mode,
    struct fault *f)
{
	char *temp = mem_printf("%s.new", path);
	int fd, error = 0;

	(void)unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    mode);
	if (fd == -1) {
		(void)fault_errno(f, errno, "%s cannot be written", path);
		mem_free(temp);
		return -1;
	}
	if (write_whole(fd, data, len) == -1)
		error = errno;
	if (close(fd) == -1 && error == 0)
		error = errno;
	if (error == 0 && rename(temp, path) == -1)
		error = errno;
	if (error != 0) {
		(void)unlink(temp);
		(void)fault_errno(f, error, "%s cannot be written", path);
	} else {
		sync_folder(path);
	}
	mem_free(temp);
	return error == 0 ? 0 : -1;
}

int
replace_read(const char *path, size_t max, struct buf *b, struct fault *f)
{
	size_t start = b->len;
	char chunk[8192];
	ssize_t n;
	int fd, rc = 0;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return fault_errno(f, errno, "%s", path);
	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			rc = fault_errno(f, errno, "%s", path);
			break;
		}
		buf_add(b, chunk, (size_t)n);
		if (b->len - start > max) {
			rc = fault_set(f, FAULT_LIMIT,
			    "%s is larger than %zu bytes", path, max);
			break;
		}
	}
	mem_wipe(chunk, sizeof(chunk));
	(void)close(fd);
	if (rc == -1)
		buf_truncate(b, start);
	return rc;
}
