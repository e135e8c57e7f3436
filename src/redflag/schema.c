/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/schema.h"

#include <string.h>

#define K(n) { n, SCHEMA_KEY }
#define T(n) { n, SCHEMA_TEXT }
#define I(n) { n, SCHEMA_INT }
#define R(n) { n, SCHEMA_REAL }
#define AT(n) { n, SCHEMA_AT }
#define ON(n) { n, SCHEMA_ON }

static const struct schema_column agency[] = {
	K("agency_id"), T("name"), K("uscc"), K("cert_no"), ON("cert_from_on"),
	ON("cert_to_on"), I("open_min"), I("close_min"),
};
/* One row an employment; person_hash stands for an identity number. */
static const struct schema_column person[] = {
	K("person_id"), T("name"), T("role"), ON("hired_on"), ON("left_on"),
	K("agency_id"), K("person_hash"),
};
static const struct schema_column absence[] = {
	K("person_id"), AT("from_at"), AT("to_at"), T("kind"),
};
/* kind sign, test or sample; scope a method number or '*'. */
static const struct schema_column authorisation[] = {
	K("person_id"), K("kind"), K("scope"), ON("from_on"), ON("to_on"),
};
static const struct schema_column instrument[] = {
	K("instrument_id"), T("name"), T("model"), K("serial_no"), K("kind"),
	ON("acquired_on"), ON("retired_on"), R("range_lo"), R("range_hi"),
	I("decimals"), I("concurrency"), I("attended"), I("capacity_day"),
};
static const struct schema_column calibration[] = {
	K("instrument_id"), K("kind"), K("cert_no"), ON("done_on"), ON("valid_to_on"),
	K("result"),
};
static const struct schema_column instrument_log[] = {
	K("instrument_id"), AT("on_at"), AT("off_at"), K("person_id"),
};
static const struct schema_column method[] = {
	K("method_no"), T("name"), ON("effective_on"), ON("withdrawn_on"), I("mandatory"),
	R("min_minutes"), I("min_replicates"), I("hold_minutes"), I("min_samplers"),
	R("consume"), I("field"),
};
static const struct schema_column capability[] = {
	K("object"), K("param"), K("method_no"), ON("from_on"), ON("to_on"),
};
static const struct schema_column required_item[] = {
	K("object"), K("param"), T("basis"),
};
/* catalogue_kw and method_no: what the catalogue and the rules say of this vehicle. */
static const struct schema_column vehicle[] = {
	K("vin"), K("plate"), K("model"), K("engine_model"), R("curb_kg"),
	ON("first_reg_on"), R("rated_kw"), R("catalogue_kw"), K("method_no"),
};
static const struct schema_column sample[] = {
	K("sample_no"), K("client"), K("object"), K("vin"), T("site"), R("lat"), R("lon"),
	AT("collected_at"), AT("collected_end_at"), K("sampler1"), K("sampler2"),
	AT("received_at"), K("received_by"), R("qty"), AT("disposed_at"),
};
static const struct schema_column test_run[] = {
	K("run_no"), K("sample_no"), K("method_no"), K("instrument_id"), I("seq_no"),
	AT("started_at"), AT("ended_at"), K("operator"), K("raw_hash"), K("cal_id"),
	K("cvn"), K("room"),
};
static const struct schema_column measurement[] = {
	K("run_no"), K("param"), I("rep"), R("value"), I("decimals"), I("nd"),
	AT("recorded_at"),
};
/* conclusion 1 passed, 0 failed; status issued or void. */
static const struct schema_column report[] = {
	K("report_no"), K("series"), I("seq_no"), K("sample_no"), K("client"), K("object"),
	I("conclusion"), K("compiled_by"), K("reviewed_by"), K("approved_by"),
	AT("approved_at"), AT("issued_at"), K("supersedes"), K("status"),
};
static const struct schema_column report_item[] = {
	K("report_no"), K("param"), K("method_no"), K("run_no"), R("value"), I("decimals"),
	I("nd"), R("limit_lo"), R("limit_hi"), I("verdict"), I("subcontract"),
};
static const struct schema_column seal_use[] = {
	K("seal_no"), K("report_no"), AT("used_at"), K("person_id"),
};
static const struct schema_column fee[] = {
	K("fee_no"), K("sample_no"), AT("paid_at"), R("amount"), I("waived"),
};
static const struct schema_column audit_log[] = {
	K("tbl"), K("ref_no"), K("param"), AT("changed_at"), K("person_id"), K("action"),
	R("old_value"), R("new_value"), T("reason"),
};
/* A file of an instrument, with the times that its file system or software tells. */
static const struct schema_column raw_file[] = {
	K("run_no"), T("path"), K("raw_hash"), AT("acquired_at"), AT("modified_at"),
};
static const struct schema_column material[] = {
	K("material_no"), T("name"), ON("valid_to_on"),
};
static const struct schema_column material_use[] = {
	K("material_no"), K("run_no"), AT("used_at"),
};
/* Stock of what each test by a method uses up, over one period. */
static const struct schema_column consumable[] = {
	K("method_no"), T("name"), ON("from_on"), ON("to_on"), R("opening"), R("bought"),
	R("remaining"), R("per_test"),
};
static const struct schema_column room[] = {
	K("room"), R("temp_lo"), R("temp_hi"), R("humid_lo"), R("humid_hi"),
};
static const struct schema_column climate[] = {
	K("room"), AT("at"), R("temp"), R("humid"),
};
/* The agency was shut or without power. */
static const struct schema_column closure[] = {
	AT("from_at"), AT("to_at"), T("kind"),
};
/* A client's plant stood still. */
static const struct schema_column client_stop[] = {
	K("client"), AT("from_at"), AT("to_at"), T("kind"),
};
/* Where a person or a car of the agency was, as others recorded it. */
static const struct schema_column movement[] = {
	K("person_id"), AT("at"), R("lat"), R("lon"), T("place"),
};

#define TABLE(t) { #t, t, sizeof(t) / sizeof((t)[0]) }

static const struct schema_table table[] = {
	TABLE(agency), TABLE(person), TABLE(absence), TABLE(authorisation),
	TABLE(instrument), TABLE(calibration), TABLE(instrument_log), TABLE(method),
	TABLE(capability), TABLE(required_item), TABLE(vehicle), TABLE(sample),
	TABLE(test_run), TABLE(measurement), TABLE(report), TABLE(report_item),
	TABLE(seal_use), TABLE(fee), TABLE(audit_log), TABLE(raw_file), TABLE(material),
	TABLE(material_use), TABLE(consumable), TABLE(room), TABLE(climate),
	TABLE(closure), TABLE(client_stop), TABLE(movement),
};

_Static_assert(sizeof(table) / sizeof(table[0]) == SCHEMA_TABLES, "SCHEMA_TABLES");

const struct schema_table *
schema_tables(void)
{
	return table;
}

int
schema_find(const char *name)
{
	int i;

	for (i = 0; i < SCHEMA_TABLES; i++)
		if (strcmp(table[i].name, name) == 0)
			return i;
	return -1;
}

int
schema_column(const struct schema_table *t, const char *column)
{
	size_t i;

	for (i = 0; i < t->ncolumn; i++)
		if (strcmp(t->column[i].name, column) == 0)
			return (int)i;
	return -1;
}
