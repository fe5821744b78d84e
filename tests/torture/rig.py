"""A private stack that is kept running whatever is done to it: snmpd, snmptrapd, padamd, padam-agentx, on loopback.

One loop, no threads: lines, notifications and ended programs are waited for together, and what is to happen at an
instant is on an agenda. Instants are seconds of CLOCK_BOOTTIME, as padamd's own.
"""
import ctypes
import heapq
import os
import pathlib
import selectors
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from built import BUILD, MIBDIRS, TOP  # noqa: E402

RESTART_S = 0.05   # as a service manager that starts a program anew
SERVERS = (('app', 1), ('storage', 2))
SERVER_STOPS_S = 40  # of the procedure

SERVER = '''#!/bin/sh
# A stand-in server is a file: NAME.on, NAME.stopping or NAME.off. Every telling that was accepted is noted, and every look.
cd "$(dirname "$0")" || exit 2
case $1 in
shutdown) [ -e "$2.on" ] && mv "$2.on" "$2.stopping"; echo "$2" >>told ;;
off) echo "?$2" >>told; [ -e "$2.off" ] ;;
esac
'''
SERVER_CONFIG = '''{{ index = {index}; name = "{name}"; tier = {tier};
    shutdown = ["{script}", "shutdown", "{name}"]; verify = ["{script}", "off", "{name}"];
    command_timeout_s = 600; off_within_s = 3600; verify_interval_s = 15; verify_timeout_s = 60; }}'''
# A crank is longer than the gate waits for the journal, as it always is where times are not divided.
CONFIG = '''
site = {{ name = "Torture"; }};
genset = {{ wiring = "run-crank"; mode = "{mode}"; crank_s = 24; }};
lines = {{ backend = "simulated"; simulator_socket = "{folder}/lines"; }};
engine = {{ socket = "{folder}/engine"; group = ""; journal = "{folder}/disk/journal.db"; shadow = "{memory}/shadow"; }};
inputs = {{ mains_l1 = {{ }}; genset_running = {{ }}; }};
outputs = {{ run = {{ on_release = "returns"; latching = true; }}; crank = {{ on_release = "returns"; }}; }};
servers = ( {servers} );
'''


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def die_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Loop:
    def __init__(self):
        self.selector, self.agenda, self.number = selectors.DefaultSelector(), [], 0

    def at(self, instant, deed):
        self.number += 1
        heapq.heappush(self.agenda, (instant, self.number, deed))

    def after(self, seconds, deed):
        self.at(now() + seconds, deed)

    def watch(self, what, handler):
        self.selector.register(what, selectors.EVENT_READ, handler)

    def forget(self, what):
        self.selector.unregister(what)

    def run(self, probe, limit_s, what=None):
        """Until the probe is true; False, or the failure that names it, where that takes too long."""
        end = now() + limit_s
        while not probe():
            if now() >= end:
                if what:
                    raise AssertionError(f'not within {limit_s:.0f} s: {what}')
                return False
            next_at = min(self.agenda[0][0] if self.agenda else end, end)
            for key, _ in self.selector.select(max(next_at - now(), 0)):
                key.data()
            while self.agenda and self.agenda[0][0] <= now():
                heapq.heappop(self.agenda)[2]()
        return True


