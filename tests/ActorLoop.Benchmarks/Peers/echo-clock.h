/* Clocks of echo-load: time, and the CPU time of the measured server. */
#ifndef ECHO_CLOCK_H
#define ECHO_CLOCK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* User plus system time of all threads of a process in microseconds, to the kernel's tick (10 ms); 0 without a pid. */
static double cpu_us(int pid)
{
    char path[64], line[1024];
    unsigned long user = 0, system = 0;
    if (pid <= 0) {
        return 0;
    }

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        fprintf(stderr, "echo-load: %s cannot be read\n", path);
        exit(1);
    }

    fclose(file);
    char *after_name = strrchr(line, ')');
    if (after_name == NULL
        || sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) {
        fprintf(stderr, "echo-load: unexpected %s\n", path);
        exit(1);
    }

    return (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

#endif
