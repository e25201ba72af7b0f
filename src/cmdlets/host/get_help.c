/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Get-Help: what a command does, from its row: synopsis, syntax, parameters;
 * prose and examples from <Noun>.txt in $FEDSH_DOC, where programs' data is
 * installed, or beside the build tree the program runs from.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmdlets/host/host_cmdlets.h"
#include "cmdlets/host/syntax.h"
#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "types/types.h"

/* LIMIT: of a help file. */
#define HELP_FILE_MAX (1u << 20)

enum { P_NAME, P_DETAILED, P_FULL, P_EXAMPLES, P_PARAMETER };

static const struct param_spec params[] = {
	{ "Name", "string", NULL, "*/0p", 0, NULL, 0, 0,
	    "a command's name, or a wildcard" },
	{ "Detailed", "switch", NULL, "DetailedView/m", 0, NULL, 0, 0,
	    "parameters and examples too" },
	{ "Full", "switch", NULL, "AllUsersView/", 0, NULL, 0, 0,
	    "everything" },
	{ "Examples", "switch", NULL, "Examples/m", 0, NULL, 0, 0,
	    "only the examples" },
	{ "Parameter", "string[]", NULL, "Parameters/m", 0, NULL, 0, 0,
	    "only these parameters" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct found {
	char *name;
	char *synopsis;
	size_t count;
	struct buf listing;
	const char *const *output;
	bool is_cmdlet;
};

static enum flow
note_command(void *arg, const struct command_info *info)
{
	struct found *f = arg;
	const char *synopsis =
	    info->cmdlet == NULL ? "" : info->cmdlet->synopsis;

	f->count++;
	mem_free(f->name);
	mem_free(f->synopsis);
	f->name = mem_strdup(
	    info->kind == COMMAND_ALIAS ? info->definition : info->name);
	f->synopsis = mem_strdup(synopsis == NULL ? "" : synopsis);
	f->is_cmdlet = info->cmdlet != NULL;
	f->output = f->is_cmdlet ? info->cmdlet->output : NULL;
	buf_printf(&f->listing, "%-40s %s\n", info->name, f->synopsis);
	return FLOW_MORE;
}

static FILE *
open_help(const char *dir, const char *noun)
{
	char *path = mem_printf("%s/%s.txt", dir, noun);
	FILE *fp = fopen(path, "re");

	mem_free(path);
	return fp;
}

/* A program that was not installed: PREFIX/build/fedsh. */
static FILE *
open_help_beside(const char *noun)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash, *dir;
	FILE *fp;

	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	if ((slash = strrchr(exe, '/')) == NULL)
		return NULL;
	*slash = '\0';
	dir = mem_printf("%s/../doc/cmdlets", exe);
	fp = open_help(dir, noun);
	mem_free(dir);
	return fp;
}

/* The text of the noun's file, or NULL. Owned. */
static char *
help_file(const char *command)
{
	const char *dash = strchr(command, '-');
	const char *noun = dash == NULL ? command : dash + 1;
	const char *dir = getenv("FEDSH_DOC");
	FILE *fp = open_help(
	    dir == NULL ? FEDSH_DATADIR "/cmdlets" : dir, noun);
	struct buf b;
	char chunk[4096];
	size_t n;

	if (fp == NULL && dir == NULL)
		fp = open_help_beside(noun);
	if (fp == NULL)
		return NULL;
	buf_init(&b);
	while (b.len < HELP_FILE_MAX &&
	    (n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_add(&b, chunk, n);
	(void)fclose(fp);
	return buf_take(&b);
}

/*
 * A file has sections "== COMMAND" (prose up to the first example) and in
 * them "-- title" with the example's text. Appends what is asked for.
 */
static void
add_file_part(struct buf *b, const char *text, const char *command,
    bool examples)
{
	char *head = mem_printf("== %s\n", command);
	const char *at = strstr(text, head);
	const char *end, *first;
	int n = 0;

	if (at == NULL) {
		mem_free(head);
		return;
	}
	at += strlen(head);
	mem_free(head);
	end = strstr(at, "\n== ");
	end = end == NULL ? at + strlen(at) : end + 1;
	first = strstr(at, "-- ");
	if (first == NULL || first > end)
		first = end;
	if (!examples) {
		buf_add(b, at, (size_t)(first - at));
		return;
	}
	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t len = line_end == NULL ? (size_t)(end - at)
					      : (size_t)(line_end - at) + 1;

		if (at >= first && strncmp(at, "-- ", 3) == 0)
			buf_printf(b,
			    "%s    ---------- Example %d: %.*s ----------\n\n",
			    n > 0 ? "\n" : "", n + 1, (int)(len - 4),
			    at + 3);
		else if (at >= first && len > 1)
			buf_add(b, at, len);
		if (strncmp(at, "-- ", 3) == 0)
			n++;
		at += len;
	}
}

struct described {
	struct call *call;
	struct buf *buf;
	struct list *names; /* described already (once for all sets) */
};

static bool
wanted(struct call *c, const char *name)
{
	struct value v = call_param(c, P_PARAMETER);
	size_t i;

	if (!value_is_list(v))
		return true;
	for (i = 0; i < list_of(v)->count; i++) {
		const char *pattern = value_chars(list_of(v)->items[i]);

		if (pattern != NULL && wildcard_match(pattern, name, true))
			return true;
	}
	return false;
}

/* The common two have no row of their own to say it in. */
static const char *
help_of(const struct parameter_info *p)
{
	if (p->help != NULL)
		return p->help;
	if (string_equal_ci(p->name, "WhatIf"))
		return "Says what would be done, and does nothing";
	return string_equal_ci(p->name, "Confirm")
	    ? "Asks before anything is done"
	    : "";
}

static enum flow
describe_parameter(void *arg, const struct parameter_info *p)
{
	struct described *d = arg;
	size_t i;

	if ((p->common && !string_equal_ci(p->name, "WhatIf") &&
		!string_equal_ci(p->name, "Confirm")) ||
	    (p->flags & PARAM_HIDDEN) != 0 ||
	    !wanted(d->call, p->name))
		return FLOW_MORE;
	for (i = 0; i < d->names->count; i++)
		if (string_equal_ci(
			value_chars(d->names->items[i]), p->name))
			return FLOW_MORE;
	list_add_take(d->names, value_string(p->name));
	buf_printf(d->buf, "    -%s", p->name);
	if (!p->is_switch)
		buf_printf(d->buf, " <%s>",
		    p->type == NULL ? "Object" : type_display_name(p->type));
	buf_printf(d->buf, "\n        %s\n\n", help_of(p));
	if (!call_switch(d->call, P_FULL) && !call_bound(d->call, P_PARAMETER))
		return FLOW_MORE;
	buf_printf(d->buf,
	    "        Required?                    %s\n"
	    "        Position?                    ",
	    (p->flags & PARAM_MANDATORY) != 0 ? "true" : "false");
	if (p->position >= 0)
		buf_printf(d->buf, "%d\n", p->position);
	else
		buf_add_str(d->buf, "Named\n");
	buf_printf(d->buf, "        Accept pipeline input?       %s%s%s\n\n",
	    (p->flags & (PARAM_BY_VALUE | PARAM_BY_NAME)) == 0 ? "false"
							       : "true",
	    (p->flags & PARAM_BY_VALUE) != 0 ? " (ByValue)" : "",
	    (p->flags & PARAM_BY_NAME) != 0 ? " (ByPropertyName)" : "");
	return FLOW_MORE;
}

static enum flow
add_parameters(struct call *c, const char *name, struct buf *b)
{
	struct described d = { c, b, list_new(NULL, 0) };
	enum flow flow = call_run(c)->ops->each_parameter(
	    call_run(c), name, describe_parameter, &d);

	value_unref(list_value(d.names));
	return flow;
}

static enum flow
add_syntax(struct call *c, const char *name, struct buf *b)
{
	struct buf syntax;
	const char *p;
	enum flow flow;

	buf_init(&syntax);
	flow = syntax_of_command(call_run(c), name, &syntax);
	for (p = syntax.data; *p != '\0'; p++) {
		if (*p == '\n' && p[1] != '\0' && p[1] != '\n')
			buf_add_str(b, "\n    ");
		else
			buf_add_byte(b, *p);
	}
	buf_clear(&syntax);
	return flow;
}

/* The other commands of the noun. */
struct links {
	const char *name; /* the command itself is no link */
	struct buf text;
};

static enum flow
add_link(void *arg, const struct command_info *info)
{
	struct links *l = arg;

	if (strcasecmp(info->name, l->name) != 0)
		buf_printf(&l->text, "    %s\n", info->name);
	return FLOW_MORE;
}

static enum flow
add_links(struct call *c, const char *name, struct buf *b)
{
	struct links links = { name, { 0 } };
	const char *dash = strchr(name, '-');
	char *pattern;
	enum flow flow;

	if (dash == NULL)
		return FLOW_MORE;
	pattern = mem_printf("*%s", dash);
	flow = call_run(c)->ops->each_command(call_run(c), pattern,
	    COMMAND_FUNCTION | COMMAND_CMDLET, add_link, &links);
	if (links.text.len > 0)
		buf_printf(b, "RELATED LINKS\n%s\n", buf_text(&links.text));
	buf_clear(&links.text);
	mem_free(pattern);
	return flow;
}

static void
add_outputs(const struct found *f, struct buf *b)
{
	size_t i;

	buf_add_str(b, "OUTPUTS\n");
	if (f->output == NULL)
		buf_add_str(b, "    None\n");
	for (i = 0; f->output != NULL && f->output[i] != NULL; i++)
		buf_printf(b, "    %s\n", f->output[i]);
	buf_add_byte(b, '\n');
}

static enum flow
help_text(struct call *c, const struct found *f, struct buf *b)
{
	char *file = help_file(f->name);
	bool detailed = call_switch(c, P_DETAILED) || call_switch(c, P_FULL);
	struct buf prose = { 0 }, examples = { 0 };
	enum flow flow = FLOW_MORE;

	if (file != NULL) {
		add_file_part(&prose, file, f->name, false);
		add_file_part(&examples, file, f->name, true);
	}
	if (call_bound(c, P_PARAMETER)) {
		flow = add_parameters(c, f->name, b);
		goto out;
	}
	buf_printf(b, "\nNAME\n    %s\n\nSYNOPSIS\n    %s\n\n", f->name,
	    f->synopsis);
	if (!call_switch(c, P_EXAMPLES)) {
		buf_add_str(b, "SYNTAX");
		flow = add_syntax(c, f->name, b);
		buf_add_byte(b, '\n');
		if (prose.len > 0)
			buf_printf(b, "DESCRIPTION\n%s\n", prose.data);
	}
	if (flow == FLOW_MORE && detailed) {
		buf_add_str(b, "PARAMETERS\n");
		flow = add_parameters(c, f->name, b);
	}
	if (call_switch(c, P_FULL) && f->is_cmdlet)
		add_outputs(f, b);
	if ((detailed || call_switch(c, P_EXAMPLES)) && examples.len > 0)
		buf_printf(b, "EXAMPLES\n%s\n", examples.data);
	if (flow == FLOW_MORE && !call_switch(c, P_EXAMPLES))
		flow = add_links(c, f->name, b);
	if (!detailed && !call_switch(c, P_EXAMPLES))
		buf_printf(b,
		    "REMARKS\n    More: Get-Help %s -Full; examples: Get-Help "
		    "%s -Examples\n",
		    f->name, f->name);
out:
	mem_free(file);
	buf_clear(&prose);
	buf_clear(&examples);
	return flow;
}

static enum flow
help_one(struct call *c, const char *name)
{
	unsigned kinds = COMMAND_ALIAS | COMMAND_FUNCTION | COMMAND_FILTER |
	    COMMAND_CMDLET;
	struct found f = { 0 };
	struct buf b = { 0 };
	char *once;
	enum flow flow;

	if (!call_run(c)->ops->find_command(
		call_run(c), name, kinds, note_command, &f)) {
		return call_faultf(c, FAULT_NOT_FOUND, "HelpNotFound",
		    VALUE_NULL,
		    "Get-Help could not find %s. Get-Command shows the "
		    "commands there are; Get-Help *word* searches their names.",
		    name);
	}
	/* An alias: once more for what it stands for. */
	once = mem_strdup(f.name);
	(void)call_run(c)->ops->find_command(
	    call_run(c), once, kinds, note_command, &f);
	mem_free(once);
	flow = help_text(c, &f, &b);
	if (flow == FLOW_MORE)
		flow = call_emit_take(
		    c, value_string_n(buf_text(&b), b.len));
	buf_clear(&b);
	buf_clear(&f.listing);
	mem_free(f.name);
	mem_free(f.synopsis);
	return flow;
}

static enum flow
help_process(struct call *c)
{
	const char *name = call_string(c, P_NAME);
	struct found f = { 0 };
	enum flow flow;

	if (name == NULL)
		return help_one(c, "Get-Help");
	if (!wildcard_has(name))
		return help_one(c, name);
	flow = call_run(c)->ops->each_command(call_run(c), name,
	    COMMAND_FUNCTION | COMMAND_CMDLET, note_command, &f);
	if (flow == FLOW_MORE && f.count == 1)
		flow = help_one(c, f.name);
	else if (flow == FLOW_MORE && f.count > 1)
		flow = call_emit_take(
		    c, value_string_n(f.listing.data, f.listing.len));
	else if (flow == FLOW_MORE)
		flow = help_one(c, name);
	buf_clear(&f.listing);
	mem_free(f.name);
	mem_free(f.synopsis);
	return flow;
}

const struct cmdlet cmdlet_get_help = {
	.name = "Get-Help",
	.class_name = "Microsoft.PowerShell.Commands.GetHelpCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "AllUsersView",
	.params = params,
	.synopsis = "Tells what a command does and how it is called",
	.process = help_process,
};
