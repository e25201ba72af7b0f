/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of the performance counters. */
#include "config.h"

#include "gateway/counters.h"

static const char *const names[COUNTERS] = {
#define COUNTER(name, text) [COUNTER_##name] = text,
	GATEWAY_COUNTERS(COUNTER)
#undef COUNTER
};

const char *
counter_name(enum counter c)
{
	return names[c];
}
