"""The Zabbix templates. 6.0 asks for each object by itself; 7.0 walks each table once and cuts that up."""
import hashlib
import re

from generator import yaml_text
from generator.zabbix_tables import (ABSENT, COLOURS, DESCRIPTION, MACROS, NAMES, OTHERS, PAGES, REMAINING_COLOURS, ROWS_SHOWN, SCALAR_GROUPS,
                                     SLOW, STATE_COLOURS, STATES, TABLES, TEMPLATE, TRAP_PRIORITY, TRAPS)

GROUP = 'Templates/Power'
GROUP_UUID = '3dcd5bbe90534f9e8eb5c2d53756af63'     # Zabbix's own
TRAP_MASTER = 'snmptrap.padam'
# Zabbix's numbers in the fields of widgets
SHOW_VALUE, SHOW_TIME, BOTTOM, OPEN_ONLY, WORST_FIRST, VALUE = '2', '3', '2', '3', '1', '1'
TRAP_JS = '''// One line: the notification's name and its text, whether or not the receiver knows PADAM-MIB.
var names = %s;
var which = value.match(/(?:::padam([A-Z]\\w*)|%s\\.0\\.(\\d+))(?![\\w.])/);
if (!which) { throw 'no notification of PADAM-MIB'; }
var name = which[1] || names[which[2]];
if (!name) { throw 'unknown notification ' + which[2]; }
var text = value.match(/(?:::padamEventText|%s\\.1\\.11\\.2\\.1\\.9)\\.\\d+\\s[^\\n]*?(?:STRING: *)?"([^"\\n]*(?:\\\\"[^"\\n]*)*)"/);
return 'padam' + name + ': ' + (text ? text[1] : 'without text');'''


def uuid(*parts):
    """A version 4 UUID that is the same every time, and for the same thing in each version of Zabbix."""
    digits = list(hashlib.sha256('|'.join(('padam', *parts)).encode()).hexdigest()[:32])
    digits[12] = '4'
    digits[16] = '89ab'[int(digits[16], 16) % 4]
    return ''.join(digits)


def words(name):
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', ' ', name.removeprefix('padam')).split()


def tags(**given):
    return [{'tag': tag, 'value': value} for tag, value in given.items()]


