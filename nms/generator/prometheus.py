"""snmp_exporter's configuration: what its generator is given, and what it would make, in both forms; the alerts' rules."""
from generator import yaml_text
from generator.prometheus_tables import ALERTS, IGNORED, WALKED

HEAD = '# Generated from PADAM-MIB by nms/generate.\n'
USER = {'version': 3, 'username': 'padam-nms', 'security_level': 'authPriv', 'password': 'AUTH PASSPHRASE', 'auth_protocol': 'SHA256',
        'priv_protocol': 'AES', 'priv_password': 'PRIV PASSPHRASE'}


def walked(mib):
    groups = [g for g in mib.groups if g['name'] in WALKED]
    missing = set(WALKED) - {g['name'] for g in groups}
    if missing:
        raise SystemExit(f'nms/generate: no groups {missing}')
    return groups


def is_severity(thing):
    return thing['syntax'] == 'PadamSeverityTC'


def metric_type(thing):
    if thing['kind'] == 'enum':
        return 'gauge' if is_severity(thing) else 'EnumAsStateSet'
    if thing['kind'] == 'text':
        return 'DisplayString'
    return 'counter' if thing['type'] == 'Counter32' else 'gauge'


def shown(name):
    return name not in IGNORED


def name_column(table):
    return next(c for c in table['columns'] if c['kind'] == 'text' and c['access'] == 'read-only')


def metrics(mib):
    for group in walked(mib):
        for scalar in group['scalars']:
            if shown(scalar['name']):
                yield metric(scalar, None)
        for table in group['tables']:
            for column in table['columns']:
                if column['access'] == 'read-only' and shown(column['name']) and column['name'] != name_column(table)['name']:
                    yield metric(column, table)


def metric(thing, table):
    found = {'name': thing['name'], 'oid': thing['oid'], 'type': metric_type(thing), 'help': f'{thing["summary"]} - {thing["oid"]}'}
    if table:
        index, name = table['columns'][0]['name'], name_column(table)
        found['indexes'] = [{'labelname': index, 'type': 'gauge'}]
        found['lookups'] = [{'labels': [index], 'labelname': name['name'], 'oid': name['oid'], 'type': 'DisplayString'}]
    if thing['kind'] == 'enum':
        found['enum_values'] = {value: label for label, value in thing['enum'].items()}
    return found


def module(mib):
    return {'walk': [g['oid'] for g in walked(mib)], 'metrics': list(metrics(mib))}


def snmp_new(mib):
    """From 0.23 on: users apart from modules."""
    return HEAD + '# For snmp_exporter 0.23 and later.\n' + yaml_text.dump({'auths': {'padam': dict(USER)}, 'modules': {'padam': module(mib)}})


def snmp_old(mib):
    """Up to 0.22, as in Debian 12: the user is in the module."""
    auth = {k: v for k, v in USER.items() if k != 'version'}
    return HEAD + '# For snmp_exporter up to 0.22.\n' + yaml_text.dump(
        {'padam': module(mib) | {'version': 3, 'auth': auth}})


def generator(mib):
    lookups, overrides = [], {}
    for group in walked(mib):
        for table in group['tables']:
            lookups.append({'source_indexes': [table['columns'][0]['name']], 'lookup': name_column(table)['name']})
            overrides[name_column(table)['name']] = {'ignore': True}
        for thing in [*group['scalars'], *(c for t in group['tables'] for c in t['columns'])]:
            if not shown(thing['name']):
                overrides[thing['name']] = {'ignore': True}
            elif thing['kind'] == 'enum' and not is_severity(thing):
                overrides[thing['name']] = {'type': 'EnumAsStateSet'}
    return HEAD + '# For the generator of snmp_exporter 0.23 and later; it needs PADAM-MIB in its MIBDIRS.\n' + yaml_text.dump(
        {'auths': {'padam': dict(USER)},
         'modules': {'padam': {'walk': [g['name'] for g in walked(mib)], 'lookups': lookups, 'overrides': overrides}}})


def rules(mib):
    found = []
    for name, (expression, wait, severity, summary, description) in ALERTS.items():
        for word in set(w for w in expression.replace('{', ' ').replace('(', ' ').replace(')', ' ').replace(',', ' ').split() if w.startswith('padam')):
            mib.object(word.split('=')[0])
        rule = {'alert': name, 'expr': expression}
        if wait:
            rule['for'] = wait
        found.append(rule | {'labels': {'severity': severity}, 'annotations': {'summary': summary, 'description': description}})
    return HEAD + yaml_text.dump({'groups': [{'name': 'padam', 'rules': found}]})
