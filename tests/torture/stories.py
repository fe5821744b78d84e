"""What happens in an outage, in seconds of the procedure after the mains is lost, and the verdicts that the procedure asks for."""
import dataclasses

from rig import SERVER_STOPS_S, now


@dataclasses.dataclass(frozen=True)
class Story:
    name: str
    mode: str          # who starts the genset
    inputs: tuple      # (seconds, role, value)
    end_s: float       # nothing happens any more
    verdicts: str      # of steps 1 to 6: met, missed, (not required)
    instants: tuple    # at which something is decided or done
    dues: tuple = ()   # (notification, step, seconds): deadlines, exactly
    fires: bool = False  # the genset starts when it is cranked


LOST, BACK = ('mains-l1', 'inactive'), ('mains-l1', 'active')
RUNNING, STANDING = ('genset-running', 'active'), ('genset-running', 'inactive')
MISSED_3, STILL_3 = ('deadline-missed', 3, 300), ('deadline-still-missed', 3, 600)
REPORT_4, MET_4, BEGUN_5 = ('report-failed', 4, 600), ('deadline-met', 4, 600), ('shutdown-begun', 5, 600)

STORIES = (
    Story('nobody says anything', 'manual', ((0, *LOST), (1020, *BACK)), 1150, 'xxxmmm',
          (0, 2, 300, 600, 601, 605, 640, 655, 660, 700, 900, 1020, 1140),
          (MISSED_3, STILL_3, REPORT_4, MET_4, BEGUN_5, ('deadline-met', 6, 900))),
    Story('started by hand', 'manual', ((0, *LOST), (200, *RUNNING), (420, *BACK), (560, *STANDING)), 590, 'mmm---',
          (0, 2, 200, 210, 300, 420, 540, 560), (('deadline-met', 3, 300),)),
    Story('started late', 'manual', ((0, *LOST), (420, *RUNNING), (540, *BACK), (680, *STANDING)), 710, 'xxx---',
          (0, 2, 300, 420, 430, 540, 660, 680), (MISSED_3,)),
    Story('relapse', 'manual', ((0, *LOST), (360, *BACK), (420, *LOST), (470, *RUNNING), (720, *BACK), (860, *STANDING)), 890,
          'xxx---', (0, 2, 300, 360, 420, 470, 480, 720, 840), (MISSED_3,)),
    Story('started by the software', 'automatic', ((0, *LOST), (320, *BACK)), 600, 'mmm---',
          (0, 2, 7, 8, 9, 10, 12, 20, 22, 300, 320, 440, 560), (('deadline-met', 3, 300),), fires=True),
    Story('it does not start', 'automatic', ((0, *LOST), (820, *BACK)), 960, 'mm-mmm',
          (0, 2, 7, 8, 12, 16, 20, 26, 34, 44, 52, 60, 600, 605, 645, 660, 700, 820, 900, 940), (MET_4, BEGUN_5, ('deadline-met', 6, 900))),
)
PREPARATION_S = 30  # the engine runs for a while before the mains is lost
CRANKS_S, RUNS_DOWN_S = 2, 5
LATCHED_S = 0.4    # real time: so long the run relay stays as it was when padamd comes back, which begins with all off
NOTICED_S = 0.1  # real time: by then padamd knows that it runs


class World:
    """Mains, genset and servers, as they are whether or not anybody looks."""

    def __init__(self, story, scale):
        self.story, self.scale = story, scale
        self.running_since = None
        self.inputs = {'mains-l1': 'active', 'genset-running': 'inactive'}
        self.outputs = {'run': False, 'crank': False}
        self.lines_connected_at = 0.0
        self.cranked_at = None
        self.cranks = []           # (from, until)
        self.faults = []           # what must never be
        self.on_notified = None

    # ---- the genset; its run relay is latching, its starter's is not

    def output(self, stack, role, on):
        was = self.outputs[role]
        self.outputs[role] = on
        if role == 'crank' and on and not was:
            self.crank_begins(stack)
        elif role == 'crank' and was and not on:
            self.crank_ends()
        elif role == 'run' and was and not on and self.story.fires:
            released_at = max(now(), self.lines_connected_at + LATCHED_S)
            stack.loop.at(released_at + RUNS_DOWN_S / self.scale, lambda: self.runs_down(stack))

    def crank_begins(self, stack):
        self.cranked_at = now()
        if self.inputs['genset-running'] == 'active' and self.running_since and now() - self.running_since > NOTICED_S:
            self.faults.append('cranked although it runs')
        stack.loop.after(CRANKS_S / self.scale, lambda at=self.cranked_at: self.fires(stack, at))

    def crank_ends(self):
        if self.cranked_at:
            self.cranks.append((self.cranked_at, now()))
        self.cranked_at = None

    def fires(self, stack, cranked_at):
        if self.story.fires and self.cranked_at == cranked_at and self.outputs['run']:
            self.running_since = now()
            stack.set_input('genset-running', 'active')

    def runs_down(self, stack):
        if not self.outputs['run'] and self.inputs['genset-running'] == 'active':
            stack.set_input('genset-running', 'inactive')

    def released(self, stack):
        """padamd is gone: the starter is off, the latching relay stays."""
        del stack
        self.crank_ends()
        self.outputs['crank'] = False

    # ---- servers

    def servers_look(self, stack):
        for path in (stack.folder / 'servers').glob('*.stopping'):
            path.rename(path.with_suffix('.going'))
            stack.loop.after(SERVER_STOPS_S / self.scale, lambda path=path: path.with_suffix('.going').rename(path.with_suffix('.off')))
        stack.loop.after(0.1, lambda: self.servers_look(stack))

    def notified(self, stack, trap):
        if self.on_notified:
            self.on_notified(stack, trap)
