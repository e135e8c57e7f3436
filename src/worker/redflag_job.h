/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the job "redflag" share. */
#ifndef FJ_WORKER_REDFLAG_JOB_H
#define FJ_WORKER_REDFLAG_JOB_H

#include <pthread.h>

#include "redflag/import.h"
#include "redflag/rule.h"
#include "redflag/run.h"
#include "worker/internal.h"

struct redflag_job {
	struct job *j;
	struct redflag_book {
		struct redflag_job *r;
		const char *name;
		struct book *b;
	} book[WORKER_FILES];
	int books;
	struct synonyms *synonyms;
	struct import *import;
	struct store *store;
	struct rule *rule[RULE_MAX];
	const char *file_of_rule;	/* while rules are read */
	size_t rules;
	bool own[RULE_MAX];		/* of a bureau */
	size_t own_from;		/* files from this number on are a bureau's */
	size_t read;			/* files of rules seen so far */
	bool ended[RULE_MAX];
	size_t early;			/* rules that ended while registers were read */
	struct fj_buf methods;		/* what standards demand (redflag/methods.h) */
	struct rule_values *values;
	unsigned lab;			/* of enum rule_lab; 0: not known */
	bool session;
	pthread_mutex_t tell;		/* of what is told while several threads read */
	/* Of the input: */
	pthread_mutex_t lock;
	struct fj_buf in;		/* what came and is not answered */
	bool closed;			/* the parent wants no more */
	bool stop;			/* of the rules */
};

/* ---- redflag_say.c ---- */
void say_state(struct redflag_job *r, const char *state);
void say_rules(struct redflag_job *r);
void say_map(struct redflag_job *r);
void say_sources(struct redflag_job *r);
void say_hits(struct redflag_job *r, const struct run_row *row);
void say_ended(struct redflag_job *r, const struct rule *rule, const struct run_row *row,
    const struct fj_err *why);
void say_loaded(struct redflag_job *r, uint32_t ms);

/* ---- redflag_input.c ---- */
/* Is there a word to stop?  Other asks are kept.  From any thread. */
bool input_stop(struct redflag_job *r);
/* Answers what was asked; wait: until the next ask or the end of the input. */
void input_answer(struct redflag_job *r, bool wait);
/* Waits for "run" and answers "map"; false: the parent is gone. */
bool input_wait_run(struct redflag_job *r);
/* The mapping of the request, over what stands.  told: a fault instead of an error. */
FJ_MUST enum fj_rc input_map(struct redflag_job *r, bool told, struct fj_err *e);

#endif
