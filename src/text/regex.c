/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/regex.h"

#include <pcre2.h>
#include <string.h>

#include "base/limits.h"

enum {
	PATTERN_MAX = 4096,
	DEPTH_MAX = 250,
	STEPS_FEW = 2000,
};

/* What PCRE answers when at most so many steps are allowed. */
static int
attempt(const pcre2_code *code, const char *s, size_t n, pcre2_match_data *data,
    pcre2_match_context *limits, uint32_t steps)
{
	pcre2_set_match_limit(limits, steps);
	pcre2_set_depth_limit(limits, DEPTH_MAX);
	pcre2_set_heap_limit(limits, 2048);
	return pcre2_match(code, (PCRE2_SPTR)s, n, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, data,
	    limits);
}

static enum fj_rc
run(const pcre2_code *code, const char *pattern, const char *s, size_t n, bool *yes,
    unsigned long *work, struct fj_err *e)
{
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
	enum fj_rc rc = FJ_OK;
	int got;

	if (limits == NULL || data == NULL) {
		rc = fj_fail(e, FJ_NOMEM, "text.regex-steps", "s", pattern);
		goto out;
	}
	/* PCRE does not tell how many it took, only whether they were enough:
	 * nearly all need few, and the others are tried again with all. */
	got = attempt(code, s, n, data, limits, STEPS_FEW);
	*work += n / 8;
	if (got == PCRE2_ERROR_MATCHLIMIT) {
		got = attempt(code, s, n, data, limits, LIMIT_REGEX_STEPS);
		*work += LIMIT_REGEX_STEPS;
	}
	*yes = got >= 0;
	if (got < 0 && got != PCRE2_ERROR_NOMATCH)
		rc = fj_fail(e, FJ_LIMIT, "text.regex-steps", "s", pattern);
out:
	pcre2_match_data_free(data);
	pcre2_match_context_free(limits);
	return rc;
}

enum fj_rc
regex_match_work(const char *pattern, const char *s, size_t n, bool *yes, unsigned long *work,
    struct fj_err *e)
{
	size_t len = strlen(pattern), at = 0;
	pcre2_code *code;
	enum fj_rc rc;
	int error = 0;

	*yes = false;
	if (len > PATTERN_MAX)
		return fj_fail(e, FJ_LIMIT, "text.regex-steps", "s", pattern);
	code = pcre2_compile((PCRE2_SPTR)pattern, len, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C,
	    &error, &at, NULL);
	if (code == NULL)
		return fj_fail(e, FJ_INVAL, "text.regex", "sz", pattern, at);
	rc = run(code, pattern, s, n, yes, work, e);
	pcre2_code_free(code);
	return rc;
}

enum fj_rc
regex_full_match(const char *pattern, const char *s, size_t n, bool *yes, struct fj_err *e)
{
	unsigned long work = 0;

	return regex_match_work(pattern, s, n, yes, &work, e);
}
