/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/mem.h"
#include "core/usertable.h"
#include "model/noun.h"
#include "model/topology.h"
#include "model/user.h"
#include "replica/publish.h"

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_publish.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char *command = mem_printf("rm -rf '%s'", folder);
	int rc = system(command);

	(void)state;
	mem_free(command);
	return rc;
}

static unsigned
files_named(const char *start)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	unsigned n = 0;

	while ((e = readdir(dir)) != NULL)
		n += strncmp(e->d_name, start, strlen(start)) == 0;
	(void)closedir(dir);
	return n;
}

static void
add_user(struct store *s, unsigned i)
{
	struct dict *d = dict_new(NULL);
	char key[16];
	struct fault f;

	(void)snprintf(key, sizeof(key), "u%u", i);
	dict_set_str_take(d, USER_SIP, value_printf("sip:u%u@a.test", i));
	dict_set_str_take(d, USER_CS_ENABLED, value_bool(true));
	assert_int_equal(store_put(s, USER_CLASS, key, dict_value(d),
			     STORE_ANY, NULL, &f),
	    0);
	value_unref(dict_value(d));
}

static void
the_user_table_is_made_anew_only_when_users_change(void **state)
{
	struct store *s = store_open_memory(model_indexes);
	struct publisher *p;
	struct publication a, b;
	struct fault f;
	int first;

	(void)state;
	assert_int_equal(topology_make(s, "pool.a.test", &f), 0);
	add_user(s, 1);
	assert_int_equal(store_commit(s, &f), 0);
	p = publisher_open(s, folder);
	assert_int_equal(publisher_is_due(p, &f), 1);
	assert_int_equal(publisher_make(p, &a, &f), 0);
	assert_int_equal(publisher_is_due(p, &f), 0);
	assert_true(a.users_changed);
	assert_int_equal(publisher_write(p, &f), 0);
	first = a.parts[0].users_fd;
	assert_int_equal(store_put(s, "AllowedDomain", "x.test", a.settings,
			     STORE_ANY, NULL, &f),
	    0);
	assert_int_equal(store_commit(s, &f), 0);
	assert_int_equal(publisher_is_due(p, &f), 1);
	assert_int_equal(publisher_make(p, &b, &f), 0);
	assert_false(b.users_changed);
	assert_int_equal(b.parts[0].users_fd, first);
	assert_true(b.number > a.number);
	assert_int_equal(publisher_write(p, &f), 0);
	assert_int_equal(files_named("settings-"), 1);
	assert_int_equal(files_named("RTCSRV.settings-"), 1);
	assert_int_equal(files_named("RTCSRV.users-"), 1);
	assert_int_equal(files_named("RTCXMPPTGW.users-"), 1);
	assert_int_equal(files_named("RTCXMPPTGWPX.settings-"), 1);
	assert_int_equal(files_named("RTCXMPPTGWPX.users-"), 0);
	assert_int_equal(files_named(".settings"), 0);
	publisher_close(p);
	store_close(s);
}

static void
what_is_handed_on_can_be_read(void **state)
{
	struct store *s = store_open_memory(model_indexes);
	struct publisher *p = publisher_open(s, folder);
	struct publication a;
	struct usertable_user u;
	struct usertable *t;
	struct value settings;
	struct fault f;
	struct stat st;
	char *bytes;

	(void)state;
	assert_int_equal(topology_make(s, "pool.a.test", &f), 0);
	add_user(s, 7);
	assert_int_equal(store_commit(s, &f), 0);
	assert_int_equal(publisher_make(p, &a, &f), 0);
	t = usertable_open(a.parts[0].users_fd, &f);
	assert_non_null(t);
	assert_true(usertable_find_address(t, "u7@a.test", &u));
	assert_int_equal(usertable_number(t), a.user_number);
	usertable_close(t);
	assert_int_equal(fstat(a.parts[0].settings_fd, &st), 0);
	bytes = mem_alloc((size_t)st.st_size);
	assert_int_equal(pread(a.parts[0].settings_fd, bytes, (size_t)st.st_size, 0),
	    st.st_size);
	assert_int_equal(
	    codec_read(bytes, (size_t)st.st_size, NULL, &settings, &f), 0);
	assert_int_equal(
	    dict_peek(dict_of(settings), "Number").u.i, a.number);
	/* Nobody can change what was handed on. */
	assert_int_equal(pwrite(a.parts[0].settings_fd, "x", 1, 0), -1);
	value_unref(settings);
	mem_free(bytes);
	publisher_close(p);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_user_table_is_made_anew_only_when_users_change),
		cmocka_unit_test(what_is_handed_on_can_be_read),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
