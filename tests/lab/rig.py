"""For guest scripts: GPIO chips, a private snmpd and snmptrapd, padamd and padam-agentx in the lab's kernel."""
import ctypes
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time

BIN, TOP = pathlib.Path(os.environ['BIN']), pathlib.Path(os.environ['TOP'])
os.environ['BUILD'] = str(BIN)
sys.path.insert(0, str(TOP / 'tests'))
from built import MIBDIRS  # noqa: E402

FOLDER = pathlib.Path('/run/padam')
ENVIRONMENT = dict(os.environ, LC_ALL='C', MIBS='SNMPv2-MIB:PADAM-MIB', MIBDIRS=MIBDIRS,
                   SNMPCONFPATH=str(FOLDER), SNMP_PERSISTENT_DIR=str(FOLDER / 'persistent'))
AGENT, RECEIVER = 'udp:127.0.0.1:161', 'udp:127.0.0.1:162'
LIMIT_S = 20
KEPT = pathlib.Path('/mnt/.kept')  # outlives a reboot
BOOT = int(os.environ.get('BOOT', '1'))
failures = 0


def check(good, what, *details):
    """One line for what was to be shown; the details only where it does not hold."""
    global failures
    print('ok  ' if good else 'FAIL', what, flush=True)
    if not good:
        failures += 1
        for detail in details:
            print('     ', detail, flush=True)


def finish():
    sys.exit(1 if failures else 0)


def reboot(wall_clock_s):
    """The machine goes off; its clock reads this when it boots again."""
    if failures == 0:
        pathlib.Path('/mnt/.reboot').write_text(f'{round(wall_clock_s * 1e9)}\n')
    finish()


def set_clock(wall_clock_s):
    time.clock_settime(time.CLOCK_REALTIME, wall_clock_s)


class Timex(ctypes.Structure):
    _fields_ = [('modes', ctypes.c_uint), ('numbers', ctypes.c_long * 4), ('status', ctypes.c_int), ('rest', ctypes.c_char * 512)]


def say_synchronised():
    """As a time service does once it has set the clock: with a large error the kernel would take it back."""
    adj_maxerror, adj_esterror, adj_status = 4, 8, 16
    timex = Timex(modes=adj_maxerror | adj_esterror | adj_status)
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex)) < 0:
        raise OSError(ctypes.get_errno(), 'adjtimex')


