/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls a service still has: seccomp, through libseccomp. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include <seccomp.h>

#include "core/log.h"
#include "core/sandbox_internal.h"

/* Names, not numbers: one this machine does not have is left out. */

/* Programs, other processes, the machine: nobody's. */
static const char *const nobody[] = {
	"acct", "add_key", "adjtimex", "bpf", "chroot", "clock_adjtime",
	"clock_settime", "delete_module", "execve", "execveat", "finit_module",
	"fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter",
	"io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
	"kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mknod",
	"mknodat", "mount", "mount_setattr", "move_mount", "move_pages",
	"name_to_handle_at", "nfsservctl", "open_by_handle_at", "open_tree",
	"perf_event_open", "personality", "pidfd_getfd", "pidfd_open",
	"pidfd_send_signal", "pivot_root", "process_madvise",
	"process_vm_readv", "process_vm_writev", "quotactl", "quotactl_fd",
	"reboot", "request_key", "sethostname", "setdomainname", "setns",
	"settimeofday", "setfsgid", "setfsuid", "setgid", "setgroups", "setregid",
	"setresgid", "setresuid", "setreuid", "setuid", "swapoff", "swapon",
	"syslog", "umount", "umount2", "unshare", "userfaultfd", "vhangup",
	NULL,
};

/* New processes; the leak check of a sanitizer build makes one. */
static const char *const processes[] = { "fork", "ptrace", "vfork", NULL };

/*
 * Who faces the internet changes no file (renaming is left: its event log
 * turns over where it has no supervisor) and talks to no neighbour.
 */
static const char *const files[] = {
	"chmod", "chown", "creat", "fchmod", "fchmodat", "fchown", "fchownat",
	"lchown", "link", "linkat", "mkdir", "mkdirat", "mq_open", "msgget",
	"removexattr", "rmdir", "semget", "setxattr", "shmat", "shmget",
	"symlink", "symlinkat", "unlink", "unlinkat", NULL,
};

static const char *const network[] = { "accept", "accept4", "listen", NULL };

static int
refuse(scmp_filter_ctx ctx, const char *const *names)
{
	int call, rc;

	for (; *names != NULL; names++) {
		call = seccomp_syscall_resolve_name(*names);
		if (call == __NR_SCMP_ERROR)
			continue;
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), call, 0);
		if (rc != 0 && rc != -EDOM && rc != -EEXIST)
			return rc;
	}
	return 0;
}

/* Raw packets, Bluetooth, virtual machines' sockets: families from there on
 * and between those we speak. */
static int
refuse_families(scmp_filter_ctx ctx, enum sandbox_role role)
{
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EAFNOSUPPORT),
	    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_GT, AF_NETLINK));

	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(socket), 1,
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_RAW));
	if (rc == 0 && role == SANDBOX_STORE)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET));
	if (rc == 0 && role == SANDBOX_STORE)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET6));
	if (rc == 0 && role == SANDBOX_PROXY)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
	return rc;
}

#ifndef WITH_SANITIZERS
/* Threads may be; clone3 hides its flags, and libc then falls back. */
static int
refuse_processes(scmp_filter_ctx ctx)
{
	int rc = refuse(ctx, processes);

	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(clone), 1,
		    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_VM, 0));
	if (rc == 0)
		rc = seccomp_rule_add(
		    ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return rc;
}
#else
static int
refuse_processes(scmp_filter_ctx ctx)
{
	(void)ctx;
	(void)processes;
	return 0;
}
#endif

static int
fill(scmp_filter_ctx ctx, enum sandbox_role role)
{
	int rc = refuse(ctx, nobody);

	if (rc == 0)
		rc = refuse_processes(ctx);
	if (rc == 0)
		rc = refuse_families(ctx, role);
	if (rc == 0 && role == SANDBOX_PROXY)
		rc = refuse(ctx, files);
	if (rc == 0 && role == SANDBOX_STORE)
		rc = refuse(ctx, network);
	return rc;
}

bool
sandbox_calls(enum sandbox_role role)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (ctx == NULL) {
		log_warn("sandbox", "no seccomp");
		return false;
	}
	rc = fill(ctx, role);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		log_warn("sandbox",
		    "system calls are not filtered: %s; a container may "
		    "refuse it", strerror(-rc));
	return rc == 0;
}