class Program:
    """A program that is started again when it ends, unless it is held off."""

    def __init__(self, stack, name, command):
        self.stack, self.name, self.command = stack, name, command
        self.process = self.pidfd = None
        self.wanted = False
        self.held_until = 0.0
        self.starts = 0
        self.plan = None           # of kill_at.c, for the next start
        self.wrap = []             # of every start from now on
        self.down = []             # [(from, until)], until is None while it lasts
        self.stops = []            # those of down in which it was only stopped
        self.killed_at = []

    def start(self):
        self.wanted = True
        if self.process:
            return
        if now() < self.held_until:
            self.stack.loop.at(self.held_until, self.start_again)
            return
        environment = dict(self.stack.environment)
        if self.plan:
            path = self.stack.folder / f'plan-{self.name}-{self.starts}'
            path.write_text(self.plan)
            environment |= {'LD_PRELOAD': str(BUILD / 'tests/kill-at.so'), 'PADAM_KILL_AT': str(path)}
            self.plan = None
        self.starts += 1
        with open(self.stack.folder / f'{self.name}.log', 'ab') as log:
            self.process = subprocess.Popen([*self.wrap, *map(str, self.command())], env=environment, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE if self.name == 'snmptrapd' else log, stderr=log,
                                            preexec_fn=die_with_parent)
        self.pidfd = os.pidfd_open(self.process.pid)
        self.stack.loop.watch(self.pidfd, self.ended)

    def start_again(self):
        if self.wanted:
            self.start()

    @property
    def pid(self):
        """The program's own, not that of what wraps it."""
        if not self.process:
            return None
        return (children_of(self.process.pid) or [None])[0] if self.wrap else self.process.pid

    def ended(self):
        code = self.process.wait()
        self.stack.loop.forget(self.pidfd)
        os.close(self.pidfd)
        self.process = self.pidfd = None
        self.stack.say(f'{self.name} ended with {code}')
        self.killed_at.append(now())
        self.went()
        if code != -signal.SIGKILL and self.wanted:
            self.stack.odd.append(f'{self.name} ended by itself with {code}')
        if self.wanted:
            self.stack.loop.at(max(now() + RESTART_S, self.held_until), self.start_again)

    def went(self):
        if not self.down or self.down[-1][1] is not None:
            self.down.append((now(), None))

    def came(self):
        if self.down and self.down[-1][1] is None:
            self.down[-1] = (self.down[-1][0], now())

    def was_down(self, since, until):
        return any(begin <= until and (end is None or end >= since) for begin, end in self.down)

    def was_ended(self, since, until):
        return any(begin <= until and (end is None or end >= since) for begin, end in self.down if (begin, end) not in self.stops)

    def send(self, number):
        if self.pid:
            os.kill(self.pid, number)

    def kill(self, held_s=0.0):
        """Ended at once and kept so for a while; what is stopped ends, too."""
        self.held_until = now() + held_s
        if self.process:
            self.went()
        self.send(signal.SIGKILL)

    def finish(self):
        self.wanted = False
        if self.process:
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)

    def destroy(self):
        self.wanted = False
        if self.process:
            self.process.kill()
            self.process.wait()


def children_of(pid):
    try:
        return [int(child) for child in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]
    except OSError:
        return []


def own_address():
    """On loopback, this process's alone: no other stack's notifications come here."""
    pid = os.getpid()
    return f'127.{1 + (pid >> 16) % 254}.{(pid >> 8) % 256}.{pid % 256}'


class Trap:
    def __init__(self, at, line):
        fields = dict(part.split(' = ', 1) for part in line.split('\t')[1:] if ' = ' in part)
        self.at, self.name = at, fields.get('snmpTrapOID.0', '')
        own = {name.split('.')[0]: value.strip('"') for name, value in fields.items()}
        self.sequence = int(own.get('padamEventSequence', 0))
        self.delay_s = int(own.get('padamEventDelaySeconds', 0))
        self.step = int(own.get('padamEventStep', 0))
        self.text = own.get('padamEventText', '')


