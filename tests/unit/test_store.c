/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/wait.h>

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/dict.h"
#include "core/mem.h"
#include "store/store.h"

static const struct store_index indexes[] = {
	{ "User", "SipAddress" },
	{ "User", "Policy" },
	{ NULL, NULL },
};

static struct value
user(const char *sip, const char *policy)
{
	struct dict *d = dict_new(NULL);

	dict_set_str_take(d, "SipAddress", value_string(sip));
	if (policy != NULL)
		dict_set_str_take(d, "Policy", value_string(policy));
	return dict_value(d);
}

static int
put_user(struct store *s, const char *key, const char *policy,
    int64_t expected, int64_t *versionp, struct fault *f)
{
	struct value v = user(key, policy);
	int rc = store_put(s, "User", key, v, expected, versionp, f);

	value_unref(v);
	return rc;
}

static char folder[64];

static char *
path_of(const char *name)
{
	return mem_printf("%s/%s", folder, name);
}

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_store.XXXXXX");
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

static void
an_object_comes_back_as_it_went_in_and_lists_in_order(void **state)
{
	struct store *s = store_open_memory(indexes);
	struct store_row rows[4], row = { .key = NULL };
	struct fault f;
	size_t n;

	(void)state;
	assert_int_equal(put_user(s, "zoe", "A", STORE_NEW, NULL, &f), 0);
	assert_int_equal(put_user(s, "ann", "B", STORE_NEW, NULL, &f), 0);
	assert_int_equal(put_user(s, "ann", "B", STORE_NEW, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_EXISTS);
	assert_int_equal(store_get(s, "User", "zoe", &row, &f), 1);
	assert_string_equal(
	    value_chars(dict_peek(dict_of(row.object), "sipaddress")), "zoe");
	store_row_clear(&row);
	assert_int_equal(store_get(s, "User", "bob", NULL, &f), 0);
	assert_int_equal(store_page(s, "User", 0, rows, 4, &n, &f), 0);
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].key, "zoe");
	assert_string_equal(rows[1].key, "ann");
	store_row_clear(&rows[0]);
	store_row_clear(&rows[1]);
	store_close(s);
}

static void
the_index_follows_changes_and_removal(void **state)
{
	struct store *s = store_open_memory(indexes);
	struct store_row rows[4];
	struct fault f;
	size_t n;

	(void)state;
	assert_int_equal(put_user(s, "zoe", "FedPic", STORE_NEW, NULL, &f), 0);
	assert_int_equal(
	    store_find(s, "User", "Policy", "FEDPIC", 0, rows, 4, &n, &f), 0);
	assert_int_equal(n, 1);
	store_row_clear(&rows[0]);
	assert_int_equal(put_user(s, "zoe", NULL, STORE_ANY, NULL, &f), 0);
	assert_int_equal(
	    store_find(s, "User", "Policy", "FedPic", 0, rows, 4, &n, &f), 0);
	assert_int_equal(n, 0);
	assert_int_equal(store_remove(s, "User", "zoe", STORE_ANY, &f), 1);
	assert_int_equal(store_remove(s, "User", "zoe", STORE_ANY, &f), 0);
	assert_int_equal(
	    store_find(s, "User", "SipAddress", "zoe", 0, rows, 4, &n, &f), 0);
	assert_int_equal(n, 0);
	store_close(s);
}

