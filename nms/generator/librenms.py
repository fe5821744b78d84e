"""What a pull request for LibreNMS contains: detection, discovery, test data, the handler of notifications with its test, alert rules."""
import json
import pathlib
import re

from generator import zabbix
from generator.librenms_tables import (AMOUNTS, LINUX_OBJECT_ID, NAMES, PRIORITY, ROW_NAMES, RULES, SEVERITY, SKIPPED, STATES,
                                       SYSTEM, TRAP_SEVERITY, WORTH)
from generator.zabbix_tables import SCALAR_GROUPS, TABLES
from generator.zabbix_tables import STATES as TRIGGERS

SAMPLE = pathlib.Path(__file__).resolve().parent / 'librenms.snmprec'


def phrase(name):
    return ' '.join(zabbix.words(name))


def worth(mib, name, label):
    """LibreNMS' generic state: 0 ok, 1 warning, 2 critical, 3 unknown."""
    if label == 'unknown':
        return 3
    if mib.object(name)['syntax'] == 'PadamSeverityTC':
        return SEVERITY[label]
    found = [PRIORITY[priority] for _, thing, labels, priority, *_ in TRIGGERS if thing == name and label in labels]
    return max([WORTH.get((name, label), 0), *found])


def sensor(mib, kind, name, divisor=1):
    """One sensor of the discovery, as {key: value} in LibreNMS' order."""
    thing = mib.object(name)
    title = zabbix.Template(mib, '6.0').title(name)
    found = {'oid': f'{mib.name}::{thing["table"] or thing["group"]}', 'value': f'{mib.name}::{name}',
             'num_oid': f'.{thing["oid"]}.{{{{ $index }}}}', 'index': f'{name}.{{{{ $index }}}}'}
    if thing['table']:
        row, component = TABLES[thing['table']], TABLES[thing['table']][1]
        what = title.rsplit(': ', 1)[1]
        found['descr'] = f'{ROW_NAMES.get(thing["table"]) or f"{{{{ {mib.name}::{row[2]} }}}}"} ({what.lower()})'
        found['group'] = component.capitalize()
    else:
        found['descr'] = NAMES.get(name) or title.replace(': ', ' ')
        found['group'] = SCALAR_GROUPS[thing['group']][1]
    if thing['group'] in SKIPPED:
        other, label = SKIPPED[thing['group']]
        found['skip_values'] = [{'oid': f'{mib.name}::{other}', 'op': '=', 'value': mib.value(other, label)}]
    if kind == 'state':
        found['state_name'] = name
        found['states'] = [{'descr': phrase(label).lower(), 'value': value, 'generic': worth(mib, name, label)}
                           for label, value in thing['enum'].items()]
    else:
        found['divisor'] = divisor
    return found


def sensors(mib):
    found = {}
    for kind, name, divisor in AMOUNTS:
        found.setdefault(kind, []).append(sensor(mib, kind, name, divisor))
    found['state'] = [sensor(mib, 'state', name) for name in STATES]
    return found


# ---- YAML as LibreNMS writes it: four spaces, a dash on a line of its own ----

def scalar(value):
    text = str(value)
    plain = re.fullmatch(r'[A-Za-z0-9][A-Za-z0-9 ():_./-]*', text) and ': ' not in text and not text.endswith(':')
    reserved = text.lower() in ('yes', 'no', 'on', 'off', 'true', 'false', 'null')
    return text if isinstance(value, int) or (plain and not reserved) else "'" + text.replace("'", "''") + "'"


def flow(fields):
    return '{ ' + ', '.join(f'{key}: {scalar(value)}' for key, value in fields.items()) + ' }'


def entry_lines(entry):
    yield f'{16 * " "}-'
    for key, value in entry.items():
        if isinstance(value, list):
            yield f'{20 * " "}{key}:'
            yield from (f'{24 * " "}- {flow(item)}' for item in value)
        else:
            yield f'{20 * " "}{key}: {scalar(value)}'


