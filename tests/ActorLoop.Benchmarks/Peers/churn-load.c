/* Load generator for connection churn, the same for every peer of `compare --kind churn`.
 * N clients at once: each connects, sends S bytes, reads them back, checks them, closes, and begins anew. A message is such
 * a whole connection, and its latency is from before connect to the last byte. Source addresses of 127/8 take turns, so
 * that the ports in TIME_WAIT do not run out. Prints one JSON line; exit code 1 on any mismatch.
 * usage: churn-load -h HOST -p PORT [-c clients] [-s size] [-d seconds] [-r ramp] [-i pid] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo-clock.h"
#include "echo-report.h"

enum { MAX_EVENTS = 256, SOURCES = 200, STALL_MS = 5000 };

struct client {
    int fd;
    size_t received;
    uint64_t begun;
};

static struct { const char *host; int port, connections, size, pid; double seconds, ramp; } options = {
    .host = "127.0.0.1", .connections = 50, .size = 1024, .seconds = 2, .ramp = 0.2 };

static struct sockaddr_in target;
static struct client *clients;
static struct histogram latencies;
static char *pattern, *buffer;
static uint64_t completed;
static unsigned source;
static int epoll_fd, measuring, stopping, open_clients;

static void fail(const char *what)
{
    fprintf(stderr, "churn-load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

/* Over loopback the handshake is over when connect returns, so that nobody need wait for it. */
static void begin(struct client *c)
{
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + source++ % SOURCES) };
    int on = 1;
    c->received = 0;
    c->begun = now_ns(CLOCK_MONOTONIC);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        fail("socket");
    }

    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) {
        fail("bind");
    }

    if (connect(c->fd, (struct sockaddr *)&target, sizeof target) < 0) {
        fail("connect");
    }

    if (send(c->fd, pattern, (size_t)options.size, MSG_NOSIGNAL) != options.size) {
        fail("send");
    }

    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void on_readable(struct client *c)
{
    ssize_t length = recv(c->fd, buffer, (size_t)options.size, MSG_DONTWAIT);
    if (length <= 0) {
        if (length < 0 && errno == EAGAIN) {
            return;
        }

        fail("the server closed a connection");
    }

    if (c->received + (size_t)length > (size_t)options.size
        || memcmp(buffer, pattern + c->received, (size_t)length) != 0) {
        errno = 0;
        fail("the server sent back other bytes");
    }

    c->received += (size_t)length;
    if (c->received < (size_t)options.size) {
        return;
    }

    if (measuring) {
        histogram_add(&latencies, now_ns(CLOCK_MONOTONIC) - c->begun);
    }

    close(c->fd);
    completed++;
    if (stopping) {
        open_clients--;
    } else {
        begin(c);
    }
}

static uint64_t run_until(uint64_t end)
{
    uint64_t now = now_ns(CLOCK_MONOTONIC), last_event = now;
    while (now < end && open_clients > 0) {
        struct epoll_event events[MAX_EVENTS];
        int count = epoll_wait(epoll_fd, events, MAX_EVENTS, 10);
        for (int i = 0; i < count; i++) {
            on_readable(events[i].data.ptr);
        }

        now = now_ns(CLOCK_MONOTONIC);
        if (count > 0) {
            last_event = now;
        } else if (now - last_event > STALL_MS * 1000000ull) {
            errno = 0;
            fail("no answer for 5 s: the server stalls");
        }
    }

    return now;
}

static void parse(int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "h:p:c:s:P:d:r:i:b")) != -1) {
        switch (option) {
        case 'h': options.host = optarg; break;
        case 'p': options.port = atoi(optarg); break;
        case 'c': options.connections = atoi(optarg); break;
        case 's': options.size = atoi(optarg); break;
        case 'd': options.seconds = atof(optarg); break;
        case 'r': options.ramp = atof(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'P': case 'b': break;
        default: exit(2);
        }
    }

    target = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons((unsigned short)options.port) };
    if (options.port <= 0 || options.connections <= 0 || options.size <= 0
        || inet_pton(AF_INET, options.host, &target.sin_addr) != 1) {
        fprintf(stderr, "churn-load: port, clients and size are positive, and the host is an address\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    parse(argc, argv);
    pattern = malloc((size_t)options.size);
    buffer = malloc((size_t)options.size);
    for (int i = 0; i < options.size; i++) {
        pattern[i] = (char)((unsigned)i * 2654435761u >> 13);
    }

    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    clients = calloc((size_t)options.connections, sizeof *clients);
    open_clients = options.connections;
    for (int i = 0; i < options.connections; i++) {
        begin(&clients[i]);
    }

    run_until(now_ns(CLOCK_MONOTONIC) + (uint64_t)(options.ramp * 1e9));
    completed = 0;
    measuring = 1;
    double server_before = cpu_us(options.pid);
    uint64_t client_before = now_ns(CLOCK_PROCESS_CPUTIME_ID), start = now_ns(CLOCK_MONOTONIC);
    uint64_t end = run_until(start + (uint64_t)(options.seconds * 1e9));
    struct report report = {
        .messages = completed, .seconds = (double)(end - start) / 1e9,
        .server_us = cpu_us(options.pid) - server_before,
        .client_us = (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - client_before) / 1000.0 };
    measuring = 0;
    stopping = 1;
    run_until(UINT64_MAX);
    print_report(&report, &latencies);
    return report.messages > 0 ? 0 : 1;
}
