"""A private snmpd, snmptrapd, padam-agentx and stand-in engine, and the SNMP tools to ask them."""
import contextlib
import fcntl
import os
import pathlib
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from built import BUILD, MIBDIRS, ROOT, SLOWNESS, TOP, rooted  # noqa: E402

PASS = 'passphrase of the test'
TRAP_ENGINE = '0x80001f8804706164616d'
LIMIT_S = 30 * SLOWNESS


def wait_for(probe, what, limit_s=None):
    """The first true answer of probe(); anything observable may be probed, with a deadline."""
    limit_s = limit_s or LIMIT_S  # as it is by then: tests may set it
    deadline = time.monotonic() + limit_s
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f'not within {limit_s} s: {what}')
        select.select([], [], [], 0.02)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Program:
    """A running program whose output goes to a file."""

    def __init__(self, rig, name, *command, environment=()):
        self.name = name
        self.path = rig.folder / f'{name}.log'
        self.start_at = self.path.stat().st_size if self.path.exists() else 0
        with open(self.path, 'ab') as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.PIPE, stdout=log, stderr=log,
                env=rig.environment | dict(environment))

    def output(self):
        return self.path.read_bytes()[self.start_at:].decode(errors='replace')

    def lines(self, pattern=''):
        return [line for line in self.output().splitlines() if re.search(pattern, line)]

    def await_line(self, pattern, count=1, limit_s=None):
        try:
            return wait_for(lambda: len(self.lines(pattern)) >= count and self.lines(pattern), f'{self.name} prints {pattern!r}', limit_s)
        except AssertionError as error:
            raise AssertionError(f'{error}; it printed:\n{self.output()}') from error

    def tell(self, *lines):
        self.process.stdin.write(''.join(line + '\n' for line in lines).encode())
        self.process.stdin.flush()

    def kill(self, number):
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM, limit_s=None):
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.send_signal(signal.SIGCONT)
        status = self.process.wait(limit_s or LIMIT_S)
        with contextlib.suppress(BrokenPipeError):  # what it was told and did not read
            self.process.stdin.close()
        return status

    def end_or_kill(self):
        """One that has to be killed is reported."""
        try:
            self.end()
        except subprocess.TimeoutExpired as error:
            self.end(signal.SIGKILL)
            said = f'{self.name} did not end within {error.timeout} s of SIGTERM; it printed:\n{self.output()}'
            raise AssertionError(said) from error


