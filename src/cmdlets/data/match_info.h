/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_MATCH_INFO_H
#define CMDLETS_DATA_MATCH_INFO_H

#include "core/value.h"

/* What Select-String gives for a line: a MatchInfo. */
struct match_info {
	struct cell cell;
	struct value line, path, pattern, matches;
	struct value before, after; /* string[] or null: no context asked */
	int64_t number;
	bool ignore_case;
};

/* One reference; every value null. */
struct match_info *match_info_new(void);
struct value match_info_value(struct match_info *m);

#endif
