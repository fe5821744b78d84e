"""The Zabbix template in a real Zabbix: imported by its API, a host added, an outage played over real snmpd and snmptrapd.

Everything is in folders of its own, on loopback, and stopped afterwards.
"""
import pathlib
import signal
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'agentx')]
from rig import PASS, Rig, wait_for  # noqa: E402
from built import BUILD, TOP, rooted  # noqa: E402
from zabbix_pages import Pages  # noqa: E402
from zabbix_scene import OVER, PROBLEMS, SCENE, SHOWN  # noqa: E402
from zabbix_server import Zabbix  # noqa: E402

TEMPLATE = 'Padam by SNMP'
PICTURES = BUILD / 'pictures'
VALUES_S = 90
SYSTEM = ('row system 0|site=Kantor|overall_state={state}|overall_text={text}|engine_started=now-90000000|journal_state=ok|'
          'hold_state={hold}|inhibit_state=off|drill_state=off|next_command=1|events_bumped=0')
MAINS = 'row mains 0|state={state}|severity={severity}|since=now|outages=1|dips=0|out_ms=0'
GENSET = ('row genset 0|state={state}|severity={severity}|since=now|mode=automatic|wiring=held|attempts=1|starts=1|failures=0|run_ms=0|'
          'fuel=ok|fault=off|load=unknown|started_by=software')
SERVER = 'row server 4|name=app|tier=1|state={state}|severity={severity}|result={result}|attempts=1'
STEP = ('row step 2|activity=Genset dinyalakan|role=genset-operator|state={state}|severity={severity}|incident=7|round=1|'
        'clock_start=now-60000|due={due}|answer=undecided|done_by=none')
INPUT = 'row input 3|name=Mains L1|role=mains-l1|value={value}|status={status}|severity={severity}|last_change=now'
EQUIPMENT = 'row equipment 1|name=fuel|kind=fuel|state={state}|severity={severity}|since=now|reason=low'

CALM = [SYSTEM.format(state='ok', text='All is well', hold='none'), MAINS.format(state='present', severity='ok'),
        GENSET.format(state='stopped', severity='ok'), SERVER.format(state='idle', severity='ok', result='none'),
        STEP.format(state='idle', severity='ok', due='none'), INPUT.format(value='active', status='ok', severity='ok'),
        EQUIPMENT.format(state='ready', severity='ok'), 'commit']
OUTAGE = [SYSTEM.format(state='critical', text='Outage', hold='held'), MAINS.format(state='lost', severity='critical'),
          GENSET.format(state='start-failed', severity='critical'), SERVER.format(state='not-off', severity='critical', result='failed'),
          STEP.format(state='open', severity='notice', due='now+30000'), INPUT.format(value='unknown', status='unavailable', severity='warning'),
          EQUIPMENT.format(state='missing', severity='warning'), 'commit']
LATER = [STEP.format(state='missed', severity='critical', due='now-30000'), 'commit']
EVENT = 'row event {n}|notification={kind}|severity={severity}|time=1700000000000|at=now|incident=7|round=1|step=2|text={text}|delivery=pending'
TRAPS = [EVENT.format(n=41, kind='mains-lost', severity='critical', text='Outage 7: mains lost at 14:04:25'),
         EVENT.format(n=42, kind='report-failed', severity='critical', text='Outage 7: the genset could not be started'), 'commit']
TRAPS_AFTER = [EVENT.format(n=43, kind='mains-restored', severity='notice', text='Outage 7: mains restored'),
               EVENT.format(n=44, kind='outage-closed', severity='notice', text='Outage 7 closed'), 'commit']

IN_OUTAGE = {'Mains: Lost', 'Genset: Could not be started', 'padam: A contradiction holds the shutdown of servers',
             'Server app: Not proven off', 'Step 2: Is due in less than 60 s', 'Input Mains L1: Cannot be read',
             'Equipment fuel: Missing or not working', 'Outage 7: mains lost at 14:04:25', 'Outage 7: the genset could not be started'}
GONE = {'padam: Its subagent is gone'}
LOST = {'padam: The engine is lost', 'Engine lost: not heard for 15 s, the state is not known, nothing is certain to be carried out'}

results = []


class TrapRig(Rig):
    """snmptrapd gives each notification to Zabbix as well, with the files that sites get."""

    def write_snmptrapd_conf(self):
        super().write_snmptrapd_conf()
        path = self.folder / 'snmptrapd.conf'
        handler = TOP / 'nms/snmptrapd/zabbix-traphandle'
        text = path.read_text().replace('authUser log ', 'authUser log,execute ')
        path.write_text(f'{text}traphandle default {handler} {self.folder}/snmptrap.log\n')
        (self.folder / 'snmptrap.log').touch()


def check(what, faults):
    faults = list(faults)
    results.append(not faults)
    print('pass' if not faults else 'FAIL', what, flush=True)
    for fault in faults[:30]:
        print('    ' + fault)


def problems(zabbix):
    host = zabbix.call('host.get', filter={'host': ['padam']}, output=['hostid'])[0]['hostid']
    return {p['name'] for p in zabbix.call('problem.get', output=['name'], hostids=[host])}


def await_problems(zabbix, wanted, what):
    """Until exactly these are open; what differs at the end."""
    try:
        wait_for(lambda: problems(zabbix) == wanted, what, VALUES_S)
    except AssertionError:
        have = problems(zabbix)
        return [f'not open: {p}' for p in sorted(wanted - have)] + [f'open: {p}' for p in sorted(have - wanted)]
    return []