class Rig:
    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix='padam-agentx-')
        self.folder = pathlib.Path(self.scratch.name)
        self.environment = dict(os.environ, LC_ALL='C', MIBS='', SNMPCONFPATH=f'{self.folder}:{self.folder}/persistent',
                                SNMP_PERSISTENT_DIR=str(self.folder / 'persistent'))
        self.port, self.trap_port = free_port(), free_port()
        self.engine_socket, self.master = self.folder / 'engine.sock', self.folder / 'master'
        self.programs = []
        self.write_snmpd_conf()
        self.write_snmptrapd_conf()

    def start(self, name, *command, environment=()):
        program = Program(self, name, *command, environment=environment)
        self.programs.append(program)
        return program

    def close(self):
        with contextlib.ExitStack() as ends:  # each, whatever the others do
            ends.callback(self.scratch.cleanup)
            for program in self.programs:
                ends.callback(program.end_or_kill)

    # ---- the fragment for real sites, with this rig's addresses ----

    def write_snmpd_conf(self):
        text = rooted((TOP / 'nms/snmpd/padam.conf').read_text())
        assert f'.{ROOT}\n' in text and f'.{ROOT}.1.12\n' in text, 'nms/snmpd/padam.conf has another root'
        text = re.sub(r'^agentXPerms .*\n', '', text, flags=re.M)
        text = re.sub(r'^#trapsess', 'trapsess', text, flags=re.M)
        for old, new in (('/run/agentx/master', str(self.master)), ('AUTH PASSPHRASE', PASS), ('PRIV PASSPHRASE', PASS),
                         ('192.0.2.10:162', f'127.0.0.1:{self.trap_port}'), (TRAP_ENGINE, TRAP_ENGINE)):
            assert old in text, f'nms/snmpd/padam.conf lacks {old}'
            text = text.replace(old, new)
        (self.folder / 'snmpd.conf').write_text(text)
        persistent = self.folder / 'persistent'
        persistent.mkdir()
        users = ''.join(f'createUser {user} SHA-256 "{PASS}" AES "{PASS}"\n' for user in ('padam-nms', 'padam-admin'))
        (persistent / 'snmpd.conf').write_text(users)

    def write_snmptrapd_conf(self):
        (self.folder / 'snmptrapd.conf').write_text(
            f'exactEngineID {TRAP_ENGINE}\ncreateUser padam-nms SHA-256 "{PASS}" AES "{PASS}"\n'
            'authUser log padam-nms priv\nformat2 TRAP\\t%v\\n\n')

    # ---- programs ----

    def start_snmpd(self):
        self.snmpd = self.start('snmpd', 'snmpd', '-f', '-Lo', f'udp:127.0.0.1:{self.port}')
        self.snmpd.await_line('NET-SNMP version')

    def start_trapd(self):
        self.trapd = self.start('snmptrapd', 'snmptrapd', '-f', '-Lo', '-n', '-OnQ', f'udp:127.0.0.1:{self.trap_port}')
        self.trapd.await_line('NET-SNMP version')

    def start_engine(self, *lines):
        self.engine = self.start('engine', BUILD / 'tests/fake-engine', self.engine_socket)
        self.engine.await_line('listening')
        self.engine.tell(*lines)

    def start_agent(self, name='agent', master=None, wrap=(), environment=(), level='debug'):
        return self.start(name, *wrap, BUILD / 'padam-agentx', '-e', self.engine_socket, '-x', master or self.master, '-l', level,
                          environment=environment)

    def start_all(self, *rows):
        self.start_trapd()
        self.start_snmpd()
        self.start_engine(*rows)
        self.agent = self.start_agent()
        self.await_registered()

    def await_registered(self):
        wait_for(lambda: self.value('1.1.1.0') == 'padam', 'the subagent is registered')

    # ---- SNMP ----

    def tool(self, name, *arguments, user='padam-nms', options=('-On',), mibs=''):
        environment = dict(self.environment, MIBS=mibs)
        if mibs:
            environment['MIBDIRS'] = MIBDIRS
        done = subprocess.run(
            [name, *options, '-v3', '-l', 'authPriv', '-u', user, '-a', 'SHA-256', '-A', PASS, '-x', 'AES', '-X', PASS,
             '-r', '2', '-t', '3', f'127.0.0.1:{self.port}', *arguments],
            capture_output=True, text=True, check=False, env=environment, timeout=LIMIT_S)
        return done.returncode, done.stdout, done.stderr

    def value(self, name, root=ROOT):
        """One object's value; None without an instance."""
        code, out, _ = self.tool('snmpget', f'{root}.{name}', options=('-OnqvUt',))
        out = out.strip()
        return None if code or out.startswith('No Such') else out.strip('"')

    def values(self, *names):
        return [self.value(name) for name in names]

    def walk(self, name='1', tool='snmpwalk', *arguments, root=ROOT):
        """[(name below the root, type, value), …] in the order in which they came."""
        code, out, err = self.tool(tool, *arguments, f'{root}.{name}')
        assert code == 0, out + err
        found = []
        for line in out.splitlines():
            if 'No more variables' in line:
                break
            match = re.fullmatch(rf'\.{re.escape(root)}\.([0-9.]+) = (?:([A-Za-z0-9-]+): (.*)|"")', line)
            assert match, f'unexpected: {line}'
            found.append((match[1], match[2] or 'STRING', (match[3] or '').strip('"')))
        return found

    def set(self, *varbinds, user='padam-admin'):
        """'' or the error; a varbind is 'column type value', e.g. '4 i 2' for padamCtlGenset.0."""
        arguments = []
        for varbind in varbinds:
            name, kind, value = (varbind + ' ').split(' ', 2)
            arguments += [f'{ROOT}.1.12.{name}.0' if name.isdigit() else name.replace('ROOT', ROOT), kind, value.strip()]
        code, _, err = self.tool('snmpset', *arguments, user=user)
        if code == 0:
            return ''
        reason = re.search(r'Reason: (\S+)', err)
        failed = re.search(r'Failed object: \S*?\.(\d+)\.\d+$', err, re.M)
        return f'{reason[1] if reason else err.strip()} {failed[1] if failed else "?"}'

    # ---- notifications ----

    def traps(self):
        """[(arc of the notification, [varbind values], [varbind names]), …] of PADAM-MIB."""
        found = []
        for line in self.trapd.lines(r'^TRAP'):
            varbinds = [part.split(' = ', 1) for part in line.split('\t')[1:]]
            arc = re.fullmatch(rf'\.{re.escape(ROOT)}\.0\.(\d+)', varbinds[1][1])
            if arc:
                found.append((int(arc[1]), [value.strip('"') for _, value in varbinds[2:]], [name for name, _ in varbinds[2:]]))
        return found

    def traps_of(self, sequence):
        return [trap for trap in self.traps() if trap[1][0] == str(sequence)]

    def await_trap(self, sequence, limit_s=None):
        return wait_for(lambda: self.traps_of(sequence), f'notification {sequence} arrives', limit_s)


