/* Closed-loop load generator for echo servers, the same for every peer of `compare`.
 * Each of N connections keeps P messages of S bytes outstanding: as many messages as came back go out again, in one
 * send. Bytes follow a pattern whose period (4093) divides no message size, so a lost, doubled or swapped byte shows.
 * After a ramp the window is measured: messages, latencies, and the server's CPU time from /proc/<pid>/stat. Then
 * everything outstanding is drained and every byte accounted for. Prints one JSON line; exit code 1 on any mismatch.
 * usage: echo-load -h HOST -p PORT [-c connections] [-s size] [-P pipeline] [-d seconds] [-r ramp] [-i pid] [-b]
 * A host that begins with a slash is the path of a Unix socket. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "echo-clock.h"
#include "echo-link.h"
#include "echo-report.h"

enum { RECEIVE_SIZE = 256 * 1024, MAX_EVENTS = 256, PERIOD = 4093, FULL_CHECK_EVERY = 64, STALL_MS = 5000 };

struct connection {
    struct link link;
    int want_out;
    unsigned first, outstanding;   /* ring of send times */
    uint64_t phase;                /* pattern position of byte 0 of this connection */
    uint64_t queued, sent, received;
    uint64_t *send_times;
};

static struct { const char *host; int port, connections, size, pipeline, pid, spin; double seconds, ramp; } options = {
    .host = "127.0.0.1", .connections = 50, .size = 1024, .pipeline = 1, .seconds = 2, .ramp = 0.2 };

static int epoll_fd, measuring, stopping;
static char receive_buffer[RECEIVE_SIZE];
static char *pattern;   /* long enough for any window of one send or one receive at any phase */
static struct connection *connections;
static uint64_t completed, checks;
static struct histogram latencies;

