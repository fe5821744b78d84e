#pragma once
/* How bad each published state is. Pure. */
#include "core/model.h"

enum severity severity_worse(enum severity a, enum severity b);

enum severity severity_of_mains(enum mains_state state);
enum severity severity_of_genset(const struct state *state);
enum severity severity_of_input(enum input_role role, enum input_value value,
                                enum input_status status);
enum severity severity_of_ups(enum ups_status status, enum ups_link link);
enum severity severity_of_server(const struct server *server);
/* A missed step of an incident that is closed no longer alarms. */
enum severity severity_of_step(const struct step *step, bool incident_is_open);
enum severity severity_of_equipment(enum equipment_state state);
enum severity severity_of_journal(enum journal_state state);
enum severity severity_of_hold(enum hold_state state);
