#pragma once
/* The folders that must be there before padamd starts. */
#include "config/config.h"

/*
 * False, with each one logged, where the folder of the journal or of the socket does not exist: a
 * mistyped one would have a whole outage go by unrecorded. A folder that exists but cannot be used
 * is for those who use it to tell.
 */
bool folders_are_there(const struct engine_settings *settings);
