/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process still may once it has entered the sandbox. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/sandbox.h"

static char home[32];

/*
 * Each probe runs in a process of its own, which has entered as role with
 * home writable: errno of what it tried, 0 where it was let, or NOT_HERE
 * where this machine has no such layer.
 */
#define NOT_HERE 255

struct probe {
	enum sandbox_role role;
	unsigned int layer;
	int (*fn)(void);
};

static int
run(const struct probe *p)
{
	const char *const writable[] = { home, NULL };
	struct sandbox box = { .role = p->role, .writable = writable };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (!(sandbox_enter(&box) & p->layer))
			_exit(NOT_HERE);
		_exit(p->fn() == -1 ? errno : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
try_exec(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };

	return execv("/bin/true", argv);
}

static int
try_mount(void)
{
	return mount("tmpfs", home, "tmpfs", 0, NULL);
}

static int
try_setuid(void)
{
	return setuid(getuid());
}

static int
try_packet(void)
{
	return socket(AF_PACKET, SOCK_DGRAM, 0);
}

static int
try_inet(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int
try_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_unlink(void)
{
	return unlink("nothing-is-there") == -1 && errno == ENOENT ? 0 : -1;
}

#ifndef WITH_SANITIZERS
static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid == -1 ? -1 : 0;
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
#endif

static int
try_passwords(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
try_authorities(void)
{
	return open("/etc/ssl", O_RDONLY | O_DIRECTORY);
}

static int
try_home(void)
{
	char *path = mem_printf("%s/file", home);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, "x", 1) != 1 || unlink(path) == -1)
		return -1;
	mem_free(path);
	return 0;
}

static int
try_elsewhere(void)
{
	return open("/tmp/fedsh-is-not-here", O_RDWR | O_CREAT, 0600);
}

static int
try_core(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
	    ? 0
	    : -1;
}

static const struct row {
	const char *name;
	struct probe probe;
	int expected;
} rows[] = {
	{ "exec inside", { SANDBOX_INSIDE, SANDBOX_CALLS, try_exec }, EPERM },
	{ "exec store", { SANDBOX_STORE, SANDBOX_CALLS, try_exec }, EPERM },
	{ "exec proxy", { SANDBOX_PROXY, SANDBOX_CALLS, try_exec }, EPERM },
	{ "mount", { SANDBOX_INSIDE, SANDBOX_CALLS, try_mount }, EPERM },
	{ "setuid", { SANDBOX_PROXY, SANDBOX_CALLS, try_setuid }, EPERM },
	{ "raw packets", { SANDBOX_INSIDE, SANDBOX_CALLS, try_packet },
	    EAFNOSUPPORT },
	{ "inet inside", { SANDBOX_INSIDE, SANDBOX_CALLS, try_inet }, 0 },
	{ "inet proxy", { SANDBOX_PROXY, SANDBOX_CALLS, try_inet }, 0 },
	{ "inet store", { SANDBOX_STORE, SANDBOX_CALLS, try_inet }, EPERM },
	{ "unix inside", { SANDBOX_INSIDE, SANDBOX_CALLS, try_unix }, 0 },
	{ "unix proxy", { SANDBOX_PROXY, SANDBOX_CALLS, try_unix }, EPERM },
	{ "unlink inside", { SANDBOX_INSIDE, SANDBOX_CALLS, try_unlink }, 0 },
	{ "unlink proxy", { SANDBOX_PROXY, SANDBOX_CALLS, try_unlink },
	    EPERM },
#ifndef WITH_SANITIZERS
	{ "fork", { SANDBOX_INSIDE, SANDBOX_CALLS, try_fork }, EPERM },
	{ "ptrace", { SANDBOX_INSIDE, SANDBOX_CALLS, try_ptrace }, EPERM },
#endif
	{ "passwords", { SANDBOX_PROXY, SANDBOX_FILES, try_passwords },
	    EACCES },
	{ "authorities", { SANDBOX_PROXY, SANDBOX_FILES, try_authorities },
	    0 },
	{ "its folder", { SANDBOX_INSIDE, SANDBOX_FILES, try_home }, 0 },
	{ "elsewhere", { SANDBOX_INSIDE, SANDBOX_FILES, try_elsewhere },
	    EACCES },
	{ "core", { SANDBOX_INSIDE, SANDBOX_PRIVILEGES, try_core }, 0 },
};

static void
each_call_is_let_or_refused_as_the_role_says(void **state)
{
	size_t i, missing = 0;
	int got;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = run(&rows[i].probe);
		if (got == NOT_HERE) {
			missing++;
			continue;
		}
		if (got != rows[i].expected)
			fail_msg("%s: %s, not %s", rows[i].name,
			    strerror(got), strerror(rows[i].expected));
	}
	if (missing > 0)
		print_message("# %zu of %zu rows: this kernel or container "
			      "has no such layer\n",
		    missing, i);
}

static void
it_can_be_switched_off(void **state)
{
	static const struct probe exec = { SANDBOX_PROXY, ~0u, try_exec };

	(void)state;
	assert_int_equal(setenv("FEDSH_SANDBOX", "off", 1), 0);
	assert_int_equal(run(&exec), NOT_HERE);
	assert_int_equal(unsetenv("FEDSH_SANDBOX"), 0);
}

static int
make_home(void **state)
{
	(void)state;
	log_open_fd(-1, LOG_LEVEL_NONE);
	(void)snprintf(home, sizeof(home), "/tmp/test_sandXXXXXX");
	return mkdtemp(home) == NULL ? -1 : 0;
}

static int
remove_home(void **state)
{
	(void)state;
	return rmdir(home);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_is_let_or_refused_as_the_role_says),
		cmocka_unit_test(it_can_be_switched_off),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
