/* Closed-loop load generator for datagram echo servers, the same for every peer of `compare --kind udp`.
 * Each of N sockets keeps P datagrams of S bytes outstanding. A datagram says which one it is; what comes back is checked
 * and replaced by the next. Datagrams may be lost: a slot that has no answer after 100 ms is counted as lost and sent anew,
 * and an answer that comes later than that is ignored. Prints one JSON line; exit code 1 on an answer nobody asked for.
 * usage: udp-load -h HOST -p PORT [-c sockets] [-s size] [-P window] [-d seconds] [-r ramp] [-i pid] [-b] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo-clock.h"
#include "echo-report.h"

enum { MAX_WINDOW = 64, MAX_SIZE = 65507, MAX_EVENTS = 256, BUFFER_SIZE = 4 << 20, HEADER = 16 };

static const uint64_t LOST_NS = 100 * 1000000ull;

struct header {
    uint64_t number;   /* of all datagrams of this socket */
    uint32_t slot, check;
};

struct client {
    int fd;
    uint64_t numbers[MAX_WINDOW], sent[MAX_WINDOW], next;
    char *out;         /* a datagram for each slot */
};

static struct { const char *host; int port, connections, size, pipeline, pid, spin; double seconds, ramp; } options = {
    .host = "127.0.0.1", .connections = 8, .size = 64, .pipeline = 16, .seconds = 2, .ramp = 0.2 };

static struct client *clients;
static struct histogram latencies;
static char *in;
static struct mmsghdr in_headers[MAX_WINDOW], out_headers[MAX_WINDOW];
static struct iovec in_vectors[MAX_WINDOW], out_vectors[MAX_WINDOW];
static uint64_t completed, lost;
static int epoll_fd, measuring;

