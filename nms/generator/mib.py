"""PADAM-MIB as the makers see it: what mibs/generate knows of it, looked up by name."""
import importlib.machinery
import importlib.util
import pathlib
import re
import tempfile

MIBS = pathlib.Path(__file__).resolve().parents[2] / 'mibs'


def parser():
    loader = importlib.machinery.SourceFileLoader('mibs_generate', str(MIBS / 'generate'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('mibs_generate', loader))
    loader.exec_module(module)
    return module


class Mib:
    """Objects and notifications by name; each object knows its group, its table and the OID of its instance."""

    def __init__(self, model, text, own_root):
        self.name, self.root, self.own_root, self.text = model['module'], model['root'], own_root, text
        self.types, self.groups, self.notifications = model['types'], model['groups'], model['notifications']
        self.updated = re.search(r'LAST-UPDATED "(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)Z"', text).groups()
        self.objects, self.tables = {}, {}
        for group in self.groups:
            for scalar in group['scalars']:
                self.objects[scalar['name']] = dict(scalar, group=group['name'], table=None, instance=scalar['oid'] + '.0')
            for table in group['tables']:
                self.tables[table['name']] = table
                for column in table['columns']:
                    self.objects[column['name']] = dict(column, group=group['name'], table=table['name'])
        for note in self.notifications:
            found = re.search(rf'\n{note["name"]} NOTIFICATION-TYPE\b.*?--#TYPE "padam: ([^"]+)"', text, re.S)
            note['title'] = found.group(1)
        self.notes = {n['name']: n for n in self.notifications}

    def object(self, name):
        if name not in self.objects:
            raise SystemExit(f'nms/generate: {self.name} has no object {name}')
        return self.objects[name]

    def value(self, name, label):
        """The number of a label of an object's enumeration."""
        labels = self.object(name)['enum']
        if label not in labels:
            raise SystemExit(f'nms/generate: {name} has no value {label}')
        return labels[label]

    def rooted(self, text):
        """A text that names the module's own OID, at this module's."""
        return re.sub(rf'(?<![\d.])(\.?){re.escape(self.own_root)}\b', rf'\g<1>{self.root}', text)


def load(root=None):
    generate = parser()
    text = (MIBS / generate.MODULE).read_text()
    own = re.search(r'MIB_ROOT_TEXT "([0-9.]+)"', (MIBS.parent / 'subagent/agentx/mib.h').read_text()).group(1)
    if root:
        text = generate.rooted(text, root)
    with tempfile.TemporaryDirectory() as scratch:
        pathlib.Path(scratch, generate.MODULE).write_text(text)
        model = generate.model(generate.Module(text, generate.compiled(scratch)))
    return Mib(model, text, own)
