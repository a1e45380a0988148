/* Receives until the end of the stream and prints how many seconds that took, from connecting on.
 * usage: file-drain HOST PORT BYTES copy|discard ; discard lets the kernel throw the bytes away. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 20 };

static char buffer[BUFFER_SIZE];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: file-drain HOST PORT BYTES copy|discard\n");
        return 2;
    }

    long long expected = atoll(argv[3]), received = 0;
    int flags = strcmp(argv[4], "discard") == 0 ? MSG_TRUNC : 0;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2])) };
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
        fprintf(stderr, "bad address\n");
        return 2;
    }

    double start = now();
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("connect");
        return 1;
    }

    for (;;) {
        ssize_t count = recv(server, buffer, sizeof buffer, flags);
        if (count == 0) {
            break;
        }

        if (count < 0 && errno != EINTR) {
            perror("recv");
            return 1;
        }

        received += count > 0 ? count : 0;
    }

    if (received != expected) {
        fprintf(stderr, "received %lld bytes instead of %lld\n", received, expected);
        return 1;
    }

    printf("%.6f\n", now() - start);
    return 0;
}
