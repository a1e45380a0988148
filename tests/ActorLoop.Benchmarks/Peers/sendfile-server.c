/* Sends a file to whoever connects, one after the other, with a blocking sendfile loop: the reference row of `sendfile`.
 * usage: sendfile-server FILE ; prints `listening on HOST:PORT`. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void send_whole(int client, int file, off_t size)
{
    off_t offset = 0;
    while (offset < size) {
        ssize_t sent = sendfile(client, file, &offset, (size_t)(size - offset));
        if (sent <= 0 && errno != EINTR) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: sendfile-server FILE\n");
        return 2;
    }

    signal(SIGPIPE, SIG_IGN);
    int file = open(argv[1], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) {
        fail(argv[1]);
    }

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 16) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        fail("listen");
    }

    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) {
            fail("accept");
        }

        int on = 1;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        send_whole(client, file, status.st_size);
        close(client);
    }
}
