#!/bin/bash
# Lines that are busy, misnamed, not permitted or removed: each is explained, costs no other line, and comes back.
set -u
. "$LAB/chip.sh"
. "$LAB/probe.sh"

chip other one two
chip power mains running fault twin twin

# A line in use, by its user's name; free again at the next read.
arguments=("$CHIP" 2)
[ -z "$GPIOD_TOOLS" ] || arguments=(-c "${arguments[@]}")
lines_tool gpiomon "${arguments[@]}" >/dev/null &
user=$!
wait_for 5 lines_are_taken 1
probe mains-l1=power:mains genset-fault=power:fault genset-running=power:runing fuel-low=power:#9 \
	starter-battery-low=power:twin genset-voltage=battery:one transfer-switch=/dev/null:#0 \
	ups-on-battery=/dev/gpiochip7:#0
settle
pkill -P "$user" || kill "$user"
wait "$user" 2>/dev/null
settle
without_numbers >busy
probe_end

# A chip that is unplugged is noticed at once, without a read; and when it is back.
probe mains-l1=power:mains genset-running=other:one run=power:running crank=power:fault
settle
say set run on
say set crank on
chip_remove power
heard 'crank is not available any more'
say output run
chip_return power
heard 'crank is available again'
heard 'mains-l1 inactive'
say output run
say output crank
line_pull 0 up
heard 'mains-l1 active edge'
without_numbers >removed
probe_end

# A device that nobody may open yet: opened as soon as its mode is set.
chmod 600 "$CHIP"
mkfifo /run/fifo
setpriv --reuid 65534 --clear-groups "$BIN/tests/lab-lines" mains-l1="$CHIP":mains </run/fifo >/run/heard 2>&1 &
exec 4>/run/fifo
heard permission
chmod 666 "$CHIP"
heard 'available again'
without_numbers >permitted
exec 4>&-

for part in busy removed permitted; do
	echo "--- $part"
	cat "$part"
done >seen
diff - seen <<'EXPECTED'
--- busy
trouble: input genset-running is not available: /dev/gpiochipN (power) has no line named "runing"
trouble: input genset-fault is not available: line 2 (fault) of /dev/gpiochipN is in use by "gpiomon"
trouble: input fuel-low is not available: /dev/gpiochipN (power) has no line 9, its lines are 0 to 4
trouble: input starter-battery-low is not available: /dev/gpiochipN (power) has 2 lines named "twin": give the line's offset
trouble: input genset-voltage is not available: no chip is named or labelled "battery"
trouble: input transfer-switch is not available: /dev/null is not a GPIO chip
trouble: input ups-on-battery is not available: there is no chip /dev/gpiochipN
open
input mains-l1 inactive level
good: input genset-fault is available again
input genset-fault inactive level
--- removed
open
input mains-l1 inactive level
input genset-running inactive level
set run on
set crank on
input mains-l1 unknown level
trouble: input mains-l1 is not available any more: its chip was removed
trouble: output run is not available any more: its chip was removed
trouble: output crank is not available any more: its chip was removed
output run: No such device
good: input mains-l1 is available again
good: output run is available again
good: output crank is available again
input mains-l1 inactive level
output run on
output crank off
input mains-l1 active edge
--- permitted
trouble: input mains-l1 is not available: no permission to open /dev/gpiochipN
open
good: input mains-l1 is available again
input mains-l1 active level
EXPECTED
