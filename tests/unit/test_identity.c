/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "model/identity.h"

#define POLICY (SCOPE_GLOBAL | SCOPE_SITE | SCOPE_TAG)

static void
identities_print_and_fold_as_the_original_does(void **state)
{
	static const struct {
		const char *text;
		unsigned allowed;
		const char *printed, *key; /* NULL: refused */
	} cases[] = {
		{ "global", POLICY, "Global", "global" },
		{ "GLOBAL", POLICY, "Global", "global" },
		{ "FedPic", POLICY, "Tag:FedPic", "tag:fedpic" },
		{ "tag:FedPic", POLICY, "Tag:FedPic", "tag:fedpic" },
		{ "site:Redmond", POLICY, "Site:Redmond", "site:redmond" },
		{ "SITE:Redmond", POLICY, "Site:Redmond", "site:redmond" },
		{ "site:", POLICY, NULL, NULL },
		{ "Fed*", POLICY, NULL, NULL },
		{ "", POLICY, NULL, NULL },
		{ "FedPic", SCOPE_GLOBAL, NULL, NULL },
		{ "site:Redmond", SCOPE_NAME, NULL, NULL },
		{ "Redmond", SCOPE_NAME, "Redmond", "redmond" },
		{ "Prosody.Test", SCOPE_DOMAIN, "prosody.test",
		    "prosody.test" },
		{ "prosody.test.", SCOPE_DOMAIN, "prosody.test",
		    "prosody.test" },
		{ "xn--mnchen-3ya.example", SCOPE_DOMAIN,
		    "m\xc3\xbcnchen.example", "m\xc3\xbcnchen.example" },
		{ "a b.test", SCOPE_DOMAIN, NULL, NULL },
		{ "-a.test", SCOPE_DOMAIN, NULL, NULL },
		{ "a..test", SCOPE_DOMAIN, NULL, NULL },
		{ "127.0.0.1", SCOPE_DOMAIN, NULL, NULL },
		{ "user@a.test", SCOPE_DOMAIN, NULL, NULL },
		{ "edge.a.test", SCOPE_ROLE, "EdgeServer:edge.a.test",
		    "edgeserver:edge.a.test" },
		{ "edgeserver:Edge.a.test", SCOPE_ROLE,
		    "EdgeServer:edge.a.test", "edgeserver:edge.a.test" },
	};
	struct identity id;
	struct fault f;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rc = identity_parse(cases[i].text, cases[i].allowed,
		    "EdgeServer", &id, &f);
		if (rc != (cases[i].printed != NULL ? 0 : -1))
			fail_msg("%s: %d", cases[i].text, rc);
		if (rc != 0)
			continue;
		assert_string_equal(id.text, cases[i].printed);
		assert_string_equal(id.key, cases[i].key);
	}
}

static void
filters_match_as_the_pages_say(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool hit;
	} cases[] = {
		{ "tag:*", "Tag:FedPic", true },
		{ "tag:*", "Site:Redmond", false },
		{ "site:*", "Site:Redmond", true },
		{ "F*", "Tag:FedPic", true },
		{ "Fed?ic", "Tag:FedPic", true },
		{ "[rg]*", "Tag:Redmond", true },
		{ "[rg]*", "Global", true },
		{ "[a-f]*", "Global", false },
		{ "*.test", "prosody.test", true },
		{ "*", "", true },
		{ "", "x", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (identity_matches(cases[i].pattern, cases[i].text) !=
		    cases[i].hit)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    identities_print_and_fold_as_the_original_does),
		cmocka_unit_test(filters_match_as_the_pages_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
