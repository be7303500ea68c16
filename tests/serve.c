/* serve.c - a folder over HTTP for shell tests: prints the address, serves
 * until it is killed. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "support/server.h"

int main(int argc, char **argv)
{
    struct server *server = argc == 2 ? server_start(argv[1]) : NULL;
    if (!server)
        return 1;
    puts(server_url(server));
    fflush(stdout);
    while (true)
        pause();
}
