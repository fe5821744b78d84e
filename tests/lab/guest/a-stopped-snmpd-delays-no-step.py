#!/usr/bin/python3
"""snmpd is stopped over a deadline: the step is recorded on time, its notification follows once snmpd goes on, once."""
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now  # noqa: E402

DUE_S, STOPPED_S = 300, 120
DEADLINE_MISSED, PENDING, ACCEPTED = 13, 2, 3  # as in PADAM-MIB


def of_step_3(trap):
    return trap.name == 'padamDeadlineMissed' and trap.step == 3


rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
lost_at, lost_wall = rig.lines['mains-l1'].pull(False), time.time()
opened = rig.await_trap(lambda trap: trap.name == 'padamOutageOpened')
check(opened and opened.at - lost_at < 2.1, 'the outage is notified')

time.sleep(lost_at + DUE_S - 60 - now())
rig.snmpd.send_signal(signal.SIGSTOP)
time.sleep(lost_at + DUE_S + 1 - now())
missed = [event for event in rig.events() if event['notification'] == DEADLINE_MISSED]
check([event['step'] for event in missed] == [3], 'step 3 is recorded as missed, once', *rig.events())
late_ms = missed[0]['time_wall_ms'] - (lost_wall + DUE_S) * 1000 if missed else None
check(late_ms is not None and abs(late_ms) < 50, 'at its due instant', late_ms)
check(missed and missed[0]['delivery'] == PENDING, 'its notification is pending', missed)
check(not any(map(of_step_3, rig.traps)), 'and not received')

time.sleep(lost_at + DUE_S - 60 + STOPPED_S - now())
resumed_at = now()
rig.snmpd.send_signal(signal.SIGCONT)
trap = rig.await_trap(of_step_3)
check(trap and trap.at - resumed_at < 1, 'it is received once snmpd goes on', trap and trap.at - resumed_at)
time.sleep(60)
check(sum(map(of_step_3, rig.traps)) == 1, 'exactly once', *map(str, rig.traps))
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'none is lost, doubled or out of order', sequences)
accepted = [event['delivery'] for event in rig.events()]
check(set(accepted) == {ACCEPTED}, 'and the journal has them all as accepted', accepted)
rig.end()
finish()
