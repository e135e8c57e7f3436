/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each column beyond its type: whose name it is, how it must look. */
#include <string.h>

#include "redflag/import_internal.h"

static const struct named_spec {
	const char *table, *column;
	struct spec s;
} known[] = {
	{"agency", "agency_id", {E_NONE, 2, SPEC_UNIQUE}},
	{"agency", "name", {E_NONE, 4, 0}},
	{"agency", "uscc", {E_NONE, 2, 0}},
	{"agency", "cert_no", {E_NONE, 2, 0}},
	{"agency", "cert_from_on", {E_NONE, 2, 0}},
	{"agency", "cert_to_on", {E_NONE, 2, SPEC_DAY_END}},
	{"agency", "open_min", {E_NONE, 2, SPEC_CLOCK}},
	{"agency", "close_min", {E_NONE, 2, SPEC_CLOCK}},
	{"person", "person_id", {E_PERSON, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"person", "name", {E_NAME, 2, 0}},
	{"person", "hired_on", {E_NONE, 2, 0}},
	{"person", "left_on", {E_NONE, 2, 0}},
	{"absence", "person_id", {E_PERSON, 4, SPEC_MUST | SPEC_MANY}},
	{"absence", "from_at", {E_NONE, 4, SPEC_MUST}},
	{"absence", "to_at", {E_NONE, 4, SPEC_DAY_END}},
	{"authorisation", "person_id", {E_PERSON, 4, SPEC_MUST}},
	{"authorisation", "kind", {E_NONE, 2, 0}},
	{"authorisation", "scope", {E_METHOD, 2, 0}},
	{"authorisation", "from_on", {E_NONE, 2, 0}},
	{"authorisation", "to_on", {E_NONE, 2, 0}},
	{"instrument", "instrument_id", {E_INSTRUMENT, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"instrument", "name", {E_NONE, 2, 0}},
	{"instrument", "kind", {E_NONE, 2, 0}},
	{"instrument", "acquired_on", {E_NONE, 2, 0}},
	{"instrument", "retired_on", {E_NONE, 2, 0}},
	{"instrument", "range_lo", {E_NONE, 2, 0}},
	{"instrument", "range_hi", {E_NONE, 2, 0}},
	{"instrument", "decimals", {E_NONE, 2, SPEC_SMALL}},
	{"instrument", "concurrency", {E_NONE, 2, SPEC_SMALL}},
	{"instrument", "attended", {E_NONE, 2, SPEC_BOOL}},
	{"calibration", "instrument_id", {E_INSTRUMENT, 4, SPEC_MUST}},
	{"calibration", "done_on", {E_NONE, 4, 0}},
	{"calibration", "valid_to_on", {E_NONE, 4, 0}},
	{"calibration", "result", {E_NONE, 2, SPEC_PASS}},
	{"instrument_log", "instrument_id", {E_INSTRUMENT, 4, SPEC_MUST | SPEC_MANY}},
	{"instrument_log", "on_at", {E_NONE, 4, SPEC_MUST}},
	{"instrument_log", "off_at", {E_NONE, 4, 0}},
	{"instrument_log", "person_id", {E_PERSON, 2, 0}},
	{"method", "method_no", {E_METHOD, 4, SPEC_MUST | SPEC_METHOD | SPEC_UNIQUE}},
	{"method", "effective_on", {E_NONE, 2, 0}},
	{"method", "withdrawn_on", {E_NONE, 2, 0}},
	{"method", "mandatory", {E_NONE, 1, SPEC_BOOL}},
	{"method", "min_minutes", {E_NONE, 2, SPEC_MINUTES}},
	{"method", "min_replicates", {E_NONE, 2, SPEC_SMALL}},
	{"method", "hold_minutes", {E_NONE, 2, SPEC_MINUTES}},
	{"method", "min_samplers", {E_NONE, 2, SPEC_SMALL}},
	{"method", "field", {E_NONE, 2, SPEC_BOOL}},
	{"capability", "object", {E_OBJECT, 4, 0}},
	{"capability", "param", {E_PARAM, 4, SPEC_MUST}},
	{"capability", "method_no", {E_METHOD, 4, SPEC_METHOD}},
	{"capability", "from_on", {E_NONE, 2, 0}},
	{"capability", "to_on", {E_NONE, 2, 0}},
	{"required_item", "object", {E_OBJECT, 4, 0}},
	{"required_item", "param", {E_PARAM, 4, SPEC_MUST}},
	{"required_item", "basis", {E_METHOD, 2, 0}},
	{"vehicle", "vin", {E_VIN, 4, SPEC_MUST | SPEC_VIN | SPEC_UNIQUE}},
	{"vehicle", "plate", {E_NONE, 2, SPEC_PLATE}},
	{"vehicle", "engine_model", {E_NONE, 2, 0}},
	{"vehicle", "curb_kg", {E_NONE, 2, 0}},
	{"vehicle", "first_reg_on", {E_NONE, 2, 0}},
	{"vehicle", "method_no", {E_METHOD, 1, SPEC_METHOD}},
	{"sample", "sample_no", {E_SAMPLE, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"sample", "client", {E_CLIENT, 2, 0}},
	{"sample", "object", {E_OBJECT, 2, 0}},
	{"sample", "vin", {E_VIN, 2, SPEC_VIN}},
	{"sample", "lat", {E_NONE, 2, SPEC_LAT}},
	{"sample", "lon", {E_NONE, 2, SPEC_LON}},
	{"sample", "collected_at", {E_NONE, 2, 0}},
	{"sample", "collected_end_at", {E_NONE, 2, 0}},
	{"sample", "sampler1", {E_PERSON, 2, 0}},
	{"sample", "sampler2", {E_PERSON, 2, 0}},
	{"sample", "received_at", {E_NONE, 2, 0}},
	{"sample", "received_by", {E_PERSON, 1, 0}},
	{"sample", "qty", {E_NONE, 1, 0}},
	{"sample", "disposed_at", {E_NONE, 2, SPEC_DAY_END}},
	{"test_run", "run_no", {E_RUN, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"test_run", "sample_no", {E_SAMPLE, 4, 0}},
	{"test_run", "method_no", {E_METHOD, 2, SPEC_METHOD}},
	{"test_run", "instrument_id", {E_INSTRUMENT, 2, 0}},
	{"test_run", "seq_no", {E_NONE, 2, SPEC_ORDINAL}},
	{"test_run", "started_at", {E_NONE, 2, 0}},
	{"test_run", "ended_at", {E_NONE, 2, 0}},
	{"test_run", "operator", {E_PERSON, 2, 0}},
	{"test_run", "raw_hash", {E_NONE, 2, SPEC_HEX}},
	{"test_run", "cal_id", {E_NONE, 2, 0}},
	{"test_run", "cvn", {E_NONE, 1, 0}},
	{"test_run", "room", {E_ROOM, 1, 0}},
	{"measurement", "run_no", {E_RUN, 4, SPEC_MUST | SPEC_MANY}},
	{"measurement", "param", {E_PARAM, 4, 0}},
	{"measurement", "rep", {E_NONE, 2, SPEC_SMALL | SPEC_ORDINAL}},
	{"measurement", "value", {E_NONE, 4, SPEC_ND}},
	{"measurement", "recorded_at", {E_NONE, 2, SPEC_MANY}},
	{"report", "report_no", {E_REPORT, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"report", "sample_no", {E_SAMPLE, 4, 0}},
	{"report", "seq_no", {E_NONE, 1, SPEC_ORDINAL}},
	{"report", "client", {E_CLIENT, 2, 0}},
	{"report", "object", {E_OBJECT, 2, 0}},
	{"report", "conclusion", {E_NONE, 2, SPEC_PASS}},
	{"report", "compiled_by", {E_PERSON, 2, 0}},
	{"report", "reviewed_by", {E_PERSON, 2, 0}},
	{"report", "approved_by", {E_PERSON, 2, 0}},
	{"report", "approved_at", {E_NONE, 2, SPEC_DAY_END}},
	{"report", "issued_at", {E_NONE, 2, SPEC_DAY_END}},
	{"report", "supersedes", {E_REPORT, 2, 0}},
	{"report", "status", {E_NONE, 2, SPEC_STATUS}},
	{"report_item", "report_no", {E_REPORT, 4, SPEC_MUST | SPEC_MANY}},
	{"report_item", "param", {E_PARAM, 4, 0}},
	{"report_item", "method_no", {E_METHOD, 2, SPEC_METHOD}},
	{"report_item", "run_no", {E_RUN, 2, 0}},
	{"report_item", "value", {E_NONE, 4, SPEC_ND}},
	{"report_item", "limit_lo", {E_NONE, 2, 0}},
	{"report_item", "limit_hi", {E_NONE, 2, 0}},
	{"report_item", "verdict", {E_NONE, 2, SPEC_PASS}},
	{"report_item", "subcontract", {E_NONE, 2, SPEC_BOOL}},
	{"seal_use", "report_no", {E_REPORT, 4, SPEC_MUST}},
	{"seal_use", "used_at", {E_NONE, 4, SPEC_DAY_END}},
	{"seal_use", "person_id", {E_PERSON, 2, 0}},
	{"fee", "fee_no", {E_NONE, 2, SPEC_UNIQUE}},
	{"fee", "sample_no", {E_SAMPLE, 4, SPEC_MUST}},
	{"fee", "paid_at", {E_NONE, 2, 0}},
	{"fee", "amount", {E_NONE, 4, 0}},
	{"fee", "waived", {E_NONE, 2, SPEC_BOOL}},
	{"audit_log", "ref_no", {E_RUN, 4, SPEC_MUST}},
	{"audit_log", "param", {E_PARAM, 2, 0}},
	{"audit_log", "changed_at", {E_NONE, 4, 0}},
	{"audit_log", "person_id", {E_PERSON, 2, 0}},
	{"audit_log", "old_value", {E_NONE, 4, 0}},
	{"audit_log", "new_value", {E_NONE, 4, 0}},
	{"raw_file", "run_no", {E_RUN, 4, SPEC_MUST}},
	{"raw_file", "path", {E_NONE, 4, 0}},
	{"raw_file", "raw_hash", {E_NONE, 2, SPEC_HEX}},
	{"raw_file", "acquired_at", {E_NONE, 2, 0}},
	{"raw_file", "modified_at", {E_NONE, 4, 0}},
	{"material", "material_no", {E_MATERIAL, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"material", "valid_to_on", {E_NONE, 4, 0}},
	{"material_use", "material_no", {E_MATERIAL, 4, SPEC_MUST}},
	{"material_use", "run_no", {E_RUN, 4, 0}},
	{"material_use", "used_at", {E_NONE, 2, 0}},
	{"consumable", "method_no", {E_METHOD, 4, SPEC_MUST | SPEC_METHOD}},
	{"consumable", "from_on", {E_NONE, 2, 0}},
	{"consumable", "to_on", {E_NONE, 2, 0}},
	{"consumable", "opening", {E_NONE, 4, 0}},
	{"consumable", "bought", {E_NONE, 4, 0}},
	{"consumable", "remaining", {E_NONE, 4, 0}},
	{"consumable", "per_test", {E_NONE, 4, 0}},
	{"room", "room", {E_ROOM, 4, SPEC_MUST | SPEC_UNIQUE}},
	{"room", "temp_lo", {E_NONE, 4, 0}},
	{"room", "temp_hi", {E_NONE, 4, 0}},
	{"room", "humid_lo", {E_NONE, 2, 0}},
	{"room", "humid_hi", {E_NONE, 2, 0}},
	{"climate", "room", {E_ROOM, 4, SPEC_MUST | SPEC_MANY}},
	{"climate", "at", {E_NONE, 4, SPEC_MUST}},
	{"climate", "temp", {E_NONE, 4, 0}},
	{"climate", "humid", {E_NONE, 4, 0}},
	{"closure", "from_at", {E_NONE, 4, SPEC_MUST}},
	{"closure", "to_at", {E_NONE, 4, SPEC_DAY_END}},
	{"closure", "kind", {E_NONE, 4, 0}},
	{"client_stop", "client", {E_CLIENT, 4, SPEC_MUST}},
	{"client_stop", "from_at", {E_NONE, 4, SPEC_MUST}},
	{"client_stop", "to_at", {E_NONE, 4, SPEC_DAY_END}},
	{"movement", "person_id", {E_PERSON, 4, SPEC_MUST | SPEC_MANY}},
	{"movement", "at", {E_NONE, 4, SPEC_MUST}},
	{"movement", "lat", {E_NONE, 4, SPEC_LAT}},
	{"movement", "lon", {E_NONE, 4, SPEC_LON}},
};

static const struct named_order {
	const char *table, *before, *after;
} orders[] = {
	{"agency", "cert_from_on", "cert_to_on"}, {"agency", "open_min", "close_min"},
	{"person", "hired_on", "left_on"}, {"absence", "from_at", "to_at"},
	{"authorisation", "from_on", "to_on"}, {"instrument", "acquired_on", "retired_on"},
	{"instrument", "range_lo", "range_hi"}, {"calibration", "done_on", "valid_to_on"},
	{"instrument_log", "on_at", "off_at"}, {"method", "effective_on", "withdrawn_on"},
	{"capability", "from_on", "to_on"}, {"sample", "collected_at", "collected_end_at"},
	{"sample", "collected_at", "received_at"}, {"sample", "collected_end_at", "received_at"},
	{"sample", "received_at", "disposed_at"}, {"sample", "lat", "lon"},
	{"test_run", "started_at", "ended_at"}, {"report", "approved_at", "issued_at"},
	{"report_item", "limit_lo", "limit_hi"}, {"raw_file", "acquired_at", "modified_at"},
	{"consumable", "from_on", "to_on"}, {"room", "temp_lo", "temp_hi"},
	{"room", "humid_lo", "humid_hi"}, {"closure", "from_at", "to_at"},
	{"client_stop", "from_at", "to_at"},
};

void
specs_init(struct specs *s)
{
	size_t i, k;
	int t, c;

	for (t = 0; t < SCHEMA_TABLES; t++)
		for (c = 0; c < FIELDS; c++)
			s->of[t][c] = (struct spec){E_NONE, 1, 0};
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		t = schema_find(known[i].table);
		FJ_BUG_IF(t < 0);
		c = schema_column(&schema_tables()[t], known[i].column);
		FJ_BUG_IF(c < 0 || c >= FIELDS);
		s->of[t][c] = known[i].s;
	}
	for (k = 0; k < SCHEMA_TABLES; k++)
		FJ_BUG_IF(schema_tables()[k].ncolumn > FIELDS);
}

int
spec_orders(int table, struct spec_order *out, int max)
{
	const struct schema_table *t = &schema_tables()[table];
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]) && n < max; i++)
		if (strcmp(orders[i].table, t->name) == 0)
			out[n++] = (struct spec_order){schema_column(t, orders[i].before),
			    schema_column(t, orders[i].after)};
	return n;
}
