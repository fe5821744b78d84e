#!/usr/bin/python3
"""padamd is stopped over a due instant; the genset's running edge came before it: the step is met, by that edge."""
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now  # noqa: E402

DUE_S, CONFIRM_S = 300, 10

rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
lost_at = rig.lines['mains-l1'].pull(False)
time.sleep(lost_at + DUE_S - 2 - now())
rig.engine.send_signal(signal.SIGSTOP)
time.sleep(1)
edge_at = rig.lines['genset-running'].pull(True)
time.sleep(3)
rig.engine.send_signal(signal.SIGCONT)

held = rig.await_trap(lambda trap: trap.name == 'padamDeadlineHeld' and trap.step == 3, 1)
check(held, 'the deadline is held: running is being confirmed', *map(str, rig.traps))
report = rig.await_trap(lambda trap: trap.name == 'padamReportRunning', 20)
check(report and abs(report.at - edge_at - CONFIRM_S) < 0.02, 'confirmed from the edge on', report and report.at - edge_at)
met = rig.await_trap(lambda trap: trap.name == 'padamDeadlineMet' and trap.step == 3, 5)
check(met, 'step 3 is met', *map(str, rig.traps))
check(not any(trap.name in ('padamDeadlineMissed', 'padamDeviationRecorded') for trap in rig.traps), 'and nothing is missed',
      *map(str, rig.traps))
rig.end()
finish()