def discovery(mib, os_lines=()):
    lines = ['modules:', *os_lines, '    sensors:']
    for kind, entries in sensors(mib).items():
        lines += [f'        {kind}:', '            data:']
        for entry in entries:
            lines += entry_lines(entry)
    return '\n'.join(lines) + '\n'


def detection(mib):
    return f'''os: padam
text: padam
type: power
icon: padam
mib_dir: padam
over:
    - {{ graph: device_state, text: State }}
    - {{ graph: device_runtime, text: Runtime }}
    - {{ graph: device_charge, text: Charge }}
discovery:
    -
        sysObjectID:
            - .{mib.root}
'''


def discovery_own(mib):
    return discovery(mib, ['    os:', f'        version: {mib.name}::padamVersion.0', f'        hardware: {mib.name}::padamProduct.0'])


# ---- test data ----

def sample(mib):
    """[(OID, type, value), …] of a real agent, at this module's root."""
    return [line.split('|', 2) for line in mib.rooted(SAMPLE.read_text()).splitlines()]


def snmprec(mib, object_id):
    system = [*SYSTEM, (2, '6', object_id)]
    lines = [(f'1.3.6.1.2.1.1.{arc}.0', kind, value) for arc, kind, value in sorted(system)] + sample(mib)
    return ''.join('|'.join(line) + '\n' for line in lines)


def instances(values, oid):
    """{index: value} of a column or, with index 0, a scalar."""
    return {name[len(oid) + 1:]: value for name, value in values.items() if name.startswith(oid + '.')}


def filled(mib, template, values, index):
    def one(match):
        word = match.group(1)
        return index if word == '$index' else values[f'{mib.object(word.split("::")[1])["oid"]}.{index}']
    return re.sub(r'{{ (\S+) }}', one, template)


def number(value, divisor):
    result = int(value) / divisor
    return int(result) if result == int(result) else result


def skipped(mib, entry, values, index):
    return any(values.get(f'{mib.object(rule["oid"].split("::")[1])["oid"]}.{index}') == str(rule['value'])
               for rule in entry.get('skip_values', []))


def sensor_rows(mib, os_name):
    values = {name: value for name, _, value in sample(mib)}
    for kind, entries in sensors(mib).items():
        for entry in entries:
            name = entry['value'].split('::')[1]
            for index, value in instances(values, mib.object(name)['oid']).items():
                if not skipped(mib, entry, values, index):
                    yield {
                        'sensor_deleted': 0, 'sensor_class': kind, 'poller_type': 'snmp',
                        'sensor_oid': filled(mib, entry['num_oid'], values, index),
                        'sensor_index': filled(mib, entry['index'], values, index), 'sensor_type': entry.get('state_name', os_name),
                        'sensor_descr': filled(mib, entry['descr'], values, index), 'group': entry['group'],
                        'sensor_divisor': entry.get('divisor', 1), 'sensor_multiplier': 1,
                        'sensor_current': number(value, entry.get('divisor', 1)), 'sensor_limit': None, 'sensor_limit_warn': None,
                        'sensor_limit_low': None, 'sensor_limit_low_warn': None, 'sensor_alert': 1, 'sensor_custom': 'No',
                        'entPhysicalIndex': None, 'entPhysicalIndex_measured': None, 'sensor_prev': None, 'user_func': None,
                        'rrd_type': 'GAUGE', 'state_name': entry.get('state_name')}


def state_rows(mib, discovered):
    names = {row['state_name'] for row in discovered}
    for entry in sensors(mib)['state']:
        if entry['state_name'] in names:
            for state in entry['states']:
                yield {'state_name': entry['state_name'], 'state_descr': state['descr'], 'state_value': state['value'],
                       'state_generic_value': state['generic']}


