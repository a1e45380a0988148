/* Load generator of `compare --kind handshakes`: N connections at a time, each of which connects, shakes hands in full
 * (no session is resumed), has one byte echoed, and is closed. Prints the same JSON line as echo-load; a "message" is a
 * whole connection. usage: tls-handshakes -h HOST -p PORT [-c connections] [-d seconds] [-r ramp] [-i pid] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo-clock.h"
#include "echo-report.h"

enum { MAX_EVENTS = 256 };

struct connection {
    int fd, asked;
    unsigned events;
    SSL *tls;
    uint64_t begin;
};

static struct { const char *host; int port, connections, pid; double seconds, ramp; } options = {
    .host = "127.0.0.1", .connections = 50, .seconds = 2, .ramp = 0.2 };

static int epoll_fd, measuring;
static struct sockaddr_in address = { .sin_family = AF_INET };
static SSL_CTX *context;
static uint64_t completed;
static struct histogram latencies;

static void fail(const char *what)
{
    fprintf(stderr, "tls-handshakes: %s: %s\n", what, errno ? strerror(errno) : "the server hung up");
    ERR_print_errors_fp(stderr);
    exit(1);
}

/* The servers are measured, not this program: building a chain is left out. The server's signature is still checked. */
static int trust_anything(X509_STORE_CTX *store, void *argument)
{
    (void)store;
    (void)argument;
    return 1;
}

static void watch(struct connection *c, unsigned events, int operation)
{
    struct epoll_event event = { .events = events, .data.ptr = c };
    c->events = events;
    if (epoll_ctl(epoll_fd, operation, c->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void start(struct connection *c)
{
    int on = 1;
    c->begin = now_ns(CLOCK_MONOTONIC);
    c->asked = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->fd < 0 || (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)) {
        fail("connect");
    }

    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->tls = SSL_new(context);
    SSL_set_tlsext_host_name(c->tls, "localhost");
    SSL_set_fd(c->tls, c->fd);
    SSL_set_connect_state(c->tls);
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

/* Ends with a goodbye, and a reset so that no port has to rest. */
static void end(struct connection *c)
{
    struct linger at_once = { .l_onoff = 1 };
    SSL_shutdown(c->tls);
    SSL_free(c->tls);
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(c->fd);
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    if (measuring) {
        histogram_add(&latencies, now - c->begin);
    }

    completed++;
    start(c);
}

static void on_event(struct connection *c)
{
    char byte = 'x';
    int result;
    errno = 0;
    if (!c->asked) {
        result = SSL_write(c->tls, &byte, 1);
        c->asked = result > 0;
    }

    if (c->asked) {
        result = SSL_read(c->tls, &byte, 1);
        if (result > 0) {
            end(c);
            return;
        }
    }

    int error = SSL_get_error(c->tls, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        fail("handshake");
    }

    unsigned events = error == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT;
    if (events != c->events) {
        watch(c, events, EPOLL_CTL_MOD);
    }
}

static uint64_t run_until(uint64_t end_time)
{
    uint64_t now;
    do {
        struct epoll_event events[MAX_EVENTS];
        int count = epoll_wait(epoll_fd, events, MAX_EVENTS, 10);
        for (int i = 0; i < count; i++) {
            on_event(events[i].data.ptr);
        }

        now = now_ns(CLOCK_MONOTONIC);
    } while (now < end_time);

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
        case 'd': options.seconds = atof(optarg); break;
        case 'r': options.ramp = atof(optarg); break;
        case 'i': options.pid = atoi(optarg); break;
        case 's': case 'P': case 'b': break;
        default: exit(2);
        }
    }

    address.sin_port = htons((unsigned short)options.port);
    if (options.port <= 0 || options.connections <= 0 || inet_pton(AF_INET, options.host, &address.sin_addr) != 1) {
        fprintf(stderr, "tls-handshakes: host, port and connections are needed\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    parse(argc, argv);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_cert_verify_callback(context, trust_anything, NULL);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct connection *connections = calloc((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        start(&connections[i]);
    }

    run_until(now_ns(CLOCK_MONOTONIC) + (uint64_t)(options.ramp * 1e9));
    completed = 0;
    measuring = 1;
    double server_before = cpu_us(options.pid);
    uint64_t client_before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t begin = now_ns(CLOCK_MONOTONIC);
    uint64_t finish = run_until(begin + (uint64_t)(options.seconds * 1e9));
    struct report report = {
        .messages = completed, .seconds = (double)(finish - begin) / 1e9,
        .server_us = cpu_us(options.pid) - server_before,
        .client_us = (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - client_before) / 1000.0 };
    print_report(&report, &latencies);
    return completed > 0 ? 0 : 1;
}
