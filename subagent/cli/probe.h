#pragma once
/* One look at a host over the network, for who has to know whether it is down. */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum probe_result { PROBE_ANSWERS, PROBE_SILENT, PROBE_NO_EVIDENCE };

enum { PROBE_PROBLEM_SIZE = 192 };

struct probe_target {
    struct sockaddr_storage address; /* with its port, for TCP */
    socklen_t size;
};

/*
 * One try, which lasts timeout_ms at most. A host that answers by refusing answers. One that no
 * router or neighbour can reach is silent; what fails on this machine is no evidence of anything,
 * and said in problem.
 */
enum probe_result probe_tcp(const struct probe_target *target, int timeout_ms,
                            char problem[static PROBE_PROBLEM_SIZE]);

/* ICMP echo without privileges, as icmp(7)'s ping_group_range allows. */
enum probe_result probe_icmp(const struct probe_target *target, int timeout_ms,
                             char problem[static PROBE_PROBLEM_SIZE]);

/* padam probe. Returns the exit code. */
int probe_run(int argc, char **argv);
