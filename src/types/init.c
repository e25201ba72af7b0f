/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands every table of members to its type. */
#include "config.h"

#include "types/access.h"
#include "types/drives.h"
#include "types/enums.h"
#include "types/fileinfo.h"
#include "types/regex_types.h"
#include "types/tables.h"

void
types_init_members(void)
{
	enums_init();
	objects_init();
	collections_init();
	exceptions_init();
	regex_types_init();
	view_init();
	strings_init();
	numbers_init();
	math_init();
	dates_init();
	system_init();
	builder_init();
	environment_init();
	drives_init();
	fileinfo_init();
	path_init();
	file_init();
	stream_init();
	credential_init();
	bits_init();
	ipaddress_init();
	mailaddress_init();
	uri_init();
	webutility_init();
}
