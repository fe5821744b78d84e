#!/usr/bin/python3
# lab: hours
"""snmpd is stopped for three hours of an outage, and away for one of another: all steps on time; afterwards each event once, oldest first, slowly."""
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import AGENT, Rig, check, finish, now  # noqa: E402

HOUR_S = 3600
PACE_S, BURST = 0.2, 5
LATE_S = 2                    # what is older is from an absence
STEP_DUES_S = {3: 300, 4: 600}
DEADLINE_MISSED, STILL_MISSED = 13, 15
ACCEPTED, SUPERSEDED = 3, 5


def sleep_until(at):
    time.sleep(max(at - now(), 0))


def absence(rig, away_s, go, come_back):
    """An outage with nobody to tell, and what the receiver has of it."""
    before = len(rig.traps)
    first = max((event['id'] for event in rig.events()), default=0) + 1
    lost_at, lost_wall = rig.lines['mains-l1'].pull(False), time.time()
    rig.await_trap(lambda trap: trap.name == 'padamOutageOpened' and trap.sequence >= first)
    sleep_until(lost_at + 240)
    go()
    sleep_until(lost_at + 240 + away_s)
    check(len([trap for trap in rig.traps[before:] if trap.at > lost_at + 240]) == 0, 'nothing came meanwhile')
    events = [event for event in rig.events() if event['id'] >= first]
    off_ms = [event['time_wall_ms'] - (lost_wall + STEP_DUES_S[3]) * 1000 for event in events
              if event['step'] == 3 and event['notification'] == DEADLINE_MISSED]
    check(len(off_ms) == 1 and abs(off_ms[0]) < 50, 'step 3 was missed on time', off_ms)
    pending = {event['id']: event['time_wall_ms'] / 1000 for event in events if event['delivery'] == 2}
    superseded = [event['id'] for event in events if event['delivery'] == SUPERSEDED]
    check(len(superseded) >= away_s // HOUR_S * 8, 'repeats gave way to newer ones', superseded)
    back_at, back_wall = now(), time.time()
    come_back()
    rig.until_asked(lambda: not [event for event in rig.events() if event['delivery'] == 2], 'all is handed over', 60)
    time.sleep(30)
    came = [trap for trap in rig.traps[before:] if trap.at >= back_at]
    late = [trap for trap in came if trap.sequence in pending]
    in_hand = [trap for trap in came if trap.sequence in superseded]  # one lay in the stopped one's socket
    check(len(in_hand) <= 1, 'no repeat that gave way was sent after all', *map(str, in_hand))
    check([trap.sequence for trap in came] == sorted({*pending, *(trap.sequence for trap in in_hand)}), 'each once, oldest first',
          *map(str, came))
    rush = [second.at - first.at for first, second in zip(late, late[BURST:])]
    check(all(gap >= BURST * PACE_S - 0.02 for gap in rush), 'no more than five a second', rush)
    # What lay in the stopped one's socket says how old it was when it was put there.
    wrong = [str(trap) for trap in late if trap.delay_s > LATE_S and not -1 <= back_wall - pending[trap.sequence] + (trap.at - back_at) - trap.delay_s <= 2]
    check(not wrong, 'each with its delay', *wrong)
    print(f'     {len(came)} notifications within {came[-1].at - back_at:.0f} s, {len(superseded)} repeats superseded')
    rig.lines['mains-l1'].pull(True)
    rig.await_trap(lambda trap: trap.name == 'padamOutageClosed' and trap.sequence > came[-1].sequence, 400)
    sequences = [trap.sequence for trap in rig.traps]
    check(sequences == sorted(set(sequences)), 'nothing came twice')


SERVER = '{ index = 1; name = "stays on"; tier = 1; shutdown = ["/bin/true"]; verify = ["/bin/false"]; verify_interval_s = 300; }'
rig = Rig(f'site = {{ name = "Lab"; }}; servers = ( {SERVER} );', {'mains-l1': '', 'genset-running': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)


def gone():
    rig.snmpd.kill()
    rig.snmpd.wait()


def started():
    rig.snmpd = rig.start('snmpd', '-f', '-Le', '-I', '-smux', AGENT)


absence(rig, 3 * HOUR_S, lambda: rig.snmpd.send_signal(signal.SIGSTOP), lambda: rig.snmpd.send_signal(signal.SIGCONT))
time.sleep(60)
absence(rig, HOUR_S, gone, started)
rig.end()
finish()
