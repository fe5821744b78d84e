"""What is done to the stack. Each fault is a function of the stack and of chance; it returns what it chose, in words."""
import math
import os
import signal
import socket

from rig import Client, now, schema_of

SLOW_STOPPED_S, SLOW_RUNS_S = (0.1, 0.4), 0.02
AT_CALLS = {'padamd': 60, 'padam-agentx': 40, 'journal': 60}  # the furthest call at which one is killed
VIEWERS = 100
REVIVED_S = 6  # by then padamd has started the journal's process again
STEADY_S = 0.4


def kill(program_name):
    def deed(stack, chance):
        program = getattr(stack, program_name)
        held_s = chance.choice((0.0, 0.0, chance.uniform(0, 0.3), chance.uniform(0, 2)))
        if program is stack.engine:
            held_s = min(held_s, 0.3)
        program.kill(held_s)
        return f'away for {held_s:.3f} s'
    return deed


def kill_at_call(role):
    """Now, and once more at a chosen call of its next life: before or after a batch, a row, an answer, a sync."""
    def deed(stack, chance):
        program = stack.agentx if role == 'padam-agentx' else stack.engine
        program.plan = f'{role}:{chance.choice(("before", "after"))}:{chance.randint(1, AT_CALLS[role])}'
        plan = program.plan
        if role == 'journal':
            stack.journal_faults.append((now(), math.inf))
        program.kill()
        return plan
    return deed


def kill_journal(stack, chance):
    del chance
    pid = stack.journal_pid()
    if pid:
        os.kill(pid, signal.SIGKILL)
    stack.journal_faults.append((now(), now() + REVIVED_S))
    return f'process {pid}'


def kill_spawner(stack, chance):
    """What it had started goes on; what it was asked to start is started by the next one."""
    del chance
    pid = stack.spawner_pid()
    if pid:
        os.kill(pid, signal.SIGKILL)
    return f'process {pid}'


def stop_for(stack, pid, seconds):
    def go_on():
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    if pid:
        os.kill(pid, signal.SIGSTOP)
        stack.loop.after(seconds, go_on)


def stop(program_name, most_s):
    def deed(stack, chance):
        program, seconds = getattr(stack, program_name), chance.uniform(0.2, most_s)
        stop_for(stack, program.pid, seconds)
        program.down.append((now(), now() + seconds))
        program.stops.append(program.down[-1])
        return f'{seconds:.3f} s'
    return deed


def slow(program_name, most_s):
    """It runs a little now and then, as on a machine that has better to do."""
    def deed(stack, chance):
        program, until = getattr(stack, program_name), now() + chance.uniform(0.5, most_s)

        def again():
            if now() < until:
                stopped_s = chance.uniform(*SLOW_STOPPED_S)
                stop_for(stack, program.pid, stopped_s)
                stack.loop.after(stopped_s + SLOW_RUNS_S, again)
        again()
        program.down.append((now(), until + SLOW_STOPPED_S[1]))
        return f'{until - now():.3f} s'
    return deed


def stop_journal(stack, chance):
    seconds = chance.uniform(0.2, 4)
    stop_for(stack, stack.journal_pid(), seconds)
    stack.journal_faults.append((now(), now() + seconds))
    return f'{seconds:.3f} s'


def stop_spawner(stack, chance):
    seconds = chance.uniform(0.2, 1)
    stop_for(stack, stack.spawner_pid(), seconds)
    return f'{seconds:.3f} s'


def socket_replaced(stack, chance):
    """Another file in its place, then a new snmpd with a socket of its own."""
    path, held_s = stack.folder / 'master', chance.uniform(0, 1)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(path))
    stack.snmpd.kill(held_s)
    return f'away for {held_s:.3f} s'


