#pragma once
/* Where the programs find each other unless told otherwise. */

#define PATH_ENGINE_SOCKET "/run/padam/engine.sock"
#define PATH_CONFIG "/etc/padam/padam.conf"
#define PATH_AGENTX_SOCKET "/run/agentx/master"
