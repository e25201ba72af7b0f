/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Tab offers: commands, parameters, their values, variables, and paths
 * where nothing else fits.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <readline/readline.h>

#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/prompt/prompt_internal.h"
#include "types/types.h"

/* LIMIT: candidates looked for. */
#define CANDIDATES_MAX 2000

static struct session *complete_session;

struct candidates {
	char **items; /* readline's: malloc'ed strings */
	size_t count;
	size_t cap;
	const char *word;
	size_t word_len;
};

static void
offer(struct candidates *c, const char *text)
{
	size_t i;

	if (c->count >= CANDIDATES_MAX ||
	    strncasecmp(text, c->word, c->word_len) != 0)
		return;
	for (i = 0; i < c->count; i++)
		if (strcmp(c->items[i], text) == 0)
			return;
	if (c->count + 2 > c->cap) {
		c->cap = c->cap == 0 ? 32 : c->cap * 2;
		c->items = mem_array_grow(c->items, c->cap, sizeof(char *));
	}
	c->items[c->count++] = mem_strdup(text);
}

/* --- where the cursor stands --- */

struct place {
	char *command; /* the first word of this part of the line; "" if none */
	char *before;  /* the word before the cursor's; "" if none */
	bool first;    /* the cursor's word is the command itself */
};

/* The start of the pipeline element that holds the byte at end. */
static size_t
element_start(const char *line, size_t end)
{
	size_t i, start = 0;
	char quote = '\0';

	for (i = 0; i < end; i++) {
		if (quote != '\0') {
			if (line[i] == quote)
				quote = '\0';
		} else if (line[i] == '\'' || line[i] == '"') {
			quote = line[i];
		} else if (strchr("|;({=&\n", line[i]) != NULL) {
			start = i + 1;
		}
	}
	return start;
}

static void
place_find(struct place *p, const char *line, size_t start)
{
	size_t at = element_start(line, start), from, to;

	while (at < start && isspace((unsigned char)line[at]))
		at++;
	p->first = at == start;
	for (to = at; to < start && !isspace((unsigned char)line[to]); to++)
		;
	p->command = mem_strndup(line + at, to - at);
	for (to = start; to > at && isspace((unsigned char)line[to - 1]); to--)
		;
	for (from = to; from > at && !isspace((unsigned char)line[from - 1]);
	     from--)
		;
	p->before = mem_strndup(line + from, to - from);
}

/* --- the kinds --- */

static enum flow
offer_command(void *arg, const struct command_info *info)
{
	offer(arg, info->name);
	return FLOW_MORE;
}

static void
offer_commands(struct candidates *c, struct run *r)
{
	char *pattern = mem_printf("%s*", c->word);

	(void)r->ops->each_command(r, pattern,
	    COMMAND_ALIAS | COMMAND_FUNCTION | COMMAND_FILTER | COMMAND_CMDLET,
	    offer_command, c);
	mem_free(pattern);
}

static enum flow
offer_parameter(void *arg, const struct parameter_info *p)
{
	char *text;

	if ((p->flags & PARAM_HIDDEN) != 0)
		return FLOW_MORE;
	text = mem_printf("-%s", p->name);
	offer(arg, text);
	mem_free(text);
	return FLOW_MORE;
}

struct value_search {
	struct candidates *candidates;
	const char *parameter; /* without its dash */
};

static enum flow
offer_value(void *arg, const struct parameter_info *p)
{
	struct value_search *s = arg;
	size_t i;

	if (strncasecmp(p->name, s->parameter, strlen(s->parameter)) != 0)
		return FLOW_MORE;
	for (i = 0; p->values != NULL && p->values[i] != NULL; i++)
		offer(s->candidates, p->values[i]);
	if (p->type == &type_bool) {
		offer(s->candidates, "$true");
		offer(s->candidates, "$false");
	}
	return FLOW_MORE;
}

/* Live names: which command lists what a parameter takes. */
static const struct {
	const char *command; /* a pattern */
	const char *parameter;
	const char *script;
} live_rows[] = {
	{ "*", "PolicyName",
	    "Get-CsExternalAccessPolicy | ForEach-Object { $_.Identity -replace "
	    "'^Tag:' }" },
	{ "*-CsUser", "Identity",
	    "Get-CsUser | ForEach-Object SamAccountName" },
	{ "Grant-Cs*", "Identity",
	    "Get-CsUser | ForEach-Object SamAccountName" },
	{ "*-CsExternalAccessPolicy", "Identity",
	    "Get-CsExternalAccessPolicy | ForEach-Object Identity" },
	{ "*-CsXmppAllowedPartner", "Identity",
	    "Get-CsXmppAllowedPartner | ForEach-Object Domain" },
	{ "*-CsSipDomain", "Identity",
	    "Get-CsSipDomain | ForEach-Object Name" },
	{ "*-CsWindowsService", "Name",
	    "Get-CsWindowsService | ForEach-Object Name" },
	{ "*", "RegistrarPool", "Get-CsPool | ForEach-Object Fqdn" },
};

