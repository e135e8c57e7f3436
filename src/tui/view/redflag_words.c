/* SPDX-License-Identifier: Apache-2.0 */
/* The words of red flags. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/view/common.h"
#include "tui/view/redflag.h"

struct word {
	const char *name, *title;
};

static const struct word tables[] = {
	{"agency", N_("agency")}, {"person", N_("staff")}, {"absence", N_("absence")},
	{"authorisation", N_("authorisation")}, {"instrument", N_("instrument")},
	{"calibration", N_("calibration")}, {"instrument_log", N_("use log")},
	{"method", N_("method")}, {"capability", N_("approved scope")},
	{"required_item", N_("required items")}, {"vehicle", N_("vehicle")},
	{"sample", N_("sample")}, {"test_run", N_("test run")},
	{"measurement", N_("measurement")}, {"report", N_("report")},
	{"report_item", N_("report item")}, {"seal_use", N_("seal use")}, {"fee", N_("fee")},
	{"audit_log", N_("audit trail")}, {"raw_file", N_("raw data file")},
	{"material", N_("reference material")}, {"material_use", N_("material use")},
	{"consumable", N_("consumable")}, {"room", N_("room")},
	{"climate", N_("climate record")}, {"closure", N_("closure")},
	{"client_stop", N_("client's stop")}, {"movement", N_("movement")},
};

static const struct word columns[] = {
	{"agency_id", N_("agency number")}, {"name", N_("name")}, {"uscc", N_("USCC")},
	{"cert_no", N_("certificate")}, {"cert_from_on", N_("valid from")},
	{"cert_to_on", N_("valid to")}, {"open_min", N_("opens")}, {"close_min", N_("closes")},
	{"person_id", N_("person")}, {"role", N_("role")}, {"hired_on", N_("hired")},
	{"left_on", N_("left")}, {"person_hash", N_("identity (hash)")}, {"from_at", N_("from")},
	{"to_at", N_("to")}, {"kind", N_("kind")}, {"scope", N_("scope")},
	{"from_on", N_("from (day)")}, {"to_on", N_("to (day)")},
	{"instrument_id", N_("instrument number")}, {"model", N_("model")},
	{"serial_no", N_("serial number")}, {"acquired_on", N_("acquired")},
	{"retired_on", N_("retired")}, {"range_lo", N_("range from")},
	{"range_hi", N_("range to")}, {"decimals", N_("decimals")},
	{"concurrency", N_("tests at once")}, {"attended", N_("attended")},
	{"capacity_day", N_("tests a day")}, {"done_on", N_("done on")},
	{"valid_to_on", N_("valid until")}, {"result", N_("result of verification")},
	{"on_at", N_("switched on")}, {"off_at", N_("switched off")},
	{"method_no", N_("method number")}, {"effective_on", N_("in force")},
	{"withdrawn_on", N_("withdrawn on")}, {"mandatory", N_("mandatory")},
	{"min_minutes", N_("least minutes")}, {"min_replicates", N_("least replicates")},
	{"hold_minutes", N_("holding time")}, {"min_samplers", N_("least samplers")},
	{"consume", N_("used a test")}, {"field", N_("on site")}, {"object", N_("object")},
	{"param", N_("parameter")}, {"basis", N_("basis")}, {"vin", N_("VIN")},
	{"plate", N_("plate")}, {"engine_model", N_("engine model")},
	{"curb_kg", N_("curb weight")}, {"first_reg_on", N_("registered")},
	{"rated_kw", N_("rated power")}, {"catalogue_kw", N_("power of the catalogue")},
	{"sample_no", N_("sample number")}, {"client", N_("client")}, {"site", N_("place")},
	{"lat", N_("latitude")}, {"lon", N_("longitude")}, {"collected_at", N_("sampled")},
	{"collected_end_at", N_("sampling ended")}, {"sampler1", N_("sampler")},
	{"sampler2", N_("second sampler")}, {"received_at", N_("received")},
	{"received_by", N_("received by")}, {"qty", N_("quantity")},
	{"disposed_at", N_("disposed of")}, {"run_no", N_("run number")},
	{"seq_no", N_("running number")}, {"started_at", N_("test began")},
	{"ended_at", N_("test ended")}, {"operator", N_("operator")},
	{"raw_hash", N_("digest of the raw file")}, {"cal_id", N_("CAL ID")}, {"cvn", N_("CVN")},
	{"room", N_("room")}, {"rep", N_("replicate")}, {"value", N_("value")},
	{"nd", N_("not detected")}, {"recorded_at", N_("recorded")},
	{"report_no", N_("report number")}, {"series", N_("series")},
	{"conclusion", N_("conclusion")}, {"compiled_by", N_("compiled by")},
	{"reviewed_by", N_("reviewed by")}, {"approved_by", N_("approved by")},
	{"approved_at", N_("approved at")}, {"issued_at", N_("issued")},
	{"supersedes", N_("supersedes")}, {"status", N_("status")},
	{"limit_lo", N_("lower limit")}, {"limit_hi", N_("upper limit")},
	{"verdict", N_("verdict")}, {"subcontract", N_("subcontracted")},
	{"seal_no", N_("seal")}, {"used_at", N_("used")}, {"fee_no", N_("fee number")},
	{"paid_at", N_("paid")}, {"amount", N_("amount")}, {"waived", N_("waived")},
	{"tbl", N_("table")}, {"ref_no", N_("record number")}, {"changed_at", N_("changed")},
	{"action", N_("action")}, {"old_value", N_("old value")}, {"new_value", N_("new value")},
	{"reason", N_("reason")}, {"path", N_("file")}, {"acquired_at", N_("acquired (time)")},
	{"modified_at", N_("modified")}, {"material_no", N_("material")},
	{"opening", N_("opening stock")}, {"bought", N_("bought")},
	{"remaining", N_("remaining")}, {"per_test", N_("per test")},
	{"temp_lo", N_("temperature from")}, {"temp_hi", N_("temperature to")},
	{"humid_lo", N_("humidity from")}, {"humid_hi", N_("humidity to")}, {"at", N_("time")},
	{"temp", N_("temperature")}, {"humid", N_("humidity")}, {"place", N_("place")},
};

/* What a rule speaks of, before the ':' of a subject. */
static const struct word subjects[] = {
	{"report", N_("report")}, {"sample", N_("sample")}, {"person", N_("staff")},
	{"instrument", N_("instrument")}, {"instday", N_("instrument on a day")},
	{"personday", N_("person on a day")}, {"seq", N_("numbers")}, {"run", N_("test run")},
	{"vehicle", N_("vehicle")}, {"vin", N_("VIN")}, {"method", N_("method")},
	{"raw", N_("raw data file")}, {"agency", N_("agency")}, {"material", N_("reference material")},
	{"room", N_("room")}, {"client", N_("client")}, {"cal_id", N_("CAL ID")},
};

