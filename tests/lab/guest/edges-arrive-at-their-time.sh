#!/bin/bash
# Edges of a GPIO line reach a program with the kernel's time stamps, at the virtual time they were made.
set -u
. "$LAB/chip.sh"

chip power mains genset
if [ -n "$GPIOD_TOOLS" ]; then
	lines_tool gpiomon -c "$CHIP" -n 4 -F '%o %e %S' 0 1 | sed -u 's/ 2 / 0 /; s/\./ /' >/run/edges &
else
	lines_tool gpiomon -b -n 4 --format='%o %e %s %n' "$CHIP" 0 1 >/run/edges &
fi
monitor=$!
wait_for 5 lines_are_taken 2

begun_s=$(cut -d' ' -f1 /proc/uptime)
sleep 1 && line_pull 0 up
sleep 200 && line_pull 1 up
sleep 0.25 && line_pull 1 down
sleep 3600 && line_pull 0 down
wait "$monitor"

awk -v begun_s="$begun_s" '
	{ at_s = $3 + $4 / 1e9; edge = "line " $1 ($2 == 1 ? " rising" : " falling") }
	NR == 1 { first_s = at_s; printf "%s %.1f s after the wait began\n", edge, at_s - begun_s }
	NR > 1 { printf "%s %.3f s after the first\n", edge, at_s - first_s }
' /run/edges >seen
diff - seen <<'EXPECTED'
line 0 rising 1.0 s after the wait began
line 1 rising 200.000 s after the first
line 1 falling 200.250 s after the first
line 0 falling 3800.250 s after the first
EXPECTED
