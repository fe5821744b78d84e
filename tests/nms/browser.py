"""A headless Chromium that looks at pages, through chromedriver (the W3C's WebDriver)."""
import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'agentx'))
from rig import wait_for  # noqa: E402

ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
             '--disable-background-networking', '--disable-component-update', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']
ANSWER_S = 60


class Browser:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        self.base = f'http://127.0.0.1:{port}'
        with open(folder / 'chromedriver.log', 'ab') as log:
            self.process = subprocess.Popen(['chromedriver', f'--port={port}'], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            process_group=0, env=dict(os.environ, HOME=str(folder), TMPDIR=str(folder)))
        self.session = None
        try:
            wait_for(self.ready, 'chromedriver answers')
            options = {'args': ARGUMENTS + [f'--user-data-dir={tempfile.mkdtemp(dir=folder)}']}
            made = self.ask('POST', '/session', {'capabilities': {'alwaysMatch': {'browserName': 'chrome', 'goog:chromeOptions': options}}})
        except BaseException:
            self.close()
            raise
        self.session = f'/session/{made["sessionId"]}'

    def ready(self):
        try:
            return self.ask('GET', '/status')['ready']
        except urllib.error.URLError:
            return False

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return json.loads(answer.read())['value']
        except urllib.error.HTTPError as error:
            raise RuntimeError(f'{method} {path}: {error.read().decode()[:1000]}') from error

    def open(self, url):
        self.ask('POST', f'{self.session}/url', {'url': url})

    def script(self, text, *arguments):
        return self.ask('POST', f'{self.session}/execute/sync', {'script': text, 'args': list(arguments)})

    def size(self, width, height):
        self.ask('POST', f'{self.session}/goog/cdp/execute', {'cmd': 'Emulation.setDeviceMetricsOverride', 'params': {
            'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False}})

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self.ask('GET', f'{self.session}/screenshot')))

    def close(self):
        if self.session:
            self.ask('DELETE', self.session)
        self.kill(signal.SIGTERM)
        try:
            self.process.wait(ANSWER_S)
        except subprocess.TimeoutExpired:
            print('chromedriver does not end by itself')
        self.kill(signal.SIGKILL)
        self.process.wait()

    def kill(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return