def disk_full(stack, chance):
    """Every free block is taken, for a while."""
    seconds = chance.uniform(0.5, 4)
    if not stack.own_disk:
        return 'skipped: no file system of its own'
    path = stack.folder / 'disk/filler'

    def fill():
        with open(path, 'ab', buffering=0) as filler:
            for size in (65536, 4096, 512):
                try:
                    while True:
                        filler.write(b'\0' * size)
                except OSError:
                    pass
    fill()
    stack.loop.after(seconds, lambda: path.unlink(missing_ok=True))
    stack.journal_faults.append((now(), now() + seconds + REVIVED_S))
    return f'{seconds:.3f} s'


def clients(stack, chance, many):
    """Keeps them for a while; what each got is its own affair."""
    seconds = chance.uniform(0.5, 4)
    kept = []
    if stack.engine.was_down(now(), now()):
        return 'skipped: padamd is away'

    def one(hello):
        try:
            client = Client(stack.folder / 'engine')
            hello(client)
            kept.append(client)
        except OSError:
            pass
    schema = schema_of(stack.folder / 'engine') if stack.engine.process else None
    if schema:
        for _ in range(many[0]):
            one(lambda client: many[1](client, schema, chance))

    def leave():
        for client in kept:
            client.close()
    stack.loop.after(seconds, leave)
    return f'{len(kept)} for {seconds:.3f} s'


def guarded(deed):
    def guard(stack, chance):
        try:
            return deed(stack, chance)
        except OSError as error:
            return f'not now: {error}'
    return guard


def client_fault(count, hello):
    return guarded(lambda stack, chance: clients(stack, chance, (count, hello)))


def garbage(client, schema, chance):
    client.socket.send(chance.randbytes(chance.randint(1, 5000)))
    del schema


def promise_unconfirmed(client, schema, chance):
    """All servers are to go down, or the genset is to start; nobody says that it is meant."""
    kind = chance.choice((Client.SHUTDOWN_ALL, Client.GENSET_START))
    client.socket.settimeout(0.4)
    client.hello(schema, Client.COMMAND)
    client.ask(kind)
    if not client.is_promised():
        raise OSError('no promise')


def line_vanishes(stack, chance):
    """As when its chip is removed; it comes back with what is so then. A confirmation would rightly begin anew."""
    role, seconds = chance.choice(tuple(stack.world.inputs)), chance.uniform(0.02, 0.4)
    if now() - stack.changed_at < STEADY_S or stack.world.inputs['mains-l1'] == 'active':
        return 'skipped: something is being confirmed'
    stack.line_send(role, 'unknown')
    stack.loop.after(seconds, lambda: stack.line_send(role, stack.world.inputs[role]))
    stack.line_faults.append((now(), now() + seconds))
    return f'{role} for {seconds:.3f} s'


FAULTS = {
    'padamd killed': kill('engine'),
    'padamd killed at a call': kill_at_call('padamd'),
    'padam-agentx killed': kill('agentx'),
    'padam-agentx killed at a call': kill_at_call('padam-agentx'),
    'snmpd killed': kill('snmpd'),
    "journal's process killed": kill_journal,
    "journal's process killed at a call": kill_at_call('journal'),
    'snmpd stopped': stop('snmpd', 5),
    'snmpd slow': slow('snmpd', 5),
    'padamd stopped': stop('engine', 0.3),
    'padam-agentx stopped': stop('agentx', 5),
    "journal's process stopped": stop_journal,
    'spawner killed': kill_spawner,
    'spawner stopped': stop_spawner,
    'socket replaced': socket_replaced,
    'disk full': disk_full,
    'up to 100 viewers that do not read': client_fault(VIEWERS, lambda client, schema, chance: client.hello(schema, Client.VIEWER)),
    'garbage': client_fault(5, garbage),
    'another schema': client_fault(5, lambda client, schema, chance: client.hello(schema ^ 1, Client.NOTIFIER)),
    'second notifier': client_fault(1, lambda client, schema, chance: client.hello(schema, Client.NOTIFIER)),
    'promise never confirmed': client_fault(3, promise_unconfirmed),
    'line vanishes': line_vanishes,
}
FAULTS = {name: guarded(deed) for name, deed in FAULTS.items()}
