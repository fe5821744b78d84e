#pragma once
/* The journal's files as files: created, locked, set aside. */
#include <stdbool.h>
#include <stddef.h>

/* Creates the file, 0640, unless it is there; its folder must be. 0, or -1 with errno. */
int journal_file_create(const char *path);

/*
 * Opens the lock beside the database and takes it if nobody has it. Returns the descriptor that
 * keeps it, or -1 with errno. *taken: whether it was; if not, journal_file_lock_await() waits.
 */
int journal_file_lock(const char *path, bool *taken);
int journal_file_lock_await(int lock);

/*
 * Renames the database and what SQLite keeps beside it, so that nothing is lost and none is left
 * where it was. aside[size] gets the new name. 0, or -1 with errno.
 */
int journal_file_set_aside(const char *path, char *aside, size_t size);

/* Whether the database is too short to be one although there is a log of it. */
bool journal_file_lost_its_head(const char *path);

/* Whether the file system has room for more than a little. */
bool journal_file_has_room(const char *path);
