/* How echo-load moves bytes: in clear, or under TLS (compiled with -DECHO_TLS -lssl -lcrypto).
 * Both ways report "not now" as -1 with EAGAIN. */
#ifndef ECHO_LINK_H
#define ECHO_LINK_H

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef ECHO_TLS
#include <openssl/ssl.h>

struct link {
    int fd;
    SSL *tls;
};

static SSL_CTX *link_context;

/* Shakes hands on a socket that still blocks. The certificate is not looked at: it is made on the fly. */
static int link_open(struct link *l, int fd)
{
    if (link_context == NULL) {
        link_context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(link_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_read_ahead(link_context, 1);   /* one system call a record instead of two */
    }

    l->fd = fd;
    l->tls = SSL_new(link_context);
    SSL_set_tlsext_host_name(l->tls, "localhost");
    return SSL_set_fd(l->tls, fd) == 1 && SSL_connect(l->tls) == 1;
}

static ssize_t link_result(struct link *l, int result)
{
    if (result > 0) {
        return result;
    }

    int error = SSL_get_error(l->tls, result);
    if (error == SSL_ERROR_ZERO_RETURN) {
        return 0;
    }

    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
}

static ssize_t link_send(struct link *l, const char *data, size_t length)
{
    return link_result(l, SSL_write(l->tls, data, length < 1 << 30 ? (int)length : 1 << 30));
}

/* Takes every record that is there, so that nothing waits inside while the socket is silent. */
static ssize_t link_receive(struct link *l, char *buffer, size_t length)
{
    size_t received = 0;
    while (received < length) {
        ssize_t now = link_result(l, SSL_read(l->tls, buffer + received, (int)(length - received)));
        if (now <= 0) {
            return received > 0 ? (ssize_t)received : now;
        }

        received += (size_t)now;
    }

    return (ssize_t)received;
}

static int link_pending(struct link *l)
{
    return SSL_has_pending(l->tls);
}
#else
struct link {
    int fd;
};

static int link_open(struct link *l, int fd)
{
    l->fd = fd;
    return 1;
}

static ssize_t link_send(struct link *l, const char *data, size_t length)
{
    return send(l->fd, data, length, MSG_NOSIGNAL);
}

static ssize_t link_receive(struct link *l, char *buffer, size_t length)
{
    return recv(l->fd, buffer, length, 0);
}

static int link_pending(struct link *l)
{
    (void)l;
    return 0;
}
#endif

#endif
