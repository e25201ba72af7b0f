/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file system a service still sees: Landlock, Linux 5.13 and later. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/log.h"
#include "core/sandbox_internal.h"

/* Debian 12's headers are of Linux 6.1, the kernel may know more. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READING                                                                \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_ACCESS                                                            \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |        \
	    LANDLOCK_ACCESS_FS_TRUNCATE)
#define WRITING                                                                \
	(READING | LANDLOCK_ACCESS_FS_WRITE_FILE |                             \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |     \
	    LANDLOCK_ACCESS_FS_TRUNCATE)
#define FIRST_ABI                                                              \
	(WRITING | LANDLOCK_ACCESS_FS_EXECUTE |                                \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR |     \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |       \
	    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |     \
	    LANDLOCK_ACCESS_FS_MAKE_SYM)

/*
 * Libraries that are opened on first use, the system's authorities, where
 * names are looked up, the time zone. None of it is secret.
 */
static const char *const everybody[] = {
	"/usr", "/lib", "/lib64", "/etc/ssl", "/etc/ld.so.cache",
	"/etc/localtime", "/etc/resolv.conf", "/run/systemd/resolve",
	"/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/nsswitch.conf",
	"/etc/services", "/etc/protocols", "/dev/null", "/dev/urandom",
	"/dev/random",
#ifdef WITH_SANITIZERS
	"/proc", /* its own maps, for a report */
#endif
	NULL,
};

/* OpenSSL's own words for where authorities are. */
static const char *const named_by[] = { "SSL_CERT_FILE", "SSL_CERT_DIR",
	NULL };

static bool
allow(int rules, const char *path, uint64_t access, uint64_t known)
{
	struct landlock_path_beneath_attr below = { .allowed_access = access };
	struct stat st;
	bool done;

	below.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (below.parent_fd == -1)
		return errno == ENOENT || errno == EACCES;
	if (fstat(below.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		below.allowed_access &= FILE_ACCESS;
	below.allowed_access &= known;
	done = syscall(SYS_landlock_add_rule, rules,
		   LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
	(void)close(below.parent_fd);
	return done;
}

static bool
allow_all(int rules, const char *const *paths, uint64_t access,
    uint64_t known)
{
	for (; paths != NULL && *paths != NULL; paths++)
		if (!allow(rules, *paths, access, known)) {
			log_warn("sandbox", "no rule for %s: %s", *paths,
			    strerror(errno));
			return false;
		}
	return true;
}

static bool
add_rules(int rules, const struct sandbox *s, uint64_t known)
{
	const char *path;
	size_t i;

	for (i = 0; named_by[i] != NULL; i++)
		if ((path = getenv(named_by[i])) != NULL &&
		    !allow(rules, path, READING, known))
			return false;
	return allow_all(rules, everybody, READING, known) &&
	    allow_all(rules, s->readable, READING, known) &&
	    allow_all(rules, s->writable, WRITING, known);
}

bool
sandbox_files(const struct sandbox *s)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = FIRST_ABI };
	bool done;
	int rules;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) {
		log_debug("sandbox", "no Landlock: %s", strerror(errno));
		return false;
	}
	if (abi < 3) /* truncating came with Linux 6.2 */
		attr.handled_access_fs &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
	rules = (int)syscall(
	    SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules == -1) {
		log_debug("sandbox", "no Landlock: %s", strerror(errno));
		return false;
	}
	done = add_rules(rules, s, attr.handled_access_fs) &&
	    syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	(void)close(rules);
	if (!done)
		log_warn("sandbox", "the file system stays open");
	return done;
}