class Stack:
    def __init__(self, folder, scale, mode, world):
        self.folder, self.scale, self.world = pathlib.Path(folder), scale, world
        self.memory = tempfile.TemporaryDirectory(prefix='padam-torture-', dir='/dev/shm')
        self.loop = Loop()
        self.log = open(self.folder / 'torture.log', 'w', encoding='utf-8')
        self.began = now()
        self.odd = []          # what no fault explains
        self.agent, self.receiver = (f'udp:{own_address()}:{port}' for port in (10161, 10162))
        self.environment = dict(os.environ, LC_ALL='C', MIBS='SNMPv2-MIB:PADAM-MIB', MIBDIRS=MIBDIRS,
                                SNMPCONFPATH=str(self.folder), SNMP_PERSISTENT_DIR=str(self.folder / 'persistent'))
        self.traps, self.trap_rest = [], b''
        self.lines, self.changed_at = None, now()
        self.write_files(mode)
        self.trapd = Program(self, 'snmptrapd', lambda: ['snmptrapd', '-f', '-Lo', '-n', '-OQesU', self.receiver])
        self.snmpd = Program(self, 'snmpd', lambda: ['snmpd', '-f', '-Le', '-I', '-smux', self.agent])
        self.engine = Program(self, 'padamd', self.engine_command)
        self.agentx = Program(self, 'padam-agentx', lambda: [
            BUILD / 'padam-agentx', '-e', self.folder / 'engine', '-x', self.folder / 'master'])
        self.programs = (self.engine, self.agentx, self.snmpd, self.trapd)

    def write_files(self, mode):
        (self.folder / 'disk').mkdir(exist_ok=True)
        (self.folder / 'persistent/cert_indexes').mkdir(parents=True)
        script = self.folder / 'servers/server'
        script.parent.mkdir()
        script.write_text(SERVER)
        script.chmod(0o700)
        for name, _ in SERVERS:
            (script.parent / f'{name}.on').write_text('')
        servers = ', '.join(SERVER_CONFIG.format(index=index, name=name, tier=tier, script=script)
                            for index, (name, tier) in enumerate(SERVERS, 1))
        (self.folder / 'padam.conf').write_text(CONFIG.format(folder=self.folder, memory=self.memory.name, servers=servers, mode=mode))
        (self.folder / 'snmpd.conf').write_text(
            f'master agentx\nagentXSocket {self.folder}/master\nrwcommunity padam 127.0.0.0/8\n'
            f'trap2sink {self.receiver} padam\n')
        (self.folder / 'snmptrapd.conf').write_text('authCommunity log padam\nformat2 TRAP\\t%v\\n\n')

    def say(self, text):
        self.log.write(f'{now() - self.began:8.3f} {text}\n')
        self.log.flush()

    def engine_command(self):
        """Inputs start as they are in the world."""
        inputs = [f'--input={role}={value}' for role, value in self.world.inputs.items()]
        self.loop.after(0.01, self.lines_connect)
        return [BUILD / 'padamd', '--config', self.folder / 'padam.conf', '--time-scale', self.scale, '--log-level', 'info', *inputs]

    # ---- lines ----

    def lines_connect(self):
        if self.lines or not self.engine.wanted:
            return
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(str(self.folder / 'lines'))
        except OSError:
            connection.close()
            self.loop.after(0.01, self.lines_connect)
            return
        self.lines = connection
        self.loop.watch(connection, self.lines_receive)
        self.engine.came()
        self.say('lines are connected')
        self.world.lines_connected_at = now()
        for role, value in self.world.inputs.items():
            self.line_send(role, value)

    def line_send(self, role, value, at=''):
        try:
            if self.lines:
                self.lines.send(f'set {role} {value}{at}'.encode())
        except OSError:
            pass

    def lines_receive(self):
        try:
            words = self.lines.recv(256).decode().split()
        except OSError:
            words = []
        if not words:
            self.loop.forget(self.lines)
            self.lines.close()
            self.lines = None
            self.world.released(self)
            if self.engine.wanted:
                self.loop.after(0.01, self.lines_connect)
        elif words[0] == 'output':
            self.say(' '.join(words))
            self.world.output(self, words[1], words[2] == 'on')
        elif words[0] == 'error':
            self.odd.append(' '.join(words))

    def set_input(self, role, value):
        self.say(f'{role} {value}')
        self.world.inputs[role], self.changed_at = value, now()
        self.line_send(role, value, f' at {int(self.changed_at * 1000)}')

    # ---- notifications ----

    def traps_receive(self):
        data = os.read(self.trap_pipe.fileno(), 65536)
        read_at = now()  # what is made of one takes as long as the way of the next
        if not data:
            self.loop.forget(self.trap_pipe)
            return
        *lines, self.trap_rest = (self.trap_rest + data).split(b'\n')
        for line in lines:
            text = line.decode(errors='replace')
            if text.startswith('TRAP') and 'padamEventSequence' in text:
                self.traps.append(Trap(read_at, text))
                self.say(f'trap {self.traps[-1].sequence} {self.traps[-1].name} {self.traps[-1].text}')
                self.world.notified(self, self.traps[-1])

    # ---- all of it ----

    def start(self, absent=()):
        self.trapd.start()
        self.trap_pipe = self.trapd.process.stdout
        self.loop.watch(self.trap_pipe, self.traps_receive)
        for program in (self.snmpd, self.engine, self.agentx):
            if program not in absent:
                program.start()
        self.loop.run(lambda: self.lines, 20, 'padamd listens')

    def journal_pid(self):
        return next((pid for pid in children_of(self.engine.pid) if '--journal' in command_line(pid)), None) if self.engine.pid else None

    def spawner_pid(self):
        return next((pid for pid in children_of(self.engine.pid) if name_of(pid) == 'padamd-spawner'), None) if self.engine.pid else None

    def rows(self, table):
        """As in the journal, enumerations as words, times also in ms."""
        journal = sqlite3.connect(f'file:{self.folder}/disk/journal.db?mode=ro', uri=True, timeout=5)
        journal.row_factory = sqlite3.Row
        journal.isolation_level = None
        journal.execute('BEGIN')
        try:
            found = {table_or_view: [dict(row) for row in journal.execute(f'SELECT * FROM "{table_or_view}" ORDER BY id')]
                     for table_or_view in (table, f'{table}_readable')}
            return [raw | readable for raw, readable in zip(*found.values())]
        finally:
            journal.close()

    def pending(self):
        try:
            return [row['id'] for row in self.rows('event') if row['delivery'] == 'pending']
        except sqlite3.Error:
            return ['?']

    def closed(self):
        """No incident is open any more, and there was one."""
        try:
            states = [row['state'] for row in self.rows('incident')]
        except sqlite3.Error:
            return False
        return bool(states) and states[-1] == 'closed'

    def is_behind(self):
        """What was received is not in the journal yet, or more is said to be missing there."""
        said = [trap.name for trap in self.traps if trap.name in ('padamJournalBehind', 'padamJournalRecovered')]
        try:
            written = {row['id'] for row in self.rows('event')}
        except sqlite3.Error:
            return True
        return said[-1:] == ['padamJournalBehind'] or any(trap.sequence not in written for trap in self.traps if trap.sequence)

    def end(self):
        for program in self.programs:
            program.finish()
        self.loop.run(lambda: not any(program.process for program in self.programs), 20)

    def destroy(self):
        for program in self.programs:
            program.destroy()
        self.log.close()
        shutil.copytree(self.memory.name, self.folder / 'memory-kept')
        self.memory.cleanup()