static const char *
find(const struct word *w, size_t n, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(w[i].name) == len && memcmp(w[i].name, name, len) == 0)
			return w[i].title;
	return NULL;
}

#define FIND(table, name, len) find(table, sizeof(table) / sizeof((table)[0]), name, len)

const char *
table_word(const struct msg *m, const char *table)
{
	const char *w = FIND(tables, table, strlen(table));

	return w != NULL ? msg_tr(m, w) : table;
}

const char *
column_word(const struct msg *m, const char *column)
{
	const char *w = FIND(columns, column, strlen(column));

	return w != NULL ? msg_tr(m, w) : column;
}

static const char *
two(const struct session *s, const char *zh, const char *en)
{
	const char *a = msg_is_zh(s->m) ? zh : en, *b = msg_is_zh(s->m) ? en : zh;

	return a != NULL && a[0] != '\0' ? a : b != NULL ? b : "";
}

const char *
rule_title(const struct session *s, const struct redflag_rule *r)
{
	return two(s, r->title_zh, r->title_en);
}

const char *
rule_false_alarms(const struct session *s, const struct redflag_rule *r)
{
	return two(s, r->false_alarms_zh, r->false_alarms_en);
}

const char *
rule_verify(const struct session *s, const struct redflag_rule *r)
{
	return two(s, r->verify_zh, r->verify_en);
}