static enum flow
offer_live(void *arg, struct value v)
{
	struct value text;
	struct run *r = session_run(complete_session);

	if (value_text(r, v, &text) != FLOW_MORE) {
		run_leave_clear(r);
		return FLOW_MORE;
	}
	offer(arg, value_chars(text));
	value_unref(text);
	return FLOW_MORE;
}

static void
offer_live_names(struct candidates *c, struct run *r, const struct place *p)
{
	const char *parameter = p->before + 1;
	size_t i;

	for (i = 0; i < sizeof(live_rows) / sizeof(*live_rows); i++) {
		if (strncasecmp(live_rows[i].parameter, parameter,
			strlen(parameter)) != 0 ||
		    !wildcard_match(live_rows[i].command, p->command, true))
			continue;
		if (r->ops->run_text(r, live_rows[i].script,
			strlen(live_rows[i].script), offer_live, c) !=
		    FLOW_MORE)
			run_leave_clear(r);
		return;
	}
}

static enum flow
offer_variable(void *arg, const struct variable_info *v)
{
	char *text = mem_printf("$%s", v->name);

	offer(arg, text);
	mem_free(text);
	return FLOW_MORE;
}

struct completion {
	struct candidates *candidates;
	const struct place *place;
};

static enum flow
offer_all(struct run *r, void *arg)
{
	const struct completion *what = arg;
	struct candidates *c = what->candidates;
	const struct place *p = what->place;
	struct value_search values = { c, p->before + 1 };

	if (c->word[0] == '$') {
		(void)r->ops->each_variable(r, NULL, offer_variable, c);
	} else if (p->first) {
		offer_commands(c, r);
	} else if (c->word[0] == '-') {
		(void)r->ops->each_parameter(
		    r, p->command, offer_parameter, c);
	} else if (p->before[0] == '-' && p->before[1] != '\0') {
		(void)r->ops->each_parameter(
		    r, p->command, offer_value, &values);
		offer_live_names(c, r, p);
	}
	if (r->leave.kind != LEAVE_NONE)
		run_leave_clear(r);
	return FLOW_MORE;
}

/* --- for readline --- */

static int
order(const void *a, const void *b)
{
	return strcasecmp(
	    *(char *const *)(const void *)a, *(char *const *)(const void *)b);
}

/* The longest beginning that all share, case ignored, in the first's case. */
static char *
shared_beginning(const struct candidates *c)
{
	size_t n = strlen(c->items[0]), i, k;

	for (i = 1; i < c->count; i++) {
		for (k = 0; k < n && c->items[i][k] != '\0' &&
		     tolower((unsigned char)c->items[i][k]) ==
			 tolower((unsigned char)c->items[0][k]);
		     k++)
			;
		n = k;
	}
	return mem_strndup(c->items[0], n);
}

static char **
complete(const char *word, int start, int end)
{
	struct candidates c = { .word = word, .word_len = strlen(word) };
	struct place p;
	struct completion what = { &c, &p };
	struct session_result result;
	char **matches;

	(void)end;
	place_find(&p, rl_line_buffer, (size_t)start);
	session_run_with(complete_session, offer_all, &what, &result);
	/* As in PowerShell, what is typed next follows at once. */
	rl_completion_append_character = '\0';
	/* Paths where nothing else fits, or the word looks like one. */
	rl_attempted_completion_over =
	    c.count > 0 || word[0] == '-' || word[0] == '$';
	mem_free(p.command);
	mem_free(p.before);
	if (c.count == 0) {
		mem_free(c.items);
		return NULL;
	}
	qsort(c.items, c.count, sizeof(char *), order);
	matches = mem_array(c.count + 2, sizeof(char *));
	matches[0] = shared_beginning(&c);
	memcpy(matches + 1, c.items, c.count * sizeof(char *));
	matches[c.count + 1] = NULL;
	if (c.count == 1) {
		mem_free(matches[1]);
		matches[1] = NULL;
	}
	mem_free(c.items);
	return matches;
}

void
complete_install(struct session *s)
{
	complete_session = s;
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = " \t\n\"'|;({[=,&@";
	rl_basic_word_break_characters = " \t\n\"'|;({[=,&@";
	rl_special_prefixes = "$";
	(void)rl_variable_bind("completion-ignore-case", "on");
	(void)rl_variable_bind("show-all-if-ambiguous", "off");
}
