"""Incidents as an engine's rows, for fake-engine: what a report is tried and pictured with."""
import datetime
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from fake_engine import row  # noqa: E402

ZONE = 'Asia/Jakarta'
ZONE_OFFSET = datetime.timezone(datetime.timedelta(hours=7))
MINUTE = 60
ACTIVITIES = ['Menyalakan genset tanpa menunggu instruksi dari Kepala Sub Bagian Umum dan Kepegawaian', 'Genset berhasil dinyalakan?',
              'Melaporkan telah terjadi pemadaman, dan genset telah dinyalakan',
              'Melaporkan telah terjadi pemadaman dan genset tidak berhasil dinyalakan', 'Mematikan server', 'Server shutdown secara normal?']
ROLES = ['genset-operator'] * 4 + ['server-administrator'] * 2
DUE_S = [5 * MINUTE] * 3 + [10 * MINUTE] + [15 * MINUTE] * 2
OUTAGE, REPEATED, DRILL, HOSTILE = 14, 15, 16, 17
HOSTILE_NAME = '<script>x()</script>"\'&\x1b\u202e'


def wall(*when):
    return int(datetime.datetime(*when, tzinfo=ZONE_OFFSET).timestamp() * 1000)


def minutes(text):
    """Seconds of "M:SS"."""
    whole, seconds = text.split(':')
    return int(whole) * 60 + float(seconds)


class Rows:
    """Collects rows as fake-engine reads them; everything of an incident counts from the loss."""

    def __init__(self):
        self.lines, self.numbers = [], {}
        self.row('system', 0, site='BKPSDM Lumajang', overall_state='ok', journal_state='ok', hold_state='none', inhibit_state='off',
                 drill_state='off', inhibit_until='none', exercise_until='none', next_command=30, config_hash='')
        for step, (activity, role) in enumerate(zip(ACTIVITIES, ROLES), 1):
            self.row('step', step, activity=activity, role=role, state='idle', severity='ok', answer='unknown', done_by='none',
                     clock_start='none', due='none', done_at='none', lateness_ms=-1)
        for key, (name, tier) in enumerate([('simpeg-app', 1), ('simpeg-db', 1), ('hypervisor-1', 2), ('nas-arsip', 3)], 1):
            self.row('server', key, name=name, tier=tier, state='idle', severity='ok', last_reachable='none', shutdown_started='none',
                     shutdown_finished='none', result='none', power_state='idle', power_started='none', power_finished='none')

    def row(self, table, key, **fields):
        self.lines.append(row(table, key, **fields))

    def next(self, table, **fields):
        key = self.numbers[table] = self.numbers.get(table, 0) + 1
        self.row(table, key, **fields)
        return key

    def incident(self, number, lost, duration, kind='outage', rounds=1, deviations=0, estimated='off'):
        self.number, self.lost, self.start = number, lost, lost
        closed = lost + int(minutes(duration) * 1000) if duration else 0
        self.row('incident', number, kind=kind, state='closed' if duration else 'open', times_estimated=estimated, lost=lost, closed=closed,
                 duration_ms=closed - lost if duration else -1, rounds=rounds, deviations=deviations)

    def at(self, offset):
        return self.start + int(minutes(offset) * 1000)

    def verdict(self, step, verdict, done=None, answer='unknown', by='none', deviation=0, round=1):
        start = self.start
        due = self.start + DUE_S[step - 1] * 1000
        late = self.at(done) - due if done and self.at(done) > due else -1
        self.next('record', incident=self.number, round=round, step=step, role=ROLES[step - 1], verdict=verdict, answer=answer, done_by=by,
                  clock_start=start, due=due, done=self.at(done) if done else 0, lateness_ms=late, deviation=deviation)

    def event(self, offset, kind, text, severity='notice', step=0, server=0, round=1, accepted=250, acknowledged=None):
        by, when = acknowledged or ('', None)
        return self.next('event', notification=kind, severity=severity, time=self.at(offset), at='none', incident=self.number, round=round,
                         step=step, server=server, text=text, delivery='pending' if accepted is None else 'accepted',
                         delay_ms=-1 if accepted is None else accepted, acknowledged_by=by, acknowledged=self.at(when) if when else 0)

    def deviation(self, number, offset, step, kind, role, amount=None, cause=0, item='', account=None, round=1):
        text, action, by, when = account or ('', '', '', None)
        state = 'covered-by-cause' if cause else 'answered' if account else 'unanswered'
        self.row('deviation', number, incident=self.number, round=round, step=step, kind=kind, role=role, item=item,
                 amount_ms=int(minutes(amount) * 1000) if amount else -1, cause=cause, recorded=self.at(offset), account_state=state,
                 account=text, corrective_action=action, accounted_by=by, accounted=self.at(when) if when else 0)

    def command(self, offset, kind, requester, state='succeeded', reason='', argument=0):
        self.next('command', kind=kind, argument=argument, state=state, requester=requester, reason=reason, asked=self.at(offset),
                  ended=self.at(offset) + 400)

    def told(self, event, contact, offset):
        self.next('message', event=event, contact=contact, name=['', 'Kasubag Umum', 'Sekretariat'][contact], order=1, delivery='accepted',
                  attempts=1, waits_since='none', asked=self.at(offset), ended=self.at(offset) + 1500)


