/* SPDX-License-Identifier: Apache-2.0 */
/* Days have no zone; instants have one (FORM-LANGUAGE 2.3). */
#include <math.h>
#include <string.h>

#include "form/fn_i.h"
#include "form/inst_i.h"

#define DAY_MS 86400000.0

struct val
fn_today(struct ev *ev, const struct expr *x)
{
	(void)x;
	return val_day((double)instant_day(ev->in->env.now));
}

struct val
fn_now(struct ev *ev, const struct expr *x)
{
	(void)x;
	return val_instant((double)ev->in->env.now.ms, ev_zone(ev));
}

/* Empty stays empty; text that is no date is an error, not a guess. */
static bool
date_of(struct ev *ev, const struct val *v, struct val *out)
{
	if (val_is_date(v, ev_zone(ev), out))
		return true;
	if (v->kind == VAL_STR && v->n > 0)
		*out = ev_fail(ev, FJ_INVAL, "expr.date", val_to_str(ev->mem, v, NULL));
	else
		*out = val_str("");
	return false;
}

struct val
fn_date(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]), out;

	if (v.kind == VAL_NUM)
		return isnan(v.num) ? val_str("") : val_day(floor(v.num));
	(void)date_of(ev, &v, &out);
	return out;
}

struct val
fn_date_time(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]), out;

	if (v.kind == VAL_NUM)
		return isnan(v.num) ? val_str("") : val_instant(v.num * DAY_MS, ev_zone(ev));
	(void)date_of(ev, &v, &out);
	return out;
}

struct val
fn_decimal_date_time(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]), d;

	if (v.kind == VAL_NUM)
		return v;
	if (!val_is_date(&v, ev_zone(ev), &d))
		return val_num(NAN);
	return val_num(val_date_ms(&d, ev_zone(ev)) / DAY_MS);
}

struct val
fn_decimal_time(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]), d;
	double ms;
	int offset;
	bool zone;

	if (val_is_date(&v, ev_zone(ev), &d)) {
		ms = val_date_ms(&d, ev_zone(ev)) + ev_zone(ev) * 60000.0;
		return val_num((ms - floor(ms / DAY_MS) * DAY_MS) / DAY_MS);
	}
	if (v.kind != VAL_STR || !time_parse(v.s, v.n, &ms, &offset, &zone))
		return val_num(NAN);
	if (zone)
		ms += (ev_zone(ev) - offset) * 60000.0;
	ms -= floor(ms / DAY_MS) * DAY_MS;
	return val_num(ms / DAY_MS);
}

/* ---- formats ---- */

struct parts {
	int year, month, day, weekday;
	int hour, minute, second, ms;
	bool chinese;
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    "Sep", "Oct", "Nov", "Dec"};
static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const zh_weekdays[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};

static bool
date_letter(char c, const struct parts *p, struct fj_buf *out)
{
	switch (c) {
	case 'Y':
		fj_buf_printf(out, "%04d", p->year);
		return true;
	case 'y':
		fj_buf_printf(out, "%02d", p->year % 100);
		return true;
	case 'm':
		fj_buf_printf(out, "%02d", p->month);
		return true;
	case 'n':
		fj_buf_printf(out, "%d", p->month);
		return true;
	case 'b':
		if (p->chinese)
			fj_buf_printf(out, "%d月", p->month);
		else
			fj_buf_puts(out, months[p->month - 1]);
		return true;
	case 'd':
		fj_buf_printf(out, "%02d", p->day);
		return true;
	case 'e':
		fj_buf_printf(out, "%d", p->day);
		return true;
	case 'a':
		fj_buf_puts(out, (p->chinese ? zh_weekdays : weekdays)[p->weekday]);
		return true;
	default:
		return false;
	}
}

