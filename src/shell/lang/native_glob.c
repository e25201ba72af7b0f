/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bare words with wildcards, for native programs: the names that match. */
#include "config.h"

#include <glob.h>
#include <string.h>

#include "shell/lang/lang_internal.h"

void
native_glob(const char *folder, const char *pattern, struct list *out)
{
	bool absolute = pattern[0] == '/';
	char *full = absolute ? mem_strdup(pattern) :
				mem_printf("%s/%s", folder, pattern);
	size_t skip = absolute ? 0 : strlen(folder) + 1;
	glob_t g;

	if (glob(full, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			list_add_take(out, value_string(g.gl_pathv[i] + skip));
		globfree(&g);
	}
	mem_free(full);
}
