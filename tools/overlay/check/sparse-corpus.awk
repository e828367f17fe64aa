# SPDX-License-Identifier: GPL-2.0
#
# awk -f sparse-corpus.awk PROGRAM.c... LOG: compares what sparse has reported with what the programs
# expect. A program of misuse/ says so on the lines in question, "expect: " and a part of the message
# in a comment; nothing else may be reported of it, and nothing at all of one of correct/.

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

function verdict(program,	i, n, line)
{
	n = split(expected[program], line, " ")
	if (!checked[program])
		return "sparse was not run on it"
	if ((program ~ /^misuse/) != (n > 0))
		return n ? "a correct program expects a report" : "no line is marked"
	for (i = 1; i <= n; i++)
		if (!found[program, line[i]])
			return "line " line[i] ": not reported: " text[program, line[i]]
	if (program in surplus)
		return "reported, but not expected:" surplus[program]
	return ""
}

END {
	for (i = 1; i <= nr; i++) {
		fault = verdict(programs[i])
		if (fault)
			printf "  FAIL  %s: %s\n", programs[i], fault
		failed += fault != ""
	}
	printf "%d passed, %d failed\n", nr - failed, failed
	exit failed > 0 || nr == 0
}
