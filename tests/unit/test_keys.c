/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/list.h"
#include "core/object.h"
#include "svc/args.h"
#include "svc/keys_internal.h"

static char home[] = "/tmp/test_keysXXXXXX";
static char dir[64];

static int
make_home(void **state)
{
	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(home) == NULL || setenv("FEDSH_HOME", home, 1) != 0)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s/keys", home);
	return 0;
}

static int
remove_home(void **state)
{
	char path[512];
	struct dirent *e;
	DIR *d = opendir(dir);

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(dir);
	return rmdir(home);
}

static struct keys *
open_keys(void)
{
	struct keys *k;
	struct fault f;

	k = keys_open(&f);
	if (k == NULL)
		fail_msg("%s", f.text);
	return k;
}

static struct value
dict_of_texts(const char *a, const char *av, const char *b, const char *bv)
{
	struct dict *d = dict_new(NULL);

	args_set_text(d, a, av);
	if (b != NULL)
		args_set_text(d, b, bv);
	return dict_value(d);
}

static size_t
count_files(const char *ending)
{
	struct dirent *e;
	const char *dot;
	size_t n = 0;
	DIR *d = opendir(dir);

	while (d != NULL && (e = readdir(d)) != NULL) {
		dot = strrchr(e->d_name, '.');
		n += dot != NULL && strcmp(dot, ending) == 0;
	}
	if (d != NULL)
		(void)closedir(d);
	return n;
}

static void
a_first_start_makes_an_authority_and_certificates(void **state)
{
	struct keys *k = open_keys();
	const struct keys_cert *c;
	char path[128], thumb[41];
	struct stat st;

	(void)state;
	assert_int_equal(k->n_certs, 3);
	assert_int_equal(k->n_uses, 3);
	c = keys_find(k, keys_thumbprint_of(k, "internal"));
	assert_non_null(c);
	assert_true(keys_is_own(k, c->chain[0]));
	assert_string_equal(cert_key_text(c->chain[0]), "ECDSA P-256");
	(void)snprintf(path, sizeof(path), "%s/%s.key", dir,
	    cert_public_hash(c->chain[0]));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	memcpy(thumb, cert_thumbprint(c->chain[0]), sizeof(thumb));
	keys_close(k);
	/* The second start finds them. */
	k = open_keys();
	assert_string_equal(keys_thumbprint_of(k, "Internal"), thumb);
	assert_int_equal(k->n_certs, 3);
	keys_close(k);
}

static void
the_answer_to_a_request_finds_its_key(void **state)
{
	static const char *const name = "a.example";
	struct cert_want w = { .server_auth = true, .days = 90 };
	struct cert_want caw = { .common_name = "Public CA", .is_ca = true };
	struct cert_key *ca_key = cert_key_new(CERT_KEY_EC_P256, NULL);
	struct cert *ca = cert_issue(&caw, ca_key, NULL, NULL, NULL), *c;
	struct keys *k = open_keys();
	struct value arg, v = VALUE_NULL, row;
	struct dict *d = dict_new(NULL);
	struct fault f;
	struct buf pem;
	char thumb[41];

	(void)state;
	args_set_text(d, "CommonName", name);
	args_set_text(d, "Names", name);
	args_set_int(d, "KeySize", 2048);
	assert_int_equal(keys_request(k, dict_value(d), &v, &f), 0);
	c = cert_sign_request(args_text(v, "Request"),
	    strlen(args_text(v, "Request")), &w, ca, ca_key, &f);
	assert_non_null(c);
	assert_string_equal(args_text(v, "PublicKeyHash"), cert_public_hash(c));
	value_clear(&v);
	memcpy(thumb, cert_thumbprint(c), sizeof(thumb));

	/* An authority alone is trusted; a foreign leaf is nothing. */
	buf_init(&pem);
	cert_write(ca, &pem);
	arg = dict_of_texts("Data", pem.data, NULL, NULL);
	assert_int_equal(keys_import(k, arg, &v, &f), 0);
	assert_int_equal(k->n_anchors, 1);
	value_clear(&v);
	value_unref(arg);

	buf_reset(&pem);
	cert_write(c, &pem);
	arg = dict_of_texts("Data", pem.data, NULL, NULL);
	assert_int_equal(keys_assign(k, "XmppServer", thumb, &f), -1);
	assert_int_equal(f.code, FAULT_NOT_FOUND);
	assert_int_equal(keys_import(k, arg, &v, &f), 0);
	row = list_of(v)->items[0];
	assert_string_equal(args_text(row, "Thumbprint"), thumb);
	assert_true(args_bool(row, "HasPrivateKey", false));
	assert_false(args_bool(row, "IsInternal", true));
	value_clear(&v);
	assert_int_equal(keys_assign(k, "XmppServer", thumb, &f), 0);
	assert_int_equal(keys_remove(k, thumb, &f), -1);
	assert_int_equal(f.code, FAULT_BUSY);

	/* The proxy gets it, the others do not; nobody gets REPLICA's. */
	v = keys_bundle_value(k, "RTCXMPPTGWPX", &f);
	assert_int_equal(args_count(v, "Certificates"), 2);
	assert_non_null(strstr(args_text(v, "Trust"), "BEGIN CERTIFICATE"));
	value_clear(&v);
	v = keys_bundle_value(k, "RTCSRV", &f);
	assert_int_equal(args_count(v, "Certificates"), 2);
	assert_string_equal(
	    args_text(args_at(v, "Certificates", 0), "Use"), "Default");
	value_clear(&v);
	v = keys_bundle_value(k, "REPLICA", &f);
	assert_int_equal(list_of(args_get(v, "Certificates"))->count, 0);
	value_clear(&v);

	assert_int_equal(keys_unassign(k, "xmppserver", &f), 0);
	assert_int_equal(keys_remove(k, thumb, &f), 0);
	assert_int_equal(keys_import(k, arg, &v, &f), -1);
	assert_non_null(strstr(f.text, "no private key"));
	value_unref(arg);
	buf_clear(&pem);
	value_unref(dict_value(d));
	cert_unref(c);
	cert_unref(ca);
	cert_key_free(ca_key);
	keys_close(k);
}

