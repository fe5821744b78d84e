"""A table of figures with goals, and what is read of processes from outside."""
import os
import pathlib
import platform
import statistics

missed = []


def machine(figure='median (middle half)'):
    model = next(words.split(':')[1].strip() for words in pathlib.Path('/proc/cpuinfo').read_text().splitlines()
                 if words.startswith('model name'))
    print(f'{model}, {os.cpu_count()} cores, Linux {platform.release()}; load {os.getloadavg()[0]:.1f} before\n\n'
          f'| what | figure: {figure} | goal |\n|---|---|---|', flush=True)


def line(what, figure, goal='', met=True):
    print(f'| {what} | {figure} | {goal or "–"}{"" if met else ", **missed**"} |', flush=True)
    if not met:
        missed.append(what)


def p99(samples):
    return sorted(samples)[min(int(len(samples) * 0.99), len(samples) - 1)]


def latencies(samples):
    """p50, p99, largest (samples)"""
    return f'{statistics.median(samples):.1f}, {p99(samples):.1f}, {max(samples):.1f} ms ({len(samples)})'


def family(pid):
    """It and its children."""
    return [pid, *map(int, pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split())]


def field(path, name):
    return next(int(words.split()[1]) for words in pathlib.Path(path).read_text().splitlines() if words.startswith(name + ':'))


def pss_kib(pids):
    return sum(field(f'/proc/{pid}/smaps_rollup', 'Pss') for pid in pids)


def switches(pids):
    """How often their threads have gone to sleep, which is as often as they were woken."""
    return sum(field(f'/proc/{pid}/task/{thread}/status', 'voluntary_ctxt_switches')
               for pid in pids for thread in os.listdir(f'/proc/{pid}/task'))
