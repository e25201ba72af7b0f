/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is to write, fair between processes. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "store/store_internal.h"

/*
 * LIMIT: how often a waiting writer looks, in ms. There is no wait for a lock
 * with a deadline; a commit comes every 100 ms at the latest.
 */
#define LOOK_AGAIN_MS 2

/* Bytes of the file that are locked; the holder's name starts behind them. */
enum { LOCK_NEXT = 0, LOCK_ACTIVE = 1, LOCK_NAME_AT = 2 };
#define LOCK_NAME_SIZE 64

struct store_lock {
	char *path;
	int fd;
	bool held;
};

struct store_lock *
store_lock_open(const char *path, struct fault *f)
{
	struct store_lock *l;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		fault_errno(f, errno, "cannot open %s", path);
		return NULL;
	}
	l = mem_zalloc(sizeof(*l));
	l->path = mem_strdup(path);
	l->fd = fd;
	return l;
}

void
store_lock_close(struct store_lock *l)
{
	if (l == NULL)
		return;
	(void)close(l->fd);
	mem_free(l->path);
	mem_free(l);
}

static int
lock_byte(int fd, short type, off_t at)
{
	struct flock fl = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = at,
		.l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &fl);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
write_name(struct store_lock *l)
{
	char text[LOCK_NAME_SIZE];
	ssize_t n;

	memset(text, 0, sizeof(text));
	(void)snprintf(text, sizeof(text), "process %ld (%s)", (long)getpid(),
	    program_invocation_short_name);
	/* On a full disk the name is missing, no more. */
	n = pwrite(l->fd, text, sizeof(text), LOCK_NAME_AT);
	(void)n;
}

static int
fail_busy(struct store_lock *l, int timeout_ms, struct fault *f)
{
	char name[LOCK_NAME_SIZE + 1];
	ssize_t n = pread(l->fd, name, LOCK_NAME_SIZE, LOCK_NAME_AT);

	name[n > 0 ? n : 0] = '\0';
	return fault_set(f, FAULT_BUSY,
	    "the store is being written by %s for more than %d s; wait for it "
	    "or end it, then try again",
	    *name != '\0' ? name : "another process", timeout_ms / 1000);
}

static int
wait_byte(struct store_lock *l, off_t at, int64_t deadline)
{
	const struct timespec ts = { .tv_nsec = LOOK_AGAIN_MS * 1000000 };

	while (lock_byte(l->fd, F_WRLCK, at) != 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return -1;
		if (now_ms() >= deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
		(void)nanosleep(&ts, NULL);
	}
	return 0;
}

int
store_lock_take(struct store_lock *l, int timeout_ms, struct fault *f)
{
	int64_t deadline = now_ms() + timeout_ms;
	int error = 0;

	if (wait_byte(l, LOCK_NEXT, deadline) != 0)
		error = errno;
	else if (wait_byte(l, LOCK_ACTIVE, deadline) != 0)
		error = errno;
	(void)lock_byte(l->fd, F_UNLCK, LOCK_NEXT);
	if (error == ETIMEDOUT)
		return fail_busy(l, timeout_ms, f);
	if (error != 0)
		return fault_errno(f, error, "cannot lock %s", l->path);
	l->held = true;
	write_name(l);
	return 0;
}

void
store_lock_release(struct store_lock *l)
{
	if (l == NULL || !l->held)
		return;
	(void)lock_byte(l->fd, F_UNLCK, LOCK_ACTIVE);
	l->held = false;
}
