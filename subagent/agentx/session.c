#include "agentx/session.h"

#include <errno.h>
#include <fcntl.h>
#include <net-snmp/agent/agent_callbacks.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "agentx/agentx_pdu.h"
#include "agentx/obstacle.h"
#include "agentx/table.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

/*
 * Opens the session. Net-SNMP exports it, but none of its installed headers declares it. With a
 * ping interval of 0 the library does no more than that. With any other it would also
 *   - register everything, wait for each answer, and never learn of a refusal that comes later;
 *   - ping, and leave a stopped master to hand the same notification over twice;
 *   - try to reopen, by alarms of which every disconnect during an open leaves one more behind.
 */
int subagent_startup(int major, int minor, void *server_arg, void *client_arg);

enum {
    ANSWER_FIRST_US = 333333,            /* a master that is only slow gets more each time … */
    ANSWER_MAX_US = 8 * ANSWER_FIRST_US, /* … up to this */
    CONNECT_LIMIT_S = 1,
    RETRY_FIRST_MS = 500,
    RETRY_MAX_MS = 5000,
    REGISTER_RETRY_MS = 15000,
    LIBRARY_LINE_SIZE = 512,
};

struct registration {
    instant send_at;
    bool overdue; /* it has no answer: that of a Ping behind it is waited for */
    long refusal_told;
};

struct session {
    char *address;
    netsnmp_session *master;
    unsigned count;
    long answer_us;
    instant retry_at, master_started;
    int64_t retry_ms;
    struct registration registrations[SUBTREE_COUNT];
    char told[OBSTACLE_SIZE]; /* why snmpd cannot be reached */
};

/* No client argument of the library's callbacks points here: it frees what those point to. */
static struct session the_session;

/* ---- what the library calls ---- */

static int session_init_bound(int major, int minor, void *server_arg, void *client_arg)
{
    (void)major, (void)minor, (void)client_arg;
    netsnmp_session *opening = server_arg;
    if (opening->version == AGENTX_VERSION) {
        opening->timeout = the_session.answer_us;
        opening->retries = 0;
    }
    return 0;
}

static int socket_of(netsnmp_session *master)
{
    const netsnmp_transport *transport = snmp_sess_transport(snmp_sess_pointer(master));
    return transport ? transport->sock : -1;
}

/* A master that does not read would block the sender without limit. */
static void never_block(int fd)
{
    int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        log_error("the AgentX socket blocks: %s", strerror(errno));
}

static int session_began(int major, int minor, void *server_arg, void *client_arg)
{
    (void)major, (void)minor, (void)client_arg;
    the_session.master = server_arg;
    the_session.count++;
    the_session.master_started = INSTANT_NONE;
    for (enum subtree subtree = 0; subtree < SUBTREE_COUNT; subtree++) {
        the_session.registrations[subtree].send_at = INSTANT_NEVER;
        the_session.registrations[subtree].overdue = false;
    }
    never_block(socket_of(server_arg));
    return 0;
}

static int session_ended(int major, int minor, void *server_arg, void *client_arg)
{
    (void)major, (void)minor, (void)server_arg, (void)client_arg;
    the_session.master = NULL;
    log_warning("snmpd closed the AgentX session");
    return 0;
}

static void library_line_log(int priority, const char *line)
{
    if (priority <= LOG_LEVEL_ERROR)
        log_error("Net-SNMP: %s", line);
    else if (priority == LOG_LEVEL_WARNING)
        log_warning("Net-SNMP: %s", line);
    else
        log_debug("Net-SNMP: %s", line);
}

static int library_logs(int major, int minor, void *server_arg, void *client_arg)
{
    (void)major, (void)minor, (void)client_arg;
    const struct snmp_log_message *message = server_arg;
    char line[LIBRARY_LINE_SIZE];
    text_copy(line, sizeof line, message->msg);
    line[strcspn(line, "\n")] = '\0';
    library_line_log(message->priority, line);
    return 0;
}

/* ---- preparing the library ---- */

/* Only interrupts a system call that waits. */
static void on_alarm(int signal_number)
{
    (void)signal_number;
}

static int alarm_install(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGALRM, &action, NULL);
}

static int library_option(int option)
{
    return netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, option, 1);
}

static int options_set(const char *address)
{
    netsnmp_enable_subagent();
    int failed = library_option(NETSNMP_DS_LIB_DISABLE_CONFIG_LOAD);
    failed |= library_option(NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD);
    failed |= library_option(NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE);
    failed |= netsnmp_ds_set_boolean(
        NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_CONNECTION_WARNINGS, 1);
    failed |= netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, address);
    return failed ? -1 : 0;
}

