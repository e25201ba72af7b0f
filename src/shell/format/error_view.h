/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_FORMAT_ERROR_VIEW_H
#define SHELL_FORMAT_ERROR_VIEW_H

#include "core/run.h"

/*
 * An error record as people see it, by $ErrorView (ConciseView, NormalView,
 * CategoryView); lines end in LF, the last one too. Owned string.
 */
struct value error_view(struct run *r, struct value record, int width,
    bool colour);

#endif
