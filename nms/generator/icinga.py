"""Icinga 2: a service for each state, read by check_snmp, its thresholds made from what the labels are worth."""
from generator import librenms

USER, AUTH, PRIV = 'padam-nms', 'AUTH PASSPHRASE', 'PRIV PASSPHRASE'
HEAD = f'''/* Generated from PADAM-MIB by nms/generate: do not edit. To /etc/icinga2/conf.d/, with the passphrases filled in.
 * check_snmp is in the package monitoring-plugins-standard; the command snmpv3 is Icinga's own.
 *
 *   object Host "padam" {{
 *     address = "192.0.2.7"
 *     vars.padam = true
 *     vars.padam_ups = true                              // where it has one
 *     vars.padam_servers = {{ db = 1, mail = 4 }}          // name = its index in padam.conf
 *     vars.padam_inputs = {{ "Mains L1" = 2 }}
 *     vars.padam_equipment = {{ fuel = 1 }}
 *     check_command = "hostalive"
 *   }}
 *
 * unknown is a WARNING. An agent that does not answer, or has no such object, is UNKNOWN: the first after 18 s. With
 * Icinga's own snmpv3_timeout of 10 check_snmp took a minute for that, and called it CRITICAL. */

template Service "padam-state" {{
  check_command = "snmpv3"
  check_interval = 30s
  retry_interval = 10s
  vars.snmpv3_user = "{USER}"
  vars.snmpv3_auth_alg = "SHA-256"
  vars.snmpv3_auth_key = "{AUTH}"
  vars.snmpv3_priv_alg = "AES"
  vars.snmpv3_priv_key = "{PRIV}"
  vars.snmpv3_timeout = "3"
}}
'''
SCALAR = '''
apply Service "{service}" {{
  import "padam-state"
  vars.snmpv3_oid = "{oid}"
{limits}
  assign where host.vars.{variable}
}}
'''
ROW = '''
apply Service "{service} " for (name => index in host.vars.{variable}) {{
  import "padam-state"
  vars.snmpv3_oid = "{oid}." + index
{limits}
}}
'''
STEPS = '''
for (step in [ "1", "2", "3", "4", "5", "6" ]) {{
  apply Service "{service} " + step use (step) {{
    import "padam-state"
    vars.snmpv3_oid = "{oid}." + step
{limits}
    assign where host.vars.{variable}
  }}
}}
'''
# Severities where there is one beside the state: a label that is fine may lie between others.
# Object: the name of its service, the variable of the host that it is for, the template.
SERVICES = {
    'padamOverallState': ('padam', 'padam', SCALAR),
    'padamEngineLink': ('padam engine', 'padam', SCALAR),
    'padamJournalState': ('padam journal', 'padam', SCALAR),
    'padamHoldState': ('padam hold', 'padam', SCALAR),
    'padamInhibitState': ('padam inhibit', 'padam', SCALAR),
    'padamMainsSeverity': ('padam mains', 'padam', SCALAR),
    'padamGensetSeverity': ('padam genset', 'padam', SCALAR),
    'padamUpsSeverity': ('padam UPS', 'padam_ups', SCALAR),
    'padamStepSeverity': ('padam step', 'padam', STEPS),
    'padamServerSeverity': ('padam server', 'padam_servers', ROW),
    'padamInputSeverity': ('padam input', 'padam_inputs', ROW),
    'padamEquipmentSeverity': ('padam equipment', 'padam_equipment', ROW),
}


def spans(name, values):
    """The numbers as check_snmp's one range."""
    if values != list(range(values[0], values[-1] + 1)):
        raise SystemExit(f'nms/generate: {name}: {values} are no one range')
    return f'{values[0]}:{values[-1]}'


def limits(mib, name, indent):
    """Outside of the first a warning, inside the second critical."""
    worth = {value: librenms.worth(mib, name, label) for label, value in mib.object(name)['enum'].items()}
    fine, critical = ([value for value, worth_ in worth.items() if worth_ == wanted] for wanted in (0, 2))
    lines = [f'vars.snmpv3_warn = "{spans(name, fine)}"']
    if critical:
        lines.append(f'vars.snmpv3_crit = "@{spans(name, critical)}"')
    return '\n'.join(indent + line for line in lines)


def service(mib, name):
    title, variable, template = SERVICES[name]
    thing = mib.object(name)
    return template.format(service=title, variable=variable, oid=thing['oid' if thing['table'] else 'instance'],
                           limits=limits(mib, name, '    ' if template == STEPS else '  '))


def text(mib):
    return HEAD + ''.join(service(mib, name) for name in SERVICES)