static int callbacks_register(void)
{
    static const struct {
        int major, minor;
        SNMPCallback *call;
    } callbacks[] = {
        {SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SESSION_INIT, session_init_bound},
        {SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, library_logs},
        {SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START, session_began},
        {SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP, session_ended},
    };
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++)
        if (snmp_register_callback(
                callbacks[i].major, callbacks[i].minor, callbacks[i].call, NULL) != 0)
            return -1;
    return 0;
}

static int library_prepare(struct session *session)
{
    /* MIB files are for people: a subagent needs none, and loading them takes a second. */
    if (setenv("MIBS", "", 1) < 0 || setenv("MIBDIRS", "", 1) < 0 || alarm_install() < 0)
        return -1;
    snmp_disable_stderrlog();
    snmp_enable_calllog();
    if (options_set(session->address) < 0 || callbacks_register() < 0)
        return -1;
    if (init_agent("padam-agentx") != 0)
        log_debug("Net-SNMP: no kernel memory to read, nor needed");
    return netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, 0);
}

struct session *session_create(const char *address)
{
    struct session *session = &the_session;
    *session = (struct session){0};
    session->address = strdup(address);
    session->retry_at = INSTANT_NEVER;
    session->master_started = INSTANT_NONE;
    session->retry_ms = RETRY_FIRST_MS;
    session->answer_us = ANSWER_FIRST_US;
    if (session->address && library_prepare(session) == 0)
        return session;
    free(session->address);
    errno = errno ? errno : ENOMEM;
    return NULL;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    snmp_shutdown("padam-agentx");
    free(session->address);
}

/* ---- opening ---- */

static void open_first(void)
{
    init_snmp("padam-agentx");
}

static void open_again(void)
{
    subagent_startup(0, 0, NULL, NULL);
}

/* A stopped master's full queue blocks connect() without limit: the timer interrupts it. */
static void open_bounded(void (*open)(void))
{
    struct timeval limit = {.tv_sec = CONNECT_LIMIT_S};
    struct itimerval on = {.it_interval = limit, .it_value = limit}, off = {0};
    if (setitimer(ITIMER_REAL, &on, NULL) < 0)
        log_error("setitimer: %s", strerror(errno));
    open();
    if (setitimer(ITIMER_REAL, &off, NULL) < 0)
        log_error("setitimer: %s", strerror(errno));
}

static void obstacle_tell(struct session *session)
{
    char obstacle[OBSTACLE_SIZE];
    obstacle_describe(session->address, obstacle, sizeof obstacle);
    if (strcmp(obstacle, session->told) != 0)
        log_warning("cannot reach snmpd: %s; trying on", obstacle);
    text_copy(session->told, sizeof session->told, obstacle);
}

static void retry_later(struct session *session, instant now)
{
    obstacle_tell(session);
    session->retry_at = instant_add_ms(now, session->retry_ms);
    session->retry_ms = session->retry_ms * 2 < RETRY_MAX_MS ? session->retry_ms * 2 : RETRY_MAX_MS;
    session->answer_us =
        session->answer_us * 2 < ANSWER_MAX_US ? session->answer_us * 2 : ANSWER_MAX_US;
}

/* ---- registering: asked for without waiting, so that no answer is missed however late ---- */

static enum subtree registration_subtree(const struct registration *registration)
{
    return (enum subtree)(registration - the_session.registrations);
}

/* Of padam's own subtree only a padam-agentx has reason to be the other; a machine may well have
 * sensors of its own that another subagent publishes. */
static const char *refusal_reason(enum subtree subtree, long error)
{
    if (error != AGENTX_DUPLICATE_REGISTRATION)
        return "see snmpd's log";
    return subtree == SUBTREE_PADAM
               ? "another subagent has it (is a second padam-agentx running?)"
               : "another subagent has it; all else of padam is served without it";
}

static void registration_refused(struct registration *registration, long error)
{
    enum subtree subtree = registration_subtree(registration);
    if (registration->refusal_told != error)
        log_error("snmpd refused to register %s (error %ld): %s; trying again every %d s",
                  subtrees[subtree].text,
                  error,
                  refusal_reason(subtree, error),
                  REGISTER_RETRY_MS / 1000);
    registration->refusal_told = error;
    registration->send_at = instant_add_ms(clock_now(), REGISTER_RETRY_MS);
    if (error == AGENTX_NOT_OPEN)
        session_drop(&the_session);
}

