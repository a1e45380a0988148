/* Opens N TLS connections, has one message of 1 KiB echoed on each, says "ready", and holds them until it is killed.
 * usage: tls-idle PORT N */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo-link.h"

enum { SIZE = 1024 };

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: tls-idle PORT N\n");
        return 2;
    }

    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])) };
    char message[SIZE] = { 0 }, answer[SIZE];
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < atoi(argv[2]); i++) {
        struct link link;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 || !link_open(&link, fd)) {
            perror("tls-idle: connect");
            return 1;
        }

        if (link_send(&link, message, SIZE) != SIZE || link_receive(&link, answer, SIZE) != SIZE) {
            fprintf(stderr, "tls-idle: connection %d was not echoed\n", i);
            return 1;
        }
    }

    printf("ready\n");
    fflush(stdout);
    pause();
}
