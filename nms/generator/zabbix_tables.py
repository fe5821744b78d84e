"""What the Zabbix templates say beyond PADAM-MIB: names, thresholds, triggers, the dashboard. Tables only."""

TEMPLATE = 'Padam by SNMP'
DESCRIPTION = '''Template for padam, which carries out the procedure for power cuts and publishes it over SNMP.

MIB used: PADAM-MIB'''

MACROS = [  # name, value, what for
    ('{$PADAM.POLL}', '10s', 'How often states are read. A deadline can be seen no more precisely than that.'),
    ('{$PADAM.POLL.SLOW}', '1h', 'How often names and configuration are read, and how long an unchanged text is not kept again.'),
    ('{$PADAM.DUE.WARN}', '60', 'So many seconds before an open step is due, a warning opens.'),
    ('{$PADAM.TRAPS}', '1', '0: notifications are kept, and open no problems; 1: they do.'),
    ('{$PADAM.SERVER.MATCHES}', '.*', 'Servers to discover, by name.'),
    ('{$PADAM.SERVER.NOT_MATCHES}', 'CHANGE_IF_NEEDED', 'Servers not to discover, by name.'),
    ('{$PADAM.INPUT.MATCHES}', '.*', 'Inputs to discover, by name.'),
    ('{$PADAM.INPUT.NOT_MATCHES}', 'CHANGE_IF_NEEDED', 'Inputs not to discover, by name.'),
    ('{$PADAM.EQUIPMENT.MATCHES}', '.*', 'Equipment to discover, by name.'),
    ('{$PADAM.EQUIPMENT.NOT_MATCHES}', 'CHANGE_IF_NEEDED', 'Equipment not to discover, by name.'),
    ('{$SNMP.TIMEOUT}', '5m', 'The time after which missing SNMP data is a problem.'),
]

# Group of the MIB: component, prefix of the names. Its scalars become items.
SCALAR_GROUPS = {
    'padamSystem': ('system', 'padam'),
    'padamMains': ('mains', 'Mains'),
    'padamGenset': ('genset', 'Genset'),
    'padamUps': ('ups', 'UPS'),
    'padamEvents': ('events', 'Events'),
}

# Names that the object's own does not give.
NAMES = {
    'padamProduct': 'Product', 'padamVersion': 'Version', 'padamSite': 'Site', 'padamDataAge': 'Age of the data',
    'padamEngineUptime': 'Uptime of the engine', 'padamMainsSecondsOut': 'Time without mains',
    'padamGensetRunSeconds': 'Time run', 'padamGensetLastStartSeconds': 'Time of the last start',
    'padamGensetLoad': 'Feeds the load', 'padamEventsBumped': 'Dropped from the log',
    'padamUpsHeardAt': 'Last change', 'padamUpsShutdownSeconds': 'The shutdown can take',
    'padamStepSecondsRemaining': 'Time remaining', 'padamStepLatenessSeconds': 'Lateness',
}
SLOW = {'padamProduct', 'padamVersion', 'padamSite', 'padamGensetMode', 'padamGensetWiring', 'padamInputRole', 'padamServerTier',
        'padamStepRole', 'padamEquipmentKind', 'padamUpsSource'}

# What stands where there is no instance; of anything else the last value stays.
ABSENT = {'padamInhibitRemaining': '0', 'padamExerciseRemaining': '0', 'padamOpenIncident': '0', 'padamStepSecondsRemaining': '0'}

# Table: thing, component, name column, its macro, name of a row, filtered.
TABLES = {
    'padamServerTable': ('server', 'server', 'padamServerName', '{#SERVERNAME}', 'Server {#SERVERNAME}', True),
    'padamInputTable': ('input', 'input', 'padamInputName', '{#INPUTNAME}', 'Input {#INPUTNAME}', True),
    'padamEquipmentTable': ('equipment', 'equipment', 'padamEquipmentName', '{#EQUIPMENTNAME}', 'Equipment {#EQUIPMENTNAME}', True),
    'padamStepTable': ('step', 'step', 'padamStepActivity', '{#ACTIVITY}', 'Step {#SNMPINDEX}', False),
}

# While a trigger that another depends on is open, Zabbix leaves that other as it is: it does not close, either. So
# states that exclude each other do not depend on each other.

