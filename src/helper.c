/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feijian-helper: the worker without keys, in which foreign bytes will be
 * handled (registers, XLSForm, XForm, EXIF) and red-flag rules run.  Nothing
 * in this version reads such bytes, so there is no job yet; it is built so that
 * installations have the file, and it says what it is.
 */
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("feijian-helper 0.1");
		return 0;
	}
	fputs("feijian-helper: started by feijian for foreign files; this version has no "
	    "such job\n", stderr);
	return argc == 1 ? 2 : 3;
}
