# SPDX-License-Identifier: GPL-2.0
#
# awk -f sparse-samples.awk SAMPLE.c... LOG: compares what sparse reported with what the samples
# expect. A line of misuse/ that sparse must report says so, "expect: " and a part of the message in
# a comment, and is one case; sparse must report nothing else. A file of correct/ is one case.

FNR == 1 {
	is_log = FILENAME == ARGV[ARGC - 1]
	n = split(FILENAME, part, "/")
	program = part[n - 1] "/" part[n]
	if (!is_log)
		programs[++nr] = program
}

!is_log && match($0, /\/\* expect: .* \*\//) {
	expected[program] = expected[program] " " FNR
	text[program, FNR] = substr($0, RSTART + 11, RLENGTH - 14)
}

is_log && $1 == "CHECK" {
	n = split($2, part, "/")
	checked[part[n - 1] "/" part[n]] = 1
}

is_log && match($0, /(misuse|correct)\/[^\/:]*\.c:[0-9]+:[0-9]+: (warning|error): /) {
	split(substr($0, RSTART), part, ":")
	if (!((part[1], part[2]) in text))
		surplus[part[1]] = surplus[part[1]] "\n        " substr($0, RSTART)
	else if (index($0, text[part[1], part[2]]))
		found[part[1], part[2]] = 1
}

function result(name, fault)
{
	passed += fault == ""
	failed += fault != ""
	if (fault)
		printf "  FAIL  %s: %s\n", name, fault
}

END {
	for (i = 1; i <= nr; i++) {
		program = programs[i]
		n = split(expected[program], line, " ")
		if (!checked[program])
			result(program, "sparse did not read it")
		else if ((program ~ /^misuse/) != (n > 0))
			result(program, n ? "correct, but a line is marked" : "no line is marked")
		else if (program in surplus)
			result(program, "reported, but not expected:" surplus[program])
		else if (!n)
			result(program, "")
		for (j = 1; j <= n; j++)
			result(program ":" line[j],
			       found[program, line[j]] ? "" : "not reported: " text[program, line[j]])
	}
	printf "%d passed, %d failed\n", passed, failed
	exit failed > 0 || passed == 0
}
