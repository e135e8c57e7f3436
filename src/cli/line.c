/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/line.h"

#include <string.h>

#include "os/fs.h"

enum fj_rc
line_read(FILE *in, struct fj_buf *out, bool *more, struct fj_err *e)
{
	int ch;

	fj_buf_clear(out);
	out->over = false;
	*more = false;
	while ((ch = getc(in)) != EOF) {
		*more = true;
		if (ch == '\n')
			break;
		fj_buf_putc(out, (char)ch);
	}
	if (ferror(in))
		return fj_fail_errno(e, "cli.read", "-");
	if (fj_buf_over(out)) {
		fj_buf_clear(out);
		out->over = false;
		return fj_fail(e, FJ_LIMIT, "cli.line-long", "z", out->max);
	}
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		fj_buf_cut(out, out->n - 1);
	return FJ_OK;
}

enum fj_rc
line_read_all(FILE *in, const char *path, struct fj_buf *out, struct fj_err *e)
{
	char part[4096];
	size_t n;

	if (strcmp(path, "-") != 0)
		return fs_read(path, out, e);
	while ((n = fread(part, 1, sizeof(part), in)) > 0)
		fj_buf_add(out, part, n);
	if (ferror(in))
		return fj_fail_errno(e, "cli.read", "-");
	if (fj_buf_over(out))
		return fj_fail(e, FJ_LIMIT, "cli.line-long", "z", out->max);
	return FJ_OK;
}
