/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a case file of the conformance corpus and prints what happened, in
 * the corpus' own format (README.md beside this file). Each case is a fresh
 * process of its own with a limit; snippets run in the shell's code linked in
 * here, with a host that keeps the streams apart; starts of the program use
 * the real binary ($FEDSH).
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/string.h"
#include "shell/format/format.h"
#include "shell/prompt/batch.h"
#include "shell/tables.h"
#include "types/types.h"

/* Seconds a case may take. */
#define CASE_SECONDS 20

struct recorder {
	struct host host; /* first */
	struct buf out;
	struct buf records;
	struct buf warnings, verbose;
	bool write_errors;
};

static const char *folder; /* the case's */

/* ---- writing fields ---- */

/* {CWD} stands for the case's folder. */
static void
add_place_free(struct buf *b, const char *s, size_t len)
{
	size_t n = strlen(folder);

	for (size_t i = 0; i < len; i++) {
		if (n > 0 && len - i >= n && memcmp(s + i, folder, n) == 0) {
			buf_add_str(b, "{CWD}");
			i += n - 1;
			continue;
		}
		buf_add_byte(b, s[i]);
	}
}

static void
add_lines(struct buf *b, const char *field, const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		const char *end = memchr(s + at, '\n', len - at);
		size_t n = end != NULL ? (size_t)(end - s) - at : len - at;

		buf_printf(b, "%s:|", field);
		add_place_free(b, s + at, n);
		buf_add_byte(b, '\n');
		at += n + 1;
	}
}

static void
add_message(struct buf *b, const char *field, const char *s)
{
	if (*s == '\0')
		buf_printf(b, "%s:|\n", field);
	else
		add_lines(b, field, s, strlen(s));
}

/* ---- the host ---- */

static void
rec_write(struct host *h, const char *text, size_t len)
{
	buf_add(&((struct recorder *)(void *)h)->out, text, len);
}

static int
rec_width(struct host *h)
{
	(void)h;
	return 120;
}

static char *
member_text(struct run *r, struct value v, const char *name)
{
	struct value got = VALUE_NULL;
	bool found = false;
	char *text;

	if (value_get_member(r, v, name, &got, &found) != FLOW_MORE)
		run_leave_clear(r);
	text = value_text_plain(got);
	value_unref(got);
	return text;
}

static void
rec_error(struct recorder *rec, struct run *r, struct value record)
{
	char *id = member_text(r, record, "FullyQualifiedErrorId");
	struct value text = VALUE_NULL, info = VALUE_NULL;
	char *category;
	bool found;

	buf_add_str(&rec->records, "err:");
	add_place_free(&rec->records, id, strcspn(id, "\n"));
	buf_add_byte(&rec->records, '\n');
	if (value_text(r, record, &text) != FLOW_MORE)
		run_leave_clear(r);
	add_message(&rec->records, "msg",
	    value_is_string(text) ? value_chars(text) : "");
	if (value_get_member(r, record, "CategoryInfo", &info, &found) !=
	    FLOW_MORE)
		run_leave_clear(r);
	category = member_text(r, info, "Category");
	buf_printf(&rec->records, "cat:%s\n", category);
	mem_free(category);
	mem_free(id);
	value_unref(text);
	value_unref(info);
}

static void
rec_record(struct host *h, struct run *r, enum stream s, struct value record)
{
	struct recorder *rec = (struct recorder *)(void *)h;
	struct value text = VALUE_NULL;

	if (s == STREAM_ERROR) {
		rec_error(rec, r, record);
		return;
	}
	text = batch_record_text(h, r, s, record);
	if (s == STREAM_INFORMATION) {
		buf_add(&rec->out, value_chars(text), value_chars_len(text));
	} else if (s == STREAM_WARNING) {
		size_t skip = strlen("WARNING: ");
		size_t len = value_chars_len(text);

		if (len > skip)
			add_lines(&rec->warnings, "warn",
			    value_chars(text) + skip, len - skip);
	} else {
		add_lines(&rec->verbose, "verb", value_chars(text),
		    value_chars_len(text));
	}
	value_unref(text);
}

/* ---- a snippet ---- */

struct snippet {
	const char *text;
	size_t len;
};

