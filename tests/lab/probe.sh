# sourced by guest scripts: lab-lines, which opens lines through the program's own port, as a process to talk to

# probe LINE...: starts it; what it hears goes to /run/heard, its process is $probe
probe() {
	rm -f /run/commands
	mkfifo /run/commands
	"$BIN/tests/lab-lines" "$@" </run/commands >/run/heard 2>&1 &
	probe=$!
	exec 3>/run/commands
	heard '^open$'
	reads=0
}

# heard PATTERN: waits until it has said that
heard() { wait_for 5 grep -q -- "$1" /run/heard || { cat /run/heard; return 1; }; }

# say COMMAND...: and waits until it has obeyed
say() {
	echo "$*" >&3
	settle
}

# settle: has it read all levels, and waits until it has, and has handed over what happened before
settle() {
	echo read >&3
	reads=$((reads + 1))
	wait_for 5 has_read "$reads" || { cat /run/heard; return 1; }
}
has_read() { [ "$(grep -c '^read$' /run/heard)" = "$1" ]; }

# probe_end: ends it in order
probe_end() {
	exec 3>&-
	wait "$probe"
}

# chip_remove NAME, chip_return NAME: as if unplugged and plugged in again
chip_remove() { echo 0 >"/sys/kernel/config/gpio-sim/$1/live"; }
chip_return() {
	local config=/sys/kernel/config/gpio-sim/$1
	echo 1 >"$config/live"
	CHIP=$(cat "$config/bank0/chip_name")
	SIM=/sys/devices/platform/$(cat "$config/dev_name")/$CHIP
	CHIP=/dev/$CHIP
}

# without_numbers: removes instants and device numbers from what was heard
without_numbers() { sed 's/^\(input .*\) [0-9]*$/\1/; s/gpiochip[0-9]/gpiochipN/; /^read$/d' /run/heard; }