static void
odd_requests_and_imports_are_refused(void **state)
{
	struct keys *k = open_keys();
	struct value arg, v = VALUE_NULL;
	struct fault f;

	(void)state;
	arg = dict_of_texts("Data", "garbage", NULL, NULL);
	assert_int_equal(keys_import(k, arg, &v, &f), -1);
	value_unref(arg);
	assert_int_equal(keys_import(k, VALUE_NULL, &v, &f), -1);
	arg = dict_of_texts("KeyAlg", "RSA", "Names", "a b");
	assert_int_equal(keys_request(k, arg, &v, &f), -1);
	args_set_int(dict_of(arg), "KeySize", 1024);
	assert_int_equal(keys_request(k, arg, &v, &f), -1);
	assert_non_null(strstr(f.text, "2048 or 4096"));
	value_unref(arg);
	assert_int_equal(keys_assign(k, "../evil", "x", &f), -1);
	assert_int_equal(f.code, FAULT_INVALID);
	assert_int_equal(keys_remove(k, "../../etc/passwd", &f), -1);
	assert_int_equal(f.code, FAULT_NOT_FOUND);
	keys_close(k);
}

/* A full disk: a clear fault, nothing half-written, nothing lost. */
static void
a_full_disk_leaves_everything_as_it_was(void **state)
{
	struct rlimit old, tight;
	struct keys *k = open_keys();
	struct value arg = dict_of_texts(
	    "CommonName", "a.example", "Names", "a.example");
	struct value v = VALUE_NULL;
	size_t keys_before = count_files(".key"), new_before;
	struct fault f;

	(void)state;
	new_before = count_files(".new");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tight = old;
	tight.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(keys_request(k, arg, &v, &f), -1);
	assert_int_equal(keys_unassign(k, "Default", &f), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(f.text, "cannot be written"));
	assert_int_equal(count_files(".key"), keys_before);
	assert_int_equal(count_files(".new"), new_before);
	assert_non_null(keys_thumbprint_of(k, "Default"));
	value_unref(arg);
	keys_close(k);
	k = open_keys();
	assert_int_equal(k->n_uses, 3);
	keys_close(k);
}

static void
internal_certificates_follow_names_and_time(void **state)
{
	static const char *const names[] = { "pool.b.example" };
	struct keys *k = open_keys();
	char before[41];
	struct fault f;
	const struct keys_cert *c;

	(void)state;
	memcpy(before, keys_thumbprint_of(k, "Default"), sizeof(before));
	assert_int_equal(keys_renew(k, (int64_t)time(NULL), &f), 0);
	assert_string_equal(keys_thumbprint_of(k, "Default"), before);
	assert_int_equal(keys_set_names(k, names, 1, &f), 1);
	assert_int_equal(keys_set_names(k, names, 1, &f), 0);
	c = keys_find(k, keys_thumbprint_of(k, "Default"));
	assert_true(cert_is_for_dns(c->chain[0], "pool.b.example"));
	assert_null(keys_find(k, before));
	assert_int_equal(
	    keys_renew(k, (int64_t)time(NULL) + 340 * 86400, &f), 3);
	assert_int_equal(k->n_certs, 3);
	keys_close(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_first_start_makes_an_authority_and_certificates),
		cmocka_unit_test(the_answer_to_a_request_finds_its_key),
		cmocka_unit_test(odd_requests_and_imports_are_refused),
		cmocka_unit_test(a_full_disk_leaves_everything_as_it_was),
		cmocka_unit_test(internal_certificates_follow_names_and_time),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
