/* SPDX-License-Identifier: Apache-2.0 */
/* The type column: what a question is, under all names that types have or had. */
#include <string.h>

#include "xform/xls_i.h"

struct type_alias {
	const char *name;	/* lower case, single blanks, _ as a blank */
	const char *ours;
	enum xls_type_kind kind;
	bool list, replaced;
};

#define QUESTION(name, ours) {name, ours, XT_QUESTION, false, false}
#define LISTED(name, ours) {name, ours, XT_QUESTION, true, false}
#define REPLACED(name, ours) {name, ours, XT_QUESTION, false, true}

/* A longer name stands before its own beginning. */
static const struct type_alias types[] = {
	{"begin group", "group", XT_BEGIN_GROUP, false, false},
	{"begin repeat", "repeat", XT_BEGIN_REPEAT, false, false},
	{"begin lgroup", "repeat", XT_BEGIN_REPEAT, false, false},
	{"begin looped group", "repeat", XT_BEGIN_REPEAT, false, false},
	{"begin loop", "", XT_LOOP, false, false},
	{"end group", "group", XT_END_GROUP, false, false},
	{"end repeat", "repeat", XT_END_REPEAT, false, false},
	{"end lgroup", "repeat", XT_END_REPEAT, false, false},
	{"end looped group", "repeat", XT_END_REPEAT, false, false},
	{"end loop", "", XT_LOOP, false, false},
	LISTED("select one from file", "select_one_from_file"),
	LISTED("select multiple from file", "select_multiple_from_file"),
	LISTED("select one external", "select_one_external"),
	LISTED("select one from", "select_one"),
	LISTED("select one", "select_one"),
	LISTED("select1", "select_one"),
	LISTED("add select one prompt using", "select_one"),
	LISTED("select all that apply from", "select_multiple"),
	LISTED("select all that apply", "select_multiple"),
	LISTED("select multiple from", "select_multiple"),
	LISTED("select multiple", "select_multiple"),
	LISTED("add select multiple prompt using", "select_multiple"),
	LISTED("rank from file", "rank_from_file"),
	LISTED("rank", "rank"),
	LISTED("verdict", "verdict"),
	QUESTION("text", "text"),
	QUESTION("string", "text"),
	QUESTION("add text prompt", "text"),
	QUESTION("q string", "text"),
	QUESTION("url", "text"),
	QUESTION("integer", "integer"),
	QUESTION("int", "integer"),
	QUESTION("add integer prompt", "integer"),
	QUESTION("decimal", "decimal"),
	QUESTION("add decimal prompt", "decimal"),
	QUESTION("range", "range"),
	QUESTION("datetime", "datetime"),
	QUESTION("date time", "datetime"),
	QUESTION("add date time prompt", "datetime"),
	QUESTION("date", "date"),
	QUESTION("add date prompt", "date"),
	QUESTION("time", "time"),
	QUESTION("note", "note"),
	QUESTION("add note prompt", "note"),
	QUESTION("acknowledge", "acknowledge"),
	QUESTION("trigger", "acknowledge"),
	QUESTION("add acknowledge prompt", "acknowledge"),
	QUESTION("geopoint", "geopoint"),
	QUESTION("gps", "geopoint"),
	QUESTION("location", "geopoint"),
	QUESTION("q location", "geopoint"),
	QUESTION("add location prompt", "geopoint"),
	QUESTION("geotrace", "geotrace"),
	QUESTION("geoshape", "geoshape"),
	QUESTION("photo", "image"),
	QUESTION("image", "image"),
	QUESTION("q picture", "image"),
	QUESTION("add photo prompt", "image"),
	QUESTION("add image prompt", "image"),
	QUESTION("audio", "audio"),
	QUESTION("add audio prompt", "audio"),
	QUESTION("video", "video"),
	QUESTION("add video prompt", "video"),
	QUESTION("file", "file"),
	QUESTION("add file prompt", "file"),
	REPLACED("osm", "file"),
	QUESTION("barcode", "barcode"),
	QUESTION("q barcode", "barcode"),
	QUESTION("add barcode prompt", "barcode"),
	QUESTION("calculate", "calculate"),
	QUESTION("calculation", "calculate"),
	QUESTION("q calculate", "calculate"),
	QUESTION("add calculate prompt", "calculate"),
	QUESTION("hidden", "hidden"),
	QUESTION("start geopoint", "start-geopoint"),
	QUESTION("background geopoint", "background-geopoint"),
	QUESTION("background audio", "background-audio"),
	QUESTION("start time", "start"),
	QUESTION("get start time", "start"),
	QUESTION("start", "start"),
	QUESTION("end time", "end"),
	QUESTION("get end time", "end"),
	QUESTION("end", "end"),
	QUESTION("get today", "today"),
	QUESTION("today", "today"),
	QUESTION("deviceid", "deviceid"),
	QUESTION("device id", "deviceid"),
	QUESTION("get device id", "deviceid"),
	QUESTION("imei", "deviceid"),
	REPLACED("subscriberid", "hidden"),
	REPLACED("subscriber id", "hidden"),
	REPLACED("get subscriber id", "hidden"),
	REPLACED("simserial", "hidden"),
	REPLACED("sim id", "hidden"),
	REPLACED("get sim id", "hidden"),
	QUESTION("username", "username"),
	QUESTION("phonenumber", "phonenumber"),
	QUESTION("phone number", "phonenumber"),
	QUESTION("get phone number", "phonenumber"),
	QUESTION("email", "email"),
	QUESTION("audit", "audit"),
	QUESTION("csv external", "csv-external"),
	QUESTION("xml external", "xml-external"),
	QUESTION("finding", "finding"),
	QUESTION("uscc", "uscc"),
	QUESTION("subject", "subject"),
	QUESTION("measurement", "measurement"),
	QUESTION("signature", "signature"),
	QUESTION("money", "money"),
	QUESTION("idcard", "idcard"),
};

