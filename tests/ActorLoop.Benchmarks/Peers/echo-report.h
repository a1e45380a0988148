/* What every load generator prints at its end: one JSON line. */
#ifndef ECHO_REPORT_H
#define ECHO_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "echo-histogram.h"

struct report {
    uint64_t messages, lost;
    double seconds, server_us, client_us;
};

static void print_report(const struct report *r, const struct histogram *latencies)
{
    printf("{\"messages\":%llu,\"lost\":%llu,\"seconds\":%.6f,\"messagesPerSecond\":%.1f,\"p50Us\":%.2f,\"p99Us\":%.2f,"
           "\"p999Us\":%.2f,\"maxUs\":%.2f,\"serverCpuUs\":%.0f,\"clientCpuUs\":%.0f}\n",
           (unsigned long long)r->messages, (unsigned long long)r->lost, r->seconds, (double)r->messages / r->seconds,
           histogram_quantile_us(latencies, 0.5), histogram_quantile_us(latencies, 0.99),
           histogram_quantile_us(latencies, 0.999), (double)latencies->largest / 1000.0, r->server_us, r->client_us);
}

#endif