def servers_go_down(rows):
    for offset, server, name, kind, reason in [('11:05', 1, 'simpeg-app', 'server-down', ''), ('11:40', 2, 'simpeg-db', 'server-down', ''),
                                               ('14:10', 3, 'hypervisor-1', 'server-down', ''),
                                               ('17:20', 4, 'nas-arsip', 'server-not-confirmed', ': no evidence that it is off')]:
        state = 'is down' if kind == 'server-down' else 'was told to shut down, not confirmed'
        rows.event(offset, kind, f'Outage {rows.number}: server {name} {state}{reason}', server=server,
                   severity='notice' if kind == 'server-down' else 'warning')


def failed_start(rows):
    """The genset does not start, the servers go down late, one of them without proof."""
    rows.incident(OUTAGE, wall(2026, 3, 17, 9, 12, 40), '102:10', deviations=3)
    o = f'Outage {OUTAGE}: '
    rows.verdict(1, 'met', '0:07', by='software')
    rows.verdict(2, 'met', '1:05', 'no', by='software')
    rows.verdict(3, 'not-required')
    rows.verdict(4, 'met', '1:05', by='software')
    rows.verdict(5, 'missed', '17:20', by='software', deviation=31)
    rows.verdict(6, 'missed', '17:20', 'no', by='software', deviation=32)
    rows.event('0:02', 'outage-opened', o + 'opened: mains lost at 09:12:40; step 1 due 09:17:40', 'critical')
    rows.event('0:02', 'equipment-missing', o + 'not ready: network: its check failed', 'warning')
    rows.event('1:05', 'genset-start-failed', o + 'genset did not start: every start attempt failed, attempts: 3', 'critical')
    report = rows.event('1:05', 'report-failed', o + 'power is out and the genset could not be started: every start attempt failed, '
                        'reported by the software itself (step 4, due 10:00)', 'critical', 4, acknowledged=('Siti Aminah, cli:siti', '4:31'))
    rows.told(report, 1, '1:06')
    rows.event('10:00', 'deadline-met', o + 'step 4 met: done 1:05 after the outage, due 10:00', step=4)
    begun = rows.event('10:00', 'shutdown-begun', o + 'shutdown of the servers begun by the software itself, servers: 4', 'warning', 5)
    rows.told(begun, 1, '10:01')
    rows.event('15:00', 'deadline-missed', o + 'step 6 missed: not done by 15:00', 'critical', 6, acknowledged=('Budi Santoso, cli:budi', '16:02'))
    servers_go_down(rows)
    rows.event('17:20', 'shutdown-escalated', o + 'servers did not shut down normally, 1: nas-arsip; the server administrator must act',
               'critical', 6, accepted=1250)
    rows.event('102:10', 'mains-restored', o + 'mains back at 10:54:50, 1:42:10 after the loss', accepted=120300)
    rows.event('104:10', 'outage-closed', o + 'closed: mains back at 10:54:50, 1:42:10 long', accepted=310)
    rows.command('2:40', 'genset-start', 'Joko Prasetyo, cli:joko', 'failed', 'every start attempt failed')
    rows.command('9:10', 'readiness-check', 'padam-admin')
    rows.deviation(30, '0:02', 5, 'equipment', 'server-administrator', item='network')
    rows.deviation(31, '15:00', 5, 'time', 'server-administrator', '2:20',
                   account=('NAS menunggu penulisan cadangan selesai; tidak ada operator di tempat.', 'Jadwal pencadangan dipindah ke malam hari.',
                            'Budi Santoso, cli:budi', '1500:00'))
    rows.deviation(32, '15:00', 6, 'output', 'server-administrator', cause=31)


