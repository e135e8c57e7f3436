/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup is one file; all in it is sealed as it is in the workspace.
 *
 *	0	4	"FJB1"
 *	4	1	suite
 *	then records:	kind 1 (1 keys without the identity, 2 journal.db,
 *			3 evidence file) | id 16 (of evidence, else zeros) | size 8 | bytes
 *	last	1 + 32	kind 255 | H of all before this byte
 *
 * Made and taken apart by journal_backup and journal_restore (journal.h).
 */
#ifndef FJ_JOURNAL_BACKUP_H
#define FJ_JOURNAL_BACKUP_H

enum {
	BACKUP_KEYS = 1,
	BACKUP_DB = 2,
	BACKUP_EVIDENCE = 3,
	BACKUP_END = 255,
	BACKUP_HEAD = 5,
	BACKUP_RECORD = 1 + 16 + 8,
};

#endif