static void registration_accepted(struct registration *registration, const netsnmp_pdu *pdu)
{
    log_notice("snmpd has registered %s", subtrees[registration_subtree(registration)].text);
    registration->refusal_told = SNMP_ERR_NOERROR;
    if (!instant_is_set(the_session.master_started))
        the_session.master_started = instant_add_ms(clock_now(), -(int64_t)pdu->time * 10);
}

static int registration_answered(int operation, netsnmp_session *master, int id, netsnmp_pdu *pdu,
                                 void *context)
{
    (void)id;
    struct registration *registration = context;
    if (the_session.master != master || operation == NETSNMP_CALLBACK_OP_DISCONNECT)
        return 1;
    if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
        registration->overdue = true;
        registration->send_at = clock_now();
    } else if (registration->overdue) {
        session_drop(&the_session); /* what became of it cannot be asked */
    } else if (pdu->errstat == SNMP_ERR_NOERROR) {
        registration_accepted(registration, pdu);
    } else {
        registration_refused(registration, pdu->errstat);
    }
    return 1;
}

static void registration_send(struct session *session, struct registration *registration,
                              instant now)
{
    const struct subtree_name *subtree = &subtrees[registration_subtree(registration)];
    registration->send_at = INSTANT_NEVER;
    enum agentx_type type = registration->overdue ? AGENTX_PING : AGENTX_REGISTER;
    netsnmp_pdu *pdu = agentx_pdu_create(session->master, type);
    if (pdu)
        pdu->priority = DEFAULT_MIB_PRIORITY;
    if (pdu && (type == AGENTX_PING || snmp_add_null_var(pdu, subtree->name, subtree->length)) &&
        snmp_async_send(session->master, pdu, registration_answered, registration))
        return;
    snmp_free_pdu(pdu);
    registration->send_at = instant_add_ms(now, REGISTER_RETRY_MS);
}

static void opened(struct session *session, instant now)
{
    if (!session->master) {
        retry_later(session, now);
        return;
    }
    log_notice("connected to snmpd at %s", session->address);
    session->told[0] = '\0';
    session->retry_ms = RETRY_FIRST_MS;
    session->answer_us = ANSWER_FIRST_US;
    session->retry_at = INSTANT_NEVER;
    for (enum subtree subtree = 0; subtree < SUBTREE_COUNT; subtree++)
        registration_send(session, &session->registrations[subtree], now);
}

void session_start(struct session *session, instant now)
{
    open_bounded(open_first);
    opened(session, now);
}

/* ---- running ---- */

/* A read that fails, as of a snmpd that was killed with something unread, loses the library some
 * memory; one that finds the end does not. To ask for an error is to take it. */
void session_settle_error(const struct session *session, const fd_set *readable)
{
    int fd = session->master ? socket_of(session->master) : -1, error;
    socklen_t size = sizeof error;
    if (fd >= 0 && FD_ISSET(fd, readable) &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error)
        log_debug("the connection to snmpd: %s", strerror(error));
}

static void reopen(struct session *session, instant now)
{
    open_bounded(open_again);
    opened(session, now);
}

static void register_due(struct session *session, instant now)
{
    for (enum subtree subtree = 0; subtree < SUBTREE_COUNT; subtree++)
        if (instant_reached(session->registrations[subtree].send_at, now))
            registration_send(session, &session->registrations[subtree], now);
}

void session_step(struct session *session, instant now)
{
    if (session->master) {
        register_due(session, now);
        return;
    }
    if (!instant_is_set(session->retry_at))
        session->retry_at = instant_add_ms(now, session->retry_ms);
    if (instant_reached(session->retry_at, now))
        reopen(session, now);
}

instant session_due(const struct session *session)
{
    if (!session->master)
        return session->retry_at;
    instant due = INSTANT_NEVER;
    for (enum subtree subtree = 0; subtree < SUBTREE_COUNT; subtree++)
        due = instant_earliest(due, session->registrations[subtree].send_at);
    return due;
}

instant session_master_started(const struct session *session)
{
    return session->master_started;
}

void session_drop(struct session *session)
{
    int fd = session->master ? socket_of(session->master) : -1;
    if (fd >= 0 && shutdown(fd, SHUT_RDWR) < 0)
        log_warning("the AgentX session could not be ended: %s", strerror(errno));
}

netsnmp_session *session_master(const struct session *session)
{
    return session->master;
}

unsigned session_count(const struct session *session)
{
    return session->count;
}