static void fail(const char *what)
{
    fprintf(stderr, "echo-load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static void watch(struct connection *c, int operation, int want_out)
{
    struct epoll_event event = { .events = EPOLLIN | (want_out ? EPOLLOUT : 0), .data.ptr = c };
    c->want_out = want_out;
    if (epoll_ctl(epoll_fd, operation, c->link.fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void flush(struct connection *c)
{
    while (c->sent < c->queued) {
        ssize_t sent = link_send(&c->link, pattern + (c->phase + c->sent) % PERIOD, c->queued - c->sent);
        if (sent < 0) {
            if (errno == EAGAIN) {
                break;
            }

            fail("send");
        }

        c->sent += (uint64_t)sent;
    }

    int want_out = c->sent < c->queued;
    if (want_out != c->want_out) {
        watch(c, EPOLL_CTL_MOD, want_out);
    }
}

static void queue_messages(struct connection *c, unsigned count, uint64_t now)
{
    for (unsigned i = 0; i < count; i++) {
        c->send_times[(c->first + c->outstanding++) % (unsigned)options.pipeline] = now;
    }

    c->queued += (uint64_t)count * (uint64_t)options.size;
    flush(c);
}

static void check(struct connection *c, size_t length)
{
    const char *expected = pattern + (c->phase + c->received) % PERIOD;
    int full = !measuring || ++checks % FULL_CHECK_EVERY == 0 || length < 16;
    int same = full ? memcmp(receive_buffer, expected, length) == 0
                    : memcmp(receive_buffer, expected, 8) == 0
                        && memcmp(receive_buffer + length - 8, expected + length - 8, 8) == 0;
    if (!same || c->received + length > c->sent) {
        errno = 0;
        fail(same ? "the server sent more than it was given" : "the server sent back other bytes");
    }
}

static void on_readable(struct connection *c)
{
    ssize_t length = link_receive(&c->link, receive_buffer, sizeof receive_buffer);
    if (length <= 0) {
        if (length < 0 && errno == EAGAIN) {
            return;
        }

        fail("the server closed a connection");
    }

    check(c, (size_t)length);
    uint64_t size = (uint64_t)options.size;
    unsigned whole = (unsigned)((c->received + (uint64_t)length) / size - c->received / size);
    c->received += (uint64_t)length;
    if (whole == 0) {
        return;
    }

    uint64_t now = now_ns(CLOCK_MONOTONIC);
    for (unsigned i = 0; i < whole; i++) {
        if (measuring) {
            histogram_add(&latencies, now - c->send_times[c->first]);
        }

        c->first = (c->first + 1) % (unsigned)options.pipeline;
    }

    c->outstanding -= whole;
    completed += whole;
    if (!stopping) {
        queue_messages(c, whole, now);
    }
}

/* One look at the sockets; returns the time after it. */
static uint64_t turn(uint64_t *last_event)
{
    struct epoll_event events[MAX_EVENTS];
    int count = epoll_wait(epoll_fd, events, MAX_EVENTS, options.spin ? 0 : 10);
    for (int i = 0; i < count; i++) {
        struct connection *c = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) {
            flush(c);
        }

        if (events[i].events & ~(unsigned)EPOLLOUT) {
            do {
                on_readable(c);
            } while (link_pending(&c->link));
        }
    }

    uint64_t now = now_ns(CLOCK_MONOTONIC);
    if (count > 0) {
        *last_event = now;
    } else if (now - *last_event > STALL_MS * 1000000ull) {
        errno = 0;
        fail("no answer for 5 s: the server stalls");
    }

    return now;
}

static socklen_t find_target(struct sockaddr_storage *target)
{
    if (options.host[0] == '/') {
        struct sockaddr_un *path = (struct sockaddr_un *)target;
        path->sun_family = AF_UNIX;
        snprintf(path->sun_path, sizeof path->sun_path, "%s", options.host);
        return sizeof *path;
    }

    struct sockaddr_in *address = (struct sockaddr_in *)target;
    address->sin_family = AF_INET;
    address->sin_port = htons((unsigned short)options.port);
    if (inet_pton(AF_INET, options.host, &address->sin_addr) != 1) {
        fail("bad host");
    }

    return sizeof *address;
}

static void connect_all(void)
{
    struct sockaddr_storage target = { 0 };
    socklen_t length = find_target(&target);
    connections = calloc((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        struct connection *c = &connections[i];
        int on = 1;
        c->send_times = calloc((size_t)options.pipeline, sizeof *c->send_times);
        c->phase = (uint64_t)i * 79;
        int fd = socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *)&target, length) < 0) {
            fail("connect");
        }

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (!link_open(&c->link, fd)) {
            fail("handshake");
        }

        fcntl(fd, F_SETFL, O_NONBLOCK);
        watch(c, EPOLL_CTL_ADD, 0);
    }
}

static void make_pattern(void)
{
    size_t window = (size_t)options.size * (size_t)options.pipeline;
    size_t length = (window > RECEIVE_SIZE ? window : RECEIVE_SIZE) + PERIOD;
    uint32_t value = 1;
    pattern = malloc(length);
    for (size_t i = 0; i < length; i++) {
        value = value * 1664525u + 1013904223u;
        pattern[i] = i < PERIOD ? (char)(value >> 24) : pattern[i - PERIOD];
    }
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
        case 'P': options.pipeline = atoi(optarg); break;
        case 'd': options.seconds = atof(optarg); break;
        case 'r': options.ramp = atof(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 'b': options.spin = 1; break;
        default: exit(2);
        }
    }

    if ((options.port <= 0 && options.host[0] != '/') || options.connections <= 0 || options.size <= 0 || options.pipeline <= 0
        || (int64_t)options.size * options.pipeline > 64 * 1024 * 1024) {
        fprintf(stderr, "echo-load: port, connections, size and pipeline are positive, size x pipeline <= 64 MiB\n");
        exit(2);
    }
}

static uint64_t run_until(uint64_t end, uint64_t *last_event)
{
    uint64_t now;
    do {
        now = turn(last_event);
    } while (now < end);

    return now;
}

static void drain(uint64_t *last_event)
{
    stopping = 1;
    for (int i = 0; i < options.connections; i++) {
        while (connections[i].received < connections[i].queued) {
            turn(last_event);
        }
    }
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    parse(argc, argv);
    make_pattern();
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    connect_all();

    uint64_t start = now_ns(CLOCK_MONOTONIC), last_event = start;
    for (int i = 0; i < options.connections; i++) {
        queue_messages(&connections[i], (unsigned)options.pipeline, start);
    }

    run_until(start + (uint64_t)(options.ramp * 1e9), &last_event);
    completed = 0;
    measuring = 1;
    double server_before = cpu_us(options.pid);
    uint64_t client_before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t begin = now_ns(CLOCK_MONOTONIC);
    uint64_t end = run_until(begin + (uint64_t)(options.seconds * 1e9), &last_event);
    double server_us = cpu_us(options.pid) - server_before;
    double client_us = (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - client_before) / 1000.0;
    measuring = 0;
    uint64_t messages = completed;
    drain(&last_event);

    struct report report = {
        .messages = messages, .seconds = (double)(end - begin) / 1e9, .server_us = server_us, .client_us = client_us };
    print_report(&report, &latencies);
    return messages > 0 ? 0 : 1;
}
