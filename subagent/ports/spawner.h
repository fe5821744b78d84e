#pragma once
/*
 * The process that starts all others. It is forked before anything is opened, and holds nothing
 * but a socket to the engine.
 *
 * A new process that executes a program from a frozen disk stays in the middle of it for ever, not
 * even SIGKILL ends it, and what it holds it keeps. So it must never have had a line or a listening
 * socket, not for an instant: no successor could take them. Each is started in a thread of its own
 * here, so that one that is held holds no other up.
 *
 * Should it die, what it has started goes on as the engine's own children, and their ends are told
 * as ever; what it was asked for and had not begun is told as not executed. Another is forked for
 * what comes next.
 */
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct spawner;
struct spawn_table;
struct spawn_place;

/*
 * Forks it. NULL, and errno. This process becomes a subreaper, so that it gets the children of a
 * spawner that dies, and no longer ignores that children end.
 */
struct spawner *spawner_open(sd_event *event);
/* The processes it has started go on. Accepts NULL. */
void spawner_close(struct spawner *spawner);

/* Where its children's ends come from. */
sd_event *spawner_event(const struct spawner *spawner);

struct spawn_order {
    const char *const *argv;
    const char *const *environment;
    int input_fd;  /* becomes standard input; -1: /dev/null */
    int output_fd; /* becomes standard output and error; -1: those of the engine's standard error */
};

struct spawn_end {
    int error; /* not 0: an errno, it could not be executed */
    bool signalled;
    int code;   /* the exit code, or the signal */
    bool asked; /* a signal was sent to it by spawner_signal() before it had ended */
};

/* One that runs; part of whatever watches it. */
struct spawned {
    struct spawned *next;
    uint64_t number;
    /* Called once, from the event loop, when it has been unlinked. */
    void (*ended)(struct spawned *spawned, const struct spawn_end *end);
    struct {
        struct spawner *spawner; /* NULL: it is not adopted */
        struct spawn_table *table;
        struct spawn_place *place;
        sd_event_source *source;
    } adopted; /* its spawner has died */
};

/* spawned->ended is set by the caller. 0, or a negative errno: -EAGAIN when it is not read now. */
int spawner_run(struct spawner *spawner, const struct spawn_order *order, struct spawned *spawned);

/* To its whole process group. */
int spawner_signal(struct spawner *spawner, const struct spawned *spawned, int number);

/* Its end is not told any more. */
void spawner_forget(struct spawner *spawner, struct spawned *spawned);
