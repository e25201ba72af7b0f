/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_TABLES_H
#define SHELL_TABLES_H

#include "core/cmdlet.h"

/* Every room's cmdlets, as a session takes them; ends with NULL. */
const struct cmdlet *const *const *shell_tables(void);

#endif
