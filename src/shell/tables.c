/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of rooms that have cmdlets; shared by the program and the tests. */
#include "config.h"

#include <stddef.h>

#include "shell/format/format.h"
#include "shell/lang/session.h"
#include "shell/tables.h"

const struct cmdlet *const *const *
shell_tables(void)
{
	static const struct cmdlet *const *tables[9];

	tables[0] = cmdlets_cs;
	tables[1] = cmdlets_cs_nouns();
	tables[2] = cmdlets_data;
	tables[3] = cmdlets_format;
	tables[4] = cmdlets_host;
	tables[5] = cmdlets_item;
	tables[6] = cmdlets_module;
	tables[7] = cmdlets_object;
	return tables;
}
