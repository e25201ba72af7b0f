/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pipeline that is asked for one object at a time. Pipelines push, and the
 * one who asks (a Lua for loop) pulls: so the pipeline runs on a stack of its
 * own and is left where it stands whenever it has put an object.
 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/list.h"
#include "core/mem.h"
#include "shell/lang/run_internal.h"

/* The memory is reserved and not used until something goes deep. */
#define PULL_STACK (64u * 1024 * 1024)
/* LIMIT: pipelines of one session that are asked for objects at a time. */
#define PULLS_MAX 256

#if defined(__SANITIZE_ADDRESS__)
#define PULL_FIBERS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PULL_FIBERS 1
#endif
#endif
#ifdef PULL_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif

/* What of a session belongs to who runs, and is exchanged with every step. */
struct place {
	struct frame *frame;
	struct call *call;
	struct sink *default_sink;
	const struct streams *streams;
	unsigned depth;
	unsigned try_depth;
	const void *stack_lowest;
};

struct pull {
	struct sink sink; /* first: the pipeline's output */
	struct session *s;
	struct value block;
	struct value args;
	struct value item; /* put and not yet taken */
	bool started, done, closing;
	enum flow flow;    /* once done */
	struct place place; /* of who does not run */
	ucontext_t inside, outside;
	char *map;          /* a guard page, then the stack */
	size_t guard;
#ifdef PULL_FIBERS
	void *fake_outside;
	void *fake_inside;
	const void *outside_bottom;
	size_t outside_size;
#endif
};

static void
place_swap(struct pull *p)
{
	struct session *s = p->s;
	struct place now = { s->frame, s->call, s->default_sink, s->streams,
		s->depth, s->try_depth, run_stack_lowest() };

	s->frame = p->place.frame;
	s->call = p->place.call;
	s->default_sink = p->place.default_sink;
	s->streams = p->place.streams;
	s->depth = p->place.depth;
	s->try_depth = p->place.try_depth;
	run_stack_set_lowest(p->place.stack_lowest);
	p->place = now;
}

/*
 * swapcontext by its two halves: AddressSanitizer is told by name what
 * happens here, and its own guess about swapcontext stays out of it.
 */
static void
change_stack(ucontext_t *from, const ucontext_t *to)
{
	volatile bool back = false;

	(void)getcontext(from);
	if (back)
		return;
	back = true;
	(void)setcontext(to);
}

/* From who asks to the pipeline; comes back with an object or its end. */
static void
step_in(struct pull *p)
{
	place_swap(p);
#ifdef PULL_FIBERS
	__sanitizer_start_switch_fiber(
	    &p->fake_outside, p->map + p->guard, PULL_STACK);
#endif
	change_stack(&p->outside, &p->inside);
#ifdef PULL_FIBERS
	__sanitizer_finish_switch_fiber(p->fake_outside, NULL, NULL);
#endif
	place_swap(p);
}

/* From the pipeline to who asked; comes back when there is more to do. */
static void
step_out(struct pull *p)
{
#ifdef PULL_FIBERS
	__sanitizer_start_switch_fiber(p->done ? NULL : &p->fake_inside,
	    p->outside_bottom, p->outside_size);
#endif
	change_stack(&p->inside, &p->outside);
#ifdef PULL_FIBERS
	__sanitizer_finish_switch_fiber(
	    p->fake_inside, &p->outside_bottom, &p->outside_size);
#endif
}

static enum flow
stop_here(struct pull *p)
{
	run_leave_clear(&p->s->run);
	p->s->run.leave.kind = LEAVE_STOPPED;
	return FLOW_LEAVE;
}

static enum flow
pull_put(struct sink *k, struct value v)
{
	struct pull *p = (struct pull *)(void *)k;

	if (v.type == &type_void)
		return FLOW_MORE;
	if (p->closing) /* a finally writes */
		return stop_here(p);
	p->item = value_ref(v);
	step_out(p);
	return p->closing ? stop_here(p) : FLOW_MORE;
}