class Template:
    def __init__(self, mib, version):
        self.mib, self.version, self.walks = mib, version, version != '6.0'
        self.first = '.0' if self.walks else ''    # 7.0 numbers the fields of a widget
        self.expressions = {}    # trigger id: (name, expression, recovery expression)
        self.tail = '.'.join(mib.root.split('.')[7 if mib.root.startswith('1.3.6.1.4.1.8072.9999.9999.') else 6:])

    # ---- names of things ----

    def key(self, name):
        thing = self.mib.object(name)
        parts = [w.lower() for w in words(name)]
        row = '{#SNMPINDEX}' if thing['table'] else '0'
        return f"padam.{'.'.join(parts)}[{name}.{row}]"

    def title(self, name):
        thing = self.mib.object(name)
        if thing['table']:
            prefix, drop = TABLES[thing['table']][4], 1
        else:
            prefix, drop = SCALAR_GROUPS[thing['group']][1], 0 if thing['group'] == 'padamSystem' else 1
        return f'{prefix}: {NAMES.get(name) or " ".join(words(name)[drop:]).capitalize()}'

    def expand(self, expression):
        def one(match):
            name, label = match.group(1), match.group(2)
            return str(self.mib.value(name, label)) if label else f'/{TEMPLATE}/{self.key(name)}'
        return re.sub(r'<(padam\w+)(?::(\w+))?>', one, expression).replace('{T}', TEMPLATE)

    # ---- items ----

    def item(self, name):
        thing = self.mib.object(name)
        table, kind = thing['table'], thing['kind']
        component = TABLES[table][1] if table else SCALAR_GROUPS[thing['group']][0]
        slow = name in SLOW
        oid = f'{thing["oid"]}.{{#SNMPINDEX}}' if table else thing['instance']
        item = {'uuid': uuid('item', self.key(name)), 'name': self.title(name)}
        if self.walks:
            item |= {'type': 'DEPENDENT', 'key': self.key(name), 'delay': '0'}
        else:
            item |= {'type': 'SNMP_AGENT', 'snmp_oid': oid, 'key': self.key(name),
                     'delay': '{$PADAM.POLL.SLOW}' if slow else '{$PADAM.POLL}'}
        item['history'] = '7d'
        if kind == 'text':
            item |= {'trends': '0', 'value_type': 'CHAR'}
        elif kind in ('enum', 'time'):
            item['trends'] = '0'
        elif thing['type'] == 'Integer32':
            item['value_type'] = 'FLOAT'
        if kind == 'time':
            item['units'] = 'unixtime'
        elif thing['units'] == 'seconds':
            item['units'] = 's'
        item['description'] = f'MIB: {self.mib.name}\n{thing["summary"]}' + (f' {ABSENT[name]}: there is none.' if name in ABSENT else '')
        if kind == 'enum':
            item['valuemap'] = {'name': self.valuemap(thing)}
        item['preprocessing'] = self.steps(name, thing, oid, slow)
        if self.walks:
            item['master_item'] = {'key': self.walk_key(table)}
        item['tags'] = tags(component=component)
        return item

    def steps(self, name, thing, oid, slow):
        absent = {'error_handler': 'DISCARD_VALUE'}
        if thing['kind'] == 'text' or name in ABSENT:
            absent = {'error_handler': 'CUSTOM_VALUE', 'error_handler_params': ABSENT.get(name, '')}
        if self.walks:
            found = [{'type': 'SNMP_WALK_VALUE', 'parameters': [oid, '1' if thing['kind'] == 'text' else '0'], **absent}]
        else:
            found = [{'type': 'CHECK_NOT_SUPPORTED', 'parameters': [''], **absent}]
        if thing['kind'] in ('text', 'time') or slow:
            found.append({'type': 'DISCARD_UNCHANGED_HEARTBEAT', 'parameters': ['{$PADAM.POLL.SLOW}']})
        return found

    def valuemap(self, thing):
        return f'{self.mib.name}::{thing["syntax"] if thing["syntax"] in self.mib.types else thing["name"]}'

    def valuemaps(self):
        return [{'uuid': uuid('valuemap', name), 'name': f'{self.mib.name}::{name}',
                 'mappings': [{'value': str(v), 'newvalue': label} for label, v in kind['values'].items()]}
                for name, kind in sorted(self.mib.types.items()) if f'{self.mib.name}::{name}' in self.used]

    def scalars(self):
        return [name for name, o in self.mib.objects.items()
                if o['group'] in SCALAR_GROUPS and not o['table'] and o['access'] == 'read-only']

    def columns(self, table):
        """All that can be read, but the name: the discovery has that."""
        return [c['name'] for c in self.mib.tables[table]['columns']
                if c['access'] == 'read-only' and c['name'] != TABLES[table][2]]

    # ---- walks (7.0) ----

    def walk_key(self, table):
        return f'padam.{TABLES[table][0]}.walk' if table else 'padam.walk'

    def walk_item(self, table):
        if table:
            what, summary = TABLES[table][0], self.mib.tables[table]['summary']
            # The row's own OID: a list of its columns is longer than the 512 characters that Zabbix takes.
            oids = [self.mib.object(TABLES[table][2])['oid'].rpartition('.')[0]]
        else:
            what, summary = 'scalars', 'What the system, the mains and the genset say, in one walk.'
            oids = [g['oid'] for g in self.mib.groups if g['name'] in SCALAR_GROUPS and g['name'] != 'padamEvents']
            oids.append(self.mib.object('padamEventsBumped')['oid'])
        return {'uuid': uuid('item', self.walk_key(table)), 'name': f'SNMP walk: {what}', 'type': 'SNMP_AGENT',
                'snmp_oid': f'walk[{",".join(oids)}]', 'key': self.walk_key(table), 'delay': '{$PADAM.POLL}', 'history': '0',
                'trends': '0', 'value_type': 'TEXT', 'description': f'MIB: {self.mib.name}\n{summary}', 'tags': tags(component='raw')}

    # ---- notifications ----

    def trap_master(self):
        # In a key, a regular expression goes without quotes and backslashes.
        tail = self.tail.replace('.', '[.]')
        pattern = f'(::padam[A-Z][A-Za-z]*|{tail}[.]0[.][0-9]+)(?![0-9A-Za-z.])'
        names = '{' + ', '.join(f'{n["arc"]}: "{n["name"].removeprefix("padam")}"' for n in self.mib.notifications) + '}'
        slashed = self.tail.replace('.', r'\.')
        return {'uuid': uuid('item', TRAP_MASTER), 'name': 'Notifications', 'type': 'SNMP_TRAP', 'key': f'snmptrap["{pattern}"]',
                'delay': '0', 'history': '90d', 'trends': '0', 'value_type': 'TEXT',
                'description': f'MIB: {self.mib.name}\nEvery notification as one line: its name and its text. What padam sent is in padamEventTable, too.',
                'preprocessing': [{'type': 'JAVASCRIPT', 'parameters': [TRAP_JS % (names, slashed, slashed)]}],
                'tags': tags(component='notifications')}

    @staticmethod
    def trap_key(short):
        return f'padam.trap[padam{short}]'

    def trap_item(self, note, closing):
        short = note['name'].removeprefix('padam')
        names = '|'.join(f'padam{name}' for name in (short, *closing))
        for name in closing:
            if f'padam{name}' not in self.mib.notes:
                raise SystemExit(f'nms/generate: no notification padam{name}')
        item = {'uuid': uuid('item', self.trap_key(short)), 'name': f'Notification: {note["title"]}', 'type': 'DEPENDENT',
                'key': self.trap_key(short), 'delay': '0', 'history': '90d', 'trends': '0', 'value_type': 'TEXT',
                'description': f'MIB: {self.mib.name}\n{note["summary"]}' + (f'\nClosed by {", ".join("padam" + c for c in closing)}.' if closing else ''),
                'preprocessing': [{'type': 'REGEX', 'parameters': [f'^({names}): .*', '\\0'], 'error_handler': 'DISCARD_VALUE'}],
                'master_item': {'key': self.trap_master()['key']}, 'tags': tags(component='notifications')}
        if closing:
            path = f'/{TEMPLATE}/{self.trap_key(short)}'
            item['triggers'] = [{
                'uuid': uuid('trigger', 'trap', short),
                'expression': f'find({path},,"regexp","^padam{short}:")=1 and {{$PADAM.TRAPS}}=1',
                'recovery_mode': 'RECOVERY_EXPRESSION',
                'recovery_expression': f'find({path},,"regexp","^padam({"|".join(closing)}):")=1',
                'name': f'Notified: {note["title"]}',
                'event_name': f'{{{{ITEM.VALUE}}.regsub("^\\w+: (.*)", "\\1")}}',
                'priority': TRAP_PRIORITY[note['severity']], 'description': note['summary'], 'manual_close': 'YES',
                'tags': tags(scope='notice')}]
        return item

    def trap_items(self):
        fallback = {'uuid': uuid('item', 'snmptrap.fallback'), 'name': 'SNMP traps (fallback)', 'type': 'SNMP_TRAP', 'key': 'snmptrap.fallback',
                    'delay': '0', 'history': '2w', 'trends': '0', 'value_type': 'LOG',
                    'description': 'Collects all SNMP traps that no other snmptrap item matches.', 'logtimefmt': 'hh:mm:sszyyyy/MM/dd',
                    'tags': tags(component='network')}
        return [self.trap_master(), *(self.trap_item(n, TRAPS.get(n['name'].removeprefix('padam'), [])) for n in self.mib.notifications), fallback]

    # ---- triggers ----

    def prepare_triggers(self):
        self.triggers = {}
        for ident, name, labels, priority, title, scope, depends, closes in STATES:
            bad = [f'last(<{name}>)=<{name}:{label}>' for label in labels]
            good = [f'last(<{name}>)<><{name}:{label}>' for label in ['unknown', *labels]]
            recovery = ' or '.join(f'last(<{name}>)=<{name}:{label}>' for label in closes) or ' and '.join(good)
            meanings = self.mib.types[self.mib.object(name)['syntax']]['meanings']
            text = '; '.join(f'{label}: {meanings[label]}' for label in labels) + '.'
            self.triggers[ident] = (' or '.join(bad), recovery, priority, title, scope, depends, text[0].upper() + text[1:])
        for ident, expression, recovery, *rest in OTHERS:
            self.triggers[ident] = (expression, recovery, *rest)
        for ident, (expression, _, _, _, _, depends, _) in self.triggers.items():
            unknown = [d for d in depends if d not in self.triggers]
            if unknown:
                raise SystemExit(f'nms/generate: trigger {ident} depends on {unknown}')
        self.placed = set()

    def table_of(self, ident):
        name = re.search(r'<(padam\w+)>', self.triggers[ident][0])
        return self.mib.object(name.group(1))['table'] if name else None

    def named(self, ident):
        table = self.table_of(ident)
        title = self.triggers[ident][3]
        return f'{TABLES[table][4]}: {title}' if table else title

    def trigger(self, ident):
        expression, recovery, priority, _, scope, depends, text = self.triggers[ident]
        trigger = {'uuid': uuid('trigger', ident), 'expression': self.expand(expression)}
        if recovery:
            trigger |= {'recovery_mode': 'RECOVERY_EXPRESSION', 'recovery_expression': self.expand(recovery)}
        trigger['name'] = self.named(ident)
        if '<' in expression:
            trigger['opdata'] = 'Current: {ITEM.LASTVALUE1}'
        trigger |= {'priority': priority, 'description': text}
        if depends:
            trigger['dependencies'] = [self.dependency(d) for d in depends]
        trigger['tags'] = tags(scope=scope)
        return trigger

    def dependency(self, ident):
        expression, recovery = self.triggers[ident][:2]
        found = {'name': self.named(ident), 'expression': self.expand(expression)}
        if recovery:
            found['recovery_expression'] = self.expand(recovery)
        return found

    def place_triggers(self, items, field, table=None):
        """Those of one item go with it; the others are returned."""
        elsewhere = []
        for ident, (expression, recovery, *_) in self.triggers.items():
            if self.table_of(ident) != table:
                continue
            names = set(re.findall(r'<(padam\w+)>', expression + recovery))
            keys = {self.key(n) for n in names} | set(re.findall(r'/\{T\}/([^,\[]+\[[^]]*\])', expression))
            home = [i for i in items if i['key'] in keys]
            if len(keys) == 1:
                home[0].setdefault(field, []).append(self.trigger(ident))
            else:
                elsewhere.append(self.trigger(ident))
        return elsewhere

    # ---- discovery ----

    def discovery(self, table):
        thing, component, name_column, macro, row, filtered = TABLES[table]
        name_oid = self.mib.object(name_column)['oid']
        rule = {'uuid': uuid('rule', table), 'name': f'{thing.capitalize()} discovery'}
        if self.walks:
            rule |= {'type': 'DEPENDENT', 'key': f'{thing}.discovery', 'delay': '0'}
        else:
            rule |= {'type': 'SNMP_AGENT', 'snmp_oid': f'discovery[{macro},{name_oid}]', 'key': f'{thing}.discovery', 'delay': '{$PADAM.POLL.SLOW}'}
        if filtered:
            limits = f'{{$PADAM.{thing.upper()}.'
            rule['filter'] = {'evaltype': 'AND', 'conditions': [
                {'macro': macro, 'value': limits + 'MATCHES}', 'formulaid': 'A'},
                {'macro': macro, 'value': limits + 'NOT_MATCHES}', 'operator': 'NOT_MATCHES_REGEX', 'formulaid': 'B'}]}
        rule['lifetime'] = '7d'
        rule['description'] = f'MIB: {self.mib.name}\n{self.mib.tables[table]["summary"]}'
        items = [self.item(c) for c in self.columns(table)]
        self.used |= {i['valuemap']['name'] for i in items if 'valuemap' in i}
        for item in items:
            item['tags'] += tags(**{thing: macro if filtered else '{#SNMPINDEX}'})
            if not filtered and 'description' in item:
                item['description'] += '\n{#ACTIVITY}'
        elsewhere = self.place_triggers(items, 'trigger_prototypes', table)
        rule['item_prototypes'] = items
        if elsewhere:
            rule['trigger_prototypes'] = elsewhere
        graphs = [w for page in PAGES[self.version].values() for w in page if w[0] == 'prototype' and self.mib.object(w[2])['table'] == table]
        if graphs:
            rule['graph_prototypes'] = [self.graph(w[2]) for w in graphs]
        if self.walks:
            rule['master_item'] = {'key': self.walk_key(table)}
            rule['preprocessing'] = [{'type': 'SNMP_WALK_TO_JSON', 'parameters': [macro, name_oid, '1']},
                                     {'type': 'DISCARD_UNCHANGED_HEARTBEAT', 'parameters': ['{$PADAM.POLL.SLOW}']}]
        return rule

    def graph(self, name):
        return {'uuid': uuid('graph', name), 'name': self.title(name), 'show_triggers': 'NO',
                'graph_items': [{'color': '1A7C11', 'item': {'host': TEMPLATE, 'key': self.key(name)}}]}

    # ---- the dashboard ----

    def field(self, kind, name, value):
        return {'type': kind, 'name': name, 'value': value}

    def colours(self, name):
        """{number: colour} of a state."""
        given = {label: priority for _, of, labels, priority, *_ in STATES if of == name for label in labels} | STATE_COLOURS.get(name, {})
        values = self.mib.types[self.mib.object(name)['syntax']]['values']
        return {v: COLOURS['unknown' if label == 'unknown' else given.get(label, 'well')] for label, v in values.items()}

    def thresholds(self, name):
        """A colour from each number on."""
        if name == 'padamStepSecondsRemaining':
            steps = [(value, COLOURS[colour]) for value, colour in REMAINING_COLOURS]
        else:
            numbers = sorted(self.colours(name).items())
            steps = [(str(v), c) for (v, c), (_, before) in zip(numbers, [(0, None), *numbers]) if c != before]
        return [field for n, (value, colour) in enumerate(steps) for field in (
            self.field('STRING', f'thresholds.{n}.color', colour), self.field('STRING', f'thresholds.{n}.threshold', value))]

    def item_fields(self, subject, item):
        kind = self.mib.object(subject)['kind']
        with_time = subject == 'padamOverallState'    # it tells whether all of this is fresh
        shown = [SHOW_VALUE, SHOW_TIME] if with_time else [SHOW_VALUE]
        fields = [self.field('ITEM', 'itemid' + self.first, item), self.field('INTEGER', 'adv_conf', '1'),
                  self.field('INTEGER', 'decimal_places', '0'), self.field('INTEGER', 'value_size', '32' if kind == 'text' else '42'),
                  *(self.field('INTEGER', f'show.{n}' if self.walks else 'show', v) for n, v in enumerate(shown))]
        if with_time:
            fields += [self.field('INTEGER', 'time_size', '14'), self.field('INTEGER', 'time_v_pos', BOTTOM)]
        if self.walks and kind == 'enum':
            fields += self.thresholds(subject)
        return fields

    def cells_fields(self, subject):
        thing = self.mib.object(subject)
        row = TABLES[thing['table']][4]
        kind = '' if row.endswith('{#SNMPINDEX}') else f'{row.split()[0]} '    # a step is its number, all others are their name
        fields = [self.field('STRING', 'items.0', re.sub(r'\{#\w+\}', '*', self.title(subject))),
                  self.field('STRING', 'primary_label', f'{{{{ITEM.NAME}}.regsub("^{kind}(.*): ", "\\1")}}')]
        if thing['kind'] == 'enum':
            fields.append(self.field('STRING', 'secondary_label', '{ITEM.LASTVALUE}'))
        else:    # in seconds, as a number by itself: "3.20m" is no countdown
            fields += [self.field('INTEGER', 'secondary_label_type', VALUE), self.field('INTEGER', 'secondary_label_decimal_places', '0'),
                       self.field('STRING', 'secondary_label_units', 'sec')]
        for label, size in (('primary', '24'), ('secondary', '18')):
            fields += [self.field('INTEGER', f'{label}_label_size_type', '1'), self.field('INTEGER', f'{label}_label_size', size)]
        return fields + self.thresholds(subject)

    def history_fields(self, name, item):
        lines = self.field('INTEGER', 'show_lines', '20')
        if not self.walks:
            return [self.field('ITEM', 'itemids', item), lines]
        return [self.field('STRING', 'columns.0.name', name), self.field('ITEM', 'columns.0.itemid', item), self.field('INTEGER', 'layout', '1'),
                self.field('INTEGER', 'show_column_header', '0'), self.field('INTEGER', 'show_timestamp', '1'), lines]

    def widget_fields(self, kind, name, subject):
        item = {'host': TEMPLATE, 'key': self.trap_master()['key'] if subject == 'trap' else self.key(subject) if subject else None}
        if kind == 'item':
            return self.item_fields(subject, item)
        if kind == 'cells':
            return self.cells_fields(subject)
        if kind == 'history':
            return self.history_fields(name, item)
        if kind == 'prototype':
            fields = [self.field('GRAPH_PROTOTYPE', 'graphid' + self.first, {'host': TEMPLATE, 'name': self.title(subject)}),
                      self.field('INTEGER', 'columns', '3'), self.field('INTEGER', 'rows', str(ROWS_SHOWN[subject]))]
            return fields if self.walks else [*fields, self.field('INTEGER', 'source_type', '2')]
        return [self.field('INTEGER', 'show', OPEN_ONLY), self.field('INTEGER', 'sort_triggers', WORST_FIRST)]

    def widget(self, spec):
        kind, name, subject, x, y, width, height = spec
        wide = 3 if self.walks else 1     # 7.0's grid has 72 columns
        kinds = {'item': 'item', 'prototype': 'graphprototype', 'history': 'itemhistory', 'problems': 'problems', 'cells': 'honeycomb'} if self.walks \
            else {'item': 'ITEM', 'prototype': 'GRAPH_PROTOTYPE', 'history': 'PLAIN_TEXT'}
        fields = sorted(self.widget_fields(kind, name, subject), key=lambda f: (f['type'], f['name']))
        if self.walks and kind != 'item':
            letters = uuid('reference', name, kind).upper()
            fields.append(self.field('STRING', 'reference', ''.join(chr(65 + int(c, 16)) for c in letters[:5])))
        return {'type': kinds[kind], 'name': name, 'x': str(x * wide), 'y': str(y), 'width': str(width * wide), 'height': str(height), 'fields': fields}

    def dashboard(self):
        pages = [{'name': name, 'widgets': [self.widget(w) for w in widgets]} for name, widgets in PAGES[self.version].items()]
        return {'uuid': uuid('dashboard'), 'name': 'Power cut', 'auto_start': 'NO', 'pages': pages}

    # ---- all of it ----

    def build(self):
        self.used = set()
        self.prepare_triggers()
        items = [self.item(name) for name in self.scalars()]
        self.used |= {i['valuemap']['name'] for i in items if 'valuemap' in i}
        if self.walks:
            items = [self.walk_item(t) for t in (None, *TABLES)] + items
        items += self.trap_items()
        items.append({'uuid': uuid('item', 'available'), 'name': 'SNMP agent availability', 'type': 'INTERNAL',
                      'key': 'zabbix[host,snmp,available]', 'history': '7d',
                      'description': 'Availability of SNMP checks on the host: 0 not available, 1 available, 2 unknown.',
                      'valuemap': {'name': 'zabbix.host.available'}, 'tags': tags(component='health')})
        elsewhere = self.place_triggers(items, 'triggers')
        rules = [self.discovery(table) for table in TABLES]
        available = {'uuid': uuid('valuemap', 'available'), 'name': 'zabbix.host.available', 'mappings': [
            {'value': '0', 'newvalue': 'not available'}, {'value': '1', 'newvalue': 'available'}, {'value': '2', 'newvalue': 'unknown'}]}
        template = {'uuid': uuid('template'), 'template': TEMPLATE, 'name': TEMPLATE, 'description': DESCRIPTION}
        if self.walks:
            template['vendor'] = {'name': 'padam', 'version': '7.0-0'}
        template |= {'groups': [{'name': GROUP}], 'items': items, 'discovery_rules': rules,
                     'tags': tags(**{'class': 'power', 'target': 'padam'}),
                     'macros': [{'macro': m, 'value': v, 'description': d} for m, v, d in MACROS],
                     'dashboards': [self.dashboard()], 'valuemaps': [*self.valuemaps(), available]}
        year, month, day, hour, minute = self.mib.updated
        head = {'version': self.version}
        if not self.walks:
            head['date'] = f'{year}-{month}-{day}T{hour}:{minute}:00Z'
        groups = 'template_groups' if self.walks else 'groups'
        export = head | {groups: [{'uuid': GROUP_UUID, 'name': GROUP}], 'templates': [template]}
        if elsewhere:
            export['triggers'] = elsewhere
        return {'zabbix_export': export}


def build(mib, version):
    return Template(mib, version).build()


def text(mib, version):
    return yaml_text.dump(build(mib, version))
