#pragma once
/*
 * The journal process: takes batches from a socket and writes each in one transaction. It ends when
 * the other end closes, after writing what it was given; no signal but SIGKILL ends it before that.
 */
#include <stdbool.h>
#include <sys/types.h>

#define JOURNAL_PROCESS_OPTION "--journal-process"

/* True for the arguments that journal_spawn() gives. */
bool journal_process_is_wanted(int argc, char *const *argv);

/* The whole life of the process; the program's exit code. */
int journal_process_main(char *const *argv);

/* Serves the database at path over this socket. The same, for those who are a process already. */
int journal_process_serve(int fd, const char *path);

/* Starts this program anew as a journal process. Returns its id and the socket to it, or -1 with
 * errno. */
pid_t journal_spawn(const char *path, int *fd);
