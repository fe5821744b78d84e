#!/bin/bash
# lab: real-time
# The shipped padamd.service under a real systemd: in an outage with the genset running padamd is killed and started again;
# the held run output, a real line, never drops and is taken over with its level, nothing is cranked. A reload keeps the
# descriptor, too. A stop drops it, as the manual says.
set -u
. "$LAB/chip.sh"
ulimit -c 0

root=/run/machine/root
packages=/run/packages
chip panel mains running run
line_pull 0 up
line_pull 1 down

inside() { nsenter -t "$systemd" -m -p -i -u -C -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
status_has() { inside padam status 2>/dev/null | grep -q "$1"; }
told() { inside padam events -n 1000 2>/dev/null | grep -q "$1"; }
main_pid() { inside systemctl show -p MainPID --value padamd; }
another_pid_than() { [ "$(main_pid)" != "$1" ] && [ "$(main_pid)" != 0 ]; }
run_is() { [ "$(line_value 2)" = "$1" ]; }

fail() {
	echo "FAIL $*"
	inside journalctl -u padamd -o cat --no-pager | tail -40
	exit 1
}

# expect SECONDS WHAT COMMAND...
expect() {
	local within=$1 what=$2
	shift 2
	wait_for "$within" "$@" >/dev/null || fail "$what"
	echo "ok $what"
}

# What the package brings, over this machine's own system.
programs=$packages/programs
mkdir -p "$programs" "$packages/units" /run/machine /run/cgroup
cp "$BIN/padamd" "$BIN/padam" "$programs"
cp "$TOP/debian/padamd.service" "$TOP/debian/padam.sysusers" "$packages/units"
cat >"$packages/units/padam.conf" <<CONF
site = { name = "Lab"; };
mains = { return_confirm_s = 2; };
genset = { wiring = "held"; start_delay_s = 0; cool_down_s = 0; };
engine = { group = ""; };
lines = { backend = "gpio"; };
inputs = {
    mains_l1 = { chip = "panel"; line = "mains"; };
    genset_running = { chip = "panel"; line = "running"; };
};
outputs = { run = { chip = "panel"; line = "run"; hold = true; on_release = "returns"; }; };
CONF

mkfifo "$packages/booted"
mount -t cgroup2 cgroup /run/cgroup
mkdir /run/cgroup/machine
(
	echo "$BASHPID" >/run/cgroup/machine/cgroup.procs
	DEVICES=${CHIP#/dev/} exec unshare -f -p -m -i -u -C --kill-child=KILL "$TOP/tests/debian/boot" / /run/machine "$packages"
) >/run/console 2>&1 &
machine=$!
timeout 120 sh -c "read -r line <'$packages/booted'" || { cat /run/console; exit 1; }
systemd=$(pgrep -P "$machine")

inside systemd-sysusers /packages/units/padam.sysusers
chgrp "$(inside getent group gpio | cut -d: -f3)" "$CHIP"
chmod 0660 "$CHIP"
inside sh -c 'cp /packages/programs/padamd /usr/sbin/ && cp /packages/programs/padam /usr/bin/ && mkdir -p /etc/padam &&
	cp /packages/units/padam.conf /etc/padam/ && cp /packages/units/padamd.service /etc/systemd/system/ &&
	systemctl daemon-reload && systemctl start padamd' || fail "padamd is not started by its unit"
expect 30 'padamd runs, in the sandbox of its unit' status_has 'Lab'

line_pull 0 down
expect 30 'the outage switches the run output on' run_is 1
line_pull 1 up
expect 60 'the genset runs' told genset-started

# Each value that is read counts.
(
	until [ -e /run/enough ]; do
		read -r value <"$SIM/sim_gpio2/value"
		[ "$value" = 1 ] || echo "$value" >>/run/dropped
	done
) &
watcher=$!
killed=$(main_pid)
inside kill -KILL "$killed"
expect 60 'padamd was killed, and systemd has started another' another_pid_than "$killed"
expect 30 'it knows the genset that runs' status_has 'genset *running'
touch /run/enough
wait "$watcher"
[ ! -e /run/dropped ] || fail 'the run output dropped'
echo 'ok the run output was on all the time'
starts=$(inside padam events -n 1000 | grep -c genset-started)
[ "$starts" = 1 ] || fail "the genset was started $starts times"
echo 'ok nothing was started again'

line_pull 0 up
expect 60 'the mains is back: the run output is off' run_is 0
line_pull 1 down
expect 30 'the outage is over' status_has 'genset *stopped'
inside sed -i 's/"Lab"/"Annex"/' /etc/padam/padam.conf
inside systemctl reload padamd || fail 'systemctl reload'
expect 30 'a reload has the new configuration in force' status_has 'Annex'
inside padam start --no-wait >/dev/null || fail 'padam start'
expect 30 'the line is not busy after it' run_is 1
inside systemctl stop padamd
expect 30 'a stop drops the run output' run_is 0