# A trigger on a state: it opens on one of the labels and closes on any other than unknown, or, where
# given, on one of these alone: losing sight of something is no recovery.
# id, object, labels, priority, name, scope, ids it depends on, labels that close it.
STATES = [
    ('engine', 'padamEngineLink', ['lost'], 'HIGH', 'padam: The engine is lost', 'availability', ['snmp'], ['connected']),
    ('journal.failed', 'padamJournalState', ['failed'], 'HIGH', 'padam: The journal cannot be written', 'availability', ['engine'], []),
    ('journal.behind', 'padamJournalState', ['behind'], 'WARNING', 'padam: The journal is behind', 'performance',
     ['engine'], ['ok', 'overLimit', 'failed']),
    ('journal.limit', 'padamJournalState', ['overLimit'], 'WARNING', 'padam: The journal is over its limits', 'capacity',
     ['engine'], ['ok', 'behind', 'failed']),
    ('hold', 'padamHoldState', ['held'], 'HIGH', 'padam: A contradiction holds the shutdown of servers', 'availability', ['engine'], []),
    ('hold.released', 'padamHoldState', ['released'], 'WARNING', 'padam: A hold was released by an administrator', 'notice',
     ['engine'], []),
    ('inhibit', 'padamInhibitState', ['on'], 'WARNING', 'padam: The maintenance inhibit is on', 'notice', ['engine'], []),
    ('drill', 'padamDrillState', ['on'], 'INFO', 'padam: A drill is under way', 'notice', ['engine'], []),
    ('mains.lost', 'padamMainsState', ['lost'], 'HIGH', 'Mains: Lost', 'availability', ['engine'], ['present']),
    ('mains.unstable', 'padamMainsState', ['unstable'], 'WARNING', 'Mains: Unstable', 'availability', ['engine'], ['present', 'lost']),
    ('mains.unknown', 'padamMainsState', ['unknown'], 'WARNING', 'Mains: No sensed line tells its state', 'availability', ['engine'],
     ['present', 'unstable', 'lost', 'returning']),
    ('genset.start', 'padamGensetState', ['startFailed'], 'HIGH', 'Genset: Could not be started', 'availability', ['engine'], []),
    ('genset.stop', 'padamGensetState', ['stopFailed'], 'HIGH', 'Genset: Does not stop', 'availability', ['engine'], []),
    ('genset.fault', 'padamGensetFault', ['on'], 'HIGH', 'Genset: Fault or emergency stop', 'availability', ['engine'], []),
    ('genset.fuel', 'padamGensetFuel', ['low'], 'WARNING', 'Genset: Fuel is low', 'capacity', ['engine'], []),
    ('ups.low', 'padamUpsStatus', ['lowBattery'], 'HIGH', 'UPS: Is running out', 'availability', ['engine'], ['online', 'onBattery']),
    ('ups.unheard', 'padamUpsLink', ['stale', 'unreachable'], 'WARNING', 'UPS: Network UPS Tools do not tell of it', 'availability',
     ['engine'], ['ok']),
    ('server.notoff', 'padamServerState', ['notOff'], 'HIGH', 'Not proven off', 'availability', ['engine'], []),
    ('server.retrying', 'padamServerState', ['retrying'], 'WARNING', 'Did not shut down yet and is told again', 'availability',
     ['engine'], []),
    ('server.failed', 'padamServerResult', ['failed'], 'AVERAGE', 'Last shutdown failed', 'notice', ['server.notoff', 'engine'], []),
    ('server.result', 'padamServerResult', ['unverified', 'forced'], 'WARNING', 'Last shutdown was not normal', 'notice',
     ['server.notoff', 'engine'], []),
    ('server.notup', 'padamServerPowerState', ['notUp'], 'AVERAGE', 'Did not come up again', 'availability', ['engine'], []),
    ('input.unavailable', 'padamInputStatus', ['unavailable'], 'WARNING', 'Cannot be read', 'availability', ['engine'], []),
    ('input.critical', 'padamInputSeverity', ['critical'], 'AVERAGE', 'Its value is critical', 'notice',
     ['mains.lost', 'genset.fault', 'engine'], []),
    ('input.warning', 'padamInputSeverity', ['warning'], 'WARNING', 'Its value needs attention', 'notice',
     ['input.unavailable', 'input.critical', 'genset.fuel', 'engine'], []),
    ('equipment.missing', 'padamEquipmentState', ['missing'], 'WARNING', 'Missing or not working', 'availability', ['engine'], []),
    ('step.held', 'padamStepState', ['held'], 'WARNING', 'Due, and a confirmation is running', 'performance', ['engine'], []),
]

