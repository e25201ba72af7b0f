/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a supervisor from a shell. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/home.h"
#include "core/mem.h"
#include "svc/client.h"

/* How long a new supervisor may take to listen. */
#define READY_MS 20000

/* A relative FEDSH_HOME means the shell's folder, not the supervisor's. */
static void
fix_home(void)
{
	const char *home = getenv("FEDSH_HOME");
	char *full;

	if (home == NULL || *home == '\0' || *home == '/')
		return;
	if ((full = realpath(home, NULL)) != NULL) {
		(void)setenv("FEDSH_HOME", full, 1);
		free(full);
	}
}

/* In the grandchild: nothing of the shell's but the environment. */
static void
become_supervisor(int ready)
{
	static char name[] = "fedsh", option[] = "--supervisor";
	char fd_text[16];
	char *argv[] = { name, option, fd_text, NULL };
	sigset_t none;
	int null, i;

	fix_home();
	(void)setsid();
	if (fork() != 0)
		_exit(0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	null = open("/dev/null", O_RDWR);
	for (i = 0; i < 3 && null != -1; i++)
		(void)dup2(null, i);
	if (ready != 3) {
		(void)dup2(ready, 3);
		ready = 3;
	}
	(void)fcntl(ready, F_SETFD, 0);
	(void)close_range(4, ~0U, 0);
	if (chdir("/") != 0)
		_exit(127);
	(void)snprintf(fd_text, sizeof(fd_text), "%d", ready);
	(void)execv("/proc/self/exe", argv);
	_exit(127);
}

/* One zero byte: it listens. Text: why not. */
static int
read_ready(int fd, struct fault *f)
{
	struct pollfd pfd = { fd, POLLIN, 0 };
	char text[512];
	size_t len = 0;
	ssize_t n;

	for (;;) {
		if (poll(&pfd, 1, READY_MS) <= 0) {
			if (errno == EINTR)
				continue;
			return fault_set(f, FAULT_TIMEOUT,
			    "the supervisor did not come up in time");
		}
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (text[0] == '\0')
			return 0;
	}
	text[len] = '\0';
	return fault_set(f, FAULT_UNAVAILABLE, "the supervisor did not start%s%s",
	    len > 0 ? ": " : "", text);
}

int
client_ensure_supervisor(struct fault *f)
{
	struct client *c;
	struct fault why;
	int fds[2], rc, i;
	pid_t pid;

	if ((c = client_open(&why)) != NULL) {
		client_close(c);
		return 0;
	}
	if (why.code != FAULT_UNAVAILABLE) {
		if (f != NULL)
			*f = why;
		return -1;
	}
	if (pipe2(fds, O_CLOEXEC) == -1)
		return fault_errno(f, errno, "pipe");
	pid = fork();
	if (pid == 0)
		become_supervisor(fds[1]);
	(void)close(fds[1]);
	if (pid == -1) {
		(void)close(fds[0]);
		return fault_errno(f, errno, "starting the supervisor");
	}
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	rc = read_ready(fds[0], f);
	(void)close(fds[0]);
	/* Another shell may have been faster: then its supervisor is ours. */
	for (i = 0; rc == -1 && i < 20; i++) {
		if ((c = client_open(&why)) != NULL) {
			client_close(c);
			return 0;
		}
		(void)poll(NULL, 0, 50);
	}
	return rc;
}
