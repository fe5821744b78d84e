"""A Grafana dashboard over the metrics that snmp_exporter makes of PADAM-MIB."""
import json
import re

from generator.prometheus_tables import PANELS

COLOURS = {'unknown': 'purple', 'ok': 'green', 'notice': 'blue', 'warning': 'orange', 'critical': 'red'}
SOURCE = {'type': 'prometheus', 'uid': '${datasource}'}


def place(panels, width=24):
    """Positions, row by row."""
    x = y = high = 0
    for _, _, _, _, w, h in panels:
        if x + w > width:
            x, y, high = 0, y + high, 0
        yield {'x': x, 'y': y, 'w': w, 'h': h}
        x, high = x + w, max(high, h)


def panel(mib, number, spec, position):
    title, kind, expression, legend, _, _ = spec
    names = re.findall(r'padam[A-Z]\w*', expression)
    things = [mib.object(n) for n in names]
    filtered = re.sub(r'(padam[A-Z]\w*)', r'\1{instance=~"$instance"}', expression)
    defaults = {}
    if things[0]['syntax'] == 'PadamSeverityTC':
        defaults['mappings'] = [{'type': 'value', 'options': {
            str(value): {'text': label, 'color': COLOURS[label], 'index': value} for label, value in things[0]['enum'].items()}}]
    elif things[0]['units'] == 'seconds':
        defaults['unit'] = 's'
    found = {'id': number, 'type': kind, 'title': title, 'datasource': SOURCE, 'gridPos': position,
             'targets': [{'refId': 'A', 'datasource': SOURCE, 'expr': filtered, 'legendFormat': legend}],
             'fieldConfig': {'defaults': defaults, 'overrides': []}}
    if kind == 'stat':
        found['options'] = {'textMode': 'name' if '== 1' in expression else 'value', 'colorMode': 'background' if 'mappings' in defaults else 'value',
                            'reduceOptions': {'calcs': ['lastNotNull']}}
    return found


def text(mib):
    panels = [panel(mib, n, spec, position) for n, (spec, position) in enumerate(zip(PANELS, place(PANELS)), 1)]
    variables = [{'name': 'datasource', 'type': 'datasource', 'query': 'prometheus'},
                 {'name': 'instance', 'type': 'query', 'datasource': SOURCE, 'query': 'label_values(padamOverallState, instance)',
                  'refresh': 2, 'includeAll': True, 'multi': True, 'current': {'text': 'All', 'value': '$__all'}}]
    return json.dumps({'uid': 'padam-power-cut', 'title': 'padam: power cut', 'tags': ['padam'], 'schemaVersion': 36, 'version': 1, 'editable': True,
                       'refresh': '10s', 'time': {'from': 'now-1h', 'to': 'now'}, 'templating': {'list': variables}, 'panels': panels}, indent=2) + '\n'
