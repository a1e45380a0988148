/* Sends datagrams to one receiver as fast as one sendto each allows: the reference row of `udp-bulk`.
 * usage: udp-source HOST PORT SIZE ; runs until it is killed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static char data[65507];

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (argc != 4 || fd < 0 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
        fprintf(stderr, "usage: udp-source HOST PORT SIZE\n");
        return 2;
    }

    address.sin_port = htons((unsigned short)atoi(argv[2]));
    size_t size = (size_t)atoi(argv[3]);
    if (size == 0 || size > sizeof data) {
        fprintf(stderr, "udp-source: a size is 1 to 65507\n");
        return 2;
    }

    for (;;) {
        sendto(fd, data, size, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    }
}
