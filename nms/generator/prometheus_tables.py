"""What Prometheus and Grafana get beyond PADAM-MIB: what is walked, the alerts, the panels. Tables only."""

WALKED = ['padamSystem', 'padamInputs', 'padamMains', 'padamGenset', 'padamUps', 'padamServers', 'padamSteps', 'padamEquipment']

# Texts that change often would begin a new series each time; a name that never changes says nothing.
IGNORED = {'padamProduct', 'padamOverallText', 'padamHoldReason', 'padamGensetReason', 'padamServerReason', 'padamEquipmentReason'}

WHO = '{{ $labels.instance }}'
# Alert: expression, for, severity, summary, description.
ALERTS = {
    'PadamDown': ('up{job="padam"} == 0', '2m', 'critical', f'{WHO}: no SNMP data', 'snmp_exporter gets no answer: credentials, views, network.'),
    'PadamAgentGone': ('up{job="padam"} == 1 unless on(instance) padamOverallState', '2m', 'critical', f'{WHO}: padam-agentx is gone',
                       'snmpd answers, but has nothing of padam: its subagent does not run or hangs, or the view lacks its objects.'),
    'PadamEngineLost': ('padamEngineLink{padamEngineLink="lost"} == 1', '', 'critical', f'{WHO}: the engine is lost',
                        'The agent does not hear the engine: live values are unknown.'),
    'PadamMainsLost': ('padamMainsState{padamMainsState="lost"} == 1', '', 'critical', f'{WHO}: mains lost', 'An outage.'),
    'PadamMainsUnstable': ('padamMainsState{padamMainsState=~"unstable|unknown"} == 1', '1m', 'warning', f'{WHO}: mains unstable or not known',
                           'Mains is dipping, or no sensed line tells its state.'),
    'PadamGensetFailed': ('padamGensetState{padamGensetState=~"startFailed|stopFailed"} == 1', '', 'critical',
                          f'{WHO}: genset {{{{ $labels.padamGensetState }}}}', 'It could not be started, or does not stop.'),
    'PadamGensetFault': ('padamGensetFault{padamGensetFault="on"} == 1', '', 'critical', f'{WHO}: genset fault or emergency stop', 'See the genset.'),
    'PadamGensetFuelLow': ('padamGensetFuel{padamGensetFuel="low"} == 1', '', 'warning', f'{WHO}: fuel is low', 'Refill the genset.'),
    'PadamGensetNotCarrying': (
        'padamGensetLoad{padamGensetLoad="notCarrying"} == 1 and on(instance) padamGensetState{padamGensetState="running"} == 1'
        ' and on(instance) padamMainsState{padamMainsState="lost"} == 1', '30s', 'critical',
        f'{WHO}: genset runs and does not feed the load', 'The transfer switch or the breaker.'),
    'PadamHold': ('padamHoldState{padamHoldState="held"} == 1', '', 'critical', f'{WHO}: a contradiction holds the shutdown',
                  'Inputs contradict each other; an administrator may release the hold.'),
    'PadamJournal': ('padamJournalState{padamJournalState=~"behind|failed"} == 1', '1m', 'warning',
                     f'{WHO}: journal {{{{ $labels.padamJournalState }}}}', 'The disk is slow, full or broken.'),
    'PadamInhibit': ('padamInhibitState{padamInhibitState="on"} == 1', '', 'warning', f'{WHO}: maintenance inhibit',
                     'The software starts neither the genset nor a shutdown.'),
    'PadamStepMissed': ('padamStepState{padamStepState="missed"} == 1 and on(instance, padamStepNumber) padamStepSeverity == 5', '', 'critical',
                        f'{WHO}: step {{{{ $labels.padamStepNumber }}}} missed', '{{ $labels.padamStepActivity }}'),
    'PadamStepDueSoon': ('padamStepSecondsRemaining < 60 and on(instance, padamStepNumber) padamStepState{padamStepState="open"} == 1', '', 'warning',
                         f'{WHO}: step {{{{ $labels.padamStepNumber }}}} is due in {{{{ $value }}}} s', '{{ $labels.padamStepActivity }}'),
    'PadamUpsLow': ('padamUpsStatus{padamUpsStatus="lowBattery"} == 1', '', 'critical', f'{WHO}: the UPS is running out', 'Its battery is low.'),
    'PadamUpsUnheard': ('padamUpsLink{padamUpsLink=~"stale|unreachable"} == 1', '1m', 'warning', f'{WHO}: the UPS is not heard',
                        'upsd does not answer, or its driver does not hear the UPS.'),
    'PadamServerNotOff': ('padamServerState{padamServerState="notOff"} == 1', '', 'critical', f'{WHO}: {{{{ $labels.padamServerName }}}} is not proven off',
                          'Its shutdown ended without proof.'),
    'PadamServerNotUp': ('padamServerPowerState{padamServerPowerState="notUp"} == 1', '', 'critical', f'{WHO}: {{{{ $labels.padamServerName }}}} did not come up again',
                         'It was powered on when the mains came back.'),
    'PadamInputUnavailable': ('padamInputStatus{padamInputStatus="unavailable"} == 1', '', 'warning',
                              f'{WHO}: input {{{{ $labels.padamInputName }}}} cannot be read', 'Its line or chip is gone, or it chatters.'),
    'PadamEquipmentMissing': ('padamEquipmentState{padamEquipmentState="missing"} == 1', '', 'warning',
                              f'{WHO}: {{{{ $labels.padamEquipmentName }}}} is missing', 'An outage would need it.'),
}

# Panels of the Grafana dashboard: title, kind, expression, legend, width, height.
PANELS = [
    ('Overall', 'stat', 'padamOverallState', '{{instance}}', 4, 5),
    ('Mains', 'stat', 'padamMainsState == 1', '{{padamMainsState}}', 5, 5),
    ('Genset', 'stat', 'padamGensetState == 1', '{{padamGensetState}}', 5, 5),
    ('Engine', 'stat', 'padamEngineLink == 1', '{{padamEngineLink}}', 5, 5),
    ('Hold', 'stat', 'padamHoldState == 1', '{{padamHoldState}}', 5, 5),
    ('Steps: seconds remaining', 'timeseries', 'padamStepSecondsRemaining', 'Step {{padamStepNumber}}', 12, 9),
    ('Severity of each step', 'timeseries', 'padamStepSeverity', 'Step {{padamStepNumber}} {{padamStepActivity}}', 12, 9),
    ('Severity of each server', 'timeseries', 'padamServerSeverity', '{{padamServerName}}', 12, 9),
    ('Severity of inputs and equipment', 'timeseries', 'padamInputSeverity or padamEquipmentSeverity', '{{padamInputName}}{{padamEquipmentName}}', 12, 9),
    ('Outages', 'stat', 'padamMainsOutages', '{{instance}}', 6, 5),
    ('Time without mains', 'stat', 'padamMainsSecondsOut', '{{instance}}', 6, 5),
    ('Genset: time run', 'stat', 'padamGensetRunSeconds', '{{instance}}', 6, 5),
    ('Genset: failed starts', 'stat', 'padamGensetFailures', '{{instance}}', 6, 5),
]
