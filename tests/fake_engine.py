"""The stand-in engine (tests/agentx/fake_engine.c), which is told its rows in lines."""
import subprocess
import threading

from built import BUILD, SLOWNESS

LIMIT_S = 60 * SLOWNESS


def row(table, key, **fields):
    return f'row {table} {key}' + ''.join(f'|{name}={value}' for name, value in fields.items())


class FakeEngine:
    """Listens at a socket and has those rows once it is made."""

    def __init__(self, socket, *lines):
        self.socket = socket
        self.process = subprocess.Popen([BUILD / 'tests/fake-engine', socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding='utf-8')
        self.tell(*lines)
        assert self.process.stdout.readline().strip() == 'listening'
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)  # what it says of commands, lest it wait
        self.reader.start()

    def tell(self, *lines):
        """All at once."""
        self.process.stdin.write(''.join(f'{line}\n' for line in (*lines, 'commit')))
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT_S)
        self.reader.join()
        self.process.stdout.close()
