#!/usr/bin/python3
"""padam-agentx under a service manager's watchdog: hung in Net-SNMP it is restarted, with snmpd stopped it is left alone."""
import os
import pathlib
import signal
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ['LAB'])
from rig import BIN, FOLDER, Rig, check, finish, now  # noqa: E402

WATCHDOG_S = 30
HANG = FOLDER / 'hang'
COMMAND = (BIN / 'padam-agentx', '-e', FOLDER / 'engine', '-x', FOLDER / 'master', '-l', 'debug')
ENGINE_NOTICES_S = 20  # the fourth heartbeat
TAKES_OVER_S = 5.5     # a refused one asks again every 5 s


class ServiceManager:
    """Starts a program, and again when it ends; ends it when it does not say for WATCHDOG_S that it is alive."""

    def __init__(self, rig):
        self.rig, self.killed_at, self.wanted, self.watchdog = rig, [], True, True
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(FOLDER / 'notify'))
        self.socket.settimeout(WATCHDOG_S)
        self.environment = {'NOTIFY_SOCKET': FOLDER / 'notify', 'WATCHDOG_USEC': WATCHDOG_S * 1000000}
        self.may_hang = {'LD_PRELOAD': BIN / 'tests/hang.so', 'PADAM_HANG': HANG}
        self.start()
        threading.Thread(target=self.listen, daemon=True).start()

    def start(self):
        self.process = self.rig.start(*COMMAND, environment=self.environment | self.may_hang)
        threading.Thread(target=self.await_end, args=(self.process,), daemon=True).start()

    def await_end(self, process):
        process.wait()
        if self.wanted:
            self.start()

    def listen(self):
        while True:
            try:
                self.socket.recv(4096)
            except socket.timeout:
                if self.watchdog:
                    self.killed_at.append(now())
                    self.process.kill()

    # As the rig ends its programs.
    def send_signal(self, number):
        self.process.send_signal(number)

    def terminate(self):
        self.wanted = False
        self.process.terminate()

    def wait(self, limit_s):
        return self.process.wait(limit_s)


def counts(name):
    return sum(trap.name == name for trap in rig.traps)


def sleep_until(at):
    time.sleep(max(at - now(), 0))


rig = Rig('site = { name = "Lab"; };', {'mains-l1': '', 'genset-running': ''})
rig.agentx = manager = ServiceManager(rig)
rig.lines['mains-l1'].pull(True)
rig.start_engine()
time.sleep(30)

# ---- it waits: for ten minutes, with a notification in snmpd's hands, over two deadlines
lost_at = rig.lines['mains-l1'].pull(False)
rig.await_trap(lambda trap: trap.name == 'padamOutageOpened')
sleep_until(lost_at + 240)
rig.snmpd.send_signal(signal.SIGSTOP)
sleep_until(lost_at + 840)
check(not manager.killed_at, 'one that waits for a stopped snmpd is left alone for ten minutes', manager.killed_at)
resumed_at = now()
rig.snmpd.send_signal(signal.SIGCONT)
rig.await_trap(lambda trap: trap.name == 'padamReportFailed')
time.sleep(10)
check(counts('padamDeadlineMissed') >= 1 and counts('padamReportFailed') == 1, 'its notifications come then', *map(str, rig.traps))

# ---- it is started while snmpd is stopped, and waits again
rig.snmpd.send_signal(signal.SIGSTOP)
manager.process.terminate()
time.sleep(120)
check(not manager.killed_at, 'and so is one that is started meanwhile', manager.killed_at)
rig.snmpd.send_signal(signal.SIGCONT)
rig.until_asked(lambda: rig.ask('snmpget', 'padamEngineLink.0') == {'padamEngineLink.0': '2'}, 'it serves again')

# ---- it hangs, as it hands over a notification
HANG.write_text('')
rig.lines['mains-l1'].pull(True)
rig.until(lambda: not HANG.exists(), 'it hangs', 300)
hung_at = now()
closed = rig.await_trap(lambda trap: trap.name == 'padamMainsRestored', 300)
check(len(manager.killed_at) == 1 and manager.killed_at[0] - hung_at < WATCHDOG_S + 1, 'one that hangs is restarted', manager.killed_at, hung_at)
check(closed and closed.at - hung_at < WATCHDOG_S + 2, 'so that the notification came', closed and closed.at - hung_at)
log = (FOLDER / 'padamd.log').read_text()
check('it hangs: it reads no heartbeat' in log, 'the engine had noticed, too', log)
time.sleep(200)

# ---- it hangs where nobody restarts it, and another is there
manager.watchdog = False
second = rig.start(*COMMAND)
time.sleep(60)
HANG.write_text('')
opened = counts('padamOutageOpened')
hung_at = rig.lines['mains-l1'].pull(False)
again = rig.await_trap(lambda trap: trap.name == 'padamOutageOpened' and trap.at > hung_at, 300)
check(not HANG.exists() and again and again.at - hung_at < ENGINE_NOTICES_S + TAKES_OVER_S, 'where nothing restarts it, the engine gives its role to another', again and again.at - hung_at)
time.sleep(60)

sequences = [trap.sequence for trap in rig.traps]
superseded = [event['id'] for event in rig.events() if event['delivery'] == 5]
expected = [number for number in range(1, max(sequences) + 1) if number not in superseded]
check(sequences == expected, 'none was lost, doubled or out of order', sequences, superseded)
manager.wanted = False
manager.process.kill()
second.terminate()
rig.end()
finish()
