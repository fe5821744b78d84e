#!/usr/bin/python3
"""The process that writes the journal hangs, as on a stalled disk: steps go on, marked; afterwards nothing is missing."""
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now  # noqa: E402

GATE_S, TOLERANCE_S = 0.2, 0.02  # the first batch waits so long for the journal, later ones do not wait


def lateness(rig, name, due, step=None):
    """Seconds after its due instant at which a notification came."""
    trap = rig.await_trap(lambda trap: trap.name == name and step in (None, trap.step), 1)
    return trap.at - due if trap else None


def is_in_time(late_s, most_s):
    return late_s is not None and -0.001 <= late_s <= most_s + TOLERANCE_S


rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
lost_at = rig.lines['mains-l1'].pull(False)
time.sleep(60)
journal = rig.journal_process()
os.kill(journal, signal.SIGSTOP)

time.sleep(lost_at + 200 - now())
rig.lines['genset-running'].pull(True)
time.sleep(lost_at + 310 - now())
late_s = lateness(rig, 'padamReportRunning', lost_at + 210, 3)
check(is_in_time(late_s, GATE_S), 'step 3 is reported, at most the gate late', late_s)
check(lateness(rig, 'padamJournalBehind', lost_at) is not None, 'the journal is said to be behind')
late_s = lateness(rig, 'padamDeadlineMet', lost_at + 300, 3)
check(is_in_time(late_s, 0), 'its deadline is notified at its due', late_s)
check(rig.ask('snmpget', 'padamJournalState.0') == {'padamJournalState.0': '3'}, 'and SNMP says so', rig.ask('snmpget', 'padamJournalState.0'))

os.kill(journal, signal.SIGCONT)
check(rig.await_trap(lambda trap: trap.name == 'padamJournalRecovered', 10), 'the journal recovers', *map(str, rig.traps))
time.sleep(10)
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'no notification is lost, doubled or out of order', sequences)
check([event['id'] for event in rig.events()] == sequences, 'and the journal has them all', *rig.events())
rig.end()
finish()
