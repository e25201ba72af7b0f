/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks a role and joins the rooms. */
#include "config.h"

#include <stdio.h>

int
main(void)
{
	(void)printf("%s\n", PACKAGE_STRING);
	return 0;
}
