/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted, as it is written; and levels of the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "hub/metrics.h"
#include "hub/serve_log.h"

static const struct route *
find(enum verb v, const char *path)
{
	char allowed[64];
	struct ask a;

	memset(&a, 0, sizeof(a));
	return route_find(v, path, &a, allowed);
}

static void
has(const struct fj_buf *b, const char *text)
{
	if (strstr(b->p, text) == NULL)
		fail_msg("not there: %s", text);
}

static void
counted(void **state)
{
	struct metrics *m = metrics_new();
	struct metrics_now now;
	struct fj_buf b;

	(void)state;
	memset(&now, 0, sizeof(now));
	metrics_request(m, find(VERB_POST, "/v1/runs"), 200, false, 7, 100, 20);
	metrics_request(m, find(VERB_POST, "/v1/runs"), 503, false, 400000, 1, 2);
	metrics_request(m, find(VERB_GET, "/v1/streams"), 200, true, 25000, 0, 3);
	metrics_request(m, find(VERB_POST, "/v1/session"), 200, false, 0, 0, 0);
	metrics_request(m, find(VERB_POST, "/v1/session"), 401, false, 0, 0, 0);
	metrics_request(m, NULL, 404, false, 1, 0, 0);
	now.http.parked = 3;
	now.commit.groups = 2;
	now.commit.jobs = 9;
	now.commit.size[0] = 1;
	now.commit.size[3] = 1;
	now.commit.failed = 1;
	now.store_errors = 4;
	now.free_store = -1;
	now.free_evidence = 12345;
	now.cpu_ms = 1250;
	fj_buf_init(&b, 1 << 20);
	metrics_text(m, &now, &b);
	has(&b, "requests_total{method=\"POST\",route=\"/v1/runs\",status=\"2xx\"} 1\n");
	has(&b, "requests_total{method=\"POST\",route=\"/v1/runs\",status=\"5xx\"} 1\n");
	has(&b, "requests_total{method=\"-\",route=\"-\",status=\"4xx\"} 1\n");
	has(&b, "_bucket{method=\"POST\",route=\"/v1/runs\",le=\"0.005\"} 0\n");
	has(&b, "_bucket{method=\"POST\",route=\"/v1/runs\",le=\"0.01\"} 1\n");
	has(&b, "_bucket{method=\"POST\",route=\"/v1/runs\",le=\"300\"} 1\n");
	has(&b, "_bucket{method=\"POST\",route=\"/v1/runs\",le=\"+Inf\"} 2\n");
	has(&b, "_sum{method=\"POST\",route=\"/v1/runs\"} 400.007\n");
	/* It waited because it was asked to. */
	assert_null(strstr(b.p, "seconds_bucket{method=\"GET\",route=\"/v1/streams\""));
	has(&b, "\nfeijian_hub_polls_total 1\n");
	has(&b, "\nfeijian_hub_sessions_total 1\n");
	has(&b, "{direction=\"in\"} 101\n");
	has(&b, "\nfeijian_hub_parked_polls 3\n");
	has(&b, "group_size_bucket{le=\"4\"} 1\n");
	has(&b, "group_size_bucket{le=\"8\"} 2\n");
	has(&b, "group_size_sum 9\n");
	has(&b, "\nfeijian_hub_store_errors_total 5\n");
	has(&b, "{place=\"evidence\"} 12345\n");
	assert_null(strstr(b.p, "{place=\"store\"}"));
	/* Nothing is said of a store that cannot be asked. */
	assert_null(strstr(b.p, "uploads_open"));
	has(&b, "\nprocess_cpu_seconds_total 1.250\n");
	fj_buf_release(&b);
	metrics_free(&m);
}

static void
levels(void **state)
{
	char dir[] = "/tmp/fj-log-XXXXXX", path[64], moved[64], line[256];
	struct serve_log *l = NULL;
	struct clock c;
	struct fj_err e;
	FILE *f;

	(void)state;
	assert_int_equal(log_level_parse("error"), LEVEL_ERROR);
	assert_int_equal(log_level_parse("info"), LEVEL_INFO);
	assert_int_equal(log_level_parse("loud"), 0);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	snprintf(moved, sizeof(moved), "%s/log.1", dir);
	clock_init(&c);
	assert_int_equal(serve_log_new(stderr, dir, LEVEL_INFO, &c, &l, &e), FJ_IO);
	assert_string_equal(e.code, "hub.log-file");
	assert_int_equal(serve_log_new(stderr, path, LEVEL_WARNING, &c, &l, &e), FJ_OK);
	serve_log_put(l, LEVEL_INFO, "not this");
	serve_log_put(l, LEVEL_WARNING, "one");
	assert_int_equal(rename(path, moved), 0);
	serve_log_put(l, LEVEL_ERROR, "two");
	serve_log_reopen(l);
	serve_log_put(l, LEVEL_ERROR, "three");
	serve_log_free(&l);
	f = fopen(moved, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_non_null(strstr(line, " warning one\n"));
	assert_non_null(fgets(line, sizeof(line), f));
	assert_non_null(strstr(line, " error two\n"));
	assert_null(fgets(line, sizeof(line), f));
	fclose(f);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_non_null(strstr(line, " error three\n"));
	fclose(f);
	unlink(path);
	unlink(moved);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted),
		cmocka_unit_test(levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
