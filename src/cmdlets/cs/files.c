/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that cmdlets read and write: requests, certificates, exports. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdlets/cs/files.h"
#include "core/mem.h"

char *
files_path(struct call *c, const char *text)
{
	struct run *r = call_run(c);
	const char *home = getenv("HOME");
	const char *at = NULL;

	if (text[0] == '~' && (text[1] == '/' || text[1] == '\0') &&
	    home != NULL)
		return mem_printf("%s%s", home, text + 1);
	if (text[0] == '/')
		return mem_strdup(text);
	if (r != NULL && r->ops->location != NULL)
		at = r->ops->location(r);
	if (at == NULL || at[0] != '/')
		return mem_strdup(text);
	return mem_printf("%s/%s", at, text);
}

int
files_read(const char *path, size_t most, struct buf *b, struct fault *f)
{
	char chunk[16384];
	struct stat st;
	ssize_t got;
	size_t total = 0;
	int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return fault_set(f, FAULT_NOT_FOUND,
		    "Cannot find path '%s' because it does not exist.", path);
	if (fd < 0)
		return fault_errno(f, errno, "cannot read %s", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		rc = fault_set(f, FAULT_INVALID,
		    "%s is a folder; name a file in it", path);
	while (rc == 0 && (got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = fault_errno(f, errno, "cannot read %s", path);
		else if ((total += (size_t)got) > most)
			rc = fault_set(f, FAULT_LIMIT,
			    "%s is larger than %zu bytes", path, most);
		else
			buf_add(b, chunk, (size_t)got);
	}
	mem_wipe(chunk, sizeof(chunk));
	(void)close(fd);
	return rc;
}

static int
write_all(int fd, const char *data, size_t n)
{
	ssize_t got;

	while (n > 0) {
		got = write(fd, data, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		data += got;
		n -= (size_t)got;
	}
	return fsync(fd);
}

int
files_write(const char *path, const void *data, size_t n, unsigned mode,
    struct fault *f)
{
	char *part = mem_printf("%s.%ld.part", path, (long)getpid());
	struct stat st;
	int rc = 0, fd;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		mem_free(part);
		return fault_set(f, FAULT_INVALID,
		    "%s is a folder; name a file in it", path);
	}
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		rc = fault_errno(f, errno, "cannot write %s", path);
	else {
		if (write_all(fd, data, n) != 0)
			rc = fault_errno(f, errno, "cannot write %s", path);
		(void)close(fd);
		if (rc == 0 && rename(part, path) != 0)
			rc = fault_errno(f, errno, "cannot write %s", path);
		if (rc != 0)
			(void)unlink(part);
	}
	mem_free(part);
	return rc;
}
