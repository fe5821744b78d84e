#!/usr/bin/python3
"""kill -9 in the middle of a crank: the crank is off at once, and nothing cranks until padamd has decided anew."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import Rig, check, finish, now  # noqa: E402

SITE = 'site = { name = "Lab"; };\ngenset = { wiring = "run-crank"; mode = "automatic"; };'
OUTPUT = 'on_release = "returns";'


def await_crank(rig, on, limit_s):
    """Until the crank is on or off; how long it took."""
    begun = now()
    rig.until(lambda: rig.lines['crank'].value() == on, f'crank is {on}', limit_s)
    return now() - begun


rig = Rig(SITE, {'mains-l1': '', 'genset-running': ''}, {'run': OUTPUT + ' latching = true;', 'crank': OUTPUT})
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)
rig.lines['mains-l1'].pull(False)
await_crank(rig, 1, 20)
check(rig.lines['run'].value() == 1, 'run and crank are on')
time.sleep(3)
check(rig.lines['crank'].value() == 1, 'three seconds later it still cranks')

killed_at = now()
rig.engine.kill()
rig.engine.wait()
check(rig.lines['crank'].value() == 0, 'killed: the crank is off')
check(now() - killed_at < 0.01, 'at once', now() - killed_at)
time.sleep(5)
check(rig.lines['crank'].value() == 0, 'and stays off')

rig.start_engine()
check(rig.lines['crank'].value() == 0, 'a new padamd does not go on cranking at once')
await_crank(rig, 1, 60)
check(rig.lines['run'].value() == 1, 'it tries again, with run on')
rig.lines['genset-running'].pull(True)
await_crank(rig, 0, 5)
check(rig.await_trap(lambda trap: trap.name == 'padamReportRunning', 20), 'and reports the genset running', *map(str, rig.traps))
names = [trap.name for trap in rig.traps]
check(names.count('padamOutageOpened') == 1, 'of the same outage', names)
rig.end()
finish()
