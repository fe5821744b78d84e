#!/usr/bin/python3
"""padamd is killed while its journal is stuck in a frozen file system: its successor goes on at once; thawed, nothing is missing."""
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import FOLDER, Rig, check, finish, now  # noqa: E402

GATE_S, TOLERANCE_S = 0.2, 0.02
DISK = FOLDER / 'disk'


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


def mount_disk():
    """A file system that can be frozen, in a file in memory."""
    image = FOLDER / 'disk.image'
    DISK.mkdir(parents=True)
    with open(image, 'wb') as file:
        file.truncate(16 << 20)
    run('mkfs.ext2', '-q', '-F', image)
    run('mount', '-o', 'loop', image, DISK)


def state_of(pid):
    """As in ps: D is stuck, whatever it is sent."""
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(') ', 1)[1][0]
    except OSError:
        return 'gone'


def lateness(rig, name, due, step=None):
    trap = rig.await_trap(lambda trap: trap.name == name and step in (None, trap.step), 1)
    return trap.at - due if trap else None


def is_in_time(late_s, most_s):
    return late_s is not None and -0.001 <= late_s <= most_s + TOLERANCE_S


mount_disk()
rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''}, journal=DISK / 'journal.db')
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
lost_at = rig.lines['mains-l1'].pull(False)
time.sleep(60)
run('fsfreeze', '--freeze', DISK)
journal = rig.journal_process()
time.sleep(lost_at + 200 - now())
rig.lines['genset-running'].pull(True)
time.sleep(lost_at + 211 - now())
check(is_in_time(lateness(rig, 'padamReportRunning', lost_at + 210, 3), GATE_S), 'step 3 is reported, at most the gate late')
check(state_of(journal) == 'D', 'the process that writes the journal is stuck', state_of(journal))

rig.engine.send_signal(signal.SIGKILL)
rig.engine.wait()
check(state_of(journal) == 'D', 'and survives the engine that was killed', state_of(journal))
rig.start_engine()
time.sleep(lost_at + 301 - now())
text = (FOLDER / 'padamd.log').read_text()
check('going on without it' in text, 'its successor does not wait for it', text)
late_s = lateness(rig, 'padamDeadlineMet', lost_at + 300, 3)
check(is_in_time(late_s, 0), 'the deadline of step 3 is notified at its due', late_s)

time.sleep(lost_at + 400 - now())
back_at = rig.lines['mains-l1'].pull(True)
time.sleep(lost_at + 540 - now())
trap = rig.await_trap(lambda trap: trap.name == 'padamOutageClosed', 1)
check(trap and is_in_time(trap.at - back_at, 120), 'the outage, opened by the one before, is closed', *map(str, rig.traps))

run('fsfreeze', '--unfreeze', DISK)
check(rig.await_trap(lambda trap: trap.name == 'padamJournalRecovered', 30), 'the journal recovers', *map(str, rig.traps))
time.sleep(10)
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'no notification is lost, doubled or out of order', sequences)
events = rig.events()
check([event['id'] for event in events] == sequences, 'and the journal has them all', *events)
accepted = rig.ask('snmpget', *(f'padamEventDelivery.{number}' for number in sequences))
check(len(accepted) == len(sequences), 'over SNMP, too, those from before it included', accepted)
rig.end()
finish()
