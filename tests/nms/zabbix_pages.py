"""The frontend's pages as a person sees them, as PNG."""
from browser import Browser
from rig import wait_for

SIGN_IN = 'document.querySelector("#name").value = "Admin"; document.querySelector("#password").value = "zabbix"; document.querySelector("#enter").click();'
# Nothing is on its way, every picture is there, and the texts are.
LOADED = '''return document.readyState === "complete" && document.querySelector(".is-loading, .preloader-container") === null
    && [...document.images].every(i => i.complete) && arguments[0].every(t => document.body.innerText.includes(t));'''
FAULTY = '.msg-bad, .dashboard-widget-broken, .error-msg, output.msg-bad'
LOAD_S = 60


class Pages:
    def __init__(self, zabbix, folder):
        self.zabbix, self.folder = zabbix, folder
        self.browser = Browser(zabbix.folder)
        try:
            self.sign_in()
        except BaseException:
            self.close()
            raise

    def sign_in(self):
        self.browser.open(self.url('index.php'))
        self.browser.script(SIGN_IN)
        wait_for(lambda: self.browser.script('return document.querySelector("#name") === null && document.readyState === "complete"'), 'signed in', LOAD_S)

    def url(self, page):
        return f'http://127.0.0.1:{self.zabbix.web_port}/{page}'

    def take(self, name, page, texts, width, height):
        """The page as name.png, and what it complains of or does not show."""
        self.browser.size(width, height)
        self.browser.open(self.url(page))
        try:
            wait_for(lambda: self.browser.script(LOADED, texts), f'{page} is loaded and shows {texts}', LOAD_S)
        except AssertionError as error:
            return [str(error)]
        finally:
            self.browser.screenshot(self.folder / f'{name}.png')
        return self.browser.script('return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)', FAULTY)

    def dashboard(self, name, host, texts):
        template = self.zabbix.call('template.get', filter={'host': ['Padam by SNMP']})[0]['templateid']
        board = self.zabbix.call('templatedashboard.get', templateids=[template], output=['dashboardid'])[0]['dashboardid']
        return self.take(name, f'zabbix.php?action=host.dashboard.view&hostid={host}&dashboardid={board}&kiosk=1', texts, 1920, 1080)

    def problems(self, name, host, texts):
        return self.take(name, f'zabbix.php?action=problem.view&show=3&filter_set=1&hostids%5B%5D={host}', texts, 1600, 340)

    def close(self):
        self.browser.close()
