/* SPDX-License-Identifier: Apache-2.0 */
/* The table of functions (FORM-LANGUAGE 2.3), sorted by name. */
#include <stdlib.h>
#include <string.h>

#include "form/fn_i.h"

static const struct fn table[] = {
	{"abs", 1, 1, fn_abs, 0},
	{"acos", 1, 1, fn_acos, 0},
	{"area", 1, -1, fn_area, FN_SET},
	{"asin", 1, 1, fn_asin, 0},
	{"atan", 1, 1, fn_atan, 0},
	{"atan2", 2, 2, fn_atan2, 0},
	{"base64-decode", 1, 1, fn_base64_decode, 0},
	{"boolean", 1, 1, fn_boolean, FN_BOOL},
	{"boolean-from-string", 1, 1, fn_boolean_from_string, FN_BOOL},
	{"ceiling", 1, 1, fn_ceiling, 0},
	{"checklist", 2, -1, fn_checklist, FN_BOOL},
	{"coalesce", 2, 2, fn_coalesce, 0},
	{"concat", 0, -1, fn_concat, FN_SET},
	{"contains", 2, 2, fn_contains, 0},
	{"cos", 1, 1, fn_cos, 0},
	{"count", 1, 1, fn_count, FN_STRUCT | FN_SET},
	{"count-non-empty", 1, 1, fn_count_non_empty, FN_SET},
	{"count-selected", 1, 1, fn_count_selected, 0},
	{"current", 0, 0, fn_current, FN_SET},
	{"date", 1, 1, fn_date, 0},
	{"date-time", 1, 1, fn_date_time, 0},
	{"decimal-date-time", 1, 1, fn_decimal_date_time, 0},
	{"decimal-time", 1, 1, fn_decimal_time, 0},
	{"digest", 2, 3, fn_digest, 0},
	{"distance", 1, -1, fn_distance, FN_SET},
	{"ends-with", 2, 2, fn_ends_with, 0},
	{"exp", 1, 1, fn_exp, 0},
	{"exp10", 1, 1, fn_exp10, 0},
	{"extract-signed", 2, 2, fn_extract_signed, 0},
	{"false", 0, 0, fn_false, FN_BOOL},
	{"floor", 1, 1, fn_floor, 0},
	{"format-date", 2, 2, fn_format_date, 0},
	{"format-date-time", 2, 2, fn_format_date_time, 0},
	{"geofence", 2, 2, fn_geofence, FN_SET},
	{"if", 3, 3, fn_if, FN_SET},
	{"indexed-repeat", 3, 7, fn_indexed_repeat, FN_PLACE},
	{"instance", 1, 1, fn_instance, FN_SET},
	{"int", 1, 1, fn_int, 0},
	{"intersects", 1, 1, fn_intersects, FN_SET},
	{"join", 1, -1, fn_join, FN_SET},
	{"jr:choice-name", 2, 2, fn_choice_name, FN_PLACE},
	{"jr:itext", 1, 1, fn_itext, 0},
	{"last", 0, 0, fn_last, 0},
	{"last-saved", 1, 1, fn_last_saved, 0},
	{"log", 1, 1, fn_log, 0},
	{"log10", 1, 1, fn_log10, 0},
	{"max", 1, -1, fn_max, FN_SET},
	{"min", 1, -1, fn_min, FN_SET},
	{"normalize-space", 0, 1, fn_normalize_space, FN_OWN},
	{"not", 1, 1, fn_not, FN_BOOL},
	{"now", 0, 0, fn_now, FN_CLOCK},
	{"number", 0, 1, fn_number, FN_OWN},
	{"once", 1, 1, fn_once, FN_ONCE},
	{"pi", 0, 0, fn_pi, 0},
	{"position", 0, 1, fn_position, FN_STRUCT | FN_SET},
	{"pow", 2, 2, fn_pow, 0},
	{"property", 1, 1, fn_property, 0},
	{"pulldata", 4, 4, fn_pulldata, 0},
	{"random", 0, 0, fn_random, FN_RANDOM},
	{"randomize", 1, 2, fn_randomize, FN_SET | FN_RANDOM},
	{"regex", 2, 2, fn_regex, FN_BOOL},
	{"round", 1, 2, fn_round, 0},
	{"round-even", 1, 2, fn_round_even, 0},
	{"selected", 2, 2, fn_selected, 0},
	{"selected-at", 2, 2, fn_selected_at, 0},
	{"sin", 1, 1, fn_sin, 0},
	{"sqrt", 1, 1, fn_sqrt, 0},
	{"starts-with", 2, 2, fn_starts_with, 0},
	{"string", 0, 1, fn_string, FN_OWN},
	{"string-length", 0, 1, fn_string_length, FN_OWN},
	{"substr", 2, 3, fn_substr, 0},
	{"substring", 2, 3, fn_substring, 0},
	{"substring-after", 2, 2, fn_substring_after, 0},
	{"substring-before", 2, 2, fn_substring_before, 0},
	{"sum", 1, 1, fn_sum, FN_SET},
	{"tan", 1, 1, fn_tan, 0},
	{"today", 0, 0, fn_today, FN_CLOCK},
	{"translate", 3, 3, fn_translate, 0},
	{"true", 0, 0, fn_true, FN_BOOL},
	{"uuid", 0, 1, fn_uuid, FN_RANDOM},
	{"version", 0, 0, fn_version, 0},
	{"weighted-checklist", 2, -1, fn_weighted_checklist, FN_BOOL},
	{"working-day", 2, 2, fn_working_day, 0},
};

size_t
fn_table(const struct fn **v)
{
	*v = table;
	return sizeof(table) / sizeof(table[0]);
}

const struct fn *
fn_find(const char *name, size_t n)
{
	size_t lo = 0, hi = sizeof(table) / sizeof(table[0]);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = strncmp(name, table[mid].name, n);

		if (c == 0 && table[mid].name[n] != '\0')
			c = -1;
		if (c == 0)
			return &table[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}