def now():
    """Seconds since boot: the clock of the kernel's edges."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def parent_of(folder):
    """Of the process that has this folder in /proc."""
    behind_name = (folder / 'stat').read_text().rsplit(') ', 1)[1]
    return int(behind_name.split()[1])


class Line:
    """A line on a simulated chip of its own, which has its name."""

    def __init__(self, name):
        config = pathlib.Path('/sys/kernel/config/gpio-sim') / name
        (config / 'bank0' / 'line0').mkdir(parents=True)
        (config / 'bank0' / 'num_lines').write_text('1')
        (config / 'bank0' / 'label').write_text(name)
        self.config, self.active = config, False
        self.plug()

    def plug(self):
        (self.config / 'live').write_text('1')
        device, chip = ((self.config / part).read_text().strip() for part in ('dev_name', 'bank0/chip_name'))
        self.device = pathlib.Path('/dev') / chip
        self.controls = pathlib.Path('/sys/devices/platform') / device / chip / 'sim_gpio0'
        self.pulled = os.open(self.controls / 'pull', os.O_WRONLY)
        self.pull(self.active)

    def unplug(self):
        """Its chip vanishes, and what is outside stays as it is."""
        os.close(self.pulled)
        (self.config / 'live').write_text('0')

    def pull(self, active):
        """Returns the instant before the edge."""
        at = now()
        self.active = active
        os.write(self.pulled, b'pull-up' if active else b'pull-down')
        return at

    def value(self):
        return int((self.controls / 'value').read_text())


class Trap:
    def __init__(self, at, line):
        fields = dict(part.split(' = ', 1) for part in line.split('\t')[1:])
        self.at, self.name = at, fields['snmpTrapOID.0']
        self.fields = {name.split('.')[0]: value.strip('"') for name, value in fields.items()}
        self.sequence = int(self.fields.get('padamEventSequence', 0))
        self.step = int(self.fields.get('padamEventStep', 0))
        self.delay_s = int(self.fields.get('padamEventDelaySeconds', -1))

    def __str__(self):
        return f'{self.sequence} {self.name} step {self.step}, delayed {self.delay_s} s'


class Rig:
    """All the programs, each a process of its own; inputs and outputs are Lines by role."""

    def __init__(self, site, inputs, outputs=(), engine='', journal=FOLDER / 'journal.db'):
        (FOLDER / 'persistent').mkdir(parents=True, exist_ok=True)
        self.lines = {role: Line(role) for role in (*inputs, *outputs)}
        self.journal = journal
        self.write_configuration(site, inputs, outputs, engine)
        self.traps, self.news = [], threading.Condition()
        self.receiver = self.start('snmptrapd', '-f', '-Lo', '-n', '-OQesU', RECEIVER, pipe=True)
        threading.Thread(target=self.receive, daemon=True).start()
        self.snmpd = self.start('snmpd', '-f', '-Le', '-I', '-smux', AGENT)
        self.agentx = None

    def write_configuration(self, site, inputs, outputs, engine):
        def line(role, more=''):
            own = re.sub(r'^', '    ', more)
            return f'{role.replace("-", "_")} = {{ chip = "{role}"; offset = 0; {own} }};'
        (FOLDER / 'padam.conf').write_text(
            f'{site}\nlines = {{ backend = "gpio"; }};\n'
            f'engine = {{ socket = "{FOLDER}/engine"; group = ""; journal = "{self.journal}"; shadow = "{FOLDER}/shadow"; {engine} }};\n'
            f'inputs = {{ {" ".join(line(*item) for item in inputs.items())} }};\n'
            f'outputs = {{ {" ".join(line(*item) for item in dict(outputs).items())} }};\n')
        (FOLDER / 'padam.conf').chmod(0o600)
        (FOLDER / 'snmpd.conf').write_text(
            f'master agentx\nagentXSocket {FOLDER}/master\nrwcommunity padam 127.0.0.1\ntrap2sink {RECEIVER} padam\n')
        (FOLDER / 'snmptrapd.conf').write_text('authCommunity log padam\nformat2 TRAP\\t%v\\n\n')

    @staticmethod
    def start(*command, pipe=False, environment=()):
        log = open(FOLDER / f'{pathlib.Path(command[0]).name}.log', 'ab')
        return subprocess.Popen([str(word) for word in command], env=ENVIRONMENT | {name: str(value) for name, value in dict(environment).items()}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE if pipe else log, stderr=log)

    def start_engine(self):
        self.engine = self.start(BIN / 'padamd', '--config', FOLDER / 'padam.conf')
        if not self.agentx:
            self.agentx = self.start(BIN / 'padam-agentx', '-e', FOLDER / 'engine', '-x', FOLDER / 'master')
        self.until_asked(lambda: self.ask('snmpget', 'padamEngineLink.0') == {'padamEngineLink.0': '2'}, 'the engine is seen over SNMP')

    # ---- waiting

    @staticmethod
    def until(probe, what, limit_s=LIMIT_S, pause_s=0.05):
        deadline = now() + limit_s
        while not probe():
            if now() > deadline:
                check(False, f'within {limit_s} s: {what}', *(f'{log.name}: {log.read_text()}' for log in FOLDER.glob('*.log')))
                finish()
            time.sleep(pause_s)

    def until_asked(self, probe, what, limit_s=LIMIT_S):
        """What SNMP tells: asking is dear for the processor, though it takes no time here."""
        self.until(probe, what, limit_s, pause_s=1)

    def await_trap(self, match, limit_s=LIMIT_S):
        """The first notification that matches; it may have come before."""
        def find():
            return next((trap for trap in self.traps if match(trap)), None)
        with self.news:
            self.news.wait_for(find, limit_s)
            return find()

    def receive(self):
        for line in self.receiver.stdout:
            at = now()
            text = line.decode(errors='replace').rstrip('\n')
            if text.startswith('TRAP') and 'padamEventSequence' in text:
                with self.news:
                    self.traps.append(Trap(at, text))
                    self.news.notify_all()

    # ---- asking

    @staticmethod
    def ask(tool, *objects):
        """{object: value}"""
        done = subprocess.run([tool, '-v2c', '-c', 'padam', '-r0', '-t1', '-OQesU', AGENT, *objects], env=ENVIRONMENT,
                              capture_output=True, text=True, check=False)
        return dict(line.split(' = ', 1) for line in done.stdout.splitlines() if ' = ' in line)

    def journal_process(self):
        """The process that writes the journal of the engine that runs."""
        return next(int(folder.name) for folder in pathlib.Path('/proc').glob('[0-9]*')
                    if b'--journal' in (folder / 'cmdline').read_bytes() and parent_of(folder) == self.engine.pid)

    def events(self):
        """The journal's own events, read beside the engine: [{column: value}, …]."""
        journal = sqlite3.connect(f'file:{self.journal}?mode=ro', uri=True)
        journal.row_factory = sqlite3.Row
        found = [dict(row) for row in journal.execute('SELECT * FROM event ORDER BY rowid')]
        journal.close()
        return found

    def end(self):
        for program in (self.engine, self.agentx, self.snmpd, self.receiver):
            program.send_signal(signal.SIGCONT)
            program.terminate()
            program.wait(LIMIT_S)
