/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findstr: lines that hold one of some words. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/files.h"
#include "cmdlets/cs/rows.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

/* LIMIT: words and files of one command; bytes of a line. */
#define WORDS_MAX 64
#define LINE_MAX_BYTES 65536

struct findstr_state {
	char *words[WORDS_MAX];
	size_t n_words;
	char *files[WORDS_MAX];
	size_t n_files;
	bool ignore_case, invert, numbers, begin, end, exact;
	int64_t line;
};

static enum flow
usage(struct call *c, const char *what)
{
	return call_throw(c,
	    &(struct error_spec){ .id = "BadArgument",
		.category = "InvalidArgument",
		.message = what });
}

static bool
add_word(struct findstr_state *st, const char *text, size_t len)
{
	if (st->n_words == WORDS_MAX)
		return false;
	st->words[st->n_words++] = mem_strndup(text, len);
	return true;
}

/* "a b": either word, as findstr reads its first argument. */
static bool
add_words(struct findstr_state *st, const char *text)
{
	size_t len;

	while (*text != '\0') {
		len = strcspn(text, " ");
		if (len > 0 && !add_word(st, text, len))
			return false;
		text += len + (text[len] == ' ' ? 1 : 0);
	}
	return true;
}

/* 1 taken, 0 no option, -1 unknown. */
static int
take_option(struct findstr_state *st, const char *text)
{
	if (*text != '/' && *text != '-')
		return 0;
	if (strncasecmp(text + 1, "c:", 2) == 0)
		return add_word(st, text + 3, strlen(text + 3)) ? 1 : -1;
	for (text++; *text != '\0'; text++)
		switch (*text) {
		case 'i':
		case 'I':
			st->ignore_case = true;
			break;
		case 'v':
		case 'V':
			st->invert = true;
			break;
		case 'n':
		case 'N':
			st->numbers = true;
			break;
		case 'b':
		case 'B':
			st->begin = true;
			break;
		case 'e':
		case 'E':
			st->end = true;
			break;
		case 'x':
		case 'X':
			st->exact = true;
			break;
		case 'l':
		case 'L':
			break;
		default:
			return -1;
		}
	return 1;
}

static enum flow
findstr_begin(struct call *c)
{
	struct findstr_state *st = call_state(c);
	struct value args = call_args(c);
	size_t i;

	for (i = 0; value_is_list(args) && i < list_of(args)->count; i++) {
		char *text = value_text_plain(list_of(args)->items[i]);
		int rc = take_option(st, text);
		bool ok = rc > 0;

		if (rc == 0 && st->n_words == 0)
			ok = add_words(st, text);
		else if (rc == 0 && st->n_files < WORDS_MAX) {
			st->files[st->n_files++] = files_path(c, text);
			ok = true;
		}
		mem_free(text);
		if (!ok)
			return usage(c,
			    "findstr takes words, then files, and /i (ignore "
			    "case), /v (lines without), /n (numbers), /b, /e, "
			    "/x, /l and /c:\"a text with blanks\"");
	}
	if (st->n_words == 0)
		return usage(c, "findstr: say what to look for");
	return FLOW_MORE;
}

static const char *
find(const struct findstr_state *st, const char *line, const char *word)
{
	return st->ignore_case ? strcasestr(line, word) : strstr(line, word);
}

static bool
word_matches(
    const struct findstr_state *st, const char *line, const char *word)
{
	size_t n = strlen(line), len = strlen(word);
	int (*compare)(const char *, const char *, size_t) =
	    st->ignore_case ? strncasecmp : strncmp;

	if (len > n)
		return false;
	if (st->exact)
		return n == len && compare(line, word, n) == 0;
	if (st->begin)
		return compare(line, word, len) == 0;
	if (st->end)
		return compare(line + n - len, word, len) == 0;
	return find(st, line, word) != NULL;
}

static enum flow
look_at(struct call *c, const char *file, const char *line)
{
	struct findstr_state *st = call_state(c);
	bool hit = false;
	size_t i;

	st->line++;
	for (i = 0; i < st->n_words && !hit; i++)
		hit = word_matches(st, line, st->words[i]);
	if (hit == st->invert)
		return FLOW_MORE;
	if (file != NULL && st->n_files > 1)
		return call_emit_take(c, value_printf("%s:%s", file, line));
	if (st->numbers)
		return call_emit_take(c,
		    value_printf("%lld:%s", (long long)st->line, line));
	return call_emit_take(c, value_string(line));
}

/* A text of several lines counts as several. */
static enum flow
look_at_text(struct call *c, const char *text)
{
	enum flow flow = FLOW_MORE;
	size_t len;
	char *line;

	do {
		len = strcspn(text, "\n");
		line = mem_strndup(text, len);
		if (len > 0 && line[len - 1] == '\r')
			line[len - 1] = '\0';
		flow = look_at(c, NULL, line);
		mem_free(line);
		text += len;
		if (*text == '\n')
			text++;
	} while (*text != '\0' && flow == FLOW_MORE);
	return flow;
}

static enum flow
findstr_process(struct call *c)
{
	struct findstr_state *st = call_state(c);
	struct value text = VALUE_NULL;
	enum flow flow;

	if (!call_has_input(c) || st->n_files > 0)
		return FLOW_MORE;
	flow = value_text(call_run(c), call_input(c), &text);
	if (flow == FLOW_MORE)
		flow = look_at_text(
		    c, value_chars(text) != NULL ? value_chars(text) : "");
	value_unref(text);
	return flow;
}

static enum flow
look_at_file(struct call *c, const char *path)
{
	FILE *fp = fopen(path, "re");
	enum flow flow = FLOW_MORE;
	struct fault f;
	char *line;

	if (fp == NULL) {
		(void)fault_set(
		    &f, FAULT_NOT_FOUND, "findstr: cannot open %s", path);
		return cs_fault(c, &f, path);
	}
	line = mem_alloc(LINE_MAX_BYTES);
	while (flow == FLOW_MORE && fgets(line, LINE_MAX_BYTES, fp) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		flow = look_at(c, path, line);
	}
	mem_free(line);
	(void)fclose(fp);
	return flow;
}

static enum flow
findstr_end(struct call *c)
{
	struct findstr_state *st = call_state(c);
	enum flow flow = FLOW_MORE;
	size_t i;

	for (i = 0; i < st->n_files && flow == FLOW_MORE; i++) {
		st->line = 0;
		flow = look_at_file(c, st->files[i]);
	}
	return flow;
}

static void
findstr_clean(struct call *c)
{
	struct findstr_state *st = call_state(c);

	while (st->n_words > 0)
		mem_free(st->words[--st->n_words]);
	while (st->n_files > 0)
		mem_free(st->files[--st->n_files]);
}

/* Lines of the pipeline; the words are raw. */
static const struct param_spec findstr_params[] = {
	{ "InputObject", "object", NULL, "*/v",
	    PARAM_HIDDEN | PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY, NULL, 0, 0,
	    "A line" },
	CS_END,
};

const struct cmdlet cmdlet_findstr = {
	.name = "findstr",
	.module = CS_MODULE,
	.flags = CMDLET_RAW_ARGS | CMDLET_BEFORE_PATH,
	.params = findstr_params,
	.synopsis = "Gives the lines that hold one of some words",
	.state_size = sizeof(struct findstr_state),
	.begin = findstr_begin,
	.process = findstr_process,
	.end = findstr_end,
	.clean = findstr_clean,
};
