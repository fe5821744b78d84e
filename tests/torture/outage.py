"""One outage under faults, and what is wrong with what is left of it."""
import collections
import math
import pathlib
import random
import subprocess
import tempfile
import time
import traceback

from faults import FAULTS
from rig import Stack, now
from stories import PREPARATION_S, World

DISK_SIZE = '4m'
DELIVERY_LIMIT_S = 60
ENGINE_LATE_S = 0.3      # with everything well; a busy machine is slow, the lab is exact
CRANK_S = 24  # rig.CONFIG
STARTING_S = 0.4         # from its lines on, until an engine has its past and acts
AT_ONCE_S = 0.02         # before or after, nobody can tell
PACE_S = 0.25            # pending ones come one every 0.2 s after an absence
UNWRITTEN_S = 0.25        # the debounce and the gate: until then an edge may be forgotten with its engine
# Notices of the faults themselves, which an undisturbed outage has not.
OF_FAULTS = {'journal-behind', 'journal-recovered', 'input-unavailable', 'input-available', 'command-failed'}


class Result:
    def __init__(self, number, story):
        self.number, self.story = number, story
        self.lateness_ms = []       # of deadlines, at the receiver, with all programs there
        self.away_ms = []           # of deadlines that fell into an absence, after its end
        self.lost, self.repeated, self.wrong = [], [], []
        self.explained = 0          # repeats that a crash explains
        self.injected = collections.Counter()
        self.folder = None
        self.canon = None

    @property
    def is_good(self):
        return not (self.lost or self.repeated or self.wrong)


def plan_of(story, chance, count, kinds):
    """[(seconds of the procedure, fault)]: half of them at or just after an instant at which something happens."""
    plan = []
    for _ in range(count):
        at = (chance.choice(story.instants) + chance.choice((0, chance.uniform(-0.5, 0.5), chance.uniform(0, 6)))
              if chance.random() < 0.5 else chance.uniform(-5, story.end_s))
        plan.append((at, chance.choice(kinds)))
    return sorted(plan)


class Outage:
    def __init__(self, number, story, scale, seed, count, kinds):
        self.story, self.scale = story, scale
        self.chance = random.Random(f'{seed}/{number}/{story.name}')
        self.plan = plan_of(story, self.chance, count, kinds) if count else []
        self.result = Result(number, story.name)

    def mount_disk(self, folder):
        disk = folder / 'disk'
        disk.mkdir()
        done = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={DISK_SIZE}', 'torture', disk], capture_output=True, check=False)
        return done.returncode == 0

    def inject(self, name):
        what = FAULTS[name](self.stack, self.chance)
        if not what.startswith(('skipped', 'not now', '0 for', 'process None')):
            self.result.injected[name] += 1
        self.stack.say(f'FAULT {name}: {what}')

    def play(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='padam-torture-'))
        self.result.folder = folder
        own_disk = bool(self.plan) and self.mount_disk(folder)
        world = World(self.story, self.scale)
        self.stack = stack = Stack(folder, self.scale, self.story.mode, world)
        stack.own_disk, stack.journal_faults, stack.line_faults = own_disk, [], []
        try:
            self.run()
            Judge(self).judge()
        except Exception as error:  # a bench that breaks has shown nothing
            self.result.wrong.append(f'{type(error).__name__}: {error} ({traceback.extract_tb(error.__traceback__)[-1].line})')
        finally:
            stack.destroy()
            if own_disk:
                subprocess.run(['cp', '-a', folder / 'disk', folder / 'disk-kept'], check=False)
                subprocess.run(['umount', '-l', folder / 'disk'], check=False)
        return self.result

    def run(self):
        stack = self.stack
        absent = [stack.snmpd] if self.plan and self.chance.random() < 0.15 else []
        stack.start(absent)
        if absent:
            self.result.injected['snmpd absent at start'] += 1
            stack.snmpd.went()
            stack.loop.after(self.chance.uniform(1, 10), stack.snmpd.start)
        stack.world.servers_look(stack)
        stack.loop.run(lambda: False, PREPARATION_S / self.scale)
        self.lost_at, self.lost_wall = now(), time.time()
        for at, role, value in self.story.inputs:
            stack.loop.at(self.lost_at + at / self.scale, lambda role=role, value=value: stack.set_input(role, value))
        for at, name in self.plan:
            stack.loop.at(self.lost_at + at / self.scale, lambda name=name: self.inject(name))
        stack.loop.run(lambda: False, self.story.end_s / self.scale)
        self.await_delivery()
        stack.end()

    def await_delivery(self):
        """Every fault is over; then all that is pending is handed over, and the engine has heard so."""
        stack = self.stack
        stack.loop.run(lambda: stack.lines and all(program.process for program in stack.programs), 20)
        faults_end = max((end for _, end in stack.journal_faults if math.isfinite(end)), default=0)
        stack.loop.run(lambda: False, max(faults_end - now(), 0))
        settled = [now()]

        def is_settled():
            if now() - settled[0] < 0.25:
                return False
            settled[0] = now()
            return not stack.pending() and stack.closed() and not stack.is_behind()
        if not stack.loop.run(is_settled, DELIVERY_LIMIT_S):
            self.result.wrong.append(f'after {DELIVERY_LIMIT_S} s: pending {stack.pending()}, closed {stack.closed()}')