def device(mib, object_id):
    values = {name: value for name, _, value in sample(mib)}
    return {'sysName': '<private>', 'sysObjectID': f'.{object_id}', 'sysDescr': SYSTEM[0][2], 'sysContact': '<private>',
            'version': values[mib.object('padamVersion')['instance']], 'hardware': values[mib.object('padamProduct')['instance']],
            'features': None, 'location': '<private>', 'os': 'padam', 'type': 'power', 'serial': None, 'icon': 'padam.svg'}


def data(mib, os_name):
    rows = sorted(sensor_rows(mib, os_name), key=lambda r: (r['sensor_class'], r['sensor_type'].lower(), r['sensor_index'].lower()))
    states = sorted(state_rows(mib, rows), key=lambda r: (r['state_name'].lower(), r['state_value']))
    found = {'sensors': {'discovery': {'sensors': rows, 'state_indexes': states}, 'poller': 'matches discovery'}}
    if os_name == 'padam':
        found = {'os': {'discovery': {'devices': [device(mib, mib.root)]}, 'poller': 'matches discovery'}} | found
    return json.dumps(found, indent=4, ensure_ascii=False) + '\n'


# ---- notifications ----

def php(words):
    return "'" + words.replace('\\', '\\\\').replace("'", "\\'") + "'"


HANDLER = '''<?php

/**
 * PadamNotification.php
 *
 * Every notification of PADAM-MIB: it brings its severity and a line of text that says what happened.
 *
 * @link       https://www.librenms.org
 */

namespace LibreNMS\\Snmptrap\\Handlers;

use App\\Models\\Device;
use LibreNMS\\Enum\\Severity;
use LibreNMS\\Interfaces\\SnmptrapHandler;
use LibreNMS\\Snmptrap\\Trap;

class PadamNotification implements SnmptrapHandler
{
    /**
     * Handle snmptrap.
     * Data is pre-parsed and delivered as a Trap.
     *
     * @param  Device  $device
     * @param  Trap  $trap
     * @return void
     */
    public function handle(Device $device, Trap $trap): void
    {
        $text = $trap->getOidData($trap->findOid('@MIB@::padamEventText'));
        $severity = $trap->getOidData($trap->findOid('@MIB@::padamEventSeverity'));

        $trap->log($text, $this->severity($severity));
    }

    /**
     * The label with the MIB loaded, the number without it.
     */
    private function severity(?string $severity): Severity
    {
        return match ($severity) {
@CASES@
            default => Severity::Unknown,
        };
    }
}
'''


def handler(mib):
    labels = mib.object('padamEventSeverity')['enum']
    cases = '\n'.join(f"            '{label}', '{value}' => Severity::{TRAP_SEVERITY[label]},"
                      for label, value in labels.items() if label != 'unknown')
    return HANDLER.replace('@MIB@', mib.name).replace('@CASES@', cases)


def handlers(mib):
    lines = '\n'.join(f"        '{mib.name}::{n['name']}' => \\LibreNMS\\Snmptrap\\Handlers\\PadamNotification::class,"
                      for n in sorted(mib.notifications, key=lambda n: n['name']))
    return f'''<?php

// These lines belong into LibreNMS' config/snmptraps.php, in the order of their names.

return [
    'trap_handlers' => [
{lines}
    ],
];
'''


