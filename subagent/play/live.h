#pragma once
/*
 * The real engine with simulated lines, time divided by a scale: it is started as a program of its
 * own in a folder of its own, its inputs are driven through the simulator's socket, its servers'
 * commands ask this program what they are to say, and what it publishes becomes the timeline.
 *
 *   live.c          the run: deeds at their times, one poll for everything
 *   live_engine.c   the program: start, ready, kill
 *   live_lines.c    the simulator's socket
 *   live_world.c    what servers and checks answer
 *   live_rows.c     published rows become facts
 *   live_command.c  a SET: promise and confirm
 *   lab.h           the same in the lab: GPIO chips and SNMP instead of the two sockets
 */
#include <poll.h>
#include <sys/types.h>

#include "play/play.h"
#include "play/setup.h"
#include "wire/client.h"

enum {
    LIVE_PATH_SIZE = 96,
    LIVE_HELPER_LIMIT = 64,
    LIVE_COMMAND_LIMIT = 8,
    LIVE_POLL_LIMIT = 9 + LIVE_HELPER_LIMIT + LIVE_COMMAND_LIMIT,
};

enum { LIVE_HELD_NAME_SIZE = 32 };

struct live_engine {
    pid_t pid;  /* 0: not running */
    int pid_fd; /* readable when it has ended */
    int notify_fd;
    int held_fd; /* what it had kept for its next start, as a service manager does; -1: nothing */
    char held_name[LIVE_HELD_NAME_SIZE];
    bool ready;
    instant ready_at;
};

/* One program that the engine ran and that waits to be told how to end. */
struct live_helper {
    int fd;   /* -1: a free place */
    int what; /* enum world_what; -1: it has not said yet */
    size_t server;
    instant begun;
    uint64_t change; /* the world's, when it began */
};

/* A server is looked at by two programs, side by side. */
enum live_look { LIVE_LOOK_VERIFY, LIVE_LOOK_ANSWERS, LIVE_LOOK_COUNT };

/* What is true of one server. */
struct live_server {
    enum server_fact evidence; /* SERVER_FACT_COUNT: none */
    enum server_fact told;     /* what the next shutdown command ends with; as above */
    instant told_until;
    bool ready;
    bool seen[LIVE_LOOK_COUNT]; /* by a look that began after the world's last change */
};

struct live_world {
    int listener;
    struct live_helper helpers[LIVE_HELPER_LIMIT];
    struct live_server servers[SCENARIO_SERVER_LIMIT];
    bool network, computer;
    uint64_t change;   /* how often anything happened */
    size_t fact_count; /* of the timeline, at the last change */
};

struct live_command {
    int fd; /* -1: a free place */
    struct wire_ask ask;
};

struct live_rows {
    struct client *client;
    uint32_t last_event, last_notice[NOTIFICATION_COUNT], last_deviation[STEP_COUNT + 1];
    void *seen[ROW_TABLE_COUNT]; /* copies of rows, see live_rows.c */
    size_t seen_count[ROW_TABLE_COUNT];
};

struct live;

struct live_act {
    void (*act)(struct live *, const struct deed *);
    const char *missing; /* why this level cannot play it; NULL: it can */
};

/* What the simulated lines and the lab do differently. */
struct live_driver {
    struct check_level tolerances;
    struct live_act acts[DEED_KIND_COUNT]; /* where either is set: instead of everybody's */
    bool own_chips;                        /* see struct setup_level */
    bool exact;                            /* its instants are those of the scenario */
    bool (*open)(struct live *);           /* before the engine's first start */
    void (*judge)(struct live *);          /* after the end */
    void (*close)(struct live *);
    bool (*connect)(struct live *); /* the engine is ready */
    void (*disconnect)(struct live *);
    void (*set_line)(struct live *, enum input_role);
    int (*fd)(const struct live *); /* what more to poll; negative: nothing */
    void (*readable)(struct live *, size_t place);
    void (*woken)(struct live *);
    instant (*due)(const struct live *); /* when it is to be woken at the latest */
    /* True for a row whose facts come from elsewhere. */
    bool (*takes_row)(struct live *, enum row_table table, uint32_t key, const void *row,
                      const void *before);
};

struct live {
    const struct scenario *scenario;
    const struct live_settings *settings;
    const struct live_driver *driver;
    struct lab *lab; /* of the lab's driver, else NULL */
    FILE *report;
    unsigned failed;
    char directory[LIVE_PATH_SIZE];
    instant zero;       /* the scenario's 0:00 */
    instant connect_at; /* when to try again; NEVER while connected */
    struct timeline timeline;
    struct live_engine engine;
    int lines_fd;
    int timer_fd;
    bool output_on[OUTPUT_ROLE_COUNT];
    bool output_said[OUTPUT_ROLE_COUNT]; /* since the lines were connected */
    enum input_value levels[INPUT_ROLE_COUNT];
    struct live_world world;
    struct live_rows rows;
    struct live_command commands[LIVE_COMMAND_LIMIT];
};

/* Scenario time of an instant, and the other way round. */
int64_t live_time(const struct live *live, instant at);
instant live_instant(const struct live *live, int64_t scenario_ms);
void live_fail(struct live *live, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A path in the run's own folder. */
void live_path(const struct live *live, char to[static LIVE_PATH_SIZE], const char *name);
/* A fact of now, or of an instant; one that is thrown away where the timeline is full. */
struct fact *live_fact(struct live *live, instant at, enum fact_kind kind);
/* Binds a socket of this type in the run's folder. -1 with errno. */
int live_bind(const struct live *live, const char *name, int type);

/* live_engine.c */
bool live_engine_open(struct live *live);
void live_engine_close(struct live *live);
bool live_engine_start(struct live *live);
/* Reads what it says of itself; true when it has become ready. */
bool live_engine_notified(struct live *live);
void live_engine_kill(struct live *live);
/* Asks it to end and waits a while. */
void live_engine_stop(struct live *live);

/* live_lines.c */
extern const struct live_driver live_lines_driver;

/* live_world.c */
bool live_world_open(struct live *live);
void live_world_close(struct live *live);
void live_world_accept(struct live *live);
void live_world_readable(struct live *live, size_t place);
void live_world_server(struct live *live, const struct deed *deed);
void live_world_equipment(struct live *live, const struct deed *deed);
/*
 * Nothing new can be seen while nothing happens: a look then lasts until something does, as each
 * costs two programs, and what follows from a change follows at once. A while after it began it
 * ends nevertheless, so that looks that say the same again are played, too.
 */
void live_world_follow(struct live *live);
/* When live_world_follow() is to be called at the latest. */
instant live_world_due(const struct live *live);

/* live_rows.c */
bool live_rows_open(struct live *live);
void live_rows_close(struct live *live);
void live_rows_readable(struct live *live);
/* Makes the facts of a row that is new (before: NULL) or has changed. */
void live_rows_tell(struct live *live, enum row_table table, uint32_t key, const void *row,
                    const void *before);
/* Rows carry a reason's words; REASON_NONE for others. */
enum reason live_reason_named(const char *text);

/* live_command.c */
void live_command_begin(struct live *live, const struct deed *deed);
/* What the command is about: known only now where the scenario says "the last one". */
uint32_t live_command_argument(const struct live *live, const struct deed *deed);
void live_command_readable(struct live *live, size_t place);
void live_command_close_all(struct live *live);
