"""An outage twelve minutes old, as the pages are to show it: the genset could not be started, the servers are going down."""

STEP = ('row step {n}|activity={activity}|role={role}|state={state}|severity={severity}|incident=8|round=1|clock_start=now-700000|'
        'due={due}|answer={answer}|done_by={by}')
STEPS = [(1, 'Menyalakan genset', 'genset-operator', 'met', 'ok', 'none', 'undecided', 'software'),
         (2, 'Genset berhasil dinyalakan', 'genset-operator', 'met', 'ok', 'none', 'no', 'software'),
         (3, 'Melaporkan: genset telah dinyalakan', 'genset-operator', 'not-required', 'ok', 'none', 'undecided', 'none'),
         (4, 'Melaporkan: genset tidak berhasil dinyalakan', 'genset-operator', 'met', 'ok', 'none', 'undecided', 'software'),
         (5, 'Mematikan server', 'server-administrator', 'open', 'notice', 'now+200000', 'undecided', 'none'),
         (6, 'Server shutdown secara normal', 'server-administrator', 'open', 'notice', 'now+200000', 'undecided', 'none')]
SERVER = 'row server {n}|name={name}|tier={tier}|state={state}|severity={severity}|result={result}|attempts={attempts}'
SERVERS = [(5, 'web', 1, 'off', 'ok', 'verified-off', 1), (6, 'mail', 1, 'retrying', 'warning', 'none', 2), (7, 'database', 2, 'waiting', 'ok', 'none', 0),
           (8, 'files', 2, 'waiting', 'ok', 'none', 0), (9, 'hypervisor', 3, 'waiting', 'ok', 'none', 0)]
EVENT = ('row event {n}|notification={kind}|severity={severity}|time=1700000000000|at=now|incident=8|round=1|step={step}|text={text}|'
         'delivery=pending')
EVENTS = [(51, 'outage-opened', 'warning', 1, 'Outage 8 opened: mains lost at 09:14:25'),
          (52, 'genset-start-failed', 'critical', 2, 'Outage 8: the genset could not be started, 3 attempts'),
          (53, 'report-failed', 'critical', 4, 'Outage 8: power is out, the genset could not be started'),
          (54, 'shutdown-begun', 'warning', 5, 'Outage 8: shutdown of 5 servers begun, tier 1')]
SCENE = [
    'row system 0|site=Kantor|overall_state=critical|overall_text=Mains lost, genset could not be started, 4 of 5 servers not off yet|'
    'engine_started=now-90000000|journal_state=ok|hold_state=none|inhibit_state=off|drill_state=off|open_incident=8|next_command=1|events_bumped=0',
    'row mains 0|state=lost|severity=critical|since=now-740000|outages=8|dips=0|out_ms=0',
    'row genset 0|state=start-failed|severity=critical|since=now-600000|mode=automatic|wiring=held|attempts=3|starts=7|failures=1|run_ms=0|'
    'fuel=ok|fault=off|load=not-carrying|started_by=software',
    'row ups 0|source=both|status=on-battery|severity=warning|link=ok|runtime_ms=1140000|charge_known=on|charge_percent=62|heard_at=now|'
    'shutdown_ms=300000',
    *(STEP.format(n=n, activity=a, role=r, state=s, severity=v, due=d, answer=w, by=b) for n, a, r, s, v, d, w, b in STEPS),
    *(SERVER.format(n=n, name=a, tier=t, state=s, severity=v, result=r, attempts=k) for n, a, t, s, v, r, k in SERVERS),
    *(EVENT.format(n=n, kind=k, severity=v, step=s, text=t) for n, k, v, s, t in EVENTS),
    'commit']
OVER = [
    'row ups 0|source=both|status=online|severity=ok|link=ok|runtime_ms=1800000|charge_known=on|charge_percent=70|heard_at=now|shutdown_ms=300000',
    *(STEP.format(n=n, activity=a, role=r, state='idle', severity='ok', due='none', answer='undecided', by='none') for n, a, r, *_ in STEPS),
    *(SERVER.format(n=n, name=a, tier=t, state='idle', severity='ok', result='none', attempts=0) for n, a, t, *_ in SERVERS),
    EVENT.format(n=55, kind='outage-closed', severity='notice', step=6, text='Outage 8 closed'), 'commit']
SHOWN = ['Mains lost, genset could not be started', 'startFailed', 'Outage 8: shutdown of 5 servers begun']
PROBLEMS = {'Mains: Lost', 'Genset: Could not be started', 'Server mail: Did not shut down yet and is told again', *(e[4] for e in EVENTS)}
