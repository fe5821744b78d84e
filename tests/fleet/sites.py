"""A site of the fleet: a real padamd with simulated lines and stand-in servers, its padam-agentx, its snmpd. And what processes cost."""
import contextlib
import os
import pathlib
import re
import socket
import sqlite3
import sys
import threading

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / name) for name in ('bench', 'agentx', 'servers')]
from crowd import Crowd  # noqa: E402
from figures import family, field  # noqa: E402
from rig import BUILD, PASS, ROOT, TRAP_ENGINE, Rig, wait_for  # noqa: E402

FIRST_PORT = 20000    # below those that the kernel gives to whoever names none: with hundreds of sites some would be taken
KINDS = ('snmpd', 'padam-agentx', 'padamd')


class Relay:
    """Stands between one snmpd and snmptrapd, and counts the octets of both directions."""

    def __init__(self, to):
        self.octets, self.sender = 0, None
        self.near, self.far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.near.bind(('127.0.0.1', 0))
        self.far.connect(('127.0.0.1', to))
        self.port = self.near.getsockname()[1]
        for pass_on in (self.there, self.back):
            threading.Thread(target=pass_on, daemon=True).start()

    def there(self):
        while True:
            octets, self.sender = self.near.recvfrom(65536)
            self.octets += len(octets)
            self.far.send(octets)

    def back(self):
        while True:
            octets = self.far.recv(65536)
            self.octets += len(octets)
            self.near.sendto(octets, self.sender)


class Site(Rig):
    def __init__(self, number, servers, trap_port, scale=1):
        self.number, self.fleet_trap_port, self.scale = number, trap_port, scale
        self.crowd = None
        super().__init__()
        self.port = FIRST_PORT + number
        self.crowd = Crowd(['good'] * servers)
        self.engine_socket = self.crowd.folder / 'engine.sock'

    def write_snmpd_conf(self):
        self.trap_port = self.fleet_trap_port
        super().write_snmpd_conf()
        with open(self.folder / 'snmpd.conf', 'a', encoding='ascii') as configuration:
            configuration.write(f'\nengineID site-{self.number}\n')

    def look_at_no_server(self):
        """A look is a process of the site's own machine; those of all sites at once would be at the cost of one."""
        path = self.crowd.folder / 'padam.conf'
        path.write_text(re.sub(r'verify = \[[^]]*\];', '', path.read_text()))

    def run(self):
        self.start_snmpd()
        self.crowd.start(self.scale)
        self.agent = self.start('agent', BUILD / 'padam-agentx', '-e', self.engine_socket, '-x', self.master)
        self.await_registered()
        wait_for(lambda: self.value('1.3.1.0') == '2', 'the mains is seen')

    def pids(self):
        return dict(zip(KINDS, ([self.snmpd.process.pid], [self.agent.process.pid], family(self.crowd.process.pid))))

    def mains(self, value):
        self.crowd.set('mains-l1', value)

    def events(self):
        return self.crowd.rows('status', '-n', '10000')['event']

    def has_event(self, name):
        return any(event['notification'] == name for event in self.events())

    def journal_stamps(self):
        return [path.stat().st_mtime_ns for path in sorted(self.crowd.folder.glob('journal.db*'))]

    def journal_octets(self):
        """What the rows of the journal have in them."""
        with contextlib.closing(sqlite3.connect(f'file:{self.crowd.folder}/journal.db?mode=ro', uri=True, timeout=30)) as journal:
            return journal.execute('SELECT sum(payload) FROM dbstat').fetchone()[0]

    def close(self):
        super().close()
        if self.crowd:
            self.crowd.close()


class Receiver(Rig):
    """One snmptrapd for all, with the source of each notification."""

    def write_snmptrapd_conf(self):
        (self.folder / 'snmptrapd.conf').write_text(
            f'exactEngineID {TRAP_ENGINE}\ncreateUser padam-nms SHA-256 "{PASS}" AES "{PASS}"\n'
            'authUser log padam-nms priv\nformat2 TRAP\\t%b\\t%v\\n\n')

    def received(self):
        """(source, sequence, arc of the notification) of each, in the order in which they came."""
        found = []
        for line in self.trapd.lines(rf'^TRAP.*\.{re.escape(ROOT)}\.0\.'):
            _, source, _, kind, sequence, *_ = line.split('\t')
            found.append((source, int(sequence.split(' = ')[1]), int(kind.rsplit('.', 1)[1])))
        return found


# ---- what processes cost ----

def processor_s(pids):
    """Of the processes themselves, to the nanosecond, and of the children that they waited for."""
    total_s = 0.0
    for pid in pids:
        for thread in os.listdir(f'/proc/{pid}/task'):
            total_s += int(pathlib.Path(f'/proc/{pid}/task/{thread}/schedstat').read_text().split()[0]) / 1e9
        words = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
        total_s += sum(map(int, words[13:15])) / os.sysconf('SC_CLK_TCK')
    return total_s


def machine_s():
    """(busy, idle) seconds of all processors."""
    times = [int(word) / os.sysconf('SC_CLK_TCK') for word in pathlib.Path('/proc/stat').read_text().splitlines()[0].split()[1:9]]
    idle = times[3] + times[4]
    return sum(times) - idle, idle


def written_octets(pids):
    """To a disk: what is in memory alone counts nothing."""
    return sum(field(f'/proc/{pid}/io', 'write_bytes') for pid in pids)


class Meter:
    """Seconds of the processor by kind, and of the whole machine, from one reading to the next."""

    def __init__(self, pids):
        self.pids = pids
        self.last = self.read()

    def read(self):
        busy, idle = machine_s()
        return {kind: processor_s(pids) for kind, pids in self.pids.items()} | {'busy': busy, 'idle': idle}

    def taken(self):
        last, self.last = self.last, self.read()
        return {name: value - last[name] for name, value in self.last.items()}