TEST = '''<?php

/**
 * PadamNotificationTest.php
 *
 * Every notification of PADAM-MIB.
 *
 * @link       https://www.librenms.org
 */

namespace LibreNMS\\Tests\\Feature\\SnmpTraps;

use LibreNMS\\Enum\\Severity;
use PHPUnit\\Framework\\Attributes\\DataProvider;

final class PadamNotificationTest extends SnmpTrapTestCase
{
    #[DataProvider('notifications')]
    public function testPadamNotification(string $name, string $label, string $text, Severity $severity): void
    {
        $this->assertTrapLogsMessage(<<<TRAP
{{ hostname }}
UDP: [{{ ip }}]:57602->[192.168.5.5]:162
DISMAN-EVENT-MIB::sysUpTimeInstance 0:0:1:12.7
SNMPv2-MIB::snmpTrapOID.0 @MIB@::$name
@MIB@::padamEventSequence.41 41
@MIB@::padamEventTime.41 1700000000
@MIB@::padamEventSeverity.41 $label
@MIB@::padamEventIncident.41 7
@MIB@::padamEventStep.41 0
@MIB@::padamEventDelaySeconds.41 0
@MIB@::padamEventText.41 "$text"
TRAP,
            $text,
            "Could not handle $name",
            [$severity],
        );
    }

    /**
     * @return array<string, array{string, string, string, Severity}>
     */
    public static function notifications(): array
    {
        return [
@CASES@
        ];
    }
}
'''


def handler_test(mib):
    for name in re.findall(r'@MIB@::(\w+)\.41', TEST):
        mib.object(name)
    cases = [(n['name'], n['name'], n['severity'], n['summary'], TRAP_SEVERITY[n['severity']]) for n in mib.notifications]
    first = mib.notifications[0]
    labels = mib.object('padamEventSeverity')['enum']
    cases += [(f'without the MIB, {label}', first['name'], str(value), first['summary'], TRAP_SEVERITY[label])
              for label, value in labels.items()]
    lines = '\n'.join(f'            {php(title)} => [{php(name)}, {php(label)}, {php(text)}, Severity::{severity}],'
                      for title, name, label, text, severity in cases)
    return TEST.replace('@MIB@', mib.name).replace('@CASES@', lines)


# ---- alert rules ----

DEVICE_UP = {'id': 'macros.device_up', 'field': 'macros.device_up', 'type': 'integer', 'input': 'radio', 'operator': 'equal', 'value': '1'}


def equal(field, value):
    return {'id': field, 'field': field, 'type': 'string', 'input': 'text', 'operator': 'equal', 'value': value}


def alert_rule(mib, name, labels, severity, title):
    states = [equal('sensors.sensor_current', str(mib.value(name, label))) for label in labels]
    any_state = states if len(states) == 1 else [{'condition': 'OR', 'rules': states}]
    return {'builder': {'condition': 'AND', 'rules': [equal('sensors.sensor_type', name), *any_state, DEVICE_UP], 'valid': True},
            'name': f'padam: {title}', 'severity': severity}


def alert_rules(mib):
    rules = []
    for _, name, labels, priority, title, *_ in TRIGGERS:
        if name in STATES:
            table = mib.object(name)['table']
            prefix = f'{TABLES[table][1].capitalize()}: ' if table else ''
            severity = {2: 'critical', 1: 'warning', 0: 'ok'}[PRIORITY[priority]]
            rules.append(alert_rule(mib, name, labels, severity, prefix + title.removeprefix('padam: ')))
    rules += [alert_rule(mib, name, [label], severity, title) for name, label, severity, title in RULES]
    return json.dumps(rules, indent=2, ensure_ascii=False) + '\n'


MAKERS = {
    'resources/definitions/os_detection/padam.yaml': detection,
    'resources/definitions/os_discovery/padam.yaml': discovery_own,
    'resources/definitions/os_discovery/linux.padam.yaml': discovery,
    'tests/snmpsim/padam.snmprec': lambda m: snmprec(m, m.root),
    'tests/snmpsim/linux_padam.snmprec': lambda m: snmprec(m, LINUX_OBJECT_ID),
    'tests/data/padam.json': lambda m: data(m, 'padam'),
    'tests/data/linux_padam.json': lambda m: data(m, 'linux'),
    'LibreNMS/Snmptrap/Handlers/PadamNotification.php': handler,
    'tests/Feature/SnmpTraps/PadamNotificationTest.php': handler_test,
    'config/snmptraps.padam.php': handlers,
    'misc/alert_rules.padam.json': alert_rules,
}
