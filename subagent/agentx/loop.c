#include "agentx/loop.h"

#include <errno.h>
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "agentx/handler.h"
#include "agentx/notify.h"
#include "base/clock.h"
#include "base/log.h"

struct agent {
    struct link *link;
    struct session *session;
    struct notifier *notifier;
    struct control control;
    struct handler handler;
    unsigned session_seen;
    instant alive_at;
    bool ready_told;
};

/* ---- signals: blocked but while waiting ---- */

static volatile sig_atomic_t stopping;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

static int signals_prepare(sigset_t *while_waiting)
{
    struct sigaction stop = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    stopping = 0;
    if (sigaction(SIGTERM, &stop, NULL) < 0 || sigaction(SIGINT, &stop, NULL) < 0 ||
        sigaction(SIGPIPE, &ignore, NULL) < 0 ||
        sigprocmask(SIG_BLOCK, &blocked, while_waiting) < 0)
        return -1;
    sigdelset(while_waiting, SIGTERM);
    sigdelset(while_waiting, SIGINT);
    return 0;
}

/* ---- start and end ---- */

static void agent_close(struct agent *agent)
{
    control_cancel_all(&agent->control);
    session_free(agent->session);
    notifier_free(agent->notifier);
    link_free(agent->link);
}

static int agent_open(struct agent *agent, const struct agent_options *options)
{
    instant now = clock_now();
    *agent = (struct agent){.alive_at = options->alive_every_ms ? now : INSTANT_NEVER};
    control_init(&agent->control, options->engine_socket);
    agent->link = link_create(options->engine_socket, now);
    agent->session = session_create(options->agentx_socket);
    if (agent->link && agent->session)
        agent->notifier = notifier_create(agent->link, agent->session);
    agent->handler = (struct handler){agent->link, agent->session, &agent->control};
    if (agent->notifier && handler_register(&agent->handler) == 0)
        return 0;
    log_error("starting: %s", strerror(errno ? errno : ENOMEM));
    agent_close(agent);
    return -1;
}

/* ---- one turn ---- */

static instant agent_due(const struct agent *agent)
{
    instant due = instant_earliest(link_due(agent->link), session_due(agent->session));
    due = instant_earliest(due, notifier_due(agent->notifier));
    return instant_earliest(due, agent->alive_at);
}

/* A millisecond is added: a timer must not find itself a fraction early and wait for nothing. */
static struct timespec time_until(instant due, instant now)
{
    int64_t left_ms = instant_diff_ms(due, now);
    left_ms = left_ms > 0 ? left_ms + 1 : 0;
    return (struct timespec){.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};
}

/* The library's own timer where that is earlier. Returns NULL to wait without limit. */
static struct timespec *limit_earlier(struct timespec *limit, bool limited,
                                      const struct timeval *library)
{
    if (!library)
        return limited ? limit : NULL;
    struct timespec other = {library->tv_sec, library->tv_usec * 1000};
    bool earlier = other.tv_sec < limit->tv_sec ||
                   (other.tv_sec == limit->tv_sec && other.tv_nsec < limit->tv_nsec);
    if (!limited || earlier)
        *limit = other;
    return limit;
}

/* The descriptors found readable; none after a signal. */
static fd_set agent_wait(const struct agent *agent, const sigset_t *while_waiting)
{
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    int count = 0, no_timer = 1;
    struct timeval library = {0};
    snmp_select_info(&count, &readable, &library, &no_timer);
    int engine = link_fd(agent->link);
    if (engine >= 0) {
        FD_SET(engine, &readable);
        if (notifier_wants_write(agent->notifier))
            FD_SET(engine, &writable);
        count = engine >= count ? engine + 1 : count;
    }
    instant now = clock_now(), due = agent_due(agent);
    struct timespec limit = {0};
    if (instant_is_set(due))
        limit = time_until(due, now);
    struct timespec *wait = limit_earlier(&limit, instant_is_set(due), no_timer ? NULL : &library);
    if (pselect(count, &readable, &writable, NULL, wait, while_waiting) >= 0)
        return readable;
    if (errno != EINTR)
        log_error("pselect: %s", strerror(errno));
    FD_ZERO(&readable);
    return readable;
}

/* What agent_check_and_process() does after a select() of its own: a request passes three turns
 * (in, to the handler and back, out), and each would wait twice. */
static void library_turn(const struct session *session, fd_set *readable)
{
    session_settle_error(session, readable);
    snmp_read(readable);
    snmp_timeout();
    run_alarms();
    netsnmp_check_outstanding_agent_requests();
}

static void session_follow(struct agent *agent)
{
    if (agent->session_seen == session_count(agent->session) && session_master(agent->session))
        return;
    agent->session_seen = session_count(agent->session);
    control_cancel_all(&agent->control);
}

static void agent_turn(struct agent *agent, const struct agent_options *options, fd_set *readable)
{
    int engine = link_fd(agent->link);
    bool heard = engine >= 0 && FD_ISSET(engine, readable);
    agent->ready_told = agent->ready_told || options->ready() == 0;
    library_turn(agent->session, readable);
    instant now = clock_now();
    session_step(agent->session, now);
    session_follow(agent);
    if (heard)
        link_receive(agent->link, now);
    link_step(agent->link, now);
    notifier_step(agent->notifier, now);
    if (instant_reached(agent->alive_at, now)) {
        options->alive();
        agent->alive_at = instant_add_ms(now, options->alive_every_ms);
    }
}

int agent_run(const struct agent_options *options)
{
    struct agent agent;
    sigset_t while_waiting;
    if (signals_prepare(&while_waiting) < 0) {
        log_error("signals: %s", strerror(errno));
        return -1;
    }
    if (agent_open(&agent, options) < 0)
        return -1;
    link_step(agent.link, clock_now());
    session_start(agent.session, clock_now());
    fd_set readable;
    FD_ZERO(&readable);
    while (!stopping) {
        agent_turn(&agent, options, &readable);
        readable = agent_wait(&agent, &while_waiting);
    }
    agent_close(&agent);
    return 0;
}