static void fail(const char *what)
{
    fprintf(stderr, "udp-load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static void prepare(struct client *c, uint32_t slot, uint64_t now)
{
    struct header header = { .number = c->next++, .slot = slot };
    header.check = (uint32_t)(header.number * 2654435761u) ^ slot;
    c->numbers[slot] = header.number;
    c->sent[slot] = now;
    memcpy(c->out + (size_t)slot * MAX_SIZE, &header, sizeof header);
}

/* One call for all; what the kernel does not take counts as lost later. */
static void send_slots(struct client *c, const uint32_t *slots, unsigned count, uint64_t now)
{
    for (unsigned i = 0; i < count; i++) {
        prepare(c, slots[i], now);
        out_vectors[i] = (struct iovec) { c->out + (size_t)slots[i] * MAX_SIZE, (size_t)options.size };
        out_headers[i].msg_hdr = (struct msghdr) { .msg_iov = &out_vectors[i], .msg_iovlen = 1 };
    }

    if (count > 0 && sendmmsg(c->fd, out_headers, count, MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != ENOBUFS) {
        fail("sendmmsg");
    }
}

static int is_ours(struct client *c, const char *data, unsigned length, struct header *header)
{
    if (length != (unsigned)options.size) {
        errno = 0;
        fail("an answer has another length");
    }

    memcpy(header, data, sizeof *header);
    if (header->slot >= (unsigned)options.pipeline || header->number >= c->next
        || header->check != ((uint32_t)(header->number * 2654435761u) ^ header->slot)
        || memcmp(data + HEADER, c->out + (size_t)header->slot * MAX_SIZE + HEADER, length - HEADER) != 0) {
        errno = 0;
        fail("an answer has other bytes");
    }

    /* Not so when it was given up already. */
    return c->numbers[header->slot] == header->number;
}

static void on_readable(struct client *c)
{
    uint32_t slots[MAX_WINDOW];
    unsigned count = 0;
    for (int i = 0; i < options.pipeline; i++) {
        in_vectors[i] = (struct iovec) { in + (size_t)i * MAX_SIZE, MAX_SIZE };
        in_headers[i].msg_hdr = (struct msghdr) { .msg_iov = &in_vectors[i], .msg_iovlen = 1 };
    }

    int received = recvmmsg(c->fd, in_headers, (unsigned)options.pipeline, MSG_DONTWAIT, NULL);
    if (received < 0) {
        if (errno == EAGAIN) {
            return;
        }

        fail("recvmmsg");
    }

    uint64_t now = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < received; i++) {
        struct header header;
        if (!is_ours(c, in_vectors[i].iov_base, in_headers[i].msg_len, &header)) {
            continue;
        }

        if (measuring) {
            histogram_add(&latencies, now - c->sent[header.slot]);
        }

        c->numbers[header.slot] = UINT64_MAX;
        slots[count++] = header.slot;
        completed++;
    }

    send_slots(c, slots, count, now);
}

static void send_lost_again(uint64_t now)
{
    for (int i = 0; i < options.connections; i++) {
        uint32_t slots[MAX_WINDOW];
        unsigned count = 0;
        for (uint32_t slot = 0; slot < (unsigned)options.pipeline; slot++) {
            if (now - clients[i].sent[slot] > LOST_NS) {
                slots[count++] = slot;
            }
        }

        lost += count;
        send_slots(&clients[i], slots, count, now);
    }
}

static uint64_t run_until(uint64_t end)
{
    uint64_t now = now_ns(CLOCK_MONOTONIC), looked = now;
    while (now < end) {
        struct epoll_event events[MAX_EVENTS];
        int count = epoll_wait(epoll_fd, events, MAX_EVENTS, options.spin ? 0 : 10);
        for (int i = 0; i < count; i++) {
            on_readable(events[i].data.ptr);
        }

        now = now_ns(CLOCK_MONOTONIC);
        if (now - looked > LOST_NS / 4) {
            send_lost_again(now);
            looked = now;
        }
    }

    return now;
}

static void open_all(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)options.port) };
    int size = BUFFER_SIZE;
    if (inet_pton(AF_INET, options.host, &address.sin_addr) != 1) {
        fail("bad host");
    }

    in = calloc(MAX_WINDOW, MAX_SIZE);
    clients = calloc((size_t)options.connections, sizeof *clients);
    for (int i = 0; i < options.connections; i++) {
        struct client *c = &clients[i];
        c->out = malloc((size_t)options.pipeline * MAX_SIZE);
        for (size_t at = 0; at < (size_t)options.pipeline * MAX_SIZE; at++) {
            c->out[at] = (char)(at * 2654435761u >> 13);
        }

        c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) {
            fail("connect");
        }

        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0) {
            fail("epoll_ctl");
        }

        uint32_t slots[MAX_WINDOW];
        for (uint32_t slot = 0; slot < (unsigned)options.pipeline; slot++) {
            slots[slot] = slot;
        }

        send_slots(c, slots, (unsigned)options.pipeline, now_ns(CLOCK_MONOTONIC));
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

    if (options.port <= 0 || options.connections <= 0 || options.pipeline <= 0 || options.pipeline > MAX_WINDOW
        || options.size < HEADER || options.size > MAX_SIZE) {
        fprintf(stderr, "udp-load: port and sockets are positive, size is %d to %d, the window 1 to %d\n",
                HEADER, MAX_SIZE, MAX_WINDOW);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    open_all();
    run_until(now_ns(CLOCK_MONOTONIC) + (uint64_t)(options.ramp * 1e9));
    completed = lost = 0;
    measuring = 1;
    double server_before = cpu_us(options.pid);
    uint64_t client_before = now_ns(CLOCK_PROCESS_CPUTIME_ID), begin = now_ns(CLOCK_MONOTONIC);
    uint64_t end = run_until(begin + (uint64_t)(options.seconds * 1e9));
    struct report report = {
        .messages = completed, .lost = lost, .seconds = (double)(end - begin) / 1e9,
        .server_us = cpu_us(options.pid) - server_before,
        .client_us = (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - client_before) / 1000.0 };
    if (completed == 0) {
        errno = 0;
        fail("no answer at all");
    }

    print_report(&report, &latencies);
    return 0;
}
