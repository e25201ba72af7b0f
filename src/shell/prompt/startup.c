/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's arguments, as pwsh takes them, and what they start. */
#include "config.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "shell/lua/lua_script.h"
#include "shell/prompt/batch.h"
#include "types/types.h"

/* What pwsh returns for a command line it cannot read. */
#define EXIT_USAGE 64

enum option {
	OPT_NONE,
	OPT_COMMAND,
	OPT_FILE,
	OPT_ENCODED,
	OPT_NO_PROFILE,
	OPT_NON_INTERACTIVE,
	OPT_INTERACTIVE,
	OPT_NO_LOGO,
	OPT_NO_EXIT,
	OPT_WORKING_DIRECTORY,
	OPT_VERSION,
	OPT_HELP,
	OPT_LOGIN,
	OPT_INPUT_FORMAT,
	OPT_OUTPUT_FORMAT,
	OPT_EXECUTION_POLICY,
	OPT_CONFIGURATION,
	OPT_SETTINGS,
	OPT_WINDOW_STYLE,
	OPT_CUSTOM_PIPE,
	OPT_STA,
	OPT_MTA,
};

/* least: how much of the name must be written. */
static const struct {
	const char *name;
	size_t least;
	enum option option;
	bool argument;
} option_rows[] = {
	{ "command", 1, OPT_COMMAND, false },
	{ "file", 1, OPT_FILE, false },
	{ "encodedcommand", 1, OPT_ENCODED, true },
	{ "ec", 2, OPT_ENCODED, true },
	{ "noprofile", 3, OPT_NO_PROFILE, false },
	{ "noninteractive", 4, OPT_NON_INTERACTIVE, false },
	{ "interactive", 1, OPT_INTERACTIVE, false },
	{ "nologo", 3, OPT_NO_LOGO, false },
	{ "noexit", 3, OPT_NO_EXIT, false },
	{ "workingdirectory", 2, OPT_WORKING_DIRECTORY, true },
	{ "wd", 2, OPT_WORKING_DIRECTORY, true },
	{ "version", 1, OPT_VERSION, false },
	{ "help", 1, OPT_HELP, false },
	{ "?", 1, OPT_HELP, false },
	{ "login", 1, OPT_LOGIN, false },
	{ "inputformat", 2, OPT_INPUT_FORMAT, true },
	{ "outputformat", 1, OPT_OUTPUT_FORMAT, true },
	{ "executionpolicy", 2, OPT_EXECUTION_POLICY, true },
	{ "configurationname", 6, OPT_CONFIGURATION, true },
	{ "configurationfile", 14, OPT_CONFIGURATION, true },
	{ "settingsfile", 8, OPT_SETTINGS, true },
	{ "windowstyle", 1, OPT_WINDOW_STYLE, true },
	{ "custompipename", 3, OPT_CUSTOM_PIPE, true },
	{ "sta", 3, OPT_STA, false },
	{ "mta", 3, OPT_MTA, false },
};

struct startup {
	int argc;
	char **argv;
	const struct cmdlet *const *const *cmdlets;
	int (*interact)(const struct session_options *o);
	struct session_options options;
	struct host host;
	struct buf text;     /* -Command */
	bool has_text;
	bool from_stdin;     /* read the script from standard input */
	const char *file;
	char **args;         /* of the file */
	size_t nargs;
	const char *folder;
	bool non_interactive, interactive, no_exit;
	int code;
};

static const char usage[] =
    "Usage: fedsh [-Command] text | -File script [arguments] | "
    "-EncodedCommand base64\n"
    "             [-NoProfile] [-NonInteractive] [-NoLogo] [-NoExit]\n"
    "             [-WorkingDirectory folder] [-Version] [-Help]\n"
    "\n"
    "Without arguments the shell starts, or reads a script from standard "
    "input.\nAny unambiguous beginning of an option's name will do.\n";

static bool
option_of(const char *arg, enum option *op, bool *argumentp)
{
	const char *name = arg;
	size_t len;

	if (name[0] == '/' && name[1] != '\0' && strchr(name + 1, '/') == NULL)
		name++;
	else if (name[0] == '-' && name[1] == '-' && name[2] != '\0')
		name += 2;
	else if (name[0] == '-' && name[1] != '\0')
		name++;
	else
		return false;
	len = strlen(name);
	for (size_t i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]);
	     i++)
		if (len >= option_rows[i].least &&
		    strncasecmp(option_rows[i].name, name, len) == 0) {
			*op = option_rows[i].option;
			*argumentp = option_rows[i].argument;
			return true;
		}
	*op = OPT_NONE;
	return arg[0] == '-';
}

/* ---- -EncodedCommand ---- */

