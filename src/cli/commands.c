/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

/* DESIGN section 7; help, usage and the man page are printed from this table. */
const struct cli_command cli_commands[] = {
	{"demo", NULL, "", N_("a throw-away workspace with a half-finished visit and a hub of its own"), cmd_demo},
	{"tour", NULL, "", N_("the main job from checklist to approval, scripted and printed"), cmd_tour},
	{"doctor", NULL, "", N_("look at locale, terminal, clock, space, workspace and hub"), cmd_doctor},
	{"batch", NULL, "", N_("one command a line from standard input, unlocked once"), cmd_batch},

	{"init", NULL, "--name N --org O --division CODE|NAME [--cert C]", N_("make a workspace: one person, one key"), cmd_init},
	{"passwd", NULL, "--new-passphrase-file F", N_("change the passphrase"), cmd_passwd},
	{"recover", NULL, "[--code-file F] --new-passphrase-file F", N_("open the workspace with the owner's recovery code and set a new passphrase"), cmd_recover},
	{"card", NULL, "[-o F]", N_("write this workspace's public card, for bundles to colleagues"), cmd_card},
	{"token", NULL, "", N_("print a bearer token of the hub for other tus tools (15 minutes)"), cmd_token},

	{"form", "check", "[--cases] [--law] FILE...", N_("all faults of form files as file:line:column: code: message; --cases: run FORM.cases/*.jsonl too; --law: list what of the law is not verified"), cmd_form_check},
	{"form", "drive", "FILE", N_("fill a form by JSON lines on standard input"), cmd_form_drive},
	{"form", "blank", "FILE", N_("a form as text to print and fill in by hand"), cmd_form_blank},
	{"form", "words", "types|top|columns|functions|faults", N_("the words of the form language with their meanings"), cmd_form_words},
	{"form", "import", "IN.xlsx|IN.xml [-o OUT.json] [--force]", N_("an XLSForm or ODK XForm as a form of ours, with the lists that stand beside it; faults name sheet, row and column"), cmd_form_import},
	{"form", "export", "FILE.json [-o OUT.xml] [--force]", N_("a form of ours as an ODK XForm; what ODK lacks is kept for import and named"), cmd_form_export},
	{"redflag", "check", "RULE.sql...", N_("all faults of rules of red flags as file:line:column: code: message"), cmd_redflag_check},

	{"visit", "new", "--kind K [--form ID|FILE...] --subject-name S [--uscc U | --no-uscc WHY] [--cma C] [--division D] [--follows V] [--campaign CODE...] --member NAME:CERT...", N_("begin a visit"), cmd_visit_new},
	{"visit", "list", "[--campaign CODE]", N_("the visits of this workspace"), cmd_visit_list},
	{"visit", "show", "V", N_("one visit: subject, team, state, what is missing"), cmd_visit_show},
	{"visit", "drive", "V --form ID", N_("fill a form of a visit by JSON lines; what is acknowledged is durable"), cmd_visit_drive},
	{"visit", "outcome", "V completed|refused|obstructed|absent|moved|stopped --facts T", N_("how the visit went"), cmd_visit_outcome},
	{"visit", "conflicts", "V", N_("open disagreements, with names and values"), cmd_visit_conflicts},
	{"visit", "resolve", "V AT (--take ENTRY | --value X) --why W", N_("settle a disagreement, with a reason"), cmd_visit_resolve},
	{"visit", "reserve", "V ENTRY --text T", N_("put a reservation on record against a colleague's settlement of a disagreement"), cmd_visit_reserve},
	{"visit", "freeze", "V", N_("fix the facts; refused with a list of what is missing"), cmd_visit_freeze},
	{"visit", "void", "V --why W", N_("take a freeze back before the seal"), cmd_visit_void},
	{"visit", "sign", "V [--with HOME [--with-passphrase-file F]]", N_("sign the freeze as another member of the team; --with: a colleague signs here, from a workspace of their own"), cmd_visit_sign},
	{"visit", "unsigned", "V --member N --why W", N_("record that a member cannot sign"), cmd_visit_unsigned},
	{"visit", "party", "V --signed | --refused WHY | --absent WHY [--name N] [--witness N] [--scan FILE]", N_("what the inspected party did with the papers"), cmd_visit_party},
	{"visit", "reopen", "V --why W", N_("open the next round of a sealed or returned visit"), cmd_visit_reopen},
	{"visit", "cancel", "V --why W", N_("end a visit that did not take place"), cmd_visit_cancel},

	{"finding", "add", "V [--from AT] --json-file X", N_("draft a finding (fields as a JSON object; - reads standard input)"), cmd_finding_add},
	{"finding", "set", "V F --json-file X [--why W]", N_("change fields of a finding"), cmd_finding_set},
	{"finding", "list", "V", N_("the findings of a visit"), cmd_finding_list},
	{"finding", "show", "V F", N_("one finding whole, with articles as in force on the day of the act"), cmd_finding_show},
	{"finding", "withdraw", "V F --why W", N_("withdraw a finding; it stays on record"), cmd_finding_withdraw},

	{"evidence", "add", "V FILE... [--for AT|F] [--how H] [--origin O] [--place P]", N_("seal files as evidence: digest, size, time, how, by whom"), cmd_evidence_add},
	{"evidence", "list", "V", N_("the evidence of a visit"), cmd_evidence_list},
	{"evidence", "link", "V E --for AT|F...", N_("link evidence to an item or a finding"), cmd_evidence_link},
	{"evidence", "withdraw", "V E --why W", N_("withdraw evidence; it stays on record"), cmd_evidence_withdraw},
	{"evidence", "extract", "V E -o FILE", N_("write the verified bytes of a piece of evidence to a file"), cmd_evidence_extract},

	{"enrol", NULL, "URL CODE|- [--ca FILE] [--yes]", N_("make this key known to a hub, once, with a code"), cmd_enrol},
	{"sync", NULL, "[--watch] [--pause|--metered|--sealed-only]", N_("send entries, then evidence; take receipts; fetch what is new"), cmd_sync},
	{"status", NULL, "", N_("what is safe where: entries, evidence, receipts, hub"), cmd_status},

	{"review", "list", "", N_("visits that wait for a decision of yours"), cmd_review_list},
	{"review", "show", "V", N_("a visit as its reviewer sees it"), cmd_review_show},
	{"review", "comment", "V [--on AT|F|E] --text T [--must]", N_("comment; no change of state"), cmd_review_comment},
	{"review", "return", "V --kind addendum|evidence --why W [--on X...]", N_("return a sealed visit with reasons"), cmd_review_return},
	{"review", "approve", "V --disposition no-action|correct|case|transfer [--accept W]", N_("approve a sealed visit with a disposition"), cmd_review_approve},

	{"verify", NULL, "V | --file F [--full] [--root FINGERPRINT]", N_("prove a visit: chains, signatures, seal, receipts"), cmd_verify},
	{"bundle", "export", "V... -o F [--to CARD...]", N_("visits as one sealed file, for a colleague without a network"), cmd_bundle_export},
	{"bundle", "import", "F", N_("take in a bundle"), cmd_bundle_import},
	{"fsck", NULL, "", N_("read back and check everything in this workspace"), cmd_fsck},
	{"backup", NULL, "-o F", N_("one file with everything but the signing key"), cmd_backup},
	{"restore", NULL, "F", N_("make a workspace from a backup"), cmd_restore},
	{"log", NULL, "V", N_("the whole story of a visit, entry by entry"), cmd_log},
};
const size_t cli_command_count = sizeof(cli_commands) / sizeof(cli_commands[0]);
