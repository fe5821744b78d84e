#!/usr/bin/python3
"""The wall clock is set by hours and years in an outage, over the ends of 31 and 32 bits: no clock, verdict or notification moves."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now, set_clock  # noqa: E402

HOUR, YEAR = 3600, 365 * 86400
START_DUE_S, FAILED_DUE_S, REPEAT_S = 300, 600, 300
END_OF_31_BITS, END_OF_32_BITS = 2 ** 31, 2 ** 32
FOLLOWED_S = 0.5  # long before the next heartbeat
STEP = 3
COLUMNS = ('padamStepSecondsRemaining.3', 'padamStepDue.3', 'padamIncidentLostAt.1', 'padamIncidentDurationSeconds.1')


def number(values, name):
    return int(values[name]) if values.get(name, '').isdigit() else None


def told(rig):
    """Each value with what it should be: it may be cut to a whole second, and asking takes time."""
    values, wall, at = rig.ask('snmpget', *COLUMNS), time.time(), now()
    due_in, lost_ago = lost_at + START_DUE_S - at, at - lost_at
    expected = (due_in, wall + due_in, wall - lost_ago, lost_ago)
    return [(name, number(values, name), value) for name, value in zip(COLUMNS, expected)]


def check_told(rig, what):
    time.sleep(FOLLOWED_S)
    for name, value, expected in told(rig):
        if expected >= END_OF_32_BITS:
            check(value is None, f'{what}: {name} is not told, as it cannot be', value)
        else:
            check(value is not None and abs(value - expected) <= 1.5, f'{what}: {name} is right', value, expected)


rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
lost_at = rig.lines['mains-l1'].pull(False)
time.sleep(10)
began = time.time()
check_told(rig, 'before')
for name, jump in (('an hour forward', HOUR), ('an hour back', -HOUR), ('10 years forward', 10 * YEAR), ('10 years back', -10 * YEAR)):
    set_clock(time.time() + jump)
    check_told(rig, name)
    set_clock(time.time() - jump)
    check_told(rig, f'{name}, and as it was')
for name, end in (('31', END_OF_31_BITS), ('32', END_OF_32_BITS)):
    set_clock(end - 3)
    check_told(rig, f'before the end of {name} bits')
    time.sleep(3)
    check_told(rig, f'after the end of {name} bits')
set_clock(100)
time.sleep(FOLLOWED_S)
values = rig.ask('snmpget', 'padamIncidentLostAt.1', 'padamStepSecondsRemaining.3')
check(abs(number(values, 'padamStepSecondsRemaining.3') - (lost_at + START_DUE_S - now())) <= 1.5, '1970: what remains is right', values)
set_clock(began + now())
check_told(rig, 'as it was')
check(len(rig.traps) == 2, 'nothing but the outage was notified', *map(str, rig.traps))

time.sleep(lost_at + FAILED_DUE_S + 5 - now())
set_clock(time.time() + 10 * YEAR)
time.sleep(lost_at + FAILED_DUE_S + REPEAT_S - now())
DUE_S = {'padamDeadlineMissed': START_DUE_S, 'padamReportFailed': FAILED_DUE_S, 'padamDeadlineMet': FAILED_DUE_S}
for name, due_s in DUE_S.items():
    late_s = [trap.at - lost_at - due_s for trap in rig.traps if trap.name == name]
    check(len(late_s) == 1 and 0 <= late_s[0] <= 0.1, f'{name} came once and on time', late_s)
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'every event was notified once, in order', *map(str, rig.traps))
check(list(rig.ask('snmpget', 'padamIncidentTimesEstimated.1').values()) == ['2'], 'no time is said to be estimated')

back_at = rig.lines['mains-l1'].pull(True)
time.sleep(125)
closed = rig.ask('snmpget', 'padamIncidentDurationSeconds.1', 'padamIncidentLostAt.1', 'padamIncidentClosedAt.1')
check(abs(number(closed, 'padamIncidentDurationSeconds.1') - (back_at - lost_at)) <= 1.5, 'the outage was as long as it was', closed)
set_clock(began)
time.sleep(FOLLOWED_S)
check(rig.ask('snmpget', *closed) == closed, 'a closed incident stays as it was told', closed)
rig.end()
finish()
