/* SPDX-License-Identifier: GPL-2.0 */
/* sparse.sh has this included in every file. sparse reports it, or it has not checked the file. */
static int sparse_planted(const int __attribute__((noderef)) *pointer)
{
	return *pointer;
}
