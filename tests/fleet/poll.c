/*
 * poll USER PASSPHRASE ADDRESS…: a manager of many sites, by SNMPv3 with SHA-256 and AES.
 *
 * Each line of standard input is a stage, "RATE SECONDS REPETITIONS ROOT…": so many times a second
 * the next site's turn comes, and it is polled: what is below each root is walked with GETBULK, a
 * request at a time. A turn that comes while the site's last poll is under way is missed. A stage
 * ends when its time is over and the last answer is in, and prints a line of names and values;
 * times of polls are counted from the instant they were due.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

enum { ROOT_LIMIT = 32, LINE_SIZE = 4096, EVENTS = 64, TIMEOUT_US = 5000000, LOOK_US = 500000 };

struct name {
    oid arcs[MAX_OID_LEN];
    size_t length;
};

struct site {
    void *session;
    int fd;
    bool busy;
    size_t root;
    struct name at;
    double due_us;
};

struct stage {
    double rate, seconds, began_us;
    long repetitions;
    struct name roots[ROOT_LIMIT];
    size_t root_count, turn_count, missed, failed, requests, values, octets_out, octets_in;
    double *taken_us;
    size_t done, busy;
};

static struct site *sites;
static size_t site_count;
static struct stage stage;
static int watch;
static netsnmp_large_fd_set readable;
static int (*transport_receive)(netsnmp_transport *, void *, int, void **, int *);
static int (*transport_send)(netsnmp_transport *, const void *, int, void **, int *);

static void fail(const char *what)
{
    fprintf(stderr, "poll: %s\n", what);
    exit(2);
}

static double now_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        fail("clock");
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* ---- what goes over the wire ---- */

static int count_received(netsnmp_transport *transport, void *octets, int size, void **from,
                          int *from_size)
{
    const int got = transport_receive(transport, octets, size, from, from_size);
    stage.octets_in += got > 0 ? (size_t)got : 0;
    return got;
}

static int count_sent(netsnmp_transport *transport, const void *octets, int size, void **to,
                      int *to_size)
{
    const int sent = transport_send(transport, octets, size, to, to_size);
    stage.octets_out += sent > 0 ? (size_t)sent : 0;
    return sent;
}

static netsnmp_session session_wanted(char *user, const char *passphrase)
{
    netsnmp_session wanted;
    snmp_sess_init(&wanted);
    wanted.version = SNMP_VERSION_3;
    wanted.securityName = user;
    wanted.securityNameLen = strlen(user);
    wanted.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
    wanted.securityAuthProto = usmHMAC192SHA256AuthProtocol;
    wanted.securityAuthProtoLen = OID_LENGTH(usmHMAC192SHA256AuthProtocol);
    wanted.securityPrivProto = usmAESPrivProtocol;
    wanted.securityPrivProtoLen = OID_LENGTH(usmAESPrivProtocol);
    wanted.securityAuthKeyLen = USM_AUTH_KU_LEN;
    wanted.timeout = TIMEOUT_US;
    wanted.retries = 0;
    if (generate_Ku(wanted.securityAuthProto,
                    (u_int)wanted.securityAuthProtoLen,
                    (const u_char *)passphrase,
                    strlen(passphrase),
                    wanted.securityAuthKey,
                    &wanted.securityAuthKeyLen) != SNMPERR_SUCCESS)
        fail("no key");
    memcpy(wanted.securityPrivKey, wanted.securityAuthKey, wanted.securityAuthKeyLen);
    wanted.securityPrivKeyLen = wanted.securityAuthKeyLen;
    return wanted;
}

static void site_open(struct site *site, netsnmp_session wanted, char *address)
{
    wanted.peername = address;
    site->session = snmp_sess_open(&wanted);
    if (!site->session)
        fail(address);
    netsnmp_transport *transport = snmp_sess_transport(site->session);
    site->fd = transport->sock;
    transport_receive = transport->f_recv;
    transport_send = transport->f_send;
    transport->f_recv = count_received;
    transport->f_send = count_sent;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = site};
    if (epoll_ctl(watch, EPOLL_CTL_ADD, site->fd, &event) != 0)
        fail("epoll");
}

/* ---- a poll ---- */

static void site_ends(struct site *site, bool well)
{
    site->busy = false;
    stage.busy--;
    if (well)
        stage.taken_us[stage.done++] = now_us() - site->due_us;
    else
        stage.failed++;
}

/* The name to go on from after this answer; false when the root has been walked. */
static bool is_more(struct site *site, const netsnmp_pdu *answer)
{
    const struct name *root = &stage.roots[site->root];
    for (const netsnmp_variable_list *at = answer->variables; at; at = at->next_variable) {
        if (at->type == SNMP_ENDOFMIBVIEW || at->name_length <= root->length ||
            snmp_oid_compare(at->name, root->length, root->arcs, root->length) != 0)
            return false;
        stage.values++;
        site->at.length = at->name_length;
        memcpy(site->at.arcs, at->name, at->name_length * sizeof *at->name);
    }
    return true;
}

static int answered(int kind, netsnmp_session *session, int id, netsnmp_pdu *answer, void *asked);

static void site_ask(struct site *site)
{
    netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK);
    if (!request || !snmp_add_null_var(request, site->at.arcs, site->at.length))
        fail("memory");
    request->non_repeaters = 0;
    request->max_repetitions = stage.repetitions;
    stage.requests++;
    if (snmp_sess_async_send(site->session, request, answered, site) == 0) {
        snmp_free_pdu(request);
        site_ends(site, false);
    }
}

