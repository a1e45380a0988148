/* Plain single-threaded epoll echo server: the reference row of `compare`.
 * Level triggered, one shared 256 KiB receive buffer, direct send, and a pending buffer per connection
 * (with EPOLLOUT, and reading paused) only while the kernel does not take everything.
 * usage: epoll-echo [host [port]] ; port 0 = any free one; prints `listening on HOST:PORT`.
 * A host that begins with a slash is the path of a Unix socket. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BUFFER_SIZE = 256 * 1024, MAX_EVENTS = 256 };

struct connection {
    int fd;
    char *pending;
    size_t offset, length;
};

static char buffer[BUFFER_SIZE];
static int epoll_fd;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(struct connection *c, int operation, unsigned events)
{
    struct epoll_event event = { .events = events, .data.ptr = c };
    if (epoll_ctl(epoll_fd, operation, c->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

static void drop(struct connection *c)
{
    close(c->fd);
    free(c->pending);
    free(c);
}

static void accept_all(struct connection *listener)
{
    for (;;) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }

        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = calloc(1, sizeof *c);
        if (c == NULL) {
            fail("calloc");
        }

        c->fd = fd;
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static void keep_rest(struct connection *c, const char *rest, size_t length)
{
    c->pending = malloc(length);
    if (c->pending == NULL) {
        fail("malloc");
    }

    memcpy(c->pending, rest, length);
    c->offset = 0;
    c->length = length;
    watch(c, EPOLL_CTL_MOD, EPOLLOUT);
}

static void on_readable(struct connection *c)
{
    ssize_t received = recv(c->fd, buffer, sizeof buffer, 0);
    if (received <= 0) {
        if (received == 0 || (errno != EAGAIN && errno != EINTR)) {
            drop(c);
        }

        return;
    }

    ssize_t sent = send(c->fd, buffer, (size_t)received, MSG_NOSIGNAL);
    if (sent == received) {
        return;
    }

    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            drop(c);
            return;
        }

        sent = 0;
    }

    keep_rest(c, buffer + sent, (size_t)(received - sent));
}

static void on_writable(struct connection *c)
{
    ssize_t sent = send(c->fd, c->pending + c->offset, c->length - c->offset, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            drop(c);
        }

        return;
    }

    c->offset += (size_t)sent;
    if (c->offset == c->length) {
        free(c->pending);
        c->pending = NULL;
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static int listen_on_path(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0) {
        fail("listen");
    }

    printf("listening on %s\n", path);
    fflush(stdout);
    return fd;
}

static int listen_on(const char *host, int port)
{
    if (host[0] == '/') {
        return listen_on_path(host);
    }

    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    socklen_t length = sizeof address;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fail("socket");
    }

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0
        || getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
        fail("listen");
    }

    printf("listening on %s:%d\n", host, ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) {
        fail("epoll_create1");
    }

    struct connection listener = { 0 };
    listener.fd = listen_on(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? atoi(argv[2]) : 0);
    watch(&listener, EPOLL_CTL_ADD, EPOLLIN);

    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int count = epoll_wait(epoll_fd, events, MAX_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == &listener) {
                accept_all(c);
            } else if (c->pending != NULL) {
                on_writable(c);
            } else {
                on_readable(c);
            }
        }
    }
}
