/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/usertable.h"

static const struct usertable_user ken = {
	.address = "Ken.Myer@contoso.test",
	.display_name = "Ken Myer",
	.policy = "Tag:FedPic",
	.login = { "kenmyer", "kenmyer@contoso.test" },
	.ha1 = { { "aa", "bb" }, { "cc", "dd" } },
	.enabled = true,
	.xmpp = true,
};

static int
table_of(unsigned users)
{
	struct usertable_writer *w;
	struct fault f;
	unsigned i;
	int fd = usertable_memfd(&f);

	assert_true(fd >= 0);
	w = usertable_writer_new(fd, 7);
	assert_int_equal(usertable_writer_add(w, &ken, &f), 0);
	for (i = 1; i < users; i++) {
		struct usertable_user u = ken;
		char address[64], sam[64];

		(void)snprintf(address, sizeof(address), "u%u@contoso.test", i);
		(void)snprintf(sam, sizeof(sam), "u%u", i);
		u.address = address;
		u.login[USERTABLE_LOGIN_SAM] = sam;
		u.login[USERTABLE_LOGIN_UPN] = address;
		u.xmpp = i % 2 == 0;
		assert_int_equal(usertable_writer_add(w, &u, &f), 0);
	}
	assert_int_equal(usertable_writer_finish(w, &f), 0);
	usertable_writer_free(w);
	return fd;
}

static void
a_user_is_found_by_address_and_by_both_logins_without_case(void **state)
{
	struct usertable_user u;
	struct usertable *t;
	struct fault f;
	int fd = table_of(2000);

	(void)state;
	assert_int_equal(usertable_seal(fd, &f), 0);
	t = usertable_open(fd, &f);
	assert_non_null(t);
	(void)close(fd);
	assert_int_equal(usertable_number(t), 7);
	assert_int_equal(usertable_count(t), 2000);
	assert_true(usertable_find_address(t, "sip:KEN.myer@contoso.test", &u));
	assert_string_equal(u.address, "ken.myer@contoso.test");
	assert_string_equal(u.policy, "Tag:FedPic");
	assert_string_equal(u.ha1[USERTABLE_LOGIN_UPN][USERTABLE_MD5], "cc");
	assert_true(u.enabled && u.xmpp && !u.federation);
	assert_true(usertable_find_login(t, "KenMyer", &u));
	assert_true(usertable_find_login(t, "CONTOSO\\kenmyer", &u));
	assert_true(usertable_find_login(t, "kenmyer@contoso.test", &u));
	assert_false(usertable_find_address(t, "kenmyer@contoso.test", &u));
	assert_false(usertable_find_login(t, "", &u));
	assert_true(usertable_find_address(t, "u1998@contoso.test", &u));
	assert_true(u.xmpp);
	assert_true(usertable_find_address(t, "u1999@contoso.test", &u));
	assert_false(u.xmpp);
	usertable_close(t);
}

static void
a_walk_visits_every_user_once(void **state)
{
	struct usertable_user u;
	struct usertable *t;
	struct fault f;
	uint64_t pos = 0;
	unsigned n = 0;
	int fd = table_of(300);

	(void)state;
	t = usertable_open(fd, &f);
	while (usertable_next(t, &pos, &u))
		n++;
	assert_int_equal(n, 300);
	usertable_close(t);
	(void)close(fd);
}

static void
no_damaged_byte_ends_the_process(void **state)
{
	unsigned char bytes[4096], was;
	struct usertable_user u;
	struct usertable *t;
	struct fault f;
	ssize_t size, i;
	uint64_t pos;
	int fd = table_of(3), copy = usertable_memfd(&f);

	(void)state;
	size = pread(fd, bytes, sizeof(bytes), 0);
	assert_true(size > 0);
	for (i = 0; i < size; i++) {
		was = bytes[i];
		bytes[i] = (unsigned char)(was ^ 0xff);
		assert_int_equal(pwrite(copy, bytes, (size_t)size, 0), size);
		bytes[i] = was;
		t = usertable_open(copy, &f);
		if (t == NULL)
			continue;
		(void)usertable_find_address(t, ken.address, &u);
		(void)usertable_find_login(t, "u2", &u);
		for (pos = 0; usertable_next(t, &pos, &u);)
			;
		usertable_close(t);
	}
	(void)close(copy);
	(void)close(fd);
}

static void
what_is_no_table_is_refused(void **state)
{
	char text[256] = "hello";
	struct fault f;
	int fd = usertable_memfd(&f);

	(void)state;
	assert_null(usertable_open(fd, &f));
	assert_string_equal(f.text, "user table: too short");
	assert_int_equal(pwrite(fd, text, sizeof(text), 0), 256);
	assert_null(usertable_open(fd, &f));
	assert_string_equal(f.text, "user table: bad header");
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_user_is_found_by_address_and_by_both_logins_without_case),
		cmocka_unit_test(a_walk_visits_every_user_once),
		cmocka_unit_test(no_damaged_byte_ends_the_process),
		cmocka_unit_test(what_is_no_table_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