static bool
time_letter(char c, const struct parts *p, struct fj_buf *out)
{
	switch (c) {
	case 'H':
		fj_buf_printf(out, "%02d", p->hour);
		return true;
	case 'h':
		fj_buf_printf(out, "%d", p->hour);
		return true;
	case 'M':
		fj_buf_printf(out, "%02d", p->minute);
		return true;
	case 'S':
		fj_buf_printf(out, "%02d", p->second);
		return true;
	case '3':
		fj_buf_printf(out, "%03d", p->ms);
		return true;
	default:
		return false;
	}
}

static struct val
formatted(struct ev *ev, const struct parts *p, const char *f, bool with_time)
{
	struct fj_buf b;
	struct val v;
	char bad[3] = "%";

	fj_buf_init(&b, 4096);
	for (; *f != '\0'; f++) {
		if (*f != '%') {
			fj_buf_putc(&b, *f);
			continue;
		}
		f++;
		if (*f == '%') {
			fj_buf_putc(&b, '%');
		} else if (*f == '\0' || (!date_letter(*f, p, &b) &&
		    (!with_time || !time_letter(*f, p, &b)))) {
			bad[1] = *f;
			fj_buf_release(&b);
			return ev_fail(ev, FJ_INVAL, "expr.date-format", bad);
		}
	}
	v = val_strn(scratch_dup(ev->mem, b.p, b.n), b.n);
	fj_buf_release(&b);
	return v;
}

static struct val
format(struct ev *ev, const struct expr *x, bool with_time)
{
	struct val v = ev_atom(ev, x->arg[0]), d;
	const char *f = ev_str(ev, x->arg[1], NULL), *lang = ev->in->env.lang;
	struct parts p = {0};
	double ms, day;

	if (v.kind == VAL_NUM && !isnan(v.num))
		v = with_time ? val_instant(v.num * DAY_MS, ev_zone(ev)) : val_day(floor(v.num));
	if (v.kind == VAL_NUM)
		return val_str("");
	if (!date_of(ev, &v, &d))
		return val_str("");
	ms = d.kind == VAL_DAY ? d.num * DAY_MS : d.num + ev_zone(ev) * 60000.0;
	day = floor(ms / DAY_MS);
	if (fabs(day) > 2.9e6)
		return val_str("");
	ms -= day * DAY_MS;
	date_to_civil((int64_t)day, &p.year, &p.month, &p.day);
	p.weekday = date_weekday((int64_t)day);
	p.hour = (int)(ms / 3600000);
	p.minute = (int)(ms / 60000) % 60;
	p.second = (int)(ms / 1000) % 60;
	p.ms = (int)fmod(ms, 1000);
	p.chinese = lang != NULL && strncmp(lang, "zh", 2) == 0;
	return formatted(ev, &p, f, with_time);
}

struct val
fn_format_date(struct ev *ev, const struct expr *x)
{
	return format(ev, x, false);
}

struct val
fn_format_date_time(struct ev *ev, const struct expr *x)
{
	return format(ev, x, true);
}

enum {
	FAR_DAYS = 100000,		/* working days that one call may count */
};

/* working-day(d, n): the day that is n working days after d, before it when n
 * is negative; n = 0: d itself. */
struct val
fn_working_day(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]), d;
	double n = trunc(ev_num(ev, x->arg[1])), day;
	bool known;
	int64_t to;

	if (v.kind == VAL_NUM && !isnan(v.num))
		v = val_day(floor(v.num));
	if (isnan(n) || v.kind == VAL_NUM || !date_of(ev, &v, &d))
		return val_str("");
	day = d.kind == VAL_DAY ? d.num :
	    floor((d.num + d.offset * 60000.0) / DAY_MS);
	if (fabs(day) > 2.9e6)
		return val_str("");
	if (fabs(n) > FAR_DAYS || !ev_step(ev, (unsigned long)fabs(n)))
		return ev_fail(ev, FJ_LIMIT, "expr.working-day", "working-day");
	to = form_calendar_add(ev->in->env.calendar != NULL ? ev->in->env.calendar :
	    ev->in->form->calendar, (int64_t)day, (int64_t)n, &known);
	if (!known)
		ev->in->calendar_unknown = true;
	return val_day((double)to);
}
