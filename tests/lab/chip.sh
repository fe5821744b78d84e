# sourced by guest scripts: simulated GPIO chips, and the gpio tools of either libgpiod

# chip NAME LINE...: a chip labelled NAME with these lines; sets CHIP to its device and SIM to its controls.
# All lines are pulled down at first.
chip() {
	local config=/sys/kernel/config/gpio-sim/$1 label=$1 offset=0 line
	shift
	mkdir -p "$config/bank0"
	echo $# >"$config/bank0/num_lines"
	echo "$label" >"$config/bank0/label"
	for line; do
		mkdir "$config/bank0/line$offset"
		echo "$line" >"$config/bank0/line$offset/name"
		offset=$((offset + 1))
	done
	echo 1 >"$config/live"
	CHIP=$(cat "$config/bank0/chip_name")
	SIM=/sys/devices/platform/$(cat "$config/dev_name")/$CHIP
	CHIP=/dev/$CHIP
}

# line_pull OFFSET up|down: the level that the outside gives to a line
line_pull() { echo "pull-$2" >"$SIM/sim_gpio$1/pull"; }

# line_value OFFSET: 0 or 1, for an output what a program drives
line_value() { cat "$SIM/sim_gpio$1/value"; }

# lines_are_taken COUNT: whether programs hold this many lines (wait_for 5 lines_are_taken 2)
lines_are_taken() { [ "$(lines_tool gpioinfo | grep -c '\[used\|consumer=')" = "$1" ]; }

# lines_tool TOOL [ARGUMENT...]: TOOL of the libgpiod under test; GPIOD_TOOLS is the unpacked one's folder or empty
lines_tool() {
	if [ -n "${GPIOD_TOOLS:-}" ]; then
		LD_LIBRARY_PATH=$GPIOD_TOOLS/lib/$(uname -m)-linux-gnu "$GPIOD_TOOLS/bin/$1" "${@:2}"
	else
		"$@"
	fi
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds
wait_for() {
	local tenths=$(($1 * 10))
	shift
	until "$@"; do
		[ $((tenths -= 1)) -gt 0 ] || { echo "waited in vain for: $*"; return 1; }
		sleep 0.1
	done
}
