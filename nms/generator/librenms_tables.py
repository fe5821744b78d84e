"""What the files for LibreNMS say beyond PADAM-MIB and the tables for Zabbix. Tables only."""

# States, each a sensor; what a label is worth follows from the triggers of zabbix_tables and from here.
STATES = ['padamOverallState', 'padamEngineLink', 'padamJournalState', 'padamHoldState', 'padamInhibitState', 'padamDrillState',
          'padamMainsState', 'padamGensetState', 'padamGensetFuel', 'padamGensetFault', 'padamGensetLoad', 'padamUpsStatus', 'padamUpsLink',
          'padamServerState', 'padamServerResult', 'padamServerPowerState', 'padamInputStatus', 'padamInputSeverity', 'padamStepState',
          'padamStepSeverity', 'padamEquipmentState']
SEVERITY = {'unknown': 3, 'ok': 0, 'notice': 0, 'warning': 1, 'critical': 2}
# A step stays missed after its incident; its severity does not stay critical.
WORTH = {('padamUpsStatus', 'onBattery'): 1}
PRIORITY = {'HIGH': 2, 'AVERAGE': 2, 'WARNING': 1, 'INFO': 0}

# Alert rules beside those for the triggers: object, label, severity, name.
RULES = [
    ('padamStepSeverity', 'critical', 'critical', 'Step: Missed its deadline'),
    ('padamOverallState', 'critical', 'critical', 'Overall state is critical'),
    ('padamUpsStatus', 'onBattery', 'warning', 'UPS: On battery'),
]

# Numbers: LibreNMS' class, object, divisor. Its runtime is in minutes, its delay in seconds.
AMOUNTS = [
    ('charge', 'padamUpsChargePercent', 1),
    ('count', 'padamMainsOutages', 1),
    ('count', 'padamGensetAttempts', 1),
    ('count', 'padamGensetStarts', 1),
    ('count', 'padamGensetFailures', 1),
    ('delay', 'padamDataAge', 1),
    ('runtime', 'padamMainsSecondsOut', 60),
    ('runtime', 'padamGensetRunSeconds', 60),
    ('runtime', 'padamUpsRuntimeSeconds', 60),
]

# Names that those for Zabbix do not give: they tell another unit.
NAMES = {'padamUpsChargePercent': 'UPS Charge', 'padamUpsRuntimeSeconds': 'UPS Runtime'}

# Objects of a group are not discovered where this one has this label.
SKIPPED = {'padamUps': ('padamUpsSource', 'none')}

# A row is named by its table's name column, but here.
ROW_NAMES = {'padamStepTable': 'Step {{ $index }}: {{ PADAM-MIB::padamStepActivity }}'}

SYSTEM = [  # arc of 1.3.6.1.2.1.1, type, value; 2 is sysObjectID
    (1, '4', 'Linux padam 6.1.0-44-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 x86_64'),
    (3, '67', '9000000'),
    (4, '4', '<private>'),
    (5, '4', '<private>'),
    (6, '4', '<private>'),
]
LINUX_OBJECT_ID = '1.3.6.1.4.1.8072.3.2.10'

# The event log's severity of each of padamEventSeverity's labels.
TRAP_SEVERITY = {'unknown': 'Unknown', 'ok': 'Ok', 'notice': 'Notice', 'warning': 'Warning', 'critical': 'Error'}