static int
base64_digit(int c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

static bool
decode(const char *s, struct buf *out)
{
	struct buf bytes = { 0 };
	uint32_t bits = 0;
	int n = 0;
	uint16_t *units;
	struct value v;

	for (; *s != '\0' && *s != '='; s++) {
		int d = base64_digit((unsigned char)*s);

		if (d < 0) {
			buf_clear(&bytes);
			return false;
		}
		bits = bits << 6 | (uint32_t)d;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_add_byte(&bytes, (char)(bits >> n & 0xff));
		}
	}
	units = mem_array(bytes.len / 2 + 1, sizeof(*units));
	for (size_t i = 0; i + 1 < bytes.len; i += 2)
		units[i / 2] = (uint16_t)((unsigned char)bytes.data[i] |
		    (unsigned char)bytes.data[i + 1] << 8);
	v = string_from_units(units, bytes.len / 2);
	buf_add(out, value_chars(v), value_chars_len(v));
	value_unref(v);
	mem_free(units);
	buf_clear(&bytes);
	return true;
}

/* ---- reading the command line ---- */

static int usage_error(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

static int
usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	(void)fputs(usage, stdout);
	return EXIT_USAGE;
}

static void
join_rest(struct startup *s, int i)
{
	if (i == s->argc || (i + 1 == s->argc && strcmp(s->argv[i], "-") == 0)) {
		s->from_stdin = true;
		return;
	}
	for (int k = i; k < s->argc; k++) {
		if (k > i)
			buf_add_byte(&s->text, ' ');
		buf_add_str(&s->text, s->argv[k]);
	}
	s->has_text = true;
}

static int
take_file(struct startup *s, int i)
{
	if (i >= s->argc)
		return usage_error("The '-File' parameter requires a %s "
		    "name.", "file");
	if (strcmp(s->argv[i], "-") == 0) {
		s->from_stdin = true;
		return 0;
	}
	s->file = s->argv[i];
	s->args = s->argv + i + 1;
	s->nargs = (size_t)(s->argc - i - 1);
	return 0;
}

/* One option; *ip stands on it. 0 go on, -1 the rest was taken, else code. */
static int
take_option(struct startup *s, int *ip, enum option op, bool argument)
{
	const char *value = NULL;
	int rc;

	if (argument) {
		if (++*ip >= s->argc)
			return usage_error("Cannot process the command because "
			    "of a missing parameter. %s must be followed by a "
			    "value.", s->argv[*ip - 1]);
		value = s->argv[*ip];
	}
	switch (op) {
	case OPT_COMMAND:
		join_rest(s, *ip + 1);
		return -1;
	case OPT_FILE:
		rc = take_file(s, *ip + 1);
		return rc != 0 ? rc : -1;
	case OPT_ENCODED:
		if (value == NULL || !decode(value, &s->text)) {
			(void)fprintf(stderr, "Cannot process the command "
			    "because the value specified with -EncodedCommand "
			    "is not properly encoded. The value must be "
			    "Base64 encoded.\n");
			return EXIT_USAGE;
		}
		s->has_text = true;
		return 0;
	case OPT_VERSION:
		(void)printf("%s\n", PACKAGE_STRING);
		return -2;
	case OPT_HELP:
		(void)fputs(usage, stdout);
		return -2;
	case OPT_WORKING_DIRECTORY:
		s->folder = value;
		return 0;
	case OPT_NON_INTERACTIVE:
		s->non_interactive = true;
		return 0;
	case OPT_INTERACTIVE:
		s->interactive = true;
		return 0;
	case OPT_NO_EXIT:
		s->no_exit = true;
		return 0;
	case OPT_NO_PROFILE:
	case OPT_NO_LOGO:
	case OPT_LOGIN:
	case OPT_INPUT_FORMAT:
	case OPT_OUTPUT_FORMAT:
	case OPT_EXECUTION_POLICY:
	case OPT_CONFIGURATION:
	case OPT_SETTINGS:
	case OPT_WINDOW_STYLE:
	case OPT_CUSTOM_PIPE:
	case OPT_STA:
	case OPT_MTA:
	case OPT_NONE:
		break;
	}
	return 0;
}