def command_line(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().decode(errors='replace')
    except OSError:
        return ''


def name_of(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/comm').read_text().strip()
    except OSError:
        return ''


class Client:
    """A client of padamd's socket that need not behave (subagent/wire/wire.h)."""
    HELLO, WELCOME, REFUSED, ASK, ANSWER = 1, 2, 3, 8, 9
    VIEWER, NOTIFIER, COMMAND = 0, 1, 2
    GENSET_START, SHUTDOWN_ALL = 2, 7

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(1)
        self.socket.connect(str(path))

    def hello(self, schema, role):
        self.socket.send(struct.pack('<IIQI32s32s4x', self.HELLO, 0, schema, role, b'0', b'torture'))

    def ask(self, kind):
        """Confirmed as dangerous commands have to be: it is only the promise that is not."""
        self.socket.send(struct.pack('<IIIII??2xI??2x32s192s192s', self.ASK, 0, kind, 0, 0, True, False, 0, False, False, b'torture', b'', b''))

    def is_promised(self):
        answers = [self.receive() for _ in range(2)]
        return [struct.unpack_from('<I', answer)[0] if answer else 0 for answer in answers] == [self.WELCOME, self.ANSWER] and \
            struct.unpack_from('<I', answers[1], 8)[0] == 1

    def receive(self):
        try:
            return self.socket.recv(4096)
        except OSError:
            return b''

    def close(self):
        self.socket.close()


def schema_of(path):
    """The engine names it to one that has another."""
    client = Client(path)
    client.hello(1, Client.VIEWER)
    answer = client.receive()
    client.close()
    kind, _, schema = struct.unpack_from('<IIQ', answer) if len(answer) >= 16 else (0, 0, 0)
    return schema if kind == Client.REFUSED else None