/* Not inlined: AddressSanitizer takes its variables for out of scope then. */
__attribute__((noinline)) static enum flow
run_pulled(struct pull *p)
{
	struct frame f;
	enum flow flow;

	frame_push(&f, p->s, block_of(p->block));
	f.scope = f.caller->scope;
	f.dot = true;
	f.args = value_ref(p->args);
	f.out = &p->sink;
	p->s->call = NULL;
	flow = run_root(&f, block_of(p->block)->node, &p->sink);
	frame_pop(&f);
	return flow;
}

/* makecontext hands over ints: a pointer is two of them. */
static void
pull_main(unsigned high, unsigned low)
{
	struct pull *p = (struct pull *)(((uintptr_t)high << 16 << 16) | low);

#ifdef PULL_FIBERS
	__sanitizer_finish_switch_fiber(
	    NULL, &p->outside_bottom, &p->outside_size);
#endif
	run_stack_limit(p->map + p->guard + PULL_STACK, PULL_STACK);
	p->flow = run_pulled(p);
	p->done = true;
	step_out(p);
}

static int
make_stack(struct pull *p)
{
	uintptr_t self = (uintptr_t)p;

	p->guard = (size_t)sysconf(_SC_PAGESIZE);
	p->map = mmap(NULL, PULL_STACK + p->guard, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (p->map == MAP_FAILED) {
		p->map = NULL;
		return -1;
	}
	(void)mprotect(p->map, p->guard, PROT_NONE);
	(void)getcontext(&p->inside);
	p->inside.uc_stack.ss_sp = p->map + p->guard;
	p->inside.uc_stack.ss_size = PULL_STACK;
	p->inside.uc_link = NULL;
	makecontext(&p->inside, (void (*)(void))(uintptr_t)pull_main, 2,
	    (unsigned)(self >> 16 >> 16), (unsigned)self);
	return 0;
}

static void
drop_stack(struct pull *p)
{
	if (p->map == NULL)
		return;
	(void)munmap(p->map, PULL_STACK + p->guard);
	p->map = NULL;
	p->s->pulls--;
}

struct pull *
pull_open(struct run *r, const char *text, size_t len,
    const struct value *args, size_t n)
{
	struct session *s = session_of(r);
	struct value block = VALUE_NULL;
	struct pull *p;

	if (r->ops->make_block(r, text, len, &block) != FLOW_MORE)
		return NULL;
	p = mem_zalloc(sizeof(*p));
	p->sink.put = pull_put;
	p->s = s;
	p->block = block;
	p->args = value_list(args, n);
	return p;
}

static enum flow
pull_start(struct pull *p)
{
	struct session *s = p->s;

	p->started = true;
	if (s->pulls >= PULLS_MAX || make_stack(p) != 0) {
		p->done = true;
		p->flow = FLOW_MORE;
		return run_throw(&s->run, NULL, "TooManyPipelines",
		    "ResourceUnavailable",
		    "%u pipelines are open and wait to be asked for their next "
		    "object. Close those that are not needed any more.",
		    s->pulls);
	}
	s->pulls++;
	/* As inside a try: an error of a statement reaches who asks. */
	p->place = (struct place){ s->frame, s->call, s->default_sink,
		s->streams, s->depth, s->try_depth + 1, run_stack_lowest() };
	return FLOW_MORE;
}

enum flow
pull_next(struct pull *p, struct value *outp, bool *morep)
{
	enum flow flow;

	*outp = VALUE_NULL;
	*morep = false;
	if (!p->started && pull_start(p) != FLOW_MORE)
		return FLOW_LEAVE;
	if (p->done)
		return FLOW_MORE;
	step_in(p);
	if (!p->done) {
		*outp = p->item;
		p->item = VALUE_NULL;
		*morep = true;
		return FLOW_MORE;
	}
	drop_stack(p);
	flow = p->flow;
	p->flow = FLOW_MORE;
	return flow;
}

void
pull_close(struct pull *p)
{
	struct run *r = &p->s->run;
	struct leave leave = r->leave;

	if (p->started && !p->done) {
		/* Its end and its finally run; what it leaves with is ours. */
		memset(&r->leave, 0, sizeof(r->leave));
		p->closing = true;
		while (!p->done)
			step_in(p);
		run_leave_clear(r);
		r->leave = leave;
	}
	drop_stack(p);
	value_unref(p->item);
	value_unref(p->args);
	value_unref(p->block);
	mem_free(p);
}