def second_round(rows):
    """Started late by hand, fails after an hour: a second round, met."""
    rows.incident(REPEATED, wall(2026, 4, 2, 23, 40, 0), '95:00', rounds=2, deviations=3, estimated='on')
    rows.verdict(1, 'missed', '7:00', by='person', deviation=41)
    rows.verdict(2, 'missed', '7:00', 'yes', by='person', deviation=42)
    rows.verdict(3, 'missed', '7:00', by='person', deviation=43)
    for step in (4, 5, 6):
        rows.verdict(step, 'not-required')
    o = f'Outage {REPEATED}: '
    rows.event('0:02', 'outage-opened', o + 'opened: mains lost at 23:40:00', 'critical')
    rows.event('5:00', 'deadline-missed', o + 'step 3 missed: not done by 5:00', 'critical', 3)
    rows.event('7:10', 'report-running', o + 'genset running 7:00 after the outage (by a person, step 3, due 5:00)', 'warning', 3, accepted=None)
    rows.deviation(41, '5:00', 1, 'time', 'genset-operator', '2:00')
    rows.deviation(42, '5:00', 2, 'time', 'genset-operator', '2:00', cause=41)
    rows.deviation(43, '5:00', 3, 'time', 'genset-operator', '2:00', cause=41)
    rows.start = rows.at('63:00')
    rows.verdict(1, 'met', '0:10', by='software', round=2)
    rows.verdict(2, 'met', '0:40', 'yes', by='software', round=2)
    rows.verdict(3, 'met', '0:40', by='software', round=2)
    for step in (4, 5, 6):
        rows.verdict(step, 'not-required', round=2)
    rows.event('0:00', 'round-opened', o + 'round 2 begins at 00:43:00', 'critical', round=2)
    rows.event('0:50', 'report-running', o + 'genset running 0:40 into round 2', 'warning', 3, round=2)


def drill(rows):
    rows.incident(DRILL, wall(2026, 5, 5, 8, 0, 0), '12:00', kind='drill')
    rows.verdict(1, 'met', '1:30', by='person')
    rows.verdict(2, 'met', '1:30', 'yes', by='person')
    rows.verdict(3, 'met', '1:30', by='person')
    for step in (4, 5, 6):
        rows.verdict(step, 'not-required')
    rows.event('0:00', 'drill-begun', f'Drill {DRILL} begun')
    rows.event('1:40', 'report-running', f'Drill {DRILL}: genset running 1:30 into the drill (by a person, step 3, due 5:00)', 'warning', 3)
    rows.event('12:00', 'drill-ended', f'Drill {DRILL} ended')


def hostile(rows, name=HOSTILE_NAME):
    """Names that would like to be markup; still under way. (No | and no line end: fake-engine's lines have none.)"""
    rows.incident(HOSTILE, wall(2026, 8, 6, 8, 0, 0), None, deviations=1)
    rows.verdict(1, 'missed', None, deviation=51)
    rows.row('step', 4, state='open', severity='notice', incident=HOSTILE, round=1, clock_start='now-60000', due='now+540000')
    rows.row('server', 5, name='<b>' + name[:20], tier=1, state='idle', severity='ok', last_reachable='none', shutdown_started='none',
             shutdown_finished='none', result='none', power_state='idle', power_started='none', power_finished='none')
    rows.event('1:00', 'server-failed', f'Outage {HOSTILE}: server x did not shut down: {name}', 'critical', server=5,
               acknowledged=(name[:28], '2:00'))
    rows.event('1:00', 'deadline-missed', name, 'critical', acknowledged=(name[:28], '2:00'))
    rows.command('2:00', 'genset-start', name[:28], 'failed', name)
    rows.deviation(51, '5:00', 1, 'time', 'genset-operator', '1:00', item=name, account=(name, name, name[:28], '9:00'))


def all_rows():
    rows = Rows()
    for make in (failed_start, second_round, drill, hostile):
        make(rows)
    return rows.lines
