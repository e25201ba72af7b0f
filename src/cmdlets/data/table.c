/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room's cmdlets, in alphabetical order. A new one is one line here. */
#include "config.h"

#include <stddef.h>

#include "cmdlets/data/data_cmdlets.h"

const struct cmdlet *const cmdlets_data[] = {
	&cmdlet_convertfrom_csv,
	&cmdlet_convertfrom_json,
	&cmdlet_convertfrom_stringdata,
	&cmdlet_convertto_csv,
	&cmdlet_convertto_html,
	&cmdlet_convertto_json,
	&cmdlet_export_csv,
	&cmdlet_get_random,
	&cmdlet_get_securerandom,
	&cmdlet_import_csv,
	&cmdlet_new_guid,
	&cmdlet_new_timespan,
	&cmdlet_select_string,
	&cmdlet_test_json,
	NULL,
};