static int answered(int kind, netsnmp_session *session, int id, netsnmp_pdu *answer, void *asked)
{
    struct site *site = asked;
    (void)session, (void)id;
    if (kind != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || answer->command != SNMP_MSG_RESPONSE ||
        answer->errstat != SNMP_ERR_NOERROR || !answer->variables) {
        site_ends(site, false);
        return 1;
    }
    if (!is_more(site, answer) && ++site->root < stage.root_count)
        site->at = stage.roots[site->root];
    if (site->root < stage.root_count)
        site_ask(site);
    else
        site_ends(site, true);
    return 1;
}

static void site_poll(struct site *site, double due_us)
{
    if (site->busy) {
        stage.missed++;
        return;
    }
    site->busy = true;
    stage.busy++;
    site->due_us = due_us;
    site->root = 0;
    site->at = stage.roots[0];
    site_ask(site);
}

/* ---- a stage ---- */

static void stage_read(char *line)
{
    char *rest;
    const char *words[3] = {strtok_r(line, " \n", &rest)};
    free(stage.taken_us);
    stage = (struct stage){0};
    for (size_t i = 1; i < 3; i++)
        words[i] = strtok_r(NULL, " \n", &rest);
    for (char *root; (root = strtok_r(NULL, " \n", &rest)) && stage.root_count < ROOT_LIMIT;) {
        struct name *name = &stage.roots[stage.root_count++];
        name->length = MAX_OID_LEN;
        if (!read_objid(root, name->arcs, &name->length))
            fail(root);
    }
    if (stage.root_count == 0 || stage.root_count == ROOT_LIMIT)
        fail("a stage is RATE SECONDS REPETITIONS ROOT…");
    stage.rate = strtod(words[0], NULL);
    stage.seconds = strtod(words[1], NULL);
    stage.repetitions = strtol(words[2], NULL, 10);
    stage.turn_count = (size_t)(stage.rate * stage.seconds);
    stage.taken_us = calloc(stage.turn_count + 1, sizeof *stage.taken_us);
    if (!stage.taken_us)
        fail("memory");
}

static void take_answers(double until_us)
{
    struct epoll_event events[EVENTS];
    const double left_us = until_us - now_us();
    const long left_ns = left_us > 0 ? (long)(left_us * 1e3) : 0;
    const struct timespec limit = {left_ns / 1000000000, left_ns % 1000000000};
    const int count = epoll_pwait2(watch, events, EVENTS, &limit, NULL);
    for (int i = 0; i < count; i++) {
        const struct site *site = events[i].data.ptr;
        netsnmp_large_fd_setfd(site->fd, &readable);
        snmp_sess_read2(site->session, &readable);
        netsnmp_large_fd_clr(site->fd, &readable);
    }
}

static void stage_run(void)
{
    stage.began_us = now_us();
    double look_us = stage.began_us;
    const double end_us = stage.began_us + stage.seconds * 1e6;
    for (size_t turn = 0; turn < stage.turn_count || stage.busy > 0 || now_us() < end_us;) {
        const double due_us = stage.began_us + (double)turn * 1e6 / stage.rate;
        const bool is_due = turn < stage.turn_count && now_us() >= due_us;
        if (is_due)
            site_poll(&sites[turn++ % site_count], due_us);
        if (now_us() >= look_us) {
            for (size_t i = 0; i < site_count; i++)
                snmp_sess_timeout(sites[i].session);
            look_us = now_us() + LOOK_US;
        }
        const double next_us = turn < stage.turn_count ? due_us : end_us;
        take_answers(is_due ? 0 : next_us < look_us ? next_us : look_us);
    }
}

static int by_size(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double quantile_ms(double share)
{
    return stage.done > 0 ? stage.taken_us[(size_t)(share * (double)(stage.done - 1))] / 1e3 : 0;
}

static void stage_print(void)
{
    const double wall_s = (now_us() - stage.began_us) / 1e6;
    qsort(stage.taken_us, stage.done, sizeof *stage.taken_us, by_size);
    printf(
        "wall_s %.3f turns %zu done %zu missed %zu failed %zu requests %zu values %zu octets_out "
        "%zu octets_in %zu p50_ms %.1f p99_ms %.1f\n",
        wall_s,
        stage.turn_count,
        stage.done,
        stage.missed,
        stage.failed,
        stage.requests,
        stage.values,
        stage.octets_out,
        stage.octets_in,
        quantile_ms(0.50),
        quantile_ms(0.99));
    fflush(stdout);
}

int main(int count, char **arguments)
{
    char line[LINE_SIZE];
    if (count < 4)
        fail("usage: poll USER PASSPHRASE ADDRESS…");
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    init_snmp("poll");
    site_count = (size_t)count - 3;
    sites = calloc(site_count, sizeof *sites);
    watch = epoll_create1(0);
    if (!sites || watch < 0)
        fail("memory");
    const netsnmp_session wanted = session_wanted(arguments[1], arguments[2]);
    for (size_t i = 0; i < site_count; i++)
        site_open(&sites[i], wanted, arguments[i + 3]);
    netsnmp_large_fd_set_init(&readable, sites[site_count - 1].fd + 1);
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        stage_read(line);
        stage_run();
        stage_print();
    }
    return 0;
}
