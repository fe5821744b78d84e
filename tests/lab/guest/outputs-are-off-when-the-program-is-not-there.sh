#!/bin/bash
# Outputs: off when opened, what is driven is read back, off after an orderly end and after kill -9.
set -u
. "$LAB/chip.sh"
. "$LAB/probe.sh"

chip panel run crank horn
levels() { echo "$1: run $(line_value 0) crank $(line_value 1) horn (low is on) $(line_value 2)" >>seen; }

rm -f seen
probe run=panel:run crank=panel:crank horn=panel:horn:low
levels opened
say set crank on
say set horn on
levels 'crank and horn on'
say output crank
say set crank off
say output crank
levels 'crank off'
say set run on
levels 'run on'
probe_end
grep '^output' /run/heard >>seen
levels ended

probe run=panel:run crank=panel:crank horn=panel:horn:low
say set crank on
say set run on
levels 'on again'
kill -9 "$probe"
wait "$probe" 2>/dev/null
exec 3>&-
levels killed

diff - seen <<'EXPECTED'
opened: run 0 crank 0 horn (low is on) 1
crank and horn on: run 0 crank 1 horn (low is on) 0
crank off: run 0 crank 0 horn (low is on) 0
run on: run 1 crank 0 horn (low is on) 0
output crank on
output crank off
ended: run 0 crank 0 horn (low is on) 0
on again: run 1 crank 1 horn (low is on) 1
killed: run 0 crank 0 horn (low is on) 0
EXPECTED
