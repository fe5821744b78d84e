"""YAML in the form that Zabbix and the Prometheus tools write: lists indented, many lines as a block."""
import yaml


class Dumper(yaml.SafeDumper):
    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def string(dumper, value):
    style = '|' if '\n' in value else "'" if value == '' or value[0] in '{[' else None
    return dumper.represent_scalar('tag:yaml.org,2002:str', value, style=style)


Dumper.add_representer(str, string)


def dump(data):
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=10**6)
