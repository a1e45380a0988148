/* Reference server of `compare --kind tls`: epoll-echo with OpenSSL in between. One thread, level-triggered epoll,
 * what was decrypted goes out again at once. usage: tls-echo HOST PORT CERTIFICATE.PEM (with its key) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 256 * 1024, MAX_EVENTS = 256 };

struct connection {
    int fd;
    SSL *tls;
    size_t waiting;          /* bytes at the start of `held` that OpenSSL could not take yet */
    char *held;
};

static int epoll_fd;
static char buffer[BUFFER_SIZE];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void end(struct connection *c)
{
    SSL_free(c->tls);
    close(c->fd);
    free(c->held);
    free(c);
}

static void watch(struct connection *c, int operation, unsigned events)
{
    struct epoll_event event = { .events = events, .data.ptr = c };
    if (epoll_ctl(epoll_fd, operation, c->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

/* 1 when it is all gone, 0 when the rest has to wait, -1 at the end of the connection. */
static int send_all(struct connection *c, const char *data, size_t length)
{
    size_t sent = 0;
    while (sent < length) {
        size_t now;
        if (!SSL_write_ex(c->tls, data + sent, length - sent, &now)) {
            if (SSL_get_error(c->tls, 0) != SSL_ERROR_WANT_WRITE) {
                return -1;
            }

            c->held = c->held ? c->held : malloc(BUFFER_SIZE);
            memmove(c->held, data + sent, length - sent);
            c->waiting = length - sent;
            watch(c, EPOLL_CTL_MOD, EPOLLOUT);
            return 0;
        }

        sent += now;
    }

    c->waiting = 0;
    return 1;
}

static void on_event(struct connection *c)
{
    if (c->waiting > 0) {
        int sent = send_all(c, c->held, c->waiting);
        if (sent < 0) {
            end(c);
        } else if (sent > 0) {
            watch(c, EPOLL_CTL_MOD, EPOLLIN);
        }

        return;
    }

    size_t length;
    while (SSL_read_ex(c->tls, buffer, sizeof buffer, &length)) {
        int sent = send_all(c, buffer, length);
        if (sent < 0) {
            end(c);
        }

        if (sent <= 0) {
            return;
        }
    }

    int error = SSL_get_error(c->tls, 0);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        end(c);
    }
}

static void accept_all(int listener, SSL_CTX *context)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c->fd = fd;
        c->tls = SSL_new(context);
        SSL_set_fd(c->tls, fd);
        SSL_set_accept_state(c->tls);
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    signal(SIGPIPE, SIG_IGN);
    if (argc != 4 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1
        || SSL_CTX_use_certificate_chain_file(context, argv[3]) != 1
        || SSL_CTX_use_PrivateKey_file(context, argv[3], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "usage: tls-echo HOST PORT CERTIFICATE.PEM\n");
        return 2;
    }

    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);   /* one system call a record instead of two */
    address.sin_port = htons((unsigned short)atoi(argv[2]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        fail("listen");
    }

    printf("listening on %s:%d\n", argv[1], ntohs(address.sin_port));
    fflush(stdout);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN };
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event events[MAX_EVENTS];
        int count = epoll_wait(epoll_fd, events, MAX_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                accept_all(listener, context);
            } else {
                on_event(events[i].data.ptr);
            }
        }
    }
}
