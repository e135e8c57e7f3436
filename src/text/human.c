/* SPDX-License-Identifier: Apache-2.0 */
#include "text/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

void
human_number(struct fj_buf *b, int64_t v)
{
	char text[24];
	size_t n, i;

	snprintf(text, sizeof(text), "%" PRId64, v);
	n = strlen(text);
	for (i = 0; i < n; i++) {
		fj_buf_putc(b, text[i]);
		if (text[i] != '-' && i + 1 < n && (n - i - 1) % 3 == 0)
			fj_buf_putc(b, ',');
	}
}

void
human_size(struct fj_buf *b, int64_t bytes)
{
	static const char *const unit[] = {"B", "KB", "MB", "GB", "TB"};
	double v = (double)(bytes < 0 ? 0 : bytes);
	int u = 0;

	while (u < 4 && (u == 0 ? v >= 1024 : v >= 999.5)) {
		v /= 1024;
		u++;
	}
	fj_buf_printf(b, u > 0 && v < 9.95 ? "%.1f %s" : "%.0f %s", v, unit[u]);
}

void
human_day(const struct msg *m, struct fj_buf *b, int64_t day)
{
	static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int y, mo, d;

	date_to_civil(day, &y, &mo, &d);
	if (msg_is_zh(m))
		fj_buf_printf(b, "%d\xe5\xb9\xb4%d\xe6\x9c\x88%d\xe6\x97\xa5", y, mo, d);
	else
		fj_buf_printf(b, "%d %s %d", d, month[mo - 1], y);
}

void
human_time(struct fj_buf *b, struct instant at)
{
	char text[INSTANT_TEXT + 1];

	instant_format(at, text);
	fj_buf_add(b, text, DATE_TEXT);
	fj_buf_putc(b, ' ');
	fj_buf_add(b, text + DATE_TEXT + 1, 5);
}

void
human_when(struct fj_buf *b, struct instant at, struct instant now)
{
	char text[INSTANT_TEXT + 1], today[INSTANT_TEXT + 1];

	instant_format(at, text);
	instant_format(now, today);
	if (memcmp(text, today, DATE_TEXT) != 0) {
		size_t skip = memcmp(text, today, 4) == 0 ? 5 : 0;

		fj_buf_add(b, text + skip, DATE_TEXT - skip);
		fj_buf_putc(b, ' ');
	}
	fj_buf_add(b, text + DATE_TEXT + 1, 5);
}

void
human_span(const struct msg *m, struct fj_buf *b, int64_t s)
{
	long long n;

	if (s < 0)
		s = -s;
	if (s < MINUTE) {
		n = s;
		msg_put(m, b, n == 1 ? N_("1 second") : N_("{1} seconds"), "l", n);
	} else if (s < HOUR) {
		n = s / MINUTE;
		msg_put(m, b, n == 1 ? N_("1 minute") : N_("{1} minutes"), "l", n);
	} else if (s < 2 * DAY) {
		n = s / HOUR;
		msg_put(m, b, n == 1 ? N_("1 hour") : N_("{1} hours"), "l", n);
	} else {
		n = s / DAY;
		msg_put(m, b, N_("{1} days"), "l", n);
	}
}

void
human_ago(const struct msg *m, struct fj_buf *b, struct instant at, struct instant now)
{
	int64_t s = (now.ms - at.ms) / 1000;
	struct fj_buf span;

	if (s > -MINUTE && s < MINUTE) {
		fj_buf_puts(b, _(m, "just now"));
		return;
	}
	fj_buf_init(&span, 128);
	human_span(m, &span, s);
	msg_put(m, b, s > 0 ? N_("{1} ago") : N_("in {1}"), "s", span.p);
	fj_buf_release(&span);
}