def add_host(zabbix, rig):
    template = zabbix.call('template.get', filter={'host': [TEMPLATE]})[0]['templateid']
    group = zabbix.call('hostgroup.get', filter={'name': ['Linux servers']})[0]['groupid']
    details = {'version': 3, 'bulk': 1, 'securityname': 'padam-nms', 'securitylevel': 2, 'authprotocol': 3, 'authpassphrase': PASS,
               'privprotocol': 1, 'privpassphrase': PASS}
    return zabbix.call('host.create', host='padam', groups=[{'groupid': group}], templates=[{'templateid': template}],
                       macros=[{'macro': '{$PADAM.POLL}', 'value': '2s'}, {'macro': '{$PADAM.POLL.SLOW}', 'value': '5s'},
                               {'macro': '{$SNMP.TIMEOUT}', 'value': '30s'}],
                       interfaces=[{'type': 2, 'main': 1, 'useip': 1, 'ip': '127.0.0.1', 'dns': '', 'port': str(rig.port), 'details': details}])['hostids'][0]


def items(zabbix):
    return {i['key_']: i for i in zabbix.call('item.get', host='padam', output=['key_', 'lastvalue', 'lastclock', 'state', 'error'])}


def valued(zabbix, *keys):
    found = items(zabbix)
    return all(k in found and found[k]['lastclock'] != '0' for k in keys)


def template(version):
    return rooted((TOP / f'nms/zabbix/template_power_padam_snmp_{version}.yaml').read_text())


def pictures(zabbix):
    PICTURES.mkdir(parents=True, exist_ok=True)
    host = zabbix.call('host.get', filter={'host': ['padam']}, output=['hostid'])[0]['hostid']
    pages = Pages(zabbix, PICTURES)
    try:
        return [*pages.dashboard(f'zabbix-{zabbix.version}-dashboard', host, SHOWN),
                *pages.problems(f'zabbix-{zabbix.version}-problems', host, sorted(PROBLEMS))]
    finally:
        pages.close()


def play(zabbix, rig):
    version = zabbix.version
    if version != '6.0':
        check('the template of 6.0 is imported, too, and replaced', [] if zabbix.import_yaml(template('6.0')) is True else ['refused'])
    text = template(version)
    check(f'template {version} is imported', [] if zabbix.import_yaml(text) is True else ['refused'])
    check('and again over itself', [] if zabbix.import_yaml(text) is True else ['refused'])
    add_host(zabbix, rig)
    rows = ['padam.server.state[padamServerState.4]', 'padam.input.value[padamInputValue.3]', 'padam.step.state[padamStepState.2]',
            'padam.equipment.state[padamEquipmentState.1]']
    wait_for(lambda: valued(zabbix, 'padam.mains.state[padamMainsState.0]', *rows), 'discovered rows have values', VALUES_S)
    found = items(zabbix)
    check('discovery finds the rows, and values arrive', [f'{k}: {i["error"]}' for k, i in found.items() if i['state'] == '1'])
    check('values are those of the agent', [f'{k} = {found[k]["lastvalue"]}' for k, v in (
        ('padam.mains.state[padamMainsState.0]', '2'), ('padam.site[padamSite.0]', 'Kantor'), (rows[0], '2'), (rows[3], '2')) if found[k]['lastvalue'] != v])
    check('all is calm: no problem is open', await_problems(zabbix, set(), 'no problem'))
    rig.engine.tell(*OUTAGE, *TRAPS)
    check('the outage opens its problems, and no more', await_problems(zabbix, IN_OUTAGE, 'the problems of the outage'))
    remaining = float(items(zabbix)['padam.step.seconds.remaining[padamStepSecondsRemaining.2]']['lastvalue'])
    check('the seconds remaining are counted down', [] if -90 < remaining <= 30 else [str(remaining)])
    rig.engine.tell(*LATER)
    check('a missed step takes the place of one that is due', await_problems(
        zabbix, IN_OUTAGE - {'Step 2: Is due in less than 60 s'} | {'Step 2: Missed its deadline'}, 'the missed step'))
    rig.engine.tell(*CALM, *TRAPS_AFTER)
    check('after the outage all problems are closed', await_problems(zabbix, set(), 'no problem'))
    rig.engine.tell(*SCENE)
    check('another outage opens its problems', await_problems(zabbix, PROBLEMS, 'the problems of the other outage'))
    check('its dashboard and its problems are shown as pages', pictures(zabbix))
    rig.engine.tell(*CALM, *OVER)
    check('and it ends', await_problems(zabbix, set(), 'no problem'))
    rig.agent.kill(signal.SIGSTOP)
    check('a subagent that hangs is a problem', await_problems(zabbix, GONE, 'the subagent is gone'))
    rig.agent.kill(signal.SIGCONT)
    check('until it goes on', await_problems(zabbix, set(), 'no problem'))
    rig.engine.end()
    check('an engine that is lost is that problem and its notification, and no other', await_problems(zabbix, LOST, 'the engine is lost'))


def main(installed=pathlib.Path('/')):
    rig, zabbix = TrapRig(), None
    try:
        rig.start_all(*CALM)
        zabbix = Zabbix(rig.folder / 'snmptrap.log', installed)
        zabbix.start_database()
        zabbix.start_server()
        zabbix.start_frontend()
        play(zabbix, rig)
    finally:
        if zabbix:
            zabbix.close()
        rig.close()
    print(f'{sum(results)} passed, {len(results) - sum(results)} failed')
    sys.exit(0 if all(results) else 1)