static void
run_snippet(void *arg)
{
	struct snippet *c = arg;
	struct recorder rec = { 0 };
	struct session_options o = { .host = &rec.host,
		.formatter = &batch_formatter, .cmdlets = shell_tables() };
	struct session *s;
	struct session_result r;
	struct buf b = { 0 };

	rec.host.write = rec_write;
	rec.host.record = rec_record;
	rec.host.width = rec_width;
	s = session_new(&o);
	session_run_text(s, c->text, c->len, &r);
	buf_printf(&b, "status:%s\n", !r.parsed ? "parse" : r.failed ?
	    "error" : "ok");
	if (r.exited)
		buf_printf(&b, "exit:%d\n", r.code);
	if (rec.out.len > 0 && rec.out.data[rec.out.len - 1] != '\n')
		buf_add_str(&b, "outeol:0\n");
	add_lines(&b, "out", buf_text(&rec.out), rec.out.len);
	buf_add(&b, buf_text(&rec.warnings), rec.warnings.len);
	buf_add(&b, buf_text(&rec.verbose), rec.verbose.len);
	buf_add(&b, buf_text(&rec.records), rec.records.len);
	(void)fwrite(buf_text(&b), 1, b.len, stdout);
	(void)fflush(stdout);
	/* what is left goes with the process */
	_exit(0);
}

/* ---- a start of the program ---- */

struct start {
	char *argv[64];
	int argc;
	struct buf input;
};

static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static void
read_start(struct start *st, char *text)
{
	char *save = NULL;
	FILE *fp = NULL;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "arg:", 4) == 0 && st->argc < 62) {
			unescape(line + 4);
			st->argv[st->argc++] = line + 4;
		} else if (strncmp(line, "stdin:", 6) == 0) {
			buf_add_str(&st->input, line + 6);
			buf_add_byte(&st->input, '\n');
		} else if (strncmp(line, "file:", 5) == 0) {
			if (fp != NULL)
				(void)fclose(fp);
			fp = fopen(line + 5, "we");
		} else if (line[0] == '|' && fp != NULL) {
			(void)fprintf(fp, "%s\n", line + 1);
		}
	}
	if (fp != NULL)
		(void)fclose(fp);
}

static void
read_both(int out, int err, struct buf *o, struct buf *e)
{
	struct pollfd p[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	struct buf *to[2] = { o, e };
	char room[4096];

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < 2; i++) {
			ssize_t n;

			if (p[i].fd < 0 || p[i].revents == 0)
				continue;
			n = read(p[i].fd, room, sizeof(room));
			if (n > 0)
				buf_add(to[i], room, (size_t)n);
			else
				p[i].fd = -1;
		}
	}
}

static void
run_start(char *text)
{
	struct start st = { .argc = 1 };
	int in[2], out[2], err[2], status = 0;
	struct buf o = { 0 }, e = { 0 }, b = { 0 };
	const char *program = getenv("FEDSH");
	ssize_t w;
	pid_t pid;

	st.argv[0] = mem_strdup(program != NULL ? program : "fedsh");
	read_start(&st, text);
	if (pipe(in) != 0 || pipe(out) != 0 || pipe(err) != 0)
		_exit(1);
	pid = fork();
	if (pid == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		(void)dup2(err[1], 2);
		for (int fd = 3; fd < 20; fd++)
			(void)close(fd);
		(void)execv(st.argv[0], st.argv);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	(void)close(err[1]);
	w = write(in[1], buf_text(&st.input), st.input.len);
	(void)w;
	(void)close(in[1]);
	read_both(out[0], err[0], &o, &e);
	(void)waitpid(pid, &status, 0);
	buf_printf(&b, "exit:%d\n", WIFEXITED(status) ? WEXITSTATUS(status) :
							128);
	add_lines(&b, "out", buf_text(&o), o.len);
	add_lines(&b, "stderr", buf_text(&e), e.len);
	(void)fwrite(buf_text(&b), 1, b.len, stdout);
	(void)fflush(stdout);
	_exit(0);
}

/* ---- cases ---- */

static void
make_folder(char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	unsigned seed = (unsigned)getpid() ^ (unsigned)time(NULL);

	do {
		(void)strcpy(path, "/tmp/xxx");
		for (int i = 5; i < 8; i++) {
			seed = seed * 1103515245u + 12345u;
			path[i] = letters[(seed >> 16) % 36];
		}
	} while (mkdir(path, 0700) != 0 && errno == EEXIST);
}

static void
remove_folder(const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", path, (char *)NULL);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
}

enum kind { KIND_SNIPPET, KIND_START, KIND_COMPLETE };

static void
in_child(enum kind kind, char *text, int fd)
{
	struct snippet c = { text, strlen(text) };
	int null = open("/dev/null", O_RDONLY);

	(void)dup2(fd, 1);
	(void)dup2(null, 0);
	(void)setpgid(0, 0);
	if (chdir(folder) != 0)
		_exit(1);
	if (kind == KIND_START) {
		run_start(text);
	} else {
		int err = open("/dev/null", O_WRONLY);

		if (getenv("RECORD_STDERR") == NULL)
			(void)dup2(err, 2);
		types_init();
		session_on_large_stack(run_snippet, &c);
	}
	_exit(1);
}

/* What the child said, or status:timeout, status:crash. */
static void
run_case(enum kind kind, char *text)
{
	char path[16];
	struct buf said = { 0 };
	time_t end = time(NULL) + CASE_SECONDS;
	int fds[2], status = 0;
	bool late = false;
	char room[8192];
	pid_t pid;

	make_folder(path);
	folder = path;
	if (pipe(fds) != 0)
		exit(2);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)close(fds[0]);
		in_child(kind, text, fds[1]);
	}
	(void)close(fds[1]);
	for (;;) {
		struct pollfd p = { fds[0], POLLIN, 0 };
		time_t left = end - time(NULL);
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left * 1000) == 0) {
			late = true;
			(void)kill(-pid, SIGKILL);
			(void)kill(pid, SIGKILL);
			break;
		}
		n = read(fds[0], room, sizeof(room));
		if (n <= 0)
			break;
		buf_add(&said, room, (size_t)n);
	}
	(void)close(fds[0]);
	(void)waitpid(pid, &status, 0);
	if (late)
		(void)printf("status:timeout\n");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		(void)printf("status:crash\n");
	else
		(void)fwrite(buf_text(&said), 1, said.len, stdout);
	buf_clear(&said);
	remove_folder(path);
}

