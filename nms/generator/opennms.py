"""OpenNMS' events: one for each notification, its text the one that the notification brings, with the alarms that end each other."""
from xml.sax.saxutils import escape

from generator.zabbix_tables import TRAPS

SEVERITY = {'critical': 'Critical', 'warning': 'Warning', 'notice': 'Normal'}
HEAD = '''<?xml version="1.0" encoding="UTF-8"?>
<!-- Generated from PADAM-MIB by nms/generate: do not edit. -->
<events xmlns="http://xmlns.opennms.org/xsd/eventconf">
'''
EVENT = '''   <event>
      <mask>
         <maskelement>
            <mename>id</mename>
            <mevalue>.{root}</mevalue>
         </maskelement>
         <maskelement>
            <mename>generic</mename>
            <mevalue>6</mevalue>
         </maskelement>
         <maskelement>
            <mename>specific</mename>
            <mevalue>{arc}</mevalue>
         </maskelement>
      </mask>
      <uei>{uei}</uei>
      <event-label>PADAM-MIB defined trap event: {name}</event-label>
      <descr>{summary}</descr>
      <logmsg dest="logndisplay">%parm[#{text}]%</logmsg>
      <severity>{severity}</severity>
{alarm}   </event>
'''
ALARM = '      <alarm-data reduction-key="%uei%:%dpname%:%nodeid%" alarm-type="{kind}"{clear}/>\n'
PROBLEM, RESOLUTION, LASTING = 1, 2, 3


def uei(name):
    return f'uei.opennms.org/padam/traps/{name}'


def ended():
    """{what ends a problem: that problem}: an alarm can end one other, so each problem has its first."""
    found = {}
    for problem, ends in TRAPS.items():
        found.setdefault(ends[0], problem)
    return found


def alarm(name):
    ends = ended()
    if name in TRAPS:
        return ALARM.format(kind=PROBLEM if ends[TRAPS[name][0]] == name else LASTING, clear='')
    if name in ends:
        key = f'{uei("padam" + ends[name])}:%dpname%:%nodeid%'
        return ALARM.format(kind=RESOLUTION, clear=f' clear-key="{key}"')
    return ''


def text(mib):
    varbinds = mib.notifications[0]['varbinds']
    return HEAD + ''.join(
        EVENT.format(root=mib.root, arc=n['arc'], uei=uei(n['name']), name=n['name'], summary=escape(n['summary']),
                     text=varbinds.index('padamEventText') + 1, severity=SEVERITY[n['severity']],
                     alarm=alarm(n['name'].removeprefix('padam')))
        for n in mib.notifications) + '</events>\n'