# Any other trigger. <object> is its item, <object:label> a number of its enumeration.
# id, expression, recovery expression, priority, name, scope, ids it depends on, description
OTHERS = [
    ('snmp', 'max(/{T}/zabbix[host,snmp,available],{$SNMP.TIMEOUT})=0', '', 'WARNING', 'padam: No SNMP data collection', 'availability',
     [], 'SNMP is not available for polling. Check the connection, the credentials and the views.'),
    ('agent', 'nodata(<padamEngineLink>,{$SNMP.TIMEOUT})=1 and max(/{T}/zabbix[host,snmp,available],{$SNMP.TIMEOUT})=1', '', 'HIGH',
     'padam: Its subagent is gone', 'availability', ['snmp'],
     'snmpd answers, but has nothing of padam: padam-agentx does not run or hangs, or the view lacks its objects. Notifications wait.'),
    ('restarted', 'last(<padamEngineUptime>)<10m', '', 'INFO', 'padam: The engine has been restarted', 'notice', ['engine', 'snmp'],
     'The engine was started less than 10 minutes ago.'),
    ('bumped', 'change(<padamEventsBumped>)>0', '', 'INFO', 'Events: The log has dropped some', 'capacity', [],
     'Events were dropped from the log for want of room.'),
    ('genset.load', 'last(<padamGensetState>)=<padamGensetState:running> and last(<padamGensetLoad>)=<padamGensetLoad:notCarrying>'
     ' and last(<padamMainsState>)=<padamMainsState:lost>',
     'last(<padamGensetLoad>)=<padamGensetLoad:carrying> or last(<padamMainsState>)=<padamMainsState:present>'
     ' or last(<padamGensetState>)=<padamGensetState:stopped>', 'AVERAGE',
     'Genset: Runs and does not feed the load', 'availability', ['engine'],
     'Mains is lost and the genset runs, but the load is not on it: the transfer switch or the breaker.'),
    # Three times in a row: by then each state that may be the cause was read as well, and its trigger is open.
    ('overall.critical', 'min(<padamOverallState>,#3)=<padamOverallState:critical>',
     'last(<padamOverallState>)<><padamOverallState:critical> and last(<padamOverallState>)<><padamOverallState:unknown>', 'AVERAGE',
     'padam: Overall state is critical', 'notice',
     ['engine', 'mains.lost', 'genset.start', 'genset.stop', 'genset.fault', 'genset.load', 'hold', 'journal.failed'],
     'The worst severity of everything watched is critical, and no other trigger of this template says why.'),
    ('step.missed', 'last(<padamStepState>)=<padamStepState:missed> and last(<padamStepSeverity>)=<padamStepSeverity:critical>',
     'last(<padamStepSeverity>)<><padamStepSeverity:critical> and last(<padamStepSeverity>)<><padamStepSeverity:unknown>', 'HIGH',
     'Missed its deadline', 'performance', ['engine'],
     'The step was not done by its due time. It closes when the incident does; the deviation has to be accounted for.'),
    ('step.due', 'last(<padamStepState>)=<padamStepState:open> and last(<padamStepSecondsRemaining>)<={$PADAM.DUE.WARN}'
     ' and last(<padamStepSecondsRemaining>)<>0',    # 0 is what stood there before it opened
     'last(<padamStepState>)<><padamStepState:open> and last(<padamStepState>)<><padamStepState:unknown>', 'WARNING',
     'Is due in less than {$PADAM.DUE.WARN} s', 'performance', ['engine'],
     'The step is open and its deadline is near.'),
]

# Notification that opens a problem: those that close it. All others are items alone.
ENDS = ['OutageClosed', 'DrillEnded']
TRAPS = {
    'OutageOpened': ['OutageClosed'],
    'MainsLost': ['MainsRestored'],
    'GensetStartFailed': ['GensetStarted', *ENDS],
    'GensetStopFailed': ['GensetStopped'],
    'GensetNotCarrying': ['GensetCarrying', 'GensetStopped', *ENDS],
    'ReportFailed': ENDS,
    'DeadlineMissed': ENDS,
    'DeadlineHeld': ['DeadlineMet', 'DeadlineMissed', *ENDS],
    'DeadlineStillMissed': ENDS,
    'ShutdownBegun': ['ShutdownDone', 'ShutdownEscalated', 'ShutdownCancelled', *ENDS],
    'ShutdownEscalated': ENDS,
    'ServerNotConfirmed': ENDS,
    'ServerFailed': ENDS,
    'ServerNotUp': ['ServerUp'],
    'UpsLow': ['UpsRecovered'],
    'UpsUnknown': ['UpsKnownAgain'],
    'ContradictionRaised': ['ContradictionCleared', *ENDS],
    'EquipmentMissing': ['EquipmentReady'],
    'DeviationRecorded': ['DeviationAccounted'],
    'DrillBegun': ['DrillEnded'],
    'JournalBehind': ['JournalRecovered'],
    'JournalOverLimit': ['JournalWithinLimit'],
    'EngineLost': ['EngineBack'],
    'InhibitOn': ['InhibitOff'],
    'InputUnavailable': ['InputAvailable'],
    'RoundOpened': ENDS,
    'ShutdownCancelled': ENDS,
    'SelfShutdown': ENDS,
}
TRAP_PRIORITY = {'critical': 'HIGH', 'warning': 'WARNING', 'notice': 'INFO'}

