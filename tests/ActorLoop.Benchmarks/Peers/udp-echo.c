/* Plain single-threaded UDP echo server: the reference row of `compare --kind udp`.
 * Level triggered epoll; what waits is taken with recvfrom and goes back with sendto, one datagram a call.
 * usage: udp-echo [host [port]] ; port 0 = any free one; prints `listening on HOST:PORT`. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 64 * 1024, BATCH = 64 };

static char buffer[BUFFER_SIZE];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int bind_to(const char *host, int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fail("socket");
    }

    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0
        || getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
        fail("bind");
    }

    printf("listening on %s:%d\n", host, ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void on_readable(int fd)
{
    for (int i = 0; i < BATCH; i++) {
        struct sockaddr_storage sender;
        socklen_t length = sizeof sender;
        ssize_t received = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &length);
        if (received < 0) {
            return;
        }

        sendto(fd, buffer, (size_t)received, MSG_NOSIGNAL, (struct sockaddr *)&sender, length);
    }
}

int main(int argc, char **argv)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    int fd = bind_to(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? atoi(argv[2]) : 0);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        fail("epoll");
    }

    for (;;) {
        struct epoll_event ready;
        if (epoll_wait(epoll_fd, &ready, 1, -1) > 0) {
            on_readable(fd);
        }
    }
}
