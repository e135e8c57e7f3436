/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of a visit (entry/FORMAT.md section 5), one row each. */
#ifndef FJ_MODEL_OPS_H
#define FJ_MODEL_OPS_H

#include <stdbool.h>
#include <stddef.h>

/* name, text, is content (carries `round`, counts by the heads of a freeze) */
#define VISIT_OPS(X) \
	X(OP_HELLO, "hello", false) \
	X(OP_ASSIGN, "assign", false) \
	X(OP_START, "visit.start", false) \
	X(OP_CANCEL, "cancel", false) \
	X(OP_SET, "set", true) \
	X(OP_CLEAR, "clear", true) \
	X(OP_ADD, "add", true) \
	X(OP_REMOVE, "remove", true) \
	X(OP_RESOLVE, "resolve", true) \
	X(OP_RESERVATION, "reservation", true) \
	X(OP_FINDING_SET, "finding.set", true) \
	X(OP_FINDING_WITHDRAW, "finding.withdraw", true) \
	X(OP_FINDING_ESTABLISH, "finding.establish", false) \
	X(OP_EVIDENCE_ADD, "evidence.add", true) \
	X(OP_EVIDENCE_LINK, "evidence.link", true) \
	X(OP_EVIDENCE_WITHDRAW, "evidence.withdraw", true) \
	X(OP_OUTCOME, "outcome", true) \
	X(OP_FLAG_RUN, "flag.run", true) \
	X(OP_FLAG_SET, "flag.set", true) \
	X(OP_FLAG_SAMPLE, "flag.sample", true) \
	X(OP_FREEZE, "freeze", false) \
	X(OP_VOID, "void", false) \
	X(OP_SIGN, "sign", false) \
	X(OP_UNSIGNED, "unsigned", false) \
	X(OP_PARTY, "party", false) \
	X(OP_PRINTED, "document.printed", false) \
	X(OP_CORRECTION, "correction", false) \
	X(OP_REOPEN, "reopen", false) \
	X(OP_COMMENT, "comment", false) \
	X(OP_RETURN, "return", false) \
	X(OP_APPROVE, "approve", false) \
	X(OP_ESCALATE, "escalate", false) \
	X(OP_CLOCK, "clock", false)

enum visit_op {
	OP_UNKNOWN = 0,			/* written by a newer version */
#define X(name, text, content) name,
	VISIT_OPS(X)
#undef X
	OP_COUNT,
};

enum visit_op op_parse(const char *text);
const char *op_text(enum visit_op op);
bool op_is_content(enum visit_op op);

#endif
