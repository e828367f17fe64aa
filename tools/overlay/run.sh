#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh LIST [NAME...]: run.py, on a machine that need not have Python yet.

. "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"

need git python3
exec "$OVERLAY/run.py" "$@"