static bool
wanted(const char *id, size_t len, char **ids, int n)
{
	if (n == 0)
		return true;
	for (int i = 0; i < n; i++)
		if (strlen(ids[i]) == len && memcmp(ids[i], id, len) == 0)
			return true;
	return false;
}

static void
each_case(char *text, enum kind kind, char **ids, int n)
{
	char *at = strncmp(text, "### ", 4) == 0 ? text :
						   strstr(text, "\n### ");

	while (at != NULL) {
		char *head = at[0] == '\n' ? at + 5 : at + 4;
		char *line = strchr(head, '\n');
		char *next, *body;
		size_t id = strcspn(head, ":");

		if (line == NULL)
			line = head + strlen(head);
		next = strstr(line, "\n### ");
		body = *line == '\0' ? mem_strdup("") :
		    next == NULL     ? mem_strdup(line + 1) :
		    next == line     ? mem_strdup("") :
		    mem_strndup(line + 1, (size_t)(next - line - 1));
		if (next == NULL && strlen(body) > 0 &&
		    body[strlen(body) - 1] == '\n')
			body[strlen(body) - 1] = '\0';
		if (wanted(head, id, ids, n)) {
			(void)printf("### %.*s\n", (int)(line - head), head);
			if (strcmp(body, "#withdrawn") == 0)
				(void)printf("status:withdrawn\n");
			else
				run_case(kind, body);
			(void)fflush(stdout);
		}
		mem_free(body);
		at = next;
	}
}

int
main(int argc, char **argv)
{
	struct buf text = { 0 };
	char room[8192];
	const char *name;
	enum kind kind = KIND_SNIPPET;
	FILE *fp;
	size_t n;

	if (argc < 2 || (fp = fopen(argv[1], "re")) == NULL) {
		(void)fprintf(stderr, "usage: record CASEFILE [ID...]\n");
		return 2;
	}
	while ((n = fread(room, 1, sizeof(room), fp)) > 0)
		buf_add(&text, room, n);
	(void)fclose(fp);
	name = strrchr(argv[1], '/');
	name = name != NULL ? name + 1 : argv[1];
	if (strcmp(name, "argv.txt") == 0 || strcmp(name, "errview.txt") == 0)
		kind = KIND_START;
	(void)setenv("TZ", "UTC", 1);
	(void)setenv("LANG", "en_US.UTF-8", 1);
	(void)setenv("NO_COLOR", "1", 1);
	(void)setenv("TERM", "dumb", 1);
	(void)setenv("COLUMNS", "120", 1);
	each_case(text.data, kind, argv + 2, argc - 2);
	buf_clear(&text);
	return 0;
}
