# SPDX-License-Identifier: GPL-2.0
#
# The plots of what bench.sh has measured, from results.csv, as benchmark-size.svg and
# benchmark-live.svg. Run by it in the folder that has the former.

set terminal svg noenhanced size 1000,460 font "sans-serif,12" background rgb "white"
set datafile separator ","
set grid
set key below maxrows 2
set xtics nomirror rotate by -30
set ytics nomirror
set logscale x

# The columns are backend, variant, size, live, threads, median, spread.
rows(backend, variant, more) = \
	sprintf("< awk -F, '$1 == \"%s\" && $2 == \"%s\" && $5 == 1 && %s' results.csv", \
		backend, variant, more)

# A mapping is built page by page, and a buffer is cleared so: what each page costs says more.
set output "benchmark-size.svg"
set multiplot layout 1,3
set xlabel "size of a buffer"
set ylabel "instructions for each page of it"
set xtics ("4 KiB" 4096, "64 KiB" 65536, "1 MiB" 1048576, "16 MiB" 16777216, \
	   "256 MiB" 268435456)
set xrange [3000:400000000]
set logscale y
variants = "bare handle coherent noncontiguous"
do for [backend in "x86_64-direct-cma x86_64-iommu arm64-noncoherent-cma"] {
	set title backend
	plot for [i = 1:words(variants)] rows(backend, word(variants, i), "$4 == 0") \
		using 3:($6 / $3 * 4096) with linespoints pointtype i title word(variants, i)
	unset ylabel
}
unset multiplot

set output "benchmark-live.svg"
set multiplot layout 1,3
set xlabel "live buffers of 4 KiB"
set ylabel "instructions for another"
set xtics ("1" 1, "1000" 1000, "100,000" 100000, "1,000,000" 1000000)
set xrange [0.7:1500000]
unset logscale y
set yrange [0:*]
variants = "bare handle coherent dmam-handle"
do for [backend in "x86_64-direct-live x86_64-iommu arm64-noncoherent"] {
	set title backend
	plot for [i = 1:words(variants)] rows(backend, word(variants, i), "$4 > 0") \
		using 4:6 with linespoints pointtype i title word(variants, i)
	unset ylabel
}
unset multiplot
