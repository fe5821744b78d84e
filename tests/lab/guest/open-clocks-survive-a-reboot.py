#!/usr/bin/python3
"""The machine reboots in an outage, with clocks of every kind: due instants, notifications, what is said to be estimated."""
import os
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import BOOT, KEPT, LIMIT_S, Rig, check, finish, now, reboot, say_synchronised, set_clock  # noqa: E402

SITE = 'site = { name = "Lab"; };'
START_DUE_S, FAILED_DUE_S, BEFORE_S = 300, 600, 120
WAITING_STEP = 4  # until it is due, with nobody saying anything
LONG_AGO = 1577836800  # 2020-01-01: what a clock without its battery says
TOLERANCE_S = 2  # SNMP has whole seconds, and a program its time to start
FIRST, NO_JOURNAL = 'before', 'no journal, no mains'
NOTICED_S = 6  # a clock said to be right is noticed with the next wake-up
OFF, ON = '2', '3'
OUTAGE_OPENED, DEADLINE_MISSED, ACCEPTED = 2, 13, 3  # as the MIB numbers them


class Boot:
    """One boot of a story: padamd with the story's journal; the mains is lost where nobody says otherwise."""

    def __init__(self, story, mains=False):
        self.rig = Rig(SITE, {'mains-l1': '', 'genset-running': ''}, journal=KEPT / f'{story}.db')
        self.rig.lines['mains-l1'].pull(mains)
        self.rig.start_engine()

    def number(self, name):
        value = self.rig.ask('snmpget', name).get(name, '')
        return int(value) if value.isdigit() else None

    def remaining(self, step):
        return self.number(f'padamStepSecondsRemaining.{step}')

    def due_in(self, step, seconds, what):
        """Both as a time that remains, which only an open step has, and as a time of day."""
        remaining, by_clock = self.remaining(step), (self.number(f'padamStepDue.{step}') or 0) - time.time()
        told = [by_clock] if remaining is None and step == WAITING_STEP else [remaining or 0, by_clock]
        check(all(abs(value - seconds) <= TOLERANCE_S for value in told),
              f'{what}: step {step} is due when it should be', f'in {remaining} s, {by_clock:.1f} s by the clock, not {seconds:.1f} s')

    def estimated(self, what, expected=ON):
        value = self.rig.ask('snmpget', 'padamIncidentTimesEstimated.1')
        check(list(value.values()) == [expected], f'{what}: the times are said to be {"estimated" if expected == ON else "known"}', value)

    def lost_at(self, wall_s, what):
        lost = self.number('padamIncidentLostAt.1')
        check(abs(lost - wall_s) <= TOLERANCE_S, f'{what}: when the mains was lost is told', f'{lost}, not {wall_s}')

    def traps(self, name, step=None):
        return [trap for trap in self.rig.traps if trap.name == name and step in (None, trap.step)]

    def missed_once(self, step, at, what, late=False, most_s=TOLERANCE_S):
        """Over all boots: the journal has all events."""
        trap = self.rig.await_trap(lambda trap: trap.name == 'padamDeadlineMissed' and trap.step == step, max(at - now(), 0) + LIMIT_S)
        events = [event for event in self.rig.events() if event['notification'] == DEADLINE_MISSED and event['step'] == step]
        check(trap is not None and len(events) == 1, f'{what}: a missed step {step} is notified once', trap, *events)
        if trap:
            check(-TOLERANCE_S <= trap.at - at <= most_s, f'{what}: at its instant', f'{trap.at - at:.1f} s after it')
            check(('noticed late' in trap.fields['padamEventText']) == late, f'{what}: {"" if late else "not "}marked as noticed late', trap.fields)

    def all_told_once(self, what):
        time.sleep(2)
        events, told = self.rig.events(), [trap.sequence for trap in self.rig.traps]
        check([event['id'] for event in events] == list(range(1, len(events) + 1)) and all(event['delivery'] == ACCEPTED for event in events),
              f'{what}: every event has its number, and was accepted', *events)
        check(len(told) == len(set(told)) and told == sorted(told), f'{what}: none was told twice', told)
        check(sum(event['notification'] == OUTAGE_OPENED for event in events) == 1, f'{what}: one outage was opened', *events)


def begin_outage(story):
    """The boot before all others: the mains is lost BEFORE_S before the machine goes off, with all its programs running."""
    say_synchronised()
    boot = Boot(story, mains=True)
    time.sleep(30)
    boot.rig.lines['mains-l1'].pull(False)
    (KEPT / 'lost').write_text(str(time.time()))
    time.sleep(10)
    boot.due_in(3, START_DUE_S - 10, story)
    boot.estimated(story, OFF)
    time.sleep(BEFORE_S - 10)


def lost_s():
    return float((KEPT / 'lost').read_text())


def away(seconds):
    """The clock that the next boot then has."""
    return lost_s() + BEFORE_S + seconds


def right_clock(story):
    say_synchronised()
    boot = Boot(story)
    boot.due_in(3, lost_s() + START_DUE_S - time.time(), story)
    boot.lost_at(lost_s(), story)
    boot.estimated(story)
    boot.missed_once(3, now() + lost_s() + START_DUE_S - time.time(), story)
    boot.all_told_once(story)


def right_clock_after_the_due(story):
    say_synchronised()
    boot = Boot(story)
    boot.missed_once(3, now(), story, late=True)
    boot.due_in(4, lost_s() + FAILED_DUE_S - time.time(), story)
    boot.all_told_once(story)