const char *
mark_word(const struct msg *m, enum redflag_mark mark)
{
	switch (mark) {
	case REDFLAG_CONFIRMED:
		return _(m, "confirmed");
	case REDFLAG_RULED_OUT:
		return _(m, "ruled out");
	case REDFLAG_DISPUTED:
		return _(m, "disputed");
	case REDFLAG_OPEN:
		break;
	}
	return _(m, "to be checked");
}

const char *
mark_sign(enum redflag_mark mark)
{
	static const char *const sign[] = {
		[REDFLAG_OPEN] = " ", [REDFLAG_CONFIRMED] = "+", [REDFLAG_RULED_OUT] = "-",
		[REDFLAG_DISPUTED] = "!",
	};

	return sign[mark];
}

enum style
mark_style(enum redflag_mark mark)
{
	return mark == REDFLAG_CONFIRMED ? STYLE_OK : mark == REDFLAG_RULED_OUT ? STYLE_MUTED :
	    mark == REDFLAG_DISPUTED ? STYLE_BAD : STYLE_NORMAL;
}

const char *
grade_word(const struct msg *m, char grade)
{
	return grade == 'A' ? _(m, "A contradiction") : grade == 'B' ? _(m, "B to be explained") :
	    _(m, "C where to look");
}

enum style
grade_style(char grade)
{
	return grade == 'A' ? STYLE_BAD : grade == 'B' ? STYLE_WARN : STYLE_MUTED;
}

void
subject_words(const struct msg *m, const struct redflag_hit *h, struct fj_buf *b)
{
	const char *colon = strchr(h->subject, ':');
	const char *kind = colon == NULL ? NULL :
	    FIND(subjects, h->subject, (size_t)(colon - h->subject));

	if (kind != NULL && strcmp(colon + 1, "?") != 0)
		fj_buf_printf(b, "%s %s", msg_tr(m, kind), colon + 1);
	else if (h->report_no[0] != '\0')
		fj_buf_printf(b, "%s %s", _(m, "report"), h->report_no);
	else if (kind != NULL)
		fj_buf_puts(b, _(m, "no report yet"));
	else
		fj_buf_puts(b, h->subject);
}

void
clauses_words(const struct session *s, const struct redflag_rule *r, struct fj_buf *b)
{
	int i;

	for (i = 0; i < r->clauses; i++) {
		const struct clause *c = clauses_find(app_clauses(s->app), r->clause[i]);

		fj_buf_printf(b, "%s%s", i > 0 ? " " : "", c != NULL ? c->shown : r->clause[i]);
	}
}

void
span_words(const struct msg *m, int64_t seconds, struct fj_buf *b)
{
	static const struct {
		int64_t s;
		const char *word;
	} unit[] = {
		{86400, N_("{1} d")}, {3600, N_("{1} h")}, {60, N_("{1} min")}, {1, N_("{1} s")},
	};
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		int64_t n = seconds / unit[i].s;

		seconds %= unit[i].s;
		if (n == 0 && (any || i < 3))
			continue;
		fj_buf_puts(b, any ? " " : "");
		msg_put(m, b, unit[i].word, "l", (long long)n);
		any = true;
	}
}

bool
rule_needs_leg2(const struct session *s, const struct redflag_rule *r)
{
	int i;

	for (i = 0; i < r->clauses; i++) {
		const struct clause *c = clauses_find(app_clauses(s->app), r->clause[i]);

		if (c != NULL && c->leg2)
			return true;
	}
	return false;
}

void
one_line(struct fj_buf *b, const char *text, size_t n)
{
	size_t i, len = strlen(text);

	if (len > n) {
		len = n;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	for (i = 0; i < len; i++)
		fj_buf_putc(b, text[i] == '\n' || text[i] == '\t' || text[i] == '\r' ? ' ' : text[i]);
}