# What a state is coloured as where no trigger of STATES says it; what neither names is well.
COLOURS = {'unknown': 'B0BEC5', 'INFO': '90CAF9', 'WARNING': 'FFC859', 'AVERAGE': 'FFA059', 'HIGH': 'E97659', 'well': 'A5D6A7', 'none': 'ECEFF1'}
STATE_COLOURS = {
    'padamOverallState': {'notice': 'INFO', 'warning': 'WARNING', 'critical': 'HIGH'},
    'padamMainsState': {'returning': 'INFO'},
    'padamGensetState': {label: 'INFO' for label in ('startDelay', 'preheating', 'cranking', 'starting', 'resting', 'confirming',
                                                     'coolingDown', 'stopping', 'spinningDown')},
    'padamUpsStatus': {'onBattery': 'WARNING'},
    'padamServerState': {label: 'INFO' for label in ('waiting', 'telling', 'verifying', 'told', 'off')},
    'padamStepState': {'idle': 'none', 'waiting': 'none', 'notRequired': 'none', 'open': 'INFO', 'missed': 'HIGH'},
}

# What is left of a step's time: nothing or not open (ABSENT), nearly due, open.
REMAINING_COLOURS = [('0', 'none'), ('1', 'WARNING'), ('60', 'INFO')]

# Dashboard on a grid 24 wide; 14 high (15 in 6.0) is a screen of 1920 x 1080 without scrolling. Kind, name, subject, x, y, width, height.
TOP_WIDGETS = [
    ('item', 'Overall', 'padamOverallState', 0, 0, 6, 2),
    ('item', 'Why', 'padamOverallText', 6, 0, 18, 2),
    ('item', 'Mains', 'padamMainsState', 0, 2, 4, 2),
    ('item', 'Genset', 'padamGensetState', 4, 2, 4, 2),
    ('item', 'UPS', 'padamUpsStatus', 8, 2, 4, 2),
    ('item', 'UPS lasts', 'padamUpsRuntimeSeconds', 12, 2, 4, 2),
    ('item', 'Shutdown of servers held', 'padamHoldState', 16, 2, 4, 2),
    ('item', 'Engine', 'padamEngineLink', 20, 2, 4, 2),
]
PAGES = {    # version: {page: widgets}; 6.0 has neither cells nor problems for a template's dashboard
    '6.0': {
        'Power cut': [
            *TOP_WIDGETS,
            ('prototype', 'Time remaining of each step', 'padamStepSecondsRemaining', 0, 4, 24, 6),
            ('history', 'Notifications', 'trap', 0, 10, 24, 5),
        ],
        'Servers': [('prototype', 'Servers', 'padamServerState', 0, 0, 24, 15)],
    },
    '7.0': {
        'Power cut': [
            *TOP_WIDGETS,
            ('cells', 'Steps', 'padamStepState', 0, 4, 12, 3),
            ('cells', 'Time remaining of each step', 'padamStepSecondsRemaining', 12, 4, 12, 3),
            ('cells', 'Servers', 'padamServerState', 0, 7, 12, 3),
            ('cells', 'Equipment', 'padamEquipmentState', 12, 7, 6, 3),
            ('cells', 'Inputs', 'padamInputStatus', 18, 7, 6, 3),
            ('problems', 'Problems', None, 0, 10, 13, 4),
            ('history', 'Notifications', 'trap', 13, 10, 11, 4),
        ],
    },
}
ROWS_SHOWN = {'padamStepSecondsRemaining': 2, 'padamServerState': 4}    # of graphs, three in each