def slow_clock_then_forward(story):
    boot = Boot(story)
    boot.due_in(3, lost_s() + START_DUE_S - time.time(), story)
    time.sleep(20)
    set_clock(time.time() + 195)
    time.sleep(1)
    check(not boot.traps('padamDeadlineMissed'), f'{story}: setting the clock moves nothing', *boot.rig.traps)
    boot.lost_at(lost_s() + 195, f'{story}, clock set')
    say_synchronised()
    boot.missed_once(3, now(), story, late=True, most_s=NOTICED_S)
    boot.due_in(4, lost_s() + FAILED_DUE_S - time.time(), story)
    boot.lost_at(lost_s(), f'{story}, synchronised')
    boot.estimated(story)
    boot.all_told_once(story)


def fast_clock_then_back(story):
    """By its clock the deadline has passed; it has not."""
    boot = Boot(story)
    boot.missed_once(3, now(), story, late=True)
    set_clock(time.time() - 280)
    say_synchronised()
    time.sleep(NOTICED_S)
    boot.due_in(4, lost_s() + FAILED_DUE_S - time.time(), story)
    time.sleep(max(lost_s() + START_DUE_S + 5 - time.time(), 0))
    boot.missed_once(3, boot.traps('padamDeadlineMissed', 3)[0].at, f'{story}, after its due', late=True)
    boot.all_told_once(story)


def backwards_then_forward(story):
    boot = Boot(story)
    boot.due_in(3, START_DUE_S - now(), f'{story}, anew')
    boot.estimated(story)
    time.sleep(60)
    set_clock(lost_s() + 120 + 60 + now())
    say_synchronised()
    time.sleep(NOTICED_S)
    boot.due_in(3, lost_s() + START_DUE_S - time.time(), f'{story}, synchronised')
    boot.lost_at(lost_s(), story)
    boot.missed_once(3, now() + lost_s() + START_DUE_S - time.time(), story)
    boot.all_told_once(story)


def backwards_for_good(story):
    boot = Boot(story)
    time.sleep(60)
    set_clock(time.time() + 3600)
    boot.due_in(3, START_DUE_S - now(), f'{story}, a clock set by hand')
    boot.missed_once(3, START_DUE_S, story)
    boot.estimated(story)
    boot.all_told_once(story)


def boots_without_mains(story):
    """No journal, no clock: the outage counts from when the engine sees it."""
    boot = Boot(story)
    time.sleep(10)
    remaining, seen_at = boot.remaining(3) or 0, now()
    check(abs(START_DUE_S - 10 - remaining) <= TOLERANCE_S, f'{story}: it counts from the start', remaining)
    boot.estimated(story)
    time.sleep(60)
    set_clock(lost_s() + 1000)
    say_synchronised()
    time.sleep(NOTICED_S)
    boot.due_in(3, remaining - (now() - seen_at), f'{story}, synchronised')
    boot.lost_at(time.time() + boot.remaining(3) - START_DUE_S, story)
    boot.missed_once(3, seen_at + remaining, story)
    boot.all_told_once(story)


def backwards_and_killed(story):
    """Still in doubt, padamd is killed, and the machine goes off again."""
    boot = Boot(story)
    time.sleep(20)
    boot.rig.engine.kill()
    boot.rig.engine.wait()
    boot.rig.start_engine()
    boot.due_in(3, START_DUE_S - now(), f'{story}, restarted')


def right_at_last(story):
    boot = Boot(story)
    boot.due_in(3, START_DUE_S - now(), f'{story}, anew again')
    set_clock(lost_s() + 200)
    say_synchronised()
    time.sleep(NOTICED_S)
    boot.due_in(3, lost_s() + START_DUE_S - time.time(), f'{story}, synchronised')
    boot.lost_at(lost_s(), story)
    boot.missed_once(3, now() + lost_s() + START_DUE_S - time.time(), story)
    boot.all_told_once(story)


# Each boot: its story, what its clock reads, what happens. A story begins with what the first left, or with nothing.
BOOTS = [
    (FIRST, lambda: 0, begin_outage),
    ('clock right', lambda: away(60), right_clock),
    ('clock right, a deadline passed', lambda: away(240), right_clock_after_the_due),
    ('clock slow, then right', lambda: away(5), slow_clock_then_forward),
    ('clock fast, then right', lambda: away(300), fast_clock_then_back),
    ('clock ran backwards, then right', lambda: LONG_AGO, backwards_then_forward),
    ('clock ran backwards, never right', lambda: LONG_AGO, backwards_for_good),
    ('two reboots, right at last', lambda: LONG_AGO, backwards_and_killed),
    ('two reboots, right at last', lambda: LONG_AGO, right_at_last),
    (NO_JOURNAL, lambda: LONG_AGO, boots_without_mains),
]


def story_begin(story):
    """Nothing is left of a log's index by a machine that goes off."""
    if story in (FIRST, NO_JOURNAL) or (KEPT / f'{story}.db').exists():
        return
    for file in ('.db', '.db-wal'):
        shutil.copy(KEPT / f'{FIRST}{file}', KEPT / f'{story}{file}')


if BOOT == 1:
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    KEPT.chmod(0o700)
story, _, part = BOOTS[BOOT - 1]
story_begin(story)
part(story)
if BOOT < len(BOOTS):
    reboot(BOOTS[BOOT][1]())
finish()