class AgentX:
    """What both ends of AgentX say to each other (RFC 2741)."""

    OPEN, CLOSE, REGISTER, GET, COMMIT_SET, NOTIFY, RESPONSE = 1, 2, 3, 5, 9, 12, 18
    NOT_OPEN, DUPLICATE, COMMIT_FAILED = 257, 263, 14
    NETWORK_BYTE_ORDER = 0x10

    def __init__(self, connection):
        self.socket = connection

    def send(self, kind, session, transaction, packet, payload):
        head = struct.pack('!4B4I', 1, kind, self.NETWORK_BYTE_ORDER, 0, session, transaction, packet, len(payload))
        self.socket.sendall(head + payload)

    def respond(self, session, transaction, packet, error=0):
        self.send(self.RESPONSE, session, transaction, packet, struct.pack('!IHH', 0, error, 1 if error else 0))

    def receive(self):
        """(kind, session, transaction, packet, payload)"""
        head = self.socket.recv(20, socket.MSG_WAITALL)
        order = '!' if head[2] & self.NETWORK_BYTE_ORDER else '<'
        session, transaction, packet, size = struct.unpack(order + '4I', head[4:])
        return head[1], session, transaction, packet, self.socket.recv(size, socket.MSG_WAITALL) if size else b''

    @staticmethod
    def oid(arcs):
        return struct.pack(f'!4B{len(arcs)}I', len(arcs), 0, 0, 0, *arcs)


class Master:
    """A stand-in snmpd, to do what a real one does at no chosen moment: for each kind of message, errors or delays to answer with."""

    def __init__(self, path):
        self.answers = {}          # kind: [error or (seconds, error) or None for no answer, …], the last one from then on
        self.seen = []             # kinds, in order
        self.reading = threading.Event()
        self.reading.set()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen(5)
        self.agents = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                agent = AgentX(self.listener.accept()[0])
                self.agents.append(agent)
                threading.Thread(target=self.serve, args=(agent,), daemon=True).start()
        except OSError:
            return

    def serve(self, agent):
        try:
            while self.reading.wait():
                kind, _, transaction, packet, _ = agent.receive()
                if kind != AgentX.RESPONSE:
                    self.seen.append(kind)
                    self.answer(agent, kind, transaction, packet)
        except (OSError, struct.error, IndexError):
            return

    def answer(self, agent, kind, transaction, packet):
        planned = self.answers.get(kind, [0])
        plan = planned.pop(0) if len(planned) > 1 else planned[0]
        if plan is None:
            return
        delay_s, error = plan if isinstance(plan, tuple) else (0, plan)
        if delay_s:
            threading.Event().wait(delay_s)
        agent.respond(1, transaction, packet, error)

    def ask(self, arcs, times):
        """Asks the last subagent for an object so many times, whether or not the answers are read."""
        for packet in range(times):
            self.agents[-1].send(AgentX.GET, 1, packet, packet, AgentX.oid(arcs) + bytes(4))

    def unread(self):
        """Bytes from the last subagent that were not taken."""
        return struct.unpack('i', fcntl.ioctl(self.agents[-1].socket, termios.FIONREAD, bytes(4)))[0]

    def close(self):
        self.listener.close()
        for agent in self.agents:
            agent.socket.close()


class ServiceManager:
    """The part of systemd that hears a program say that it is alive."""

    def __init__(self, path, watchdog_s):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.environment = {'NOTIFY_SOCKET': str(path), 'WATCHDOG_USEC': str(int(watchdog_s * 1e6))}
        self.heard_at = None
        self.longest_s = 0.0       # between two signs of life
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                if b'WATCHDOG=1' in self.socket.recv(4096):
                    at = time.monotonic()
                    self.longest_s = max(self.longest_s, at - (self.heard_at or at))
                    self.heard_at = at
        except OSError:
            return

    def close(self):
        self.socket.close()


class OtherSubagent(AgentX):
    """Another AgentX subagent, whose part of a SET always fails when it is to be committed."""

    def __init__(self, master, arcs):
        super().__init__(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        self.socket.settimeout(LIMIT_S)
        self.socket.connect(str(master))
        self.seen = []
        self.send(self.OPEN, 0, 0, 1, bytes(4) + bytes(4) + bytes(4))
        session = self.receive()[1]
        self.send(self.REGISTER, session, 0, 2, bytes([0, 127, 0, 0]) + self.oid(arcs))
        assert self.receive()[4][4:8] == bytes(4), 'the registration was refused'
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                kind, session, transaction, packet, _ = self.receive()
                self.seen.append(kind)
                self.respond(session, transaction, packet, self.COMMIT_FAILED if kind == self.COMMIT_SET else 0)
        except (OSError, struct.error):
            return

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # a thread that waits for it would keep it open
        self.socket.close()