class Judge:
    """Holds what the journal and the receiver have against the story."""

    def __init__(self, outage):
        self.outage, self.stack, self.result, self.story = outage, outage.stack, outage.result, outage.story
        self.events = self.stack.rows('event')
        self.by_sequence = {event['id']: event for event in self.events}

    def judge(self):
        self.judge_delivery()
        self.judge_crank()
        self.judge_servers()
        self.result.wrong += self.stack.odd + self.stack.world.faults
        if self.one_incident():
            self.judge_incident()
            self.judge_deadlines()
            self.result.canon = None if self.was_away_for_its_own_report() else self.canon()

    def one_incident(self):
        states = [row['state'] for row in self.stack.rows('incident')]
        if states != ['closed']:
            self.result.wrong.append(f'incidents: {states}')
        return states == ['closed']

    def judge_delivery(self):
        seen = collections.defaultdict(list)
        for trap in self.stack.traps:
            if trap.sequence:
                seen[trap.sequence].append(trap)
        self.result.lost += [f'{event["id"]} {event["notification"]} ({event["delivery"]})' for event in self.events
                             if event['id'] not in seen]
        self.result.wrong += [f'notification {sequence} is not in the journal' for sequence in seen if sequence not in self.by_sequence]
        for sequence, traps in seen.items():
            self.judge_repeats(sequence, traps)
        firsts = list(dict.fromkeys(trap.sequence for trap in self.stack.traps if trap.sequence))
        if firsts != sorted(firsts):
            self.result.wrong.append(f'out of order: {firsts}')
        numbers = [event['id'] for event in self.events]
        if numbers != list(range(1, len(numbers) + 1)):
            self.result.wrong.append(f'numbers: {numbers}')
        self.result.wrong += [f'{event["id"]} is {event["delivery"]}' for event in self.events if event['delivery'] != 'accepted']

    def judge_repeats(self, sequence, traps):
        for before, again in zip(traps, traps[1:]):
            if before.text == again.text and self.crashes_between(self.handed_over_since(before), again.at):
                self.result.explained += 1
            else:
                self.result.repeated.append(f'{sequence} {again.name} after {again.at - before.at:.3f} s')

    def handed_over_since(self, trap):
        """A stopped snmpd has what was handed to it, and takes it when it goes on, whatever became of who did."""
        stops = [begin for begin, end in self.stack.snmpd.stops if begin <= trap.at <= (end or trap.at) + 0.2]
        return min([trap.at, *stops]) - 0.2

    def crashes_between(self, since, until):
        """Of who hands over, between acceptance and its record."""
        return [at for program in (self.stack.agentx, self.stack.snmpd) for at in program.killed_at if since <= at <= until]

    def judge_incident(self):
        row = self.stack.rows('incident')[0]
        self.expect_near('lost', row['lost_wall_ms'] / 1000 - self.outage.lost_wall, 0, 0)
        back_s = max(at for at, role, value in self.story.inputs if (role, value) == ('mains-l1', 'active'))
        self.expect_near('closed', row['closed_wall_ms'] / 1000 - self.outage.lost_wall, back_s / self.outage.scale, back_s)
        records = [record for record in self.stack.rows('record') if record['round'] == 1]
        letters = {'met': 'm', 'missed': 'x', 'not-required': '-'}
        verdicts = ''.join(letters.get(record['verdict'], '?') for record in sorted(records, key=lambda record: record['step']))
        if verdicts not in self.expected_verdicts():
            self.result.wrong.append(f'verdicts {verdicts}, not {" or ".join(self.expected_verdicts())}')

    def was_away_for_its_own_report(self):
        """The software's own report is late, and so missed, when it was not there at its due."""
        due = self.outage.lost_at + 600 / self.outage.scale
        return self.story.verdicts == 'xxxmmm' and self.stack.engine.was_ended(due - STARTING_S, due + AT_ONCE_S)

    def expected_verdicts(self):
        """It counts from its due where the lines had to be looked at first."""
        away = ['xxxxmm'] if self.was_away_for_its_own_report() else []
        return [self.story.verdicts, *away]

    def slack_s(self, at_s):
        """How long nobody could see the line from a moment of the procedure on."""
        at = seen = self.outage.lost_at + at_s / self.outage.scale
        for begin, end in sorted((begin, end or now()) for begin, end in self.stack.engine.down + self.stack.line_faults):
            if begin <= seen + UNWRITTEN_S and end >= seen:
                seen = end
        return seen - at

    def expect_near(self, what, got_s, expected_s, at_s):
        late_s = got_s - expected_s
        if not -0.01 <= late_s <= ENGINE_LATE_S + self.slack_s(at_s):
            self.result.wrong.append(f'{what} is credited {late_s:.3f} s off, unseen for {self.slack_s(at_s):.3f} s')

    def judge_crank(self):
        for begin, end in self.stack.world.cranks:
            if end - begin > CRANK_S / self.outage.scale + 0.25:
                self.result.wrong.append(f'cranked for {end - begin:.3f} s')

    def judge_servers(self):
        path = self.stack.folder / 'servers/told'
        told = self.tellings(path.read_text().split() if path.exists() else [])
        expected = ['app', 'storage'] if self.story.verdicts[4] == 'm' else []
        if told != expected:
            self.result.wrong.append(f'told {told}')

    def tellings(self, words):
        """Who was told, in order. Once more is right for one that was told as padamd was killed, and looked at since."""
        told, looked_at = [], set()
        for word in words:
            name = word.lstrip('?')
            if word != name:
                looked_at.add(name)
            elif name not in told or name not in looked_at or not self.stack.engine.killed_at:
                told.append(name)
                looked_at.discard(name)
        return told

    def judge_deadlines(self):
        for name, step, due_s in self.story.dues:
            if due_s == 600 and self.was_away_for_its_own_report():
                continue
            found = [event for event in self.events if (event['notification'], event['step']) == (name, step)]
            if len(found) != 1:
                self.result.wrong.append(f'{name} of step {step}: {len(found)} times')
                continue
            self.judge_deadline(found[0], self.outage.lost_at + due_s / self.outage.scale)

    def queue_began(self, last):
        """When the first came of those that came at the pace of a backlog, up to this one."""
        began = last.at
        for trap in reversed([trap for trap in self.stack.traps if trap.at <= last.at]):
            if began - trap.at > PACE_S:
                break
            began = trap.at
        return began

    def judge_deadline(self, event, due):
        trap = next((trap for trap in self.stack.traps if trap.sequence == event['id']), None)
        if not trap:
            return
        late_s = trap.at - due
        programs = (self.stack.engine, self.stack.agentx, self.stack.snmpd)
        since = min(due, self.queue_began(trap)) - 0.5
        if any(program.was_down(since, trap.at) for program in programs) or self.slack_s(0):
            ends = [end or now() for program in programs for begin, end in program.down if begin <= trap.at and (end or now()) >= since]
            self.result.away_ms.append(max(trap.at - max([due, *ends]), 0) * 1000)
            return
        self.result.lateness_ms.append(late_s * 1000)
        behind = any(begin - 0.1 <= trap.at and end >= due - 0.5 for begin, end in self.stack.journal_faults)
        if not -0.05 <= late_s <= ENGINE_LATE_S + 0.2 * behind:
            self.result.wrong.append(f'{event["notification"]} of step {event["step"]} is {late_s * 1000:.0f} ms late')

    def canon(self):
        """What an undisturbed outage has, too, whatever is done to it."""
        events = sorted((event['notification'], event['step'], event['server']) for event in self.events
                        if event['notification'] not in OF_FAULTS)
        deviations = [(row['step'], row['kind'], row['role'], row['cause']) for row in self.stack.rows('deviation')]
        records = [(row['round'], row['step'], row['verdict'], row['answer'], row['done_by']) for row in self.stack.rows('record')]
        return {'events': events, 'deviations': deviations, 'records': records}


def differences(canon, other):
    """What one has and the other has not, in words."""
    found = []
    for kind in canon:
        ours, theirs = collections.Counter(canon[kind]), collections.Counter(other[kind])
        found += [f'missing of {kind}: {item}' for item in (ours - theirs).elements()]
        found += [f'too many of {kind}: {item}' for item in (theirs - ours).elements()]
    return found
