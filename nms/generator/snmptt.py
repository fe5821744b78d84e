"""SNMPTT's configuration: an event for each notification, its text the one that the notification brings."""

HEAD = '''# padam for SNMPTT, generated from PADAM-MIB. To /etc/snmp/snmptt-padam.conf; name it in the list
# snmptt_conf_files of /etc/snmp/snmptt.ini. No MIB has to be loaded: the text comes with the notification.
# $1 sequence, $2 time, $3 severity (1 unknown 2 ok 3 notice 4 warning 5 critical), $4 incident, $5 step,
# $6 delay in seconds, $7 the text.
'''
SEVERITY = {'critical': 'CRITICAL', 'warning': 'WARNING', 'notice': 'INFORMATIONAL'}
EVENT = '''
EVENT {name} {oid} "padam" {severity}
FORMAT $7
SDESC
{summary}
EDESC
'''


def text(mib):
    return HEAD + ''.join(EVENT.format(name=n['name'], oid='.' + n['oid'], severity=SEVERITY[n['severity']], summary=n['summary'])
                          for n in mib.notifications)
