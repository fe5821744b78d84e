"""The rows of an outage in every table, as fake-engine reads them."""
SYSTEM = ('row system 0|site=Kantor BKD|overall_state=warning|overall_text=Step 2 is open|engine_started=now-90000|'
          'journal_state=ok|hold_state=none|inhibit_state=on|inhibit_until=now+600000|drill_state=off|open_incident=7|'
          'next_command=12|events_bumped=5')
ROWS = [
    SYSTEM,
    'row input 3|name=Mains L1|role=mains-l1|value=inactive|status=ok|severity=warning|last_change=now-60000',
    'row input 10|name=Fuel|role=fuel-low|value=unknown|status=unavailable|severity=unknown',
    'row mains 0|state=lost|severity=warning|since=now-60000|outages=4|dips=9|out_ms=100000|out_since=now-60000',
    'row genset 0|state=cranking|severity=notice|since=now-2000|mode=automatic|wiring=run-crank|attempts=2|starts=30|'
    'failures=1|run_ms=3600000|fuel=ok|fault=off|load=not-carrying|started_by=software|reason=second attempt',
    'row server 1|name=db|tier=1|state=idle|severity=ok|last_reachable=now-5000|result=none',
    'row server 4|name=mail|tier=2|state=off|severity=notice|last_reachable=now-50000|shutdown_started=now-40000|'
    'shutdown_finished=now-10000|result=verified-off|attempts=1|reason=BMC says off|'
    'power_state=not-up|power_started=now-9000|power_finished=now-4000|power_attempts=2|power_reason=no answer',
    'row shutdown 0|state=under-way|servers=2|done=1|left=1|tier=2|started=now-40000',
    'row step 1|activity=Menyalakan genset|role=genset-operator|state=missed|severity=critical|incident=7|round=1|'
    'clock_start=now-600000|due=now-300000|done_at=now-180000|lateness_ms=120000|answer=undecided|done_by=person',
    'row step 2|activity=Genset berhasil dinyalakan|role=genset-operator|state=open|severity=notice|incident=7|round=1|'
    'clock_start=now-60000|due=now+240000|answer=undecided|done_by=none',
    'row step 3|activity=Melaporkan|role=genset-operator|state=idle|severity=ok|answer=undecided|done_by=none',
    'row incident 7|kind=outage|state=open|times_estimated=off|lost=now-60000|rounds=1|deviations=1',
    'row record 21|incident=7|round=1|step=1|role=genset-operator|verdict=missed|answer=undecided|done_by=person|'
    'clock_start=1700000000000|due=1700000300000|done=1700000420000|lateness_ms=120000|deviation=5',
    'row record 22|incident=7|round=1|step=2|role=genset-operator|verdict=not-required|answer=undecided|done_by=none',
    'row deviation 5|incident=7|round=1|step=1|kind=time|role=genset-operator|amount_ms=120000|recorded=1700000300000|'
    'account_state=unanswered',
    'row deviation 6|incident=7|round=1|kind=equipment|role=server-administrator|item=mail|cause=5|recorded=1700000301000|'
    'account_state=answered|account=Battery was old|corrective_action=Replaced|accounted_by=Sari|accounted=1700009999000',
    'row equipment 1|name=Fuel|kind=fuel|state=missing|severity=warning|since=now-70000|reason=fuel is low',
    'row ups 0|source=both|status=on-battery|severity=warning|link=ok|runtime_ms=-1|empty_at=now+600000|charge_known=on|'
    'charge_percent=0|heard_at=now-2000|shutdown_ms=240999',
    'row event 40|notification=mains-lost|severity=warning|time=1700000000000|at=now-60000|incident=7|round=1|'
    'text=Mains lost|delivery=accepted|delay_ms=1500|acknowledged_by=Budi|acknowledged=1700000100000',
    'row event 41|notification=server-down|severity=notice|time=1700000001000|at=now-59000|step=5|server=4|'
    'text=mail is down|delivery=superseded',
    'row command 10|kind=genset-start|state=failed|requester=Budi|reason=every start attempt failed|asked=1700000000000|'
    'ended=1700000050000',
    'row command 11|kind=inhibit|argument=600|state=running|asked=1700000060000',
    'commit',
]