static void
a_change_of_somebody_else_is_noticed_by_version(void **state)
{
	char *path = path_of("version.db");
	struct store *a, *b;
	struct store_row row = { .key = NULL };
	struct fault f;
	int64_t version;

	(void)state;
	a = store_open(path, indexes, NULL, &f);
	b = store_open(path, indexes, NULL, &f);
	assert_int_equal(put_user(a, "ann", "A", STORE_NEW, &version, &f), 0);
	assert_int_equal(store_commit(a, &f), 0);
	assert_int_equal(store_get(b, "User", "ann", &row, &f), 1);
	assert_int_equal(row.version, version);
	store_row_clear(&row);
	assert_int_equal(put_user(b, "ann", "B", version, NULL, &f), 0);
	assert_int_equal(store_commit(b, &f), 0);
	assert_int_equal(put_user(a, "ann", "C", version, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_BUSY);
	assert_non_null(strstr(f.text, "get it again"));
	store_close(a);
	store_close(b);
	mem_free(path);
}

static void
an_undone_change_leaves_nothing_and_keeps_those_before(void **state)
{
	struct store *s = store_open_memory(indexes);
	struct fault f;

	(void)state;
	assert_int_equal(put_user(s, "ann", "A", STORE_NEW, NULL, &f), 0);
	assert_int_equal(store_begin(s, &f), 0);
	assert_int_equal(put_user(s, "bob", "A", STORE_NEW, NULL, &f), 0);
	assert_int_equal(put_user(s, "eve", "A", STORE_NEW, NULL, &f), 0);
	store_undo(s);
	assert_int_equal(store_commit(s, &f), 0);
	assert_int_equal(store_get(s, "User", "ann", NULL, &f), 1);
	assert_int_equal(store_get(s, "User", "bob", NULL, &f), 0);
	assert_int_equal(store_get(s, "User", "eve", NULL, &f), 0);
	store_close(s);
}

static void
numbers_tell_which_class_changed(void **state)
{
	struct store *s = store_open_memory(indexes);
	struct fault f;
	int64_t all, users;

	(void)state;
	assert_int_equal(put_user(s, "ann", "A", STORE_NEW, NULL, &f), 0);
	assert_int_equal(store_commit(s, &f), 0);
	all = store_number(s, NULL, &f);
	users = store_number(s, "User", &f);
	assert_true(all > 0 && users > 0);
	assert_int_equal(store_put(s, "Site", "a", VALUE_NULL, STORE_ANY, NULL,
			     &f),
	    0);
	assert_int_equal(store_commit(s, &f), 0);
	assert_true(store_number(s, NULL, &f) > all);
	assert_int_equal(store_number(s, "User", &f), users);
	store_close(s);
}

static void
a_watcher_hears_a_commit(void **state)
{
	char *path = path_of("watch.db");
	struct store *a, *b;
	struct fault f;
	struct pollfd p = { .events = POLLIN };

	(void)state;
	a = store_open(path, indexes, NULL, &f);
	b = store_open(path, indexes, NULL, &f);
	p.fd = store_watch(a, &f);
	assert_true(p.fd >= 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(put_user(b, "ann", "A", STORE_NEW, NULL, &f), 0);
	assert_int_equal(store_commit(b, &f), 0);
	assert_int_equal(poll(&p, 1, 1000), 1);
	store_watch_drain(p.fd);
	assert_int_equal(poll(&p, 1, 0), 0);
	(void)close(p.fd);
	store_close(a);
	store_close(b);
	mem_free(path);
}

static int
write_all(const char *path, const char *policy, unsigned users)
{
	struct fault f;
	struct store *s = store_open(path, indexes, NULL, &f);
	char key[16];
	unsigned i;

	if (s == NULL)
		return 1;
	for (i = 0; i < users; i++) {
		(void)snprintf(key, sizeof(key), "u%u", i);
		if (put_user(s, key, policy, STORE_ANY, NULL, &f) != 0) {
			(void)fprintf(stderr, "%s\n", f.text);
			return 2;
		}
	}
	store_close(s);
	return 0;
}

static void
two_writers_of_the_same_objects_both_finish(void **state)
{
	char *path = path_of("two.db");
	pid_t pids[2];
	int i, status;

	(void)state;
	for (i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(write_all(path, i == 0 ? "A" : "B", 3000));
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	mem_free(path);
}

static void
a_writer_that_does_not_let_go_is_named(void **state)
{
	char *path = path_of("held.db");
	char name[32];
	struct store *a, *b;
	struct fault f;

	(void)state;
	a = store_open(path, indexes, NULL, &f);
	b = store_open(path, indexes, NULL, &f);
	assert_int_equal(store_begin(a, &f), 0);
	assert_int_equal(put_user(b, "ann", "A", STORE_NEW, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_BUSY);
	(void)snprintf(name, sizeof(name), "process %ld", (long)getpid());
	assert_non_null(strstr(f.text, name));
	assert_int_equal(store_settle(a, &f), 0);
	assert_int_equal(store_commit(a, &f), 0);
	assert_int_equal(put_user(b, "ann", "A", STORE_NEW, NULL, &f), 0);
	store_close(a);
	store_close(b);
	mem_free(path);
}

static void
what_is_no_store_is_refused_by_name(void **state)
{
	char *path = path_of("text.db");
	struct fault f;
	FILE *fp = fopen(path, "we");

	(void)state;
	assert_non_null(fp);
	(void)fprintf(fp, "%01000d", 0);
	(void)fclose(fp);
	assert_null(store_open(path, indexes, NULL, &f));
	assert_int_equal(f.code, FAULT_INVALID_DATA);
	assert_non_null(strstr(f.text, path));
	assert_null(store_open(folder, indexes, NULL, &f));
	assert_non_null(strstr(f.text, folder));
	mem_free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_object_comes_back_as_it_went_in_and_lists_in_order),
		cmocka_unit_test(the_index_follows_changes_and_removal),
		cmocka_unit_test(
		    a_change_of_somebody_else_is_noticed_by_version),
		cmocka_unit_test(
		    an_undone_change_leaves_nothing_and_keeps_those_before),
		cmocka_unit_test(numbers_tell_which_class_changed),
		cmocka_unit_test(a_watcher_hears_a_commit),
		cmocka_unit_test(two_writers_of_the_same_objects_both_finish),
		cmocka_unit_test(a_writer_that_does_not_let_go_is_named),
		cmocka_unit_test(what_is_no_store_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
