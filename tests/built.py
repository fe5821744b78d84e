"""What the programs in BUILD were built with: the folder of PADAM-MIB, and the OID it is registered at."""
import glob
import os
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get('BUILD') or TOP / 'build').resolve()
SLOWNESS = int(os.environ.get('SLOWNESS') or 1)  # of the programs in BUILD: by how much they are given more time
OWN_ROOT = re.search(r'MIB_ROOT_TEXT "([0-9.]+)"', (TOP / 'subagent/agentx/mib.h').read_text()).group(1)


def given_root():
    """MIB_ROOT of the build; '' without one."""
    path = BUILD / 'mib-root'
    return path.read_text().strip().removeprefix('root=') if path.exists() else ''


ROOT = given_root() or OWN_ROOT
MIB_FOLDER = BUILD / 'mib' if given_root() else TOP / 'mibs'
MIBDIRS = ':'.join([str(MIB_FOLDER), *sorted(glob.glob('/usr/lib/erlang/lib/snmp-*/mibs'))[-1:]])


def rooted(text):
    """A text that names the module's own OID, at the build's."""
    return re.sub(rf'\.{re.escape(OWN_ROOT)}\b', f'.{ROOT}', text)
