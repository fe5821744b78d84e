"""A Zabbix server with its database and frontend, in a folder of its own, on loopback."""
import gzip
import json
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'agentx'))
from rig import wait_for  # noqa: E402

POSTGRES = sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin'))[-1]
FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
LOCALE = '/usr/lib/locale/C.utf8'
CONFIG_PATH = '/etc/zabbix/zabbix.conf.php'

SERVER_CONF = '''
ListenIP=127.0.0.1
ListenPort={server_port}
LogFile={folder}/zabbix_server.log
PidFile={folder}/zabbix_server.pid
SocketDir={folder}
DBHost={folder}
DBPort={db_port}
DBName=zabbix
DBUser=postgres
AllowRoot=1
StartPollers=2
StartPollersUnreachable=1
StartPreprocessors=1
StartSNMPTrapper=1
SNMPTrapperFile={trapper_file}
CacheUpdateFrequency=2
Timeout=5
FpingLocation=/bin/true
Fping6Location=/bin/true
'''
FRONTEND_CONF = '''<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '{folder}';
$DB['PORT'] = '{db_port}';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'postgres';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '{server_port}';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
'''


def free_port():
    """Zabbix takes none above 32767, and the system gives out none below that."""
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue
    raise RuntimeError('no free port')


def group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class ApiError(Exception):
    """What Zabbix refused, in its own words."""


