"""The templates' README, in the form that Zabbix's own have."""
from generator import zabbix
from generator.zabbix_tables import MACROS, TEMPLATE

HEAD = f'''# {TEMPLATE}

## Overview

padam carries out the procedure for a power cut and publishes every step of it over SNMP. The template discovers
inputs, servers, equipment and the six steps, has a trigger for every alarm, and takes every notification.

## Requirements

Zabbix 6.0 or later: `template_power_padam_snmp_6.0.yaml`; 7.0 or later: `template_power_padam_snmp_7.0.yaml`, which
walks each table once and shows more on its dashboard.

## Tested versions

Zabbix 6.0.14 and 7.0.9, with padam's own tests: import, discovery, values, and the problems and pages of an outage.

## Setup

1. On the host of padam, set up snmpd (`nms/snmpd/padam.conf`): the user *padam-nms* reads.
2. Import the template: Data collection (6.0: Configuration), Templates, Import.
3. Create a host with an SNMPv3 interface: user, authentication SHA256, privacy AES128; link the template to it.
4. For notifications, set up snmptrapd with Zabbix's receiver or with `nms/snmptrapd/zabbix-traphandle`. Zabbix
   gives a notification to the host whose SNMP interface has its source address. The template recognises it with
   and without PADAM-MIB at the receiver.

A problem opened by a notification (*Notified: …*) is fast, and may be repeated by one of a polled state, which holds
when a notification is lost. `{{$PADAM.TRAPS}}` = 0 leaves the polled ones alone.

'''


def cell(text):
    return ' '.join(str(text).split()).replace('|', '\\|')


def table(title, heads, rows):
    lines = [f'### {title}', '', '|' + '|'.join(heads) + '|', '|' + '|'.join('----' for _ in heads) + '|']
    return '\n'.join(lines + ['|' + '|'.join(cell(c) for c in row) + '|' for row in rows]) + '\n\n'


def item_rows(items):
    return [(i['name'], i.get('description', '').split('\n')[-1] if 'ACTIVITY' not in i.get('description', '') else
             i['description'].split('\n')[1], i['type'].replace('_', ' ').capitalize(), f'`{i["key"]}`') for i in items]


def trigger_rows(triggers):
    def more(t):
        on = [f'Depends on: {", ".join(d["name"] for d in t["dependencies"])}.'] if 'dependencies' in t else []
        return ' '.join(on + (['Manual close: yes.'] if t.get('manual_close') else []))
    return [(t['name'], t['description'], f'`{t["expression"]}`', t['priority'].capitalize(), more(t)) for t in triggers]


def text(mib):
    export = zabbix.build(mib, '6.0')['zabbix_export']
    template = export['templates'][0]
    items = template['items']
    triggers = [t for i in items for t in i.get('triggers', [])] + \
        [t for t in export.get('triggers', [])]
    heads = ('Name', 'Description', 'Type', 'Key')
    trigger_heads = ('Name', 'Description', 'Expression', 'Severity', 'Dependencies and additional info')
    out = HEAD + table('Macros used', ('Name', 'Description', 'Default'), [(m, d, f'`{v}`') for m, v, d in MACROS])
    out += table('Items', heads, item_rows(items)) + table('Triggers', trigger_heads, trigger_rows(triggers))
    for rule in template['discovery_rules']:
        out += table(f'LLD rule: {rule["name"]}', heads, item_rows([rule]))
        out += table(f'Item prototypes for {rule["name"]}', heads, item_rows(rule['item_prototypes']))
        prototypes = [t for i in rule['item_prototypes'] for t in i.get('trigger_prototypes', [])] + rule.get('trigger_prototypes', [])
        out += table(f'Trigger prototypes for {rule["name"]}', trigger_heads, trigger_rows(prototypes))
    return out.rstrip() + '\n'
