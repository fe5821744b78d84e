#!/usr/bin/python3
"""The mains' contact chatters at 1 kHz, with the mains there and in an outage: it is unknown, nothing is counted, all is on time."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now  # noqa: E402

REAL = 'REAL' in os.environ  # for run -r: says what it costs
FOR_S = float(os.environ.get('CHATTER_S', '6'))
HALF_S = 0.0005
DUE_S, TOLERANCE_S = 300, 0.02
UNKNOWN, PRESENT, LOST, UNAVAILABLE = '1', '2', '4', '3'


def chatter(line, until):
    """Ends as it began."""
    began = line.active
    wanted = now()
    while now() < until:
        line.pull(not line.active)
        wanted += HALF_S
        time.sleep(max(wanted - now(), 0))
    line.pull(began)


def seconds_of(process):
    fields = open(f'/proc/{process.pid}/stat').read().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def memory_of(process):
    return next(int(line.split()[1]) for line in open(f'/proc/{process.pid}/status') if line.startswith('VmRSS'))


def mains(rig):
    return [rig.ask('snmpget', f'padamMains{name}.0')[f'padamMains{name}.0'] for name in ('State', 'Outages', 'Dips')]


def await_available(rig, count):
    return rig.await_trap(lambda trap: trap.name == 'padamInputAvailable' and trap in rig.traps[count:])


rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': '', 'fuel-low': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(10)
memory = memory_of(rig.engine)
count = len(rig.traps)

used_s = seconds_of(rig.engine)
chatter(rig.lines['mains-l1'], now() + FOR_S)
if REAL:  # processor time means nothing in virtual time
    print(f'padamd used {(seconds_of(rig.engine) - used_s) / FOR_S:.2%} of a processor')
names = [trap.name for trap in rig.traps[count:]]
check(names == ['padamInputUnavailable'], 'chatter is announced once, and nothing else', names)
text = rig.traps[count].fields.get('padamEventText', '') if names else ''
check('it chatters' in text, 'the event says so', text)
state, outages, dips = mains(rig)
check((state, outages, dips) == (UNKNOWN, '0', '0'), 'the mains is unknown, no outage and no dip is counted', state, outages, dips)
check(set(rig.ask('snmpwalk', 'padamInputStatus').values()) == {'2', UNAVAILABLE}, 'its status is unavailable, the others are ok')
check(memory_of(rig.engine) <= memory + 256, 'memory is flat', memory, memory_of(rig.engine))
check(await_available(rig, count), 'quiet again, it is available')
check(mains(rig)[0] == PRESENT, 'and the mains present', mains(rig))

lost_at = rig.lines['mains-l1'].pull(False)
check(rig.await_trap(lambda trap: trap.name == 'padamOutageOpened'), 'an outage is opened')
time.sleep(lost_at + DUE_S - 4 - now())
count = len(rig.traps)
chatter(rig.lines['mains-l1'], lost_at + DUE_S - 2)
edge_at = rig.lines['fuel-low'].pull(True)
chatter(rig.lines['mains-l1'], lost_at + DUE_S + 2)
missed = rig.await_trap(lambda trap: trap.name == 'padamDeadlineMissed', 1)
late_s = missed.at - lost_at - DUE_S if missed else None
check(missed and abs(late_s) < TOLERANCE_S, 'a deadline during chatter is on time', late_s)
low = rig.await_trap(lambda trap: trap.name == 'padamEquipmentMissing', 1)
low_s = low.at - edge_at if low else None
check(low and low_s < 0.05 + TOLERANCE_S, 'and so is another input\'s edge', low_s)
state, outages, dips = mains(rig)
check((state, outages, dips) == (LOST, '1', '0'), 'the outage stays as it is', state, outages, dips)
check(await_available(rig, count), 'quiet again, it is available')
check(mains(rig)[0] == LOST, 'and the mains lost', mains(rig))
names = [trap.name for trap in rig.traps[count:]]
check('padamOutageClosed' not in names and 'padamMainsRestored' not in names, 'nothing is closed', names)
rig.lines['mains-l1'].pull(True)
check(rig.await_trap(lambda trap: trap.name == 'padamOutageClosed', 150), 'it is closed by the mains', *map(str, rig.traps))
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'no notification is lost, doubled or out of order', sequences)
rig.end()
finish()