class Zabbix:
    def __init__(self, trapper_file, installed=pathlib.Path('/')):
        self.installed = installed
        self.scratch = tempfile.TemporaryDirectory(prefix='padam-zabbix-')
        self.folder = pathlib.Path(self.scratch.name)
        self.db_port, self.server_port, self.web_port = free_port(), free_port(), free_port()
        self.names = {'folder': self.folder, 'db_port': self.db_port, 'server_port': self.server_port, 'trapper_file': trapper_file}
        self.processes, self.token, self.calls, self.version = [], None, 0, ''
        user = pwd.getpwnam('postgres')
        self.as_postgres = ['setpriv', f'--reuid={user.pw_uid}', f'--regid={user.pw_gid}', '--clear-groups'] if os.geteuid() == 0 else []
        if self.as_postgres:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.folder.chmod(0o755)

    # ---- programs ----

    def start(self, name, *command, **more):
        with open(self.folder / f'{name}.log', 'ab') as log:
            process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                       process_group=0, **more)
        self.processes.append((name, process))
        return process

    def run(self, *command, **more):
        done = subprocess.run([str(c) for c in command], capture_output=True, check=False, cwd=self.folder, **more)
        if done.returncode:
            raise RuntimeError(f'{command[0]}: {done.stderr.decode()[-2000:]}')
        return done.stdout

    def psql(self, *arguments, **more):
        return self.run(*self.as_postgres, POSTGRES / 'psql', '-q', '-v', 'ON_ERROR_STOP=1', '-h', self.folder, '-p', self.db_port,
                        '-U', 'postgres', *arguments, **more)

    def start_database(self):
        data = self.folder / 'data'
        self.run(*self.as_postgres, POSTGRES / 'initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-N', '-E', 'UTF8', '--locale=C.UTF-8')
        self.start('postgres', *self.as_postgres, POSTGRES / 'postgres', '-D', data, '-k', self.folder, '-p', self.db_port,
                   '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off')
        wait_for(lambda: subprocess.run([POSTGRES / 'pg_isready', '-q', '-h', str(self.folder), '-p', str(self.db_port)],
                                        check=False).returncode == 0, 'PostgreSQL answers', 60)
        self.psql('-c', 'create database zabbix')
        share = self.installed / 'usr/share/zabbix-server-pgsql'
        for part in ('schema', 'images', 'data'):
            self.psql('-d', 'zabbix', '-1', '-f', '-', input=gzip.decompress((share / f'{part}.sql.gz').read_bytes()))

    def library_path(self):
        unpacked = [str(p) for p in sorted((self.installed / 'usr/lib').glob('*-linux-gnu*'))] if self.installed != pathlib.Path('/') else []
        return dict(os.environ, LD_LIBRARY_PATH=':'.join(unpacked)) if unpacked else None

    def start_server(self):
        conf = self.folder / 'zabbix_server.conf'
        conf.write_text(SERVER_CONF.format(**self.names))
        log = self.folder / 'zabbix_server.log'
        server = self.start('zabbix', self.installed / 'usr/sbin/zabbix_server', '-f', '-c', conf, env=self.library_path())
        wait_for(lambda: server.poll() is not None or log.exists() and 'snmp trapper' in log.read_text(errors='replace'),
                 'the Zabbix server runs', 60)
        if server.poll() is not None:
            raise RuntimeError((self.folder / 'zabbix.log').read_text() + (log.read_text() if log.exists() else ''))

    def start_frontend(self):
        web = self.folder / 'web'
        shutil.copytree(self.installed / 'usr/share/zabbix', web, symlinks=True, ignore=shutil.ignore_patterns('locale'))
        font = web / 'assets/fonts/DejaVuSans.ttf'    # a link out of the folder
        font.unlink()
        font.symlink_to(FONT)
        conf = self.folder / 'zabbix.conf.php'
        conf.write_text(FRONTEND_CONF.format(**self.names))
        reader = web / 'include/classes/core/CConfigFile.php'
        text = reader.read_text()
        if CONFIG_PATH not in text:
            raise RuntimeError(f'the frontend does not read {CONFIG_PATH}')
        reader.write_text(text.replace(CONFIG_PATH, str(conf)))
        locales = self.folder / 'locales'    # without its locale en_US the frontend puts a complaint on each page
        locales.mkdir()
        (locales / 'en_US.UTF-8').symlink_to(LOCALE)
        self.start('php', 'php', '-d', 'memory_limit=512M', '-d', 'post_max_size=32M', '-d', 'max_execution_time=300', '-d', 'date.timezone=UTC',
                   '-S', f'127.0.0.1:{self.web_port}', '-t', web, env=dict(os.environ, PHP_CLI_SERVER_WORKERS='4', LOCPATH=str(locales)))
        wait_for(self.answers, 'the frontend answers', 120)
        self.version = self.call('apiinfo.version')[:3]
        self.token = self.call('user.login', username='Admin', password='zabbix')

    def close(self):
        """One after the other, the database last and by its fast shutdown; then what their groups have left."""
        for name, process in reversed(self.processes):
            self.signal(process, signal.SIGINT if name == 'postgres' else signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                print(f'{name} does not end by itself')
            self.signal(process, signal.SIGKILL)
            process.wait()
            wait_for(lambda group=process.pid: not group_lives(group), f'{name} and its children are gone')
        self.scratch.cleanup()

    @staticmethod
    def signal(process, number):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return

    # ---- the API ----

    def answers(self):
        try:
            return self.call('apiinfo.version')
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def call(self, method, **params):
        self.calls += 1
        body = {'jsonrpc': '2.0', 'method': method, 'params': params or [], 'id': self.calls}
        if self.token and method not in ('apiinfo.version', 'user.login'):
            body['auth'] = self.token
        request = urllib.request.Request(f'http://127.0.0.1:{self.web_port}/api_jsonrpc.php', json.dumps(body).encode(),
                                         {'Content-Type': 'application/json-rpc'})
        with urllib.request.urlopen(request, timeout=300) as answer:
            found = json.loads(answer.read())
        if 'error' in found:
            raise ApiError(f'{method}: {found["error"]["message"]} {found["error"]["data"]}')
        return found['result']

    def import_yaml(self, text):
        all_of = {'createMissing': True, 'updateExisting': True}
        groups = {'groups': all_of} if self.version == '6.0' else {'template_groups': all_of, 'host_groups': all_of}
        rules = groups | {name: all_of for name in ('templates', 'items', 'triggers', 'graphs', 'discoveryRules', 'templateDashboards', 'valueMaps')}
        return self.call('configuration.import', format='yaml', source=text, rules=rules)
