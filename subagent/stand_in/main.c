/*
 * padam-play-server SOCKET REQUEST [SERVER]: a server's command in a play, which ends as the player
 * behind the socket says. For nothing else and, but in the Debian package, statically linked, as it
 * is started for every look at every server: in the lab, a start with the player's libraries takes
 * half a second of a processor.
 */
#include "stand_in/request.h"

int main(int argc, char **argv)
{
    return argc < 3 ? STAND_IN_NOTHING : stand_in_ask(argv[1], argv + 2);
}
