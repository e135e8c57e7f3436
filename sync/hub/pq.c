/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/pq.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define LIBPQ "libpq.so.5"

/* Where each function goes; all of them are in every libpq since 9.0. */
static const struct {
	const char *name;
	size_t at;
} functions[] = {
	{ "PQconndefaults", offsetof(struct pq, conndefaults) },
	{ "PQconninfoParse", offsetof(struct pq, conninfo_parse) },
	{ "PQconninfoFree", offsetof(struct pq, conninfo_free) },
	{ "PQfreemem", offsetof(struct pq, free_mem) },
	{ "PQconnectdbParams", offsetof(struct pq, connect) },
	{ "PQfinish", offsetof(struct pq, finish) },
	{ "PQstatus", offsetof(struct pq, status) },
	{ "PQerrorMessage", offsetof(struct pq, error) },
	{ "PQsetNoticeReceiver", offsetof(struct pq, notices) },
	{ "PQexec", offsetof(struct pq, exec) },
	{ "PQexecParams", offsetof(struct pq, exec_params) },
	{ "PQprepare", offsetof(struct pq, prepare) },
	{ "PQexecPrepared", offsetof(struct pq, exec_prepared) },
	{ "PQsendQuery", offsetof(struct pq, send) },
	{ "PQconsumeInput", offsetof(struct pq, consume) },
	{ "PQisBusy", offsetof(struct pq, is_busy) },
	{ "PQsocket", offsetof(struct pq, socket) },
	{ "PQgetResult", offsetof(struct pq, next) },
	{ "PQresultStatus", offsetof(struct pq, result_status) },
	{ "PQresultErrorField", offsetof(struct pq, field) },
	{ "PQcmdStatus", offsetof(struct pq, cmd_status) },
	{ "PQcmdTuples", offsetof(struct pq, cmd_tuples) },
	{ "PQntuples", offsetof(struct pq, ntuples) },
	{ "PQgetisnull", offsetof(struct pq, is_null) },
	{ "PQgetvalue", offsetof(struct pq, value) },
	{ "PQgetlength", offsetof(struct pq, length) },
	{ "PQclear", offsetof(struct pq, clear) },
};

enum fj_rc
pq_load(const char *name, struct pq *out, struct fj_err *e)
{
	const char *file = name != NULL ? name : LIBPQ, *why;
	void *so, *f;
	size_t i;

	memset(out, 0, sizeof(*out));
	so = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (so == NULL) {
		why = dlerror();
		return fj_fail(e, FJ_NOTFOUND, "hub.pg-library", "ss", file,
		    why != NULL ? why : "");
	}
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		f = dlsym(so, functions[i].name);
		if (f == NULL) {
			dlclose(so);
			return fj_fail(e, FJ_NOTFOUND, "hub.pg-library", "ss", file,
			    functions[i].name);
		}
		/* POSIX's way to make a function of dlsym's answer. */
		memcpy((char *)out + functions[i].at, &f, sizeof(f));
	}
	out->so = so;
	return FJ_OK;
}

void
pq_unload(struct pq *q)
{
	if (q->so != NULL)
		dlclose(q->so);
	q->so = NULL;
}
