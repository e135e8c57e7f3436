/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the language, by family; fn.c has their table. */
#ifndef FJ_FORM_FN_I_H
#define FJ_FORM_FN_I_H

#include "form/expr.h"

typedef struct val fn_call(struct ev *ev, const struct expr *x);

/* fn_control.c */
fn_call fn_if, fn_coalesce, fn_once, fn_true, fn_false, fn_boolean, fn_not,
    fn_boolean_from_string, fn_checklist, fn_weighted_checklist;
/* fn_set.c */
fn_call fn_position, fn_last, fn_count, fn_count_non_empty, fn_indexed_repeat, fn_sum, fn_max,
    fn_min, fn_randomize, fn_current, fn_instance, fn_pulldata;
/* fn_select.c */
fn_call fn_selected, fn_selected_at, fn_count_selected, fn_choice_name;
/* fn_string.c */
fn_call fn_string, fn_concat, fn_join, fn_substr, fn_substring, fn_substring_before,
    fn_substring_after, fn_translate, fn_string_length, fn_normalize_space, fn_contains,
    fn_starts_with, fn_ends_with, fn_regex, fn_uuid, fn_itext, fn_version, fn_property, fn_last_saved;
/* fn_digest.c */
fn_call fn_digest, fn_base64_decode, fn_extract_signed;
/* fn_number.c */
fn_call fn_number, fn_int, fn_floor, fn_ceiling, fn_round, fn_round_even, fn_pow, fn_log, fn_log10, fn_abs,
    fn_sin, fn_cos, fn_tan, fn_asin, fn_acos, fn_atan, fn_atan2, fn_sqrt, fn_exp, fn_exp10,
    fn_pi, fn_random;
/* fn_date.c */
fn_call fn_today, fn_now, fn_date, fn_date_time, fn_decimal_date_time, fn_decimal_time,
    fn_format_date, fn_format_date_time, fn_working_day;
/* fn_geo.c */
fn_call fn_area, fn_distance, fn_geofence, fn_intersects;

#endif
