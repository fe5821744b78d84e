#!/bin/bash
# A run output with hold stays on through kill -9 for as long as another process has its descriptor, and is taken over.
set -u
. "$LAB/chip.sh"
. "$LAB/probe.sh"

chip panel run crank other
rm -f seen
levels() { echo "$1: run $(line_value 0) crank $(line_value 1) other $(line_value 2)" >>seen; }
heard_times() { [ "$(grep -c "^$2$" /run/heard)" = "$1" ]; }

# resume: lets the keeper take the program's place, as a restart by the service manager does
resume() {
	opened=$(grep -c '^open$' /run/heard)
	exec 3>/run/resume
	wait_for 5 heard_times $((opened + 1)) open
	reads=$(grep -c '^read$' /run/heard)
}

# leave: an end in order
leave() {
	exec 3>&-
	wait_for 5 heard_times "$1" closed
}

mkfifo /run/resume
probe run=panel:run:hold crank=panel:crank
levels opened
say set run on
say set crank on
say keep /run/resume
levels on
kill -9 "$probe"
wait "$probe" 2>/dev/null
exec 3>&-
levels killed

resume
say output run
levels resumed
say keep /run/resume
leave 1
levels 'ended in order'

resume
say output run
say set run off
levels 'switched off'
say set run on
say keep /run/resume run=panel:run:hold:low
leave 2

# What does not fit is not taken over: another polarity, another line.
resume
say output run
levels 'run is now active low and off'
say keep /run/resume run=panel:other:hold
leave 3
resume
say output run
levels 'run is now another line'
leave 4
levels 'nobody keeps it'

grep -v '^read$' /run/heard >>seen
diff - seen <<'EXPECTED'
opened: run 0 crank 0 other 0
on: run 1 crank 1 other 0
killed: run 1 crank 0 other 0
resumed: run 1 crank 0 other 0
ended in order: run 1 crank 0 other 0
switched off: run 0 crank 0 other 0
run is now active low and off: run 1 crank 0 other 0
run is now another line: run 0 crank 0 other 0
nobody keeps it: run 0 crank 0 other 0
open
set run on
set crank on
keep
open
output run on
keep
closed
open
output run on
set run off
set run on
keep
closed
open
output run off
keep
closed
open
output run off
closed
EXPECTED