/* 0 to run, -2 all is done, else the exit code. */
static int
read_arguments(struct startup *s)
{
	for (int i = 1; i < s->argc; i++) {
		enum option op;
		bool argument;
		int rc;

		if (!option_of(s->argv[i], &op, &argument)) {
			rc = take_file(s, i);
			return rc;
		}
		if (op == OPT_NONE)
			return usage_error("The argument '%s' is not "
			    "recognized as the name of a script file. Check "
			    "the spelling of the name, or if a path was "
			    "included, verify that the path is correct and try "
			    "again.", s->argv[i]);
		rc = take_option(s, &i, op, argument);
		if (rc == -1)
			return 0;
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* ---- running ---- */

static bool
ends_with(const char *text, const char *suffix)
{
	size_t n = strlen(text), k = strlen(suffix);

	return n >= k && strcasecmp(text + n - k, suffix) == 0;
}

struct lua_start {
	struct startup *startup;
	const char *path;
};

static enum flow
lua_start(struct run *r, void *arg)
{
	const struct lua_start *l = arg;

	return lua_script_run(r, l->path,
	    (const char *const *)l->startup->args, l->startup->nargs,
	    getenv("FEDSH_LUA"));
}

static void
read_all(FILE *fp, struct buf *out)
{
	char room[8192];
	size_t n;

	while ((n = fread(room, 1, sizeof(room), fp)) > 0)
		buf_add(out, room, n);
}

static int
exit_code(const struct session_result *r, bool command)
{
	if (r->exited)
		return r->code & 0xff;
	if (!r->parsed || r->failed)
		return 1;
	return command && !r->ok ? 1 : 0;
}

/* A script on standard input is run statement by statement, as typed. */
static int
run_stdin(struct startup *s, struct session *session)
{
	struct session_result r;

	read_all(stdin, &s->text);
	session_run_text(session, buf_text(&s->text), s->text.len, &r);
	return exit_code(&r, true);
}

/* What is piped into `fedsh -File x.ps1` is the script's $input. */
static bool
stdin_lines(struct value *out)
{
	struct buf b = { 0 };
	struct list *l;
	char *at;

	if (isatty(0))
		return false;
	read_all(stdin, &b);
	if (b.len == 0) {
		buf_clear(&b);
		return false;
	}
	l = list_new(NULL, 8);
	for (at = b.data; at < b.data + b.len;) {
		size_t len = strcspn(at, "\n");

		list_add_take(l, value_string_n(at, len));
		at += len + 1;
	}
	*out = list_value(l);
	buf_clear(&b);
	return true;
}

static int
run_file(struct startup *s, struct session *session)
{
	struct session_result r;
	struct value input = VALUE_NULL;
	char *path = strchr(s->file, '/') != NULL ? mem_strdup(s->file) :
						    mem_printf("./%s", s->file);
	bool has;

	if (access(path, R_OK) != 0) {
		(void)fprintf(stderr, "The argument '%s' is not recognized as "
		    "the name of a script file. Check the spelling of the "
		    "name, or if a path was included, verify that the path is "
		    "correct and try again.\n", s->file);
		(void)fputs(usage, stdout);
		mem_free(path);
		return EXIT_USAGE;
	}
	if (ends_with(path, ".lua")) {
		struct lua_start l = { s, path };

		session_run_with(session, lua_start, &l, &r);
		mem_free(path);
		return exit_code(&r, false);
	}
	has = stdin_lines(&input);
	session_run_file(session, path, s->args, s->nargs,
	    has ? &input : NULL, &r);
	value_unref(input);
	mem_free(path);
	return exit_code(&r, false);
}

/* Who runs a script or a command: a handler has no other way to know. */
static struct session *running;
static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
	session_interrupt(running);
}

/*
 * Ctrl-C ends the script as a stop, with its finally blocks and what cmdlets
 * have to settle; a second one ends the process at once. Who was started with
 * it ignored (nohup, a shell's background) goes on ignoring it.
 */
static void
catch_interrupt(struct session *session)
{
	struct sigaction sa = { .sa_handler = on_interrupt,
		.sa_flags = SA_RESETHAND }, was;

	running = session;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGINT, NULL, &was);
	if (was.sa_handler != SIG_IGN)
		(void)sigaction(SIGINT, &sa, NULL);
}

/* The session is about to go: the old way from here on. */
static void
release_interrupt(void)
{
	struct sigaction was;

	(void)sigaction(SIGINT, NULL, &was);
	if (was.sa_handler == on_interrupt)
		(void)signal(SIGINT, SIG_DFL);
}

static void
startup_run(void *arg)
{
	struct startup *s = arg;
	struct session *session;
	struct session_result r;

	if (!s->has_text && s->file == NULL && !s->from_stdin &&
	    s->interact != NULL && isatty(0)) {
		s->code = s->interact(&s->options);
		return;
	}
	session = session_new(&s->options);
	session_first_mistake_only(session, true);
	catch_interrupt(session);
	if (s->file != NULL) {
		s->code = run_file(s, session);
	} else if (s->has_text) {
		session_run_text(session, buf_text(&s->text), s->text.len, &r);
		s->code = exit_code(&r, true);
	} else {
		s->code = run_stdin(s, session);
	}
	release_interrupt();
	session_close(session);
}

int
startup_main(int argc, char **argv, const struct cmdlet *const *const *cmdlets,
    int (*interact)(const struct session_options *o))
{
	struct startup s = { .argc = argc, .argv = argv, .cmdlets = cmdlets,
		.interact = interact };
	int rc = read_arguments(&s);

	if (rc == 0 && s.folder != NULL && chdir(s.folder) != 0)
		rc = usage_error("%s: no such folder", s.folder);
	if (rc != 0) {
		buf_clear(&s.text);
		return rc == -2 ? 0 : rc;
	}
	batch_host_init(&s.host);
	s.options.host = &s.host;
	s.options.formatter = &batch_formatter;
	s.options.cmdlets = cmdlets;
	session_on_large_stack(startup_run, &s);
	buf_clear(&s.text);
	(void)fflush(stdout);
	/* So that a shell's loop around us ends too. */
	if (interrupted)
		(void)raise(SIGINT);
	return s.code;
}
