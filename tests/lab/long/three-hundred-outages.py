#!/usr/bin/python3
"""Three hundred outages in a row, of several kinds: memory and descriptors flat, limits kept, each notification received once."""
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import FOLDER, Rig, check, finish, now  # noqa: E402

OUTAGES = int(os.environ.get('OUTAGES', '300'))
SEED = int(os.environ.get('SEED', '1'))
WARM_UP = OUTAGES // 3
EVENTS_KEPT, INCIDENTS_KEPT = 100, 10
# Eight an incident; four times as many while nobody accounts for them.
DEVIATIONS_KEPT = INCIDENTS_KEPT * 8 * 4
JOURNAL_LIMIT_MIB = 1
RSS_ROOM_KIB = 512
SITE = '''
site = { name = "Lab"; };
mains = { loss_debounce_s = 1.0; return_confirm_s = 5; };
procedure = { start_due_s = 30; report_failed_due_s = 60; shutdown_due_s = 90; repeat_s = 30; };
genset = { running_confirm_s = 2; };
'''
ENGINE = f'events_kept = {EVENTS_KEPT}; incidents_kept = {INCIDENTS_KEPT}; journal_limit_mib = {JOURNAL_LIMIT_MIB};'


def journal_of(parent):
    """The child that has the journal's file open."""
    for status in pathlib.Path('/proc').glob('[0-9]*/stat'):
        files = (status.parent / 'fd').glob('*')
        if int(status.read_text().rsplit(') ', 1)[1].split()[1]) == parent and any(
                os.readlink(file) == str(FOLDER / 'journal.db') for file in files):
            return int(status.parent.name)
    return None


def measure(pids):
    """{program: (resident KiB, descriptors)}"""
    found = {}
    for name, pid in pids.items():
        status = pathlib.Path(f'/proc/{pid}/status').read_text()
        rss = next(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmRSS'))
        found[name] = (rss, len(os.listdir(f'/proc/{pid}/fd')))
    return found


def genset_is_started_in_time(rig):
    time.sleep(choice.randint(3, 20))
    rig.lines['genset-running'].pull(True)
    time.sleep(10)


def genset_is_started_late(rig):
    time.sleep(35)
    rig.lines['genset-running'].pull(True)
    time.sleep(10)


def nobody_comes(rig):
    time.sleep(65)


def genset_dies(rig):
    genset_is_started_in_time(rig)
    rig.lines['genset-running'].pull(False)
    time.sleep(20)


def mains_relapses(rig):
    time.sleep(5)
    rig.lines['mains-l1'].pull(True)
    time.sleep(2)
    rig.lines['mains-l1'].pull(False)
    time.sleep(5)


def chip_vanishes(rig):
    time.sleep(5)
    rig.lines['genset-running'].unplug()
    time.sleep(5)
    rig.lines['genset-running'].plug()
    time.sleep(5)


KINDS = (genset_is_started_in_time, genset_is_started_late, nobody_comes, genset_dies, mains_relapses, chip_vanishes)


def outage(rig, number):
    rig.lines['mains-l1'].pull(False)
    choice.choice(KINDS)(rig)
    rig.lines['mains-l1'].pull(True)
    rig.lines['genset-running'].pull(False)
    rig.until(lambda: sum(trap.name == 'padamOutageClosed' for trap in rig.traps) == number, f'outage {number} is closed', 30)
    time.sleep(20)


choice = random.Random(SEED)
rig = Rig(SITE, {'mains-l1': '', 'genset-running': ''}, engine=ENGINE)
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(10)
pids = {'padamd': rig.engine.pid, 'padam-agentx': rig.agentx.pid, 'journal': journal_of(rig.engine.pid)}
for number in range(1, OUTAGES + 1):
    outage(rig, number)
    if number == WARM_UP:
        warm = measure(pids)
end = measure(pids)

for name in pids:
    rss, descriptors = end[name]
    check(rss <= warm[name][0] + RSS_ROOM_KIB, f'{name}: memory is flat', warm, end)
    check(descriptors == warm[name][1], f'{name}: descriptors are flat', warm, end)
sequences = [trap.sequence for trap in rig.traps]
check(sequences == list(range(1, len(sequences) + 1)), 'each notification is received once, in order', sequences)
check(len(sequences) == int(rig.events()[-1]['id']), 'and all that the journal has', len(sequences))
check(sum(trap.name == 'padamOutageOpened' for trap in rig.traps) == OUTAGES, f'{OUTAGES} outages were opened')
rows = {name: len(rig.ask('snmpbulkwalk', name)) for name in ('padamEventSequence', 'padamIncidentState')}
check(rows == {'padamEventSequence': EVENTS_KEPT, 'padamIncidentState': INCIDENTS_KEPT}, 'the tables are within their limits', rows)
deviations = len(rig.ask('snmpbulkwalk', 'padamDeviationKind'))
check(deviations <= DEVIATIONS_KEPT, 'so are the deviations that nobody accounts for', deviations)
check(rig.ask('snmpget', 'padamMainsOutages.0') == {'padamMainsOutages.0': str(OUTAGES)}, 'and the counter counts them')
size = (FOLDER / 'journal.db').stat().st_size
check(size <= JOURNAL_LIMIT_MIB << 20, 'the journal is within its limit', size)
(pathlib.Path('/mnt') / '.measured').write_text(
    f'{OUTAGES} outages, {len(sequences)} notifications, {deviations} deviations in {now():.0f} s; journal {size // 1024} KiB\n' + ''.join(
        f'{name}: {warm[name][0]} KiB and {warm[name][1]} descriptors after {WARM_UP}, {end[name][0]} and {end[name][1]} at the end\n'
        for name in pids))
rig.end()
finish()
