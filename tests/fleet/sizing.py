"""What a number of sites asks of Zabbix and of Prometheus: by what a site costs, as measured, and by what their documents say."""
import math

FLEETS = (500, 10000, 100000)
INTERVALS_S = (10, 60)
DAY_S = 86400
# https://www.zabbix.com/documentation/current/en/manual/installation/requirements: octets of a numeric value; items of its largest example.
ZABBIX_VALUE_OCTETS, ZABBIX_ITEMS = 90, 1000000
ZABBIX_DAYS = 7                            # of history, in the template
# https://github.com/zabbix/zabbix-docker/issues/669: new values a second that a proxy with SQLite is for, "1000-1400 NVPS max".
PROXY_VALUES = 1000
# https://prometheus.io/docs/prometheus/latest/storage/ and …/concepts/jobs_instances/: octets of a sample; series of Prometheus' own.
PROMETHEUS_SAMPLE_OCTETS, PROMETHEUS_OWN_SERIES = 2, 5
PROMETHEUS_DAYS = 15                       # that it keeps blocks, unless told otherwise


def zabbix_items(template, rows):
    """(items, of them stored at every poll) of a site; rows: how many each discovery rule finds."""
    def is_stored(item):
        kept = item.get('value_type') not in ('TEXT', 'CHAR', 'LOG')
        return kept and not any(step['type'].startswith('DISCARD') for step in item.get('preprocessing', ()))
    every = stored = 0
    parts = [(1, [item for item in template['items'] if item['type'] in ('SNMP_AGENT', 'DEPENDENT') and 'trap[' not in item['key']])]
    parts += [(rows[rule['name'].split()[0].lower()], rule['item_prototypes']) for rule in template['discovery_rules']]
    for count, items in parts:
        every += count * len(items)
        stored += count * sum(map(is_stored, items))
    return every, stored


def spoken(value, unit=''):
    for size, letter in ((1e12, 'T'), (1e9, 'G'), (1e6, 'M'), (1e3, 'k')):
        if value >= size:
            return f'{value / size:.3g} {letter}{unit}'
    return f'{value:.3g} {unit}'.strip()


def sizes():
    return ((sites, interval_s, sites / interval_s) for sites in FLEETS for interval_s in INTERVALS_S)


def zabbix(every, stored, poll_octets, poller_ms):
    for sites, interval_s, polls in sizes():
        values = polls * stored
        history = values * DAY_S * ZABBIX_DAYS * ZABBIX_VALUE_OCTETS
        yield (f'{sites:,}', f'{interval_s} s', spoken(sites * every), math.ceil(sites * every / ZABBIX_ITEMS), spoken(values),
               math.ceil(values / PROXY_VALUES), spoken(history, 'B'), spoken(polls * poll_octets * 8, 'bit/s'),
               f'{polls * poller_ms / 1e3:.1f}')


def prometheus(series, scrape_octets, exporter_ms):
    for sites, interval_s, scrapes in sizes():
        samples = scrapes * (series + PROMETHEUS_OWN_SERIES)
        blocks = samples * DAY_S * PROMETHEUS_DAYS * PROMETHEUS_SAMPLE_OCTETS
        yield (f'{sites:,}', f'{interval_s} s', spoken(samples * interval_s), spoken(samples), spoken(blocks, 'B'),
               spoken(scrapes * scrape_octets * 8, 'bit/s'), f'{scrapes * exporter_ms / 1e3:.1f}')


def outages(notifications, octets, trapd_ms):
    for sites in FLEETS:
        count = sites * notifications
        yield f'{sites:,}', spoken(count), spoken(count * octets, 'B'), f'{count * trapd_ms / 1e3:.0f} s'
