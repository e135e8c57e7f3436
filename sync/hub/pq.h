/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpq, found when it is asked for: a hub on SQLite needs none, neither to be
 * built nor to run, and the library of another vendor (openGauss) can stand in by
 * FEIJIAN_LIBPQ=/path/libpq.so.5.  The declarations are ours; tests/unit/hub
 * compares them with <libpq-fe.h> where that is installed.
 */
#ifndef FJ_HUB_PQ_H
#define FJ_HUB_PQ_H

#include "base/rc.h"

struct pg_conn;
struct pg_result;

/* PQconninfoOption, as it lies in memory. */
struct pg_option {
	char *keyword, *envvar, *compiled, *val, *label, *dispchar;
	int dispsize;
};

enum {
	PG_CONNECTION_OK = 0,
	PG_COMMAND_OK = 1,
	PG_TUPLES_OK = 2,
	PG_OID_BYTEA = 17,
	PG_OID_INT8 = 20,
	PG_OID_TEXT = 25,
	PG_FIELD_SEVERITY = 'V',	/* not translated */
	PG_FIELD_STATE = 'C',
	PG_FIELD_MESSAGE = 'M',
};

typedef void pg_notice(void *ctx, const struct pg_result *r);

struct pq {
	void *so;
	struct pg_option *(*conndefaults)(void);
	struct pg_option *(*conninfo_parse)(const char *info, char **message);
	void (*conninfo_free)(struct pg_option *o);
	void (*free_mem)(void *p);
	struct pg_conn *(*connect)(const char *const *keys, const char *const *values,
	    int expand);
	void (*finish)(struct pg_conn *c);
	int (*status)(const struct pg_conn *c);
	char *(*error)(const struct pg_conn *c);
	pg_notice *(*notices)(struct pg_conn *c, pg_notice *fn, void *ctx);
	struct pg_result *(*exec)(struct pg_conn *c, const char *sql);
	struct pg_result *(*exec_params)(struct pg_conn *c, const char *sql, int n,
	    const unsigned *oid, const char *const *v, const int *len, const int *format,
	    int result_format);
	struct pg_result *(*prepare)(struct pg_conn *c, const char *name, const char *sql,
	    int n, const unsigned *oid);
	struct pg_result *(*exec_prepared)(struct pg_conn *c, const char *name, int n,
	    const char *const *v, const int *len, const int *format, int result_format);
	int (*send)(struct pg_conn *c, const char *sql);
	int (*consume)(struct pg_conn *c);
	int (*is_busy)(struct pg_conn *c);
	int (*socket)(const struct pg_conn *c);
	struct pg_result *(*next)(struct pg_conn *c);
	int (*result_status)(const struct pg_result *r);
	char *(*field)(const struct pg_result *r, int code);
	char *(*cmd_status)(struct pg_result *r);
	char *(*cmd_tuples)(struct pg_result *r);
	int (*ntuples)(const struct pg_result *r);
	int (*is_null)(const struct pg_result *r, int row, int col);
	char *(*value)(const struct pg_result *r, int row, int col);
	int (*length)(const struct pg_result *r, int row, int col);
	void (*clear)(struct pg_result *r);
};

/* name NULL: libpq.so.5.  FJ_NOTFOUND "hub.pg-library" {name, why}. */
FJ_MUST enum fj_rc pq_load(const char *name, struct pq *out, struct fj_err *e);
void pq_unload(struct pq *q);

#endif
