#!/usr/bin/python3
"""Lines that another program has, or that padamd may not open: said with the reason in events, status and SNMP; used once free."""
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import BIN, FOLDER, Rig, check, finish  # noqa: E402

ON_RELEASE = 'on_release = "returns";'
SITE = 'site = { name = "Lab"; };\ngenset = { wiring = "run-crank"; mode = "automatic"; };'
TOOLS = os.environ['GPIOD_TOOLS']
NOBODY = 65534
UNAVAILABLE, OK, MISSING = '3', '2', '3'


def take(line):
    """Another program takes the line."""
    tool = [f'{TOOLS}/bin/gpiomon', '-c'] if TOOLS else ['gpiomon']
    library = {'LD_LIBRARY_PATH': f'{TOOLS}/lib/{os.uname().machine}-linux-gnu'} if TOOLS else {}
    other = subprocess.Popen([*tool, line.device, '0'], stdout=subprocess.DEVNULL, env={**os.environ, **library})
    Rig.until(lambda: 'gpiomon' in subprocess.run([str(BIN / 'tests' / 'lab-lines'), f'fuel-low={line.device}:#0'], capture_output=True,
                                                  text=True, stdin=subprocess.DEVNULL, check=False).stdout, 'the line is taken')
    return other


def release(other):
    other.kill()
    other.wait()


def status_of(rig, role):
    names = rig.ask('snmpwalk', 'padamInputName')
    index = next((name.split('.')[1] for name, value in names.items() if value.strip('"') == role), '0')
    return rig.ask('snmpget', f'padamInputStatus.{index}').get(f'padamInputStatus.{index}')


def overall(rig):
    return rig.ask('snmpget', 'padamOverallText.0').get('padamOverallText.0', '')


def said(rig, name, since=0):
    trap = rig.await_trap(lambda trap: trap.name == name and trap.sequence > since, 20)
    return trap.fields['padamEventText'] if trap else ''


def told(text, *parts):
    return all(part in text for part in parts)


rig = Rig(SITE, {'mains-l1': '', 'genset-running': '', 'fuel-low': ''}, {'run': ON_RELEASE + ' latching = true;', 'crank': ON_RELEASE})
rig.lines['mains-l1'].pull(True)
other = take(rig.lines['fuel-low'])
rig.start_engine()
text = said(rig, 'padamInputUnavailable')
check(told(text, 'fuel-low', 'is in use by', 'gpiomon'), 'an input that another program has: the event names it', text)
check(status_of(rig, 'fuel-low') == UNAVAILABLE, 'SNMP has it as unavailable')
check(told(overall(rig), '1 input unavailable'), 'and the overall text', overall(rig))
seen = subprocess.run([str(BIN / 'padam'), 'status', '--socket', str(FOLDER / 'engine')], capture_output=True, text=True, check=False).stdout
check('unavailable' in seen, 'and padam status', seen)
release(other)
rig.until_asked(lambda: status_of(rig, 'fuel-low') == OK, 'it is used once it is free')

rig.engine.kill()
rig.engine.wait()
other = take(rig.lines['crank'])
last = rig.traps[-1].sequence
rig.start_engine()
text = said(rig, 'padamEquipmentMissing')
check(told(text, 'an output cannot be driven', 'gpiomon'), 'an output taken while padamd was away: the event names who has it', text)
check(told(overall(rig), 'output crank unavailable'), 'and the overall text the output', overall(rig))
time.sleep(10)
rig.lines['mains-l1'].pull(False)
check(rig.await_trap(lambda trap: trap.name == 'padamDeviationRecorded', 20), 'the outage has it as a deviation', *map(str, rig.traps))
time.sleep(30)
check(rig.lines['run'].value() == 0, 'nothing is begun')
release(other)
rig.until(lambda: rig.lines['crank'].value() == 1, 'it is cranked once the line is free')
rig.lines['genset-running'].pull(True)
check(rig.await_trap(lambda trap: trap.name == 'padamReportRunning', 20), 'and the genset is reported running', *map(str, rig.traps))
names = [trap.name for trap in rig.traps if trap.sequence > last]
check(names.count('padamEquipmentMissing') == names.count('padamEquipmentReady') == 1, 'missing and ready are each said once', names)

# Another user, who may open no chip.
rig.lines['mains-l1'].pull(True)
rig.lines['genset-running'].pull(False)
rig.await_trap(lambda trap: trap.name == 'padamOutageClosed', 200)
time.sleep(200)
rig.engine.terminate()
rig.engine.wait()
for path in (FOLDER, *FOLDER.glob('*')):
    os.chown(path, NOBODY, NOBODY)
for line in rig.lines.values():
    line.device.chmod(0o600)
last = rig.traps[-1].sequence
rig.engine = rig.start('setpriv', '--reuid', NOBODY, '--clear-groups', BIN / 'padamd', '--config', FOLDER / 'padam.conf')
text = said(rig, 'padamInputUnavailable', last)
check(told(text, 'no permission to open /dev/gpiochip'), 'without permission: the event says so', text)
for line in rig.lines.values():
    line.device.chmod(0o666)
rig.until_asked(lambda: all(status_of(rig, role) == OK for role in ('mains-l1', 'genset-running', 'fuel-low')), 'opened as soon as permitted')
names = [trap.name for trap in rig.traps if trap.sequence > last]
check('padamOutageOpened' not in names, 'and no outage is opened', names)
rig.end()
finish()
