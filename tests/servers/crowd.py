"""A thousand stand-in hosts behind a real padamd with simulated lines: the same commands as any site's, and what they did."""
import json
import os
import pathlib
import select
import socket
import subprocess
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD') or TOP / 'build').resolve()
LIMIT_S = 120
# One for all hosts: their state is a file each, made when they are told.
HOST = '''#!/bin/sh
folder={folder} manner=$1 word=$2 name=$3
case $word in
shutdown)
	echo told >>"$folder/told/$name"
	case $manner in
	good) : >"$folder/off/$name";;
	refuses) exit 1;;
	hangs) exec sleep 1000;;
	esac;;
verify) [ -e "$folder/off/$name" ];;
esac
'''
SERVER = '''{{ index = {index}; name = "host-{index}"; tier = {tier}; shutdown = ["{host}", "{manner}", "shutdown", "host-{index}"];
    verify = ["{host}", "{manner}", "verify", "host-{index}"]; {settings} }}'''
CONFIG = '''
site = {{ name = "Crowd"; }};
genset = {{ wiring = "none"; }};
{settings}
lines = {{ backend = "simulated"; simulator_socket = "{folder}/lines"; }};
engine = {{ socket = "{folder}/engine.sock"; group = ""; journal = "{folder}/journal.db"; shadow = "{memory}/shadow"; events_kept = 20000; {engine_settings} }};
inputs = {{ mains_l1 = {{ }}; genset_running = {{ }}; ups_on_battery = {{ }}; ups_battery_low = {{ }}; }};
servers = ( {servers} );
'''


def wait_for(probe, what, limit_s=LIMIT_S):
    deadline = time.monotonic() + limit_s
    while not (answer := probe()):
        assert time.monotonic() < deadline, f'not within {limit_s} s: {what}'
        select.select([], [], [], 0.05)
    return answer


class Crowd:
    """manners: one a host, in the order of their indices."""

    def __init__(self, manners, settings='', server_settings='', tier_of=lambda index: 1, engine_settings=''):
        self.scratch = tempfile.TemporaryDirectory(prefix='padam-crowd-')
        self.memory = tempfile.TemporaryDirectory(prefix='padam-crowd-', dir='/dev/shm')
        self.folder, self.process, self.log = pathlib.Path(self.scratch.name), None, []
        self.host = self.folder / 'host'
        self.host.write_text(HOST.format(folder=self.folder))
        self.host.chmod(0o700)
        for kind in ('told', 'off'):
            (self.folder / kind).mkdir()
        servers = ', '.join(SERVER.format(index=index, host=self.host, manner=manner, tier=tier_of(index), settings=server_settings)
                            for index, manner in enumerate(manners, 1))
        (self.folder / 'padam.conf').write_text(
            CONFIG.format(folder=self.folder, memory=self.memory.name, servers=servers, settings=settings,
                          engine_settings=engine_settings))

    def start(self, scale, level='notice'):
        self.process = subprocess.Popen([BUILD / 'padamd', '--config', self.folder / 'padam.conf', '--time-scale', str(scale), '--log-level', level],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.listen, args=(self.process.stderr,))
        self.reader.start()
        wait_for(lambda: self.process.poll() is not None or ((self.folder / 'lines').exists() and self.rows('status')), 'padamd runs')
        assert self.process.poll() is None, self.log

    def listen(self, said):
        for line in said:
            self.log.append((time.monotonic(), line))

    def heard_at(self, words):
        """When the log first said this; None until then."""
        return next((at for at, line in self.log if words in line), None)

    def rows(self, *words):
        done = subprocess.run([BUILD / 'padam', *words, '--socket', self.folder / 'engine.sock', '--json'], capture_output=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def set(self, role, value):
        """When it was."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.connect(str(self.folder / 'lines'))
            at = time.monotonic()
            link.send(f'set {role} {value}'.encode())
            wait_for(lambda: link.recv(256) == b'ok', f'{role} is {value}')
        return at

    def told(self, name):
        path = self.folder / 'told' / name
        return len(path.read_text().split()) if path.exists() else 0

    def off_count(self):
        return len(os.listdir(self.folder / 'off'))

    def last_off_at(self):
        """By the clock on the wall, as files have it."""
        return max(entry.stat().st_mtime for entry in os.scandir(self.folder / 'off'))

    def memory_kib(self):
        status = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))

    def end(self):
        self.process.terminate()
        self.process.wait(LIMIT_S)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process:
            self.reader.join()
        self.scratch.cleanup()
        self.memory.cleanup()
