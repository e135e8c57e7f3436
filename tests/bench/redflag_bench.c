/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redflag_bench LABEL N DIR [--sql]: registers of DIR on the disk to all flags, by the
 * import and the rules of the program, in one process; one JSON line.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "redflag/early.h"
#include "redflag/import.h"
#include "redflag/rule.h"
#include "redflag/run.h"
#include "text/gb18030.h"

enum {
	FILES = 64,
	RULES = 400,
	TEXT = 8 << 20,
};

struct bench {
	double from, first, loaded;
	size_t hits, run, not_run;
	struct book *book[FILES];
	int books;
	struct rule *rule[RULES];
	size_t rules;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
die(const char *what, const struct fj_err *e)
{
	fprintf(stderr, "redflag_bench: %s: %s %s %s\n", what, e->code, e->arg[0], e->arg[1]);
	exit(1);
}

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *p = malloc(TEXT);

	if (f == NULL || p == NULL) {
		perror(path);
		exit(1);
	}
	*n = fread(p, 1, TEXT, f);
	fclose(f);
	return p;
}

static int
ends(const struct dirent *d, const char *with)
{
	size_t n = strlen(d->d_name), k = strlen(with);

	return n > k && strcmp(d->d_name + n - k, with) == 0;
}

static int
is_register(const struct dirent *d)
{
	return ends(d, ".csv") || ends(d, ".xlsx") || ends(d, ".txt");
}

static int
is_rule(const struct dirent *d)
{
	return ends(d, ".sql");
}

static void
read_rules(struct bench *b, const char *dir)
{
	struct rule_reader reader = {NULL, NULL, NULL, NULL};
	struct dirent **list;
	int n = scandir(dir, &list, is_rule, alphasort), i;
	char path[4096];
	struct fj_err e;

	for (i = 0; i < n; i++) {
		size_t len;
		char *text;

		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		text = slurp(path, &len);
		if (rule_read(list[i]->d_name, text, len, &reader, &b->rule[b->rules], &e) != FJ_OK)
			die(path, &e);
		b->rules++;
		free(text);
	}
}

static void
add_files(struct bench *b, struct import *im, struct gb18030 *gb, const char *dir)
{
	struct book_options o = {.gb = gb};
	struct dirent **list;
	int n = scandir(dir, &list, is_register, alphasort), i;
	char path[4096];
	struct fj_err e;

	for (i = 0; i < n && b->books < FILES; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0 || book_open_fd(fd, &o, &b->book[b->books], &e) != FJ_OK)
			die(path, &e);
		if (import_add(im, list[i]->d_name, b->book[b->books++], &e) != FJ_OK)
			die(path, &e);
	}
}

static bool
row(void *ctx, const struct run_row *r, size_t done, size_t total)
{
	struct bench *b = ctx;

	(void)done;
	(void)total;
	if (r->hits > 0 && b->first <= 0)
		b->first = now() - b->from;
	b->hits += r->hits;
	b->run += r->status == RUN_DONE;
	b->not_run += r->status != RUN_DONE;
	if (getenv("REDFLAG_BENCH_RULES") != NULL)
		fprintf(stderr, "%s %zu %u ms%s\n", r->rule->id, r->hits, r->ms,
		    r->kernel ? " kernel" : "");
	return true;
}

int
main(int argc, char **argv)
{
	struct bench b = {.from = now()};
	struct run_options o = {.row = row, .ctx = &b, .no_kernels = argc > 4};
	struct import_options io = {.synonyms = NULL};
	struct synonyms *words;
	struct gb18030 *gb = NULL;
	struct import *im;
	struct store *s = store_new(0);
	struct rusage used;
	bool filled[SCHEMA_TABLES] = {false}, ran[RULES];
	struct fj_err e = {0};
	char *text;
	size_t n, i, left = 0;

	if (argc < 4)
		return 2;
	(void)!gb18030_new(&gb, &e);
	text = slurp("forms/redflags/synonyms.json", &n);
	if (synonyms_new(text, n, &words, &e) != FJ_OK)
		die("synonyms", &e);
	io.synonyms = words;
	im = import_new(&io);
	add_files(&b, im, gb, argv[3]);
	read_rules(&b, "forms/redflags");
	if (import_guess(im, &e) != FJ_OK ||
	    early_load(im, s, (const struct rule *const *)b.rule, b.rules, &o, filled, ran, &e) !=
	    FJ_OK || store_seal(s, &e) != FJ_OK)
		die("import", &e);
	b.loaded = now() - b.from;
	for (i = 0; i < b.rules; i++)
		if (!ran[i])
			b.rule[left++] = b.rule[i];
	if (run_rules(s, (const struct rule *const *)b.rule, left, &o, &e) != FJ_OK)
		die("rules", &e);
	getrusage(RUSAGE_SELF, &used);
	printf("{\"bench\":\"redflag\",\"lab\":\"%s\",\"n\":%s,\"ms\":%.0f,\"load_ms\":%.0f,"
	    "\"first_flag_ms\":%.0f,\"cpu_ms\":%.0f,\"rss_mb\":%ld,\"hits\":%zu,\"rules_run\":%zu,"
	    "\"rules_not_run\":%zu,\"kernels\":%s}\n", argv[1], argv[2], (now() - b.from) * 1000,
	    b.loaded * 1000, b.first * 1000, (double)used.ru_utime.tv_sec * 1000 +
	    (double)used.ru_utime.tv_usec / 1000, used.ru_maxrss / 1024, b.hits, b.run,
	    b.not_run, o.no_kernels ? "false" : "true");
	return 0;
}
