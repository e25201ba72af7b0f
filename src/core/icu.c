/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the ICU libraries this program was built with, when first asked. */
#include "config.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "core/icu.h"
#include "core/log.h"

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)
#define SO(name)   name ".so." TEXT(U_ICU_VERSION_MAJOR_NUM)

static void *
need(void *lib, const char *name)
{
	void *sym = lib != NULL ? dlsym(lib, name) : NULL;

	if (sym == NULL) {
		log_error("core", "ICU is not as built with: %s: %s", name,
		    dlerror());
		abort();
	}
	return sym;
}

const struct icu *
icu(void)
{
	static struct icu table;
	static bool open;
	void *uc, *i18n;

	if (open)
		return &table;
	uc = dlopen(SO("libicuuc"), RTLD_NOW | RTLD_LOCAL);
	i18n = dlopen(SO("libicui18n"), RTLD_NOW | RTLD_LOCAL);
#define ICU_UC(name)   table.name = (__typeof__(table.name))need(uc, TEXT(name));
#define ICU_I18N(name) table.name = (__typeof__(table.name))need(i18n, TEXT(name));
	ICU_UC_FUNCTIONS(ICU_UC)
	ICU_I18N_FUNCTIONS(ICU_I18N)
	open = true;
	return &table;
}
