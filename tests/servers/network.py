"""A network of the test's own, in network namespaces: a switch, this box, and hosts on it. Needs root."""
import atexit
import os
import pathlib
import subprocess

BOX_ADDRESS = '10.77.0.1'
RANGE = 16
EVERYBODY = '0 2147483647'


class NotPossible(Exception):
    """No network of its own on this machine."""


def ip(*words):
    done = subprocess.run(['ip', *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise NotPossible(f'ip {" ".join(words)}: {done.stderr.strip()}')


class Network:
    def __init__(self, name='net'):
        if os.geteuid() != 0:
            raise NotPossible('not root')
        self.prefix, self.names = f'padam-{os.getpid()}-{name}', []
        atexit.register(self.close)
        self.add('switch')
        ip('-n', self.space('switch'), 'link', 'add', 'lan', 'type', 'bridge')
        ip('-n', self.space('switch'), 'link', 'set', 'lan', 'up')
        self.join('box', BOX_ADDRESS)
        self.write('box', 'net/ipv4/ping_group_range', EVERYBODY)

    def space(self, name):
        return f'{self.prefix}-{name}'

    def add(self, name):
        ip('netns', 'add', self.space(name))
        self.names.append(name)
        ip('-n', self.space(name), 'link', 'set', 'lo', 'up')

    def join(self, name, address):
        """A host with this address, connected to the switch by a cable of its own."""
        self.add(name)
        ip('-n', self.space('switch'), 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', self.space(name))
        ip('-n', self.space('switch'), 'link', 'set', name, 'master', 'lan', 'up')
        ip('-n', self.space(name), 'address', 'add', f'{address}/{RANGE}', 'dev', 'eth0')
        ip('-n', self.space(name), 'link', 'set', 'eth0', 'up')
        return address

    def inside(self, name, *words):
        """The words of a command, to be run there."""
        return ['ip', 'netns', 'exec', self.space(name), *map(str, words)]

    def write(self, name, setting, value):
        subprocess.run(self.inside(name, 'tee', f'/proc/sys/{setting}'), input=value, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def link(self, name, state):
        ip('-n', self.space(name), 'link', 'set', 'eth0', state)

    def cable(self, name, state):
        """At the switch's end."""
        ip('-n', self.space('switch'), 'link', 'set', name, state)

    def processes(self, name):
        done = subprocess.run(['ip', 'netns', 'pids', self.space(name)], capture_output=True, text=True)
        return [int(pid) for pid in done.stdout.split()]

    def close(self):
        for name in self.names:
            for pid in self.processes(name):
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    pass
            subprocess.run(['ip', 'netns', 'delete', self.space(name)], capture_output=True)
        self.names = []


TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD') or TOP / 'build').resolve()
