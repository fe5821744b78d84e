"""An office of the test's own: real servers on a network of their own, as docs/recipes says, and a real padamd.

A host is a namespace with sshd, and where it has one, a BMC: OpenIPMI's simulator in a namespace beside it. What the
power button, or the forced command, does to it is its `poweroff`; whether it really has power stands in power-NAME.
"""
import json
import os
import pathlib
import resource
import select
import shutil
import signal
import socket
import subprocess
import time
from typing import NamedTuple

from network import BUILD, TOP, Network

LIMIT_S = 60
SCALE = 10
RECIPES = TOP / 'docs/recipes'
WITNESS = '10.77.0.254'
PASSWORD = 'not-for-argv'
NO_BASHRC = 'SHLVL=2'  # this machine's, which bash reads for sshd where it is root's shell, can take seconds


class Host(NamedTuple):
    manner: str
    state: str
    results: set
    reason: str = ''
    poweroff: str = None  # None: it is never told
    shutdown: str = 'ssh'
    alternative: str = None
    bmc: bool = False
    answers: tuple = ('icmp',)


SERVER = '''{{ index = {index}; name = "{name}"; {commands} answers = [{answers}];
    command_timeout_s = 300; off_within_s = 80; retries = {retries}; verify_interval_s = 10; verify_timeout_s = 60; }}'''
CONFIG = '''
site = {{ name = "Servers"; }};
genset = {{ wiring = "none"; }};
procedure = {{ start_due_s = 10; report_failed_due_s = 20; shutdown_due_s = {due_s}; }};
shutdown = {{ parallel = 64; }};
equipment = {{ network = [{network}]; interval_s = 60; }};
lines = {{ backend = "simulated"; simulator_socket = "{folder}/lines"; }};
engine = {{ socket = "{folder}/engine.sock"; group = ""; journal = "{folder}/journal.db"; shadow = ""; }};
inputs = {{ mains_l1 = {{ }}; genset_running = {{ }}; }};
servers = ( {servers} );
'''
# What ipmi_sim asks for and sets is the host's.
CHASSIS = '''#!/bin/sh
shift
if [ "$1" = get ]; then
	shift
	for what; do
		[ "$what" = power ] && echo "power:$(cat {folder}/power-{name})" || echo "$what:0"
	done
elif [ "$2" = shutdown ]; then
	setsid nsenter --net=/run/netns/{space} {folder}/poweroff-{name} </dev/null >/dev/null 2>&1 &
fi
'''
LAN = '''
name "{name}"
set_working_mc 0x20
startlan 1
    addr {address} 623
    priv_limit admin
    allowed_auths_operator md5
    guid a123456789abcdefa123456789abcdef
endlan
chassis_control "{folder}/chassis-{name} 0x20"
user 2 true "padam" "{password}" operator 10 md5
'''
CONTROLLER = '''
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
mc_enable 0x20
'''
IPMITOOL = ('/usr/bin/ipmitool', '-I', 'lanplus', '-U', 'padam', '-L', 'OPERATOR', '-N', '1', '-R', '2', '-C', '3')


def wait_for(probe, what):
    deadline = time.monotonic() + LIMIT_S
    while not (answer := probe()):
        assert time.monotonic() < deadline, f'not within {LIMIT_S} s: {what}'
        select.select([], [], [], 0.1)
    return answer


def listed(words):
    return ', '.join(f'"{word}"' for word in words)


