#!/usr/bin/python3
"""All GPIO chips vanish and return, in each phase: nothing opens, closes or is cranked by it, and outputs come back right."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import FOLDER, Rig, check, finish  # noqa: E402

ON_RELEASE = 'on_release = "returns";'
OFF, TOLD = FOLDER / 'off', FOLDER / 'told'
TELL, LOOK = FOLDER / 'tell', FOLDER / 'look'
SITE = f'''
site = {{ name = "Lab"; }};
genset = {{ wiring = "run-crank"; mode = "automatic"; attempts = 3; }};
shutdown = {{ automatic = true; }};
servers = ( {{ index = 1; name = "one"; off_within_s = 60;
    shutdown = [ "{TELL}" ]; verify = [ "{LOOK}" ]; }} );
'''
INPUTS = {'mains-l1': '', 'genset-running': '', 'fuel-low': ''}
OUTPUTS = {'run': ON_RELEASE + ' hold = true;', 'crank': ON_RELEASE, 'horn': ON_RELEASE}
UNKNOWN, INACTIVE = '1', '2'


def values(rig):
    return set(rig.ask('snmpwalk', 'padamInputValue').values())


def names_since(rig, count):
    return [trap.name for trap in rig.traps[count:]]


def vanish(rig, what, for_s=20):
    """Returns the notifications meanwhile."""
    count = len(rig.traps)
    for line in rig.lines.values():
        line.unplug()
    rig.until_asked(lambda: values(rig) == {UNKNOWN}, f'{what}: every input reads unknown')
    time.sleep(for_s)
    for line in rig.lines.values():
        line.plug()
    rig.until_asked(lambda: UNKNOWN not in values(rig), f'{what}: every input is back')
    names = names_since(rig, count)
    for name in ('padamInputUnavailable', 'padamInputAvailable'):
        check(names.count(name) == len(INPUTS), f'{what}: each input is announced once, {name}', names)
    for name in ('padamOutageOpened', 'padamOutageClosed', 'padamMainsLost', 'padamMainsRestored'):
        check(name not in names, f'{what}: no {name}', names)
    return names


def await_on(rig, role, on=1, limit_s=60):
    rig.until(lambda: rig.lines[role].value() == on, f'{role} is {on}', limit_s)


FOLDER.mkdir(parents=True, exist_ok=True)
TELL.write_text(f'#!/bin/sh\necho told >>{TOLD}\n')
LOOK.write_text(f'#!/bin/sh\n[ -e {OFF} ]\n')
for program in (TELL, LOOK):
    program.chmod(0o755)
rig = Rig(SITE, INPUTS, OUTPUTS)
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(10)

vanish(rig, 'idle')
check(all(rig.lines[role].value() == 0 for role in OUTPUTS), 'idle: every output is off')

rig.lines['mains-l1'].pull(False)
await_on(rig, 'crank')
vanish(rig, 'cranking', 10)
check(rig.lines['crank'].value() == 0, 'cranking: the crank comes back off')
await_on(rig, 'crank')
check(rig.lines['run'].value() == 1, 'and is tried again, with run on')
rig.lines['genset-running'].pull(True)
report = rig.await_trap(lambda trap: trap.name == 'padamReportRunning', 30)
check(report, 'the genset is reported running', *map(str, rig.traps))

names = vanish(rig, 'running')
check(rig.lines['run'].value() == 1 and rig.lines['crank'].value() == 0, 'running: run comes back on, crank off')
check('padamGensetStopped' not in names, 'running: it is not taken for stopped', names)

rig.lines['genset-running'].pull(False)
time.sleep(5)
second = len(rig.traps)
rig.until(lambda: any(trap.name == 'padamShutdownBegun' for trap in rig.traps[second:]), 'shutdown begins in round 2', 700)
names = vanish(rig, 'shutdown under way', 10)
check(TOLD.read_text() == 'told\n', 'shutdown under way: the server is told once', TOLD.read_text())
check('padamServerDown' not in names, 'and not taken for down', names)
OFF.write_text('')
check(rig.await_trap(lambda trap: trap.name == 'padamShutdownDone', 60), 'its shutdown is carried through', *map(str, rig.traps))
rig.lines['mains-l1'].pull(True)
closed = rig.await_trap(lambda trap: trap.name == 'padamOutageClosed', 200)
check(closed, 'the outage is closed by the mains', *map(str, rig.traps))
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'no notification is lost, doubled or out of order', sequences)
rig.end()
finish()
