/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of rooms that have cmdlets; shared by the program and the tests. */
#include "config.h"

#include <stddef.h>

#include "shell/format/format.h"
#include "shell/tables.h"

const struct cmdlet *const *const shell_tables[] = {
	cmdlets_cs,
	cmdlets_data,
	cmdlets_format,
	cmdlets_host,
	cmdlets_object,
	NULL,
};
