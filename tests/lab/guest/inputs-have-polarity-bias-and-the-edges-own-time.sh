#!/bin/bash
# Inputs by label, name and path; polarity and bias; edges in order, at the kernel's time, however late they are read.
set -u
. "$LAB/chip.sh"
. "$LAB/probe.sh"

chip power mains running automatic fault
line_pull 0 up
probe mains-l1=power:mains genset-running="$CHIP":#1:low:up genset-automatic="${CHIP##*/}":automatic:up \
	genset-fault=power:fault:down
settle

sleep 10 && line_pull 0 down
sleep 200 && line_pull 1 down
sleep 0.25 && line_pull 1 up

# The process sleeps over edges: they are still handed over at their own times, in order.
kill -STOP "$probe"
sleep 1 && line_pull 0 up
sleep 2 && line_pull 1 down
sleep 3 && line_pull 0 down
sleep 60
kill -CONT "$probe"
settle

# More edges than the kernel keeps: the level is right all the same, once they pass for chatter no more.
kill -STOP "$probe"
for _ in $(seq 300); do line_pull 3 up && line_pull 3 down; done
line_pull 3 up
kill -CONT "$probe"
settle
sleep 10
settle
grep '^input genset-fault' /run/heard | tail -n 1 | cut -d' ' -f1-3 >level
probe_end

awk '
	$1 == "input" && $2 != "genset-fault" && $4 == "level" { print $2, $3, "when first read" }
	$1 == "input" && $2 != "genset-fault" && $4 == "edge" {
		printf "%s %s", $2, $3
		if (last) printf " after %.2f s", ($5 - last) / 1000
		print ""
		last = $5
	}
' /run/heard >seen
cat level >>seen
diff - seen <<'EXPECTED'
mains-l1 active when first read
genset-running inactive when first read
genset-automatic active when first read
mains-l1 inactive
genset-running active after 200.00 s
genset-running inactive after 0.25 s
mains-l1 active after 1.00 s
genset-running active after 2.00 s
mains-l1 inactive after 3.00 s
input genset-fault active
EXPECTED
