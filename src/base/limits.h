/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of limits.  Exceeding one is an answer with a code
 * (FJ_LIMIT), never an exit.  sync/PROTOCOL.md and src/entry/FORMAT.md quote
 * the ones that other implementations must know.
 */
#ifndef FJ_BASE_LIMITS_H
#define FJ_BASE_LIMITS_H

enum {
	LIMIT_PAYLOAD = 1 << 20,	/* bytes of one entry's payload */
	LIMIT_JSON_DEPTH = 40,	/* a form of 16 levels needs 35 */
	LIMIT_JSON_NODES = 500000,
	LIMIT_FORM_BYTES = 8 << 20,	/* a form definition */
	LIMIT_FORM_NODES = 20000,
	LIMIT_FORM_DEPTH = 16,		/* groups and repeats */
	LIMIT_FORM_MEMORY = 64 << 20,	/* arena of one compiled form */
	LIMIT_EXPR_BYTES = 16384,
	LIMIT_EXPR_DEPTH = 64,
	LIMIT_EXPR_STEPS = 5000000,	/* of one recomputation */
	LIMIT_REGEX_STEPS = 100000,
	LIMIT_REPEAT_COUNT = 20000,	/* instances of one repeat */
	LIMIT_INST_NODES = 400000,	/* places of one filled form */
	LIMIT_FORM_DEPS = 2000000,	/* what the expressions of a form read */
	LIMIT_VALUE_BYTES = 65536,	/* one answer or note */
	LIMIT_LINE_BYTES = 1 << 20,	/* one line of drive or batch */
	LIMIT_TEAM = 16,
	LIMIT_BASE = 2000,		/* entries named by one base */
	LIMIT_RUN_ENTRIES = 1000,	/* entries of one pushed run */
	LIMIT_BODY_BYTES = 4 << 20,	/* one request or answer of the hub */
	LIMIT_NAME_BYTES = 512,		/* a person, an organisation, a file name */
	LIMIT_REASON_BYTES = 8192,
	LIMIT_SHEET_COLUMNS = 16384,
	LIMIT_SHEET_ROWS = 10000000,	/* lines of a CSV */
	LIMIT_SHEET_CELLS = 500000000,	/* of one reading, empty ones between included */
	LIMIT_SHEET_CELL_BYTES = 1 << 18,
	LIMIT_SHEET_STRINGS = 10000000,	/* shared strings of a workbook */
	LIMIT_SHEET_STRING_BYTES = 512 << 20,
	LIMIT_SHEET_SHEETS = 256,
	LIMIT_SHEET_MERGED = 100000,
	LIMIT_SHEET_STYLES = 65536,
	LIMIT_SHEET_FAULTS = 100,	/* of one reading */
	LIMIT_XLS_BYTES = 512 << 20,	/* the stream of an .xls workbook */
	LIMIT_ZIP_ENTRIES = 4096,
	LIMIT_ZIP_RATIO = 400,		/* inflated : packed, above 64 MiB */
	LIMIT_XML_DEPTH = 64,
	LIMIT_XML_NODES = 500000,
	LIMIT_XML_BYTES = 16 << 20,	/* a document kept as a tree */
	LIMIT_XML_TOKEN = 1 << 20,	/* one tag or reference */
};

#define LIMIT_ZIP_BYTES (4LL << 30)	/* inflated, of one workbook */

#define LIMIT_EVIDENCE_BYTES (1LL << 36)	/* one file: 64 GiB */

#endif