class Office:
    def __init__(self, folder, name, hosts, user='root'):
        self.folder, self.hosts, self.user, self.processes = folder / name, hosts, user, {}
        self.folder.mkdir()
        self.network = Network(name)
        self.network.join('witness', WITNESS)
        self.addresses = {name: self.network.join(name, f'10.77.0.{number}') for number, name in enumerate(hosts, 11)}
        self.bmcs = {name: self.network.join(f'{name}-bmc', f'10.77.1.{number}')
                     for number, (name, host) in enumerate(hosts.items(), 11) if host.bmc}
        self.keys()
        for name, host in hosts.items():
            self.start_host(name, host)
        (self.folder / 'controller').write_text(CONTROLLER)  # once: one that starts reads it
        for name in self.bmcs:
            self.start_bmc(name)
        for name in hosts:
            wait_for(lambda name=name: self.listens(name), f'{name} listens')
        for name in self.bmcs:
            wait_for(lambda name=name: self.bmc_is_off(name) == 1, f"{name}'s BMC says on")
        shutil.chown(self.folder, user)

    def key(self, name):
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.folder / name], check=True)
        return ' '.join((self.folder / f'{name}.pub').read_text().split()[:2])

    def keys(self):
        self.public = self.key('id_ed25519')
        hosts = {name: self.key(f'host-{name}') for name in self.hosts}
        hosts |= {name: self.key(f'before-{name}') for name, host in self.hosts.items() if host.shutdown == 'changed'}
        (self.folder / 'known_hosts').write_text(''.join(f'{self.addresses[name]} {key}\n' for name, key in hosts.items()))
        text = (RECIPES / 'ssh_config').read_text().replace('/etc/padam/', f'{self.folder}/')
        (self.folder / 'ssh_config').write_text(text)
        (self.folder / 'bmc').write_text(PASSWORD)
        for script in ('padam-shutdown', 'bmc-is-off'):
            shutil.copy(RECIPES / script, self.folder)
        for name in ('id_ed25519', 'bmc'):
            shutil.chown(self.folder / name, self.user)
            (self.folder / name).chmod(0o600)

    def start(self, name, *words):
        self.processes[name] = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL,
                                                stdout=open(self.folder / f'log-{name}', 'ab'), stderr=subprocess.STDOUT)

    def script(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def start_host(self, name, host):
        power = self.folder / f'power-{name}'
        power.write_text('1')
        script = self.folder / f'poweroff-{name}'
        if host.poweroff:
            self.script(script.name, f'#!/bin/sh\necho told >>{self.folder}/did-{name}\nfolder={self.folder}\nname={name}\n'
                                     f'on() {{ ip link set eth0 up; echo 1 >{power}; }}\n'
                                     f'off() {{ ip link set eth0 down; echo 0 >{power}; }}\n{host.poweroff}\n')
        (self.folder / f'keys-{name}').write_text(
            f'restrict,command="{self.folder}/padam-shutdown {script}" {self.public}\n')
        self.start(name, *self.network.inside(
            name, '/usr/sbin/sshd', '-D', '-e', '-f', '/dev/null', '-h', self.folder / f'host-{name}',
            '-o', f'PidFile={self.folder}/sshd-{name}', '-o', f'AuthorizedKeysFile={self.folder}/keys-{name}',
            '-o', 'StrictModes=no', '-o', 'UsePAM=no', '-o', 'PermitRootLogin=forced-commands-only',
            '-o', 'PasswordAuthentication=no', '-o', f'SetEnv={NO_BASHRC}'))

    def start_bmc(self, name):
        self.script(f'chassis-{name}', CHASSIS.format(folder=self.folder, name=name, space=self.network.space(name)))
        (self.folder / f'lan-{name}').write_text(LAN.format(folder=self.folder, name=name, address=self.bmcs[name], password=PASSWORD))
        state = self.folder / f'state-{name}'
        state.mkdir()
        self.start(f'{name}-bmc', *self.network.inside(f'{name}-bmc', 'ipmi_sim', '-n', '-p', '-s', state,
                                                       '-c', self.folder / f'lan-{name}', '-f', self.folder / 'controller'))

    def freeze(self, name):
        """The process of that name takes connections or packets, and answers none."""
        os.kill(self.processes[name].pid, signal.SIGSTOP)

    def listens(self, name):
        done = subprocess.run(self.network.inside(name, 'ss', '-Hltn', 'sport', '=', '22'), capture_output=True, text=True)
        return bool(done.stdout.strip())

    def pings(self, name):
        probe = self.network.inside('box', BUILD / 'padam', 'probe', 'icmp', self.addresses[name])
        return subprocess.run(probe, capture_output=True).returncode == 0

    def bmc_is_off(self, name):
        done = subprocess.run(self.network.inside('box', *self.verify_words(name)), capture_output=True)
        return done.returncode

    def has_power(self, name):
        return (self.folder / f'power-{name}').read_text().strip() == '1'

    def was_told(self, name):
        return (self.folder / f'did-{name}').exists()

    def counted(self, name, protocol, counter):
        """What the host's kernel has counted: a counter of /proc/net/snmp."""
        done = subprocess.run(self.network.inside(name, 'cat', '/proc/net/snmp'), capture_output=True, text=True, check=True)
        names, values = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith(f'{protocol}: ')]
        return int(values[names.index(counter)])

    def received(self):
        """How many packets each host and each BMC has had, but for those by which kernels join groups (IGMP)."""
        counters = (('Icmp', 'InMsgs'), ('Tcp', 'InSegs'), ('Udp', 'InDatagrams'), ('Udp', 'NoPorts'))
        return {name: sum(self.counted(name, *counter) for counter in counters)
                for name in (*self.hosts, *(f'{host}-bmc' for host in self.bmcs))}

    def rounds(self):
        """How often padamd has made its readiness checks."""
        return (self.folder / 'log-padamd').read_text().count('readiness check of equipment')

    def ssh(self, name, word):
        return subprocess.run(self.network.inside('box', *self.ssh_words(name, word)), capture_output=True, text=True, timeout=LIMIT_S)

    def ssh_words(self, name, word, program='/usr/bin/ssh'):
        return (program, '-F', self.folder / 'ssh_config', self.addresses[name], word)

    def verify_words(self, name):
        return (self.folder / 'bmc-is-off', self.bmcs[name], 'padam', self.folder / 'bmc', '-C', '3', '-R', '1')

    def words_by(self, way, name):
        if way == 'bmc':
            return (*IPMITOOL, '-H', self.bmcs[name], '-f', self.folder / 'bmc', 'chassis', 'power', 'soft')
        return self.ssh_words(name, 'shutdown', self.folder / 'no-such-ssh' if way == 'missing' else '/usr/bin/ssh')

    def commands(self, name, host):
        lists = {'shutdown': self.words_by(host.shutdown, name)}
        if host.alternative:
            lists['alternative'] = self.words_by(host.alternative, name)
        if host.bmc:
            lists['verify'] = self.verify_words(name)
        if name == 'good':
            lists['check'] = self.ssh_words(name, 'check')
        return ' '.join(f'{key} = [{listed(words)}];' for key, words in lists.items())

    def probe(self, *words):
        return listed((BUILD / 'padam', 'probe', '--timeout', '0.2', *words))

    def start_padamd(self, due_s, retries=0):
        servers = ', '.join(
            SERVER.format(index=index, name=name, retries=retries, commands=self.commands(name, host),
                          answers=self.probe(host.answers[0], self.addresses[name], *host.answers[1:]))
            for index, (name, host) in enumerate(self.hosts.items(), 1))
        (self.folder / 'padam.conf').write_text(CONFIG.format(
            folder=self.folder, due_s=due_s, network=self.probe('icmp', WITNESS), servers=servers))
        self.start('padamd', *self.network.inside(
            'box', *self.as_user(), BUILD / 'padamd', '--config', self.folder / 'padam.conf',
            '--time-scale', SCALE, '--log-level', 'info'))
        wait_for(lambda: (self.folder / 'lines').exists() and self.status(), 'padamd runs')

    def limit_processes(self, limit):
        """For the process that starts padamd's programs, of all that its user has; for -1 as many as for this test."""
        soft = limit if limit >= 0 else resource.getrlimit(resource.RLIMIT_NPROC)[0]
        done = subprocess.run(['pgrep', '-P', str(self.processes['padamd'].pid), '-x', 'padamd-spawner'], capture_output=True, text=True)
        subprocess.run([*self.as_user(), 'prlimit', f'--nproc={soft if soft >= 0 else "unlimited"}:', '--pid', done.stdout.strip()], check=True)

    def as_user(self):
        return ('setpriv', f'--reuid={self.user}', '--clear-groups')

    def status(self):
        done = subprocess.run([BUILD / 'padam', 'status', '--socket', self.folder / 'engine.sock', '--json'], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def servers(self):
        return {row['name']: row for row in self.status()['server']}

    def lose_mains(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as lines:
            lines.connect(str(self.folder / 'lines'))
            lines.send(b'set mains-l1 inactive')
            wait_for(lambda: lines.recv(256) == b'ok', 'the mains is lost')

    def settled(self):
        """The rows, when each says what is expected of its host; else None."""
        rows = self.servers()
        return None if any(fault_of(host, rows[name]) for name, host in self.hosts.items()) else rows

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
        self.network.close()


def fault_of(host, row):
    if row['state'] != host.state or row['result'] not in host.results or host.reason not in row['reason']:
        return f'expected {host.state}, {sorted(host.results)}, "{host.reason}"'
    return None