static bool
is_gap(char c)
{
	return c == ' ' || c == '_' || c == '\t' || c == '-';
}

/* Length of s that reads as the name; 0: it does not. */
static size_t
matches(const char *s, const char *name)
{
	const char *from = s;

	for (; *name != '\0'; name++) {
		char c = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;

		if (*name == ' ') {
			if (!is_gap(c))
				return 0;
			while (is_gap(*s))
				s++;
		} else if (c == *name) {
			s++;
		} else {
			return 0;
		}
	}
	return *s == '\0' || *s == ' ' || *s == '\t' ? (size_t)(s - from) : 0;
}

static bool
is_other(const char *s, size_t n)
{
	static const char *const words[] = {"or_other", "or other", "or specify other",
	    "or_specify_other"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return true;
	return false;
}

/* "L", "L or_other"; a file name may hold blanks, so the rest is one name. */
static void
list_read(struct ximport *x, const char *s, struct xls_type *out)
{
	size_t n = strlen(s), k;

	xtrim(&s, &n);
	for (k = 0; k < n; k++) {
		const char *rest = s + k;
		size_t left = n - k;

		if (s[k] != ' ' && s[k] != '\t')
			continue;
		xtrim(&rest, &left);
		if (is_other(rest, left)) {
			out->other = true;
			n = k;
			break;
		}
	}
	xtrim(&s, &n);
	out->list = xmem_str(x, s, n);
}

void
xls_type_read(struct ximport *x, const char *s, struct xls_type *out)
{
	const struct type_alias *t;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	out->name = out->list = "";
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		t = &types[i];
		n = matches(s, t->name);
		if (n == 0 || (!t->list && s[n] != '\0' && t->kind == XT_QUESTION))
			continue;
		out->kind = t->kind;
		out->name = t->ours;
		out->takes_list = t->list;
		out->replaced = t->replaced;
		if (t->list)
			list_read(x, s + n, out);
		return;
	}
}
