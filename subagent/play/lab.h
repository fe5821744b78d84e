#pragma once
/*
 * The lab level's own parts: lines of the kernel's GPIO simulator, and SNMP through snmpd,
 * snmptrapd, padam-agentx and snmpset.
 *
 *   lab.c            the level: its parts in order, what it tolerates
 *   lab_chips.c      a simulated chip for every line
 *   lab_programs.c   snmpd, snmptrapd, padam-agentx and the tools, as processes
 *   lab_snmp.c       what snmpd answers; a program for each question would cost most of a run's
 * time lab_traps.c      what snmptrapd receives lab_look.c       mains, genset and steps as SNMP
 * shows them lab_set.c        a command given by snmpset
 */
#include "play/live.h"

enum {
    LAB_LINE_LIMIT = INPUT_ROLE_COUNT + OUTPUT_ROLE_COUNT,
    LAB_OUTPUT_SIZE = 16384, /* of a tool, or of a question */
    LAB_WORD_LIMIT = 96,     /* of its command line */
    LAB_EVENT_LIMIT = 512,
};

/* What is watched besides the outputs, each by its role. */
enum { LAB_WATCH_TRAPS = OUTPUT_ROLE_COUNT };

#define LAB_AGENT_ADDRESS "udp:127.0.0.1:161"
#define LAB_COMMUNITY "padam"
#define LAB_MIBS "SNMPv2-MIB:PADAM-MIB"

enum lab_program { LAB_SNMPD, LAB_SNMPTRAPD, LAB_AGENTX, LAB_PROGRAM_COUNT };

/* One line on a chip of its own; unplugged, the chip's other program sees no line at all. */
struct lab_line {
    bool made, plugged;
    int pull_fd, value_fd; /* -1 while unplugged */
};

/* What SNMP said last. */
struct lab_view {
    struct row_mains mains;
    struct row_genset genset;
    struct row_step steps[STEP_COUNT];
};

struct lab {
    struct lab_line inputs[INPUT_ROLE_COUNT], outputs[OUTPUT_ROLE_COUNT];
    pid_t programs[LAB_PROGRAM_COUNT]; /* 0: not running */
    int watch_fd;                      /* epoll's: output lines, and what follows */
    int trap_fd;                       /* what snmptrapd prints */
    char trap_text[LAB_OUTPUT_SIZE];
    size_t trap_length;
    unsigned trap_count[LAB_EVENT_LIMIT]; /* by sequence: how often it was received */
    bool told[LAB_EVENT_LIMIT];           /* by sequence: it is in the timeline */
    instant linked_at;                    /* since when the subagent may be connected */
    struct lab_view seen, published;
    instant look_at, differs_since;
};

extern const struct live_driver lab_driver;

/* lab_chips.c. An open output that no program drives is at its pull, which is off. */
bool lab_chips_open(struct live *live);
void lab_chips_close(struct live *live);
void lab_chips_set(struct live *live, enum input_role role);
/* Outputs that have changed become facts. */
void lab_chips_read(struct live *live);
void lab_chips_changed(struct live *live, enum output_role role);
/* lab.c. Has lab_fd() tell when this one is readable, or its value has changed. */
bool lab_watch(struct live *live, int fd, uint32_t events, uint32_t what);

/* lab_programs.c */
bool lab_programs_open(struct live *live);
void lab_programs_close(struct live *live);
bool lab_agentx_start(struct live *live);
void lab_agentx_kill(struct live *live);
/*
 * Runs a Net-SNMP tool with the options every one of them needs, and these words, until it ends.
 * Returns its exit code, or -1; what it printed is in output, cut where it does not fit.
 */
int lab_tool(struct live *live, const char *tool, const char *const *words,
             char output[static LAB_OUTPUT_SIZE]);

/*
 * lab_snmp.c. Ask snmpd for these objects, or all below this one; names is ended by NULL. What was
 * answered is in output as the tools print it, cut where it does not fit. Return false without an
 * answer.
 */
bool lab_get(struct live *live, const char *const *names, char output[static LAB_OUTPUT_SIZE]);
bool lab_walk(struct live *live, const char *column, char output[static LAB_OUTPUT_SIZE]);

/* lab_traps.c */
void lab_traps_readable(struct live *live);
/* An event's row: told from here only while the subagent is not connected. */
void lab_event_published(struct live *live, uint32_t sequence, const struct row_event *event);
/* Completes notices from padamEventTable; says which events were not received exactly once. */
void lab_traps_judge(struct live *live);

/* lab_look.c */
bool lab_look_is_answered(struct live *live);
void lab_look_open(struct live *live);
/* Asks again where what is published has changed, or differs from what was answered. */
void lab_look(struct live *live);
instant lab_look_due(const struct live *live);

/* lab_set.c */
void lab_set(struct live *live, const struct deed *deed);
