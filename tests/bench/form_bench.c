/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_bench FORM.json STEPS.jsonl: one JSON line.  load: reading, compiling
 * and starting the form, set: inst_set of each step, with all that follows,
 * validate: inst_validate of the whole at the end.  In-process times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "form/form.h"

enum {
	ROUNDS = 5,		/* of loading: the best is told */
	STEPS_MAX = 4096,
};

static double
micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char *
whole(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *out = NULL;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		perror(path);
		exit(1);
	}
	rewind(f);
	out = malloc((size_t)size + 1);
	if (out == NULL || fread(out, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(1);
	}
	out[size] = '\0';
	*n = (size_t)size;
	fclose(f);
	return out;
}

static void
must(enum fj_rc rc, const struct fj_err *e, const char *where)
{
	if (rc == FJ_OK)
		return;
	fprintf(stderr, "%s: %s %s %s\n", where, e->code, e->narg > 0 ? e->arg[0] : "",
	    e->narg > 1 ? e->arg[1] : "");
	exit(1);
}

static double
load(const char *p, size_t n, struct form **f, struct inst **in)
{
	static const struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};
	struct fj_err e;
	double start = micros();

	fj_err_clear(&e);
	must(form_load(p, n, f, NULL, &e), &e, "form_load");
	*in = inst_new(*f, &env);
	must(inst_start(*in, NULL, &e), &e, "inst_start");
	return micros() - start;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Each step's time in took; how many. */
static size_t
run(struct inst *in, char *lines, double *took)
{
	struct inst_changes c = {0};
	size_t n = 0;
	char *line, *end;

	for (line = lines; *line != '\0' && n < STEPS_MAX; line = end) {
		struct fj_err e;
		struct json_doc *doc;
		const char *path, *value;
		struct inst_node *at;
		double start;

		end = line + strcspn(line, "\n");
		if (*end != '\0')
			*end++ = '\0';
		fj_err_clear(&e);
		must(json_parse(line, strlen(line), &doc, &e), &e, "step");
		path = json_str(json_root(doc), "set");
		value = json_str(json_root(doc), "value");
		if (path == NULL || value == NULL)
			continue;
		must(inst_find(in, path, &at, &e), &e, line);
		start = micros();
		must(inst_set(in, at, value, &c, &e), &e, line);
		took[n++] = micros() - start;
		json_free(&doc);
	}
	inst_changes_release(&c);
	return n;
}

static double
resident(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	double mb = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			mb = strtod(line + 6, NULL) / 1024;
	if (f != NULL)
		fclose(f);
	return mb;
}

int
main(int argc, char **argv)
{
	struct inst_problems problems = {0};
	static double took[STEPS_MAX];
	struct form *f = NULL;
	struct inst *in = NULL;
	char *p, *lines;
	size_t n, nl, k;
	double best = 0, mb, start;
	int i;

	if (argc != 3) {
		fprintf(stderr, "usage: form_bench FORM.json STEPS.jsonl\n");
		return 2;
	}
	p = whole(argv[1], &n);
	lines = whole(argv[2], &nl);
	best = load(p, n, &f, &in);
	mb = resident();
	for (i = 1; i < ROUNDS; i++) {
		double t;

		inst_free(&in);
		form_free(&f);
		t = load(p, n, &f, &in);
		best = t < best ? t : best;
	}
	k = run(in, lines, took);
	start = micros();
	inst_validate(in, &problems);
	start = micros() - start;
	qsort(took, k, sizeof(*took), by_size);
	if (k == 0)
		return 1;
	printf("{\"bench\":\"form\",\"form\":\"%s\",\"load_ms\":%.2f,\"set_p50_us\":%.1f,"
	    "\"set_p99_us\":%.1f,\"set_max_us\":%.1f,\"validate_ms\":%.2f,\"rss_mb\":%.1f}\n",
	    form_id(f), best / 1e3, took[k / 2], took[(k * 99 - 1) / 100], took[k - 1],
	    start / 1e3, mb);
	inst_problems_release(&problems);
	inst_free(&in);
	form_free(&f);
	free(p);
	free(lines);
	return 0;
}
